package syncer

import (
	"crypto/ed25519"
	"testing"

	"storewalk/mobile/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/receipt"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

var receiptServer, receiptKey = uuid.UUID{5, 5}, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// closing is a phone that has written once, and a server that says how to answer its question for a receipt.
func closing(t *testing.T) (s *told, sy *Syncer, st *store.Store) {
	t.Helper()
	s = newTold(t)
	s.server = receiptServer
	sy, st = newPhone(t, s)
	withStore(t, s, sy)
	edit(t, st, "one")
	s.answer = func(_ wire.SyncRequest, resp *wire.SyncResponse) {
		for _, territory := range []uuid.UUID{field.Common, north} {
			resp.Feeds = append(resp.Feeds, wire.Feed{Territory: territory, Epoch: record.Replica{1}, Seq: 9})
		}
	}
	return s, sy, st
}

// honest is the receipt of what the server was sent.
func honest(s *told, a store.Account, req wire.ReceiptRequest) receipt.Receipt {
	r := receipt.Receipt{Epoch: record.Replica{1}, Device: a.Device, Person: a.User, Replica: req.Replica, AtMS: 1_790_000_000_000}
	for _, raw := range s.pushed {
		rec, err := record.Decode(raw)
		if err != nil {
			s.t.Error(err)
		}
		n := rec.Context().N(req.Replica)
		r.Records, r.Counter = r.Records+1, max(r.Counter, n)
		r.Content, r.Writes = receipt.AddRecord(r.Content, rec.Version()), receipt.AddWrite(r.Writes, rec.ID, n)
	}
	for _, d := range req.Days {
		r.Days = append(r.Days, receipt.Day{Date: d})
	}
	return r
}

func TestOnlyAnHonestReceiptIsKept(t *testing.T) {
	t.Parallel()
	public := receiptKey.Public().(ed25519.PublicKey)
	stranger := ed25519.NewKeyFromSeed([]byte("01234567890123456789012345678901"))
	sign := func(r receipt.Receipt) wire.ReceiptResponse {
		return wire.ReceiptResponse{ServerMS: 1, Receipt: r.Sign(receiptServer, receiptKey), Key: public}
	}
	for name, c := range map[string]struct {
		answer func(r receipt.Receipt) any
		code   string // of the day's end
		kept   bool
	}{
		"honest":              {func(r receipt.Receipt) any { return sign(r) }, "", true},
		"a record less":       {func(r receipt.Receipt) any { r.Records--; return sign(r) }, "receipt.differs", false},
		"another content":     {func(r receipt.Receipt) any { r.Content[3]++; return sign(r) }, "receipt.differs", false},
		"other writes":        {func(r receipt.Receipt) any { r.Writes[3]++; return sign(r) }, "receipt.differs", false},
		"a lower counter":     {func(r receipt.Receipt) any { r.Counter--; return sign(r) }, "receipt.differs", false},
		"a higher counter":    {func(r receipt.Receipt) any { r.Counter++; return sign(r) }, "receipt.differs", false},
		"a photo nobody took": {func(r receipt.Receipt) any { r.Photos++; return sign(r) }, "receipt.differs", false},
		"a visit nobody made": {func(r receipt.Receipt) any { r.Days[0].Visits++; return sign(r) }, "receipt.differs", false},
		"another day":         {func(r receipt.Receipt) any { r.Days[0].Date = "2020-01-01"; return sign(r) }, "receipt.differs", false},
		"another history":     {func(r receipt.Receipt) any { r.Epoch = record.Replica{2}; return sign(r) }, "receipt.differs", false},
		"for another phone":   {func(r receipt.Receipt) any { r.Device = uuid.New(); return sign(r) }, "receipt.differs", false},
		"for another person":  {func(r receipt.Receipt) any { r.Person = uuid.New(); return sign(r) }, "receipt.differs", false},
		"of another database": {func(r receipt.Receipt) any { r.Replica = record.Replica{8}; return sign(r) }, "receipt.differs", false},
		"by another server": {func(r receipt.Receipt) any {
			return wire.ReceiptResponse{ServerMS: 1, Receipt: r.Sign(uuid.UUID{6}, receiptKey), Key: public}
		}, "receipt.other_server", false},
		"with another key": {func(r receipt.Receipt) any {
			return wire.ReceiptResponse{ServerMS: 1, Receipt: r.Sign(receiptServer, stranger), Key: stranger.Public().(ed25519.PublicKey)}
		}, "receipt.forged", false},
		"none, bytes are missing":  {func(r receipt.Receipt) any { return wire.ReceiptResponse{ServerMS: 1, Key: public} }, "receipt.lacks", false},
		"from an older server":     {func(r receipt.Receipt) any { return wire.Error{Kind: fault.NotFound, Code: "request.unknown"} }, "", false},
		"from a server in trouble": {func(r receipt.Receipt) any { return wire.Error{Kind: fault.Internal, Code: "internal"} }, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, sy, st := closing(t)
			a, _, err := st.Account(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			s.receipt = func(req wire.ReceiptRequest) any { return c.answer(honest(s, a, req)) }
			if err := sy.Round(t.Context()); err != nil {
				t.Fatal("a round in which all was sent failed:", err)
			}
			d, err := st.DayEnd(t.Context())
			if err != nil || d.Covers != c.kept || d.Code != c.code {
				t.Fatalf("%+v %v", d, err)
			}
			asked := s.asked("POST")
			if err := sy.Round(t.Context()); err != nil || s.asked("POST") != asked+1 {
				t.Fatal("asked again at once", err)
			}
			sy.Wake()
			want := asked + 3 // the exchange, and another try
			if c.kept {
				want--
			}
			if err := sy.Round(t.Context()); err != nil || s.asked("POST") != want {
				t.Fatal("a person waits, and it asked", s.asked("POST")-asked, err)
			}
		})
	}
}

// A phone that enrolled before there were receipts takes the first key that it is told, and no other after it.
func TestTheFirstKeyThatAnOlderPhoneHearsIsTheOne(t *testing.T) {
	t.Parallel()
	s, sy, st := closing(t)
	a, _, err := st.Account(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a.ReceiptKey = ""
	if err := st.SignIn(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	key := receiptKey
	s.receipt = func(req wire.ReceiptRequest) any {
		return wire.ReceiptResponse{ServerMS: 1, Receipt: honest(s, a, req).Sign(receiptServer, key), Key: key.Public().(ed25519.PublicKey)}
	}
	for i, want := range []bool{true, false} {
		if i == 1 {
			key = ed25519.NewKeyFromSeed([]byte("01234567890123456789012345678901"))
			edit(t, st, "two")
		}
		sy.Wake()
		if err := sy.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d, err := st.DayEnd(t.Context()); err != nil || d.Covers != want {
			t.Fatalf("key %d: %+v %v", i, d, err)
		}
	}
}

func TestAnotherPersonIsRefusedBeforeTheServerHearsOfIt(t *testing.T) {
	t.Parallel()
	s, sy, _ := closing(t)
	before := s.enrolled
	if err := sy.Enrol(t.Context(), s.URL, "li", "x", "phone"); !fault.Is(err, "auth.other_user") || s.enrolled != before {
		t.Fatal(err, s.enrolled)
	}
	if err := sy.Enrol(t.Context(), s.URL, " MA ", "x", "phone"); err != nil || s.enrolled != before+1 {
		t.Fatal("the same person is refused", err)
	}
}
