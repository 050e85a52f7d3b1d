package store

import (
	"strings"
	"testing"

	"storewalk/shared/digest"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

func TestAWriteThatComesWithAnotherContentIsKeptBesideAndPeopleAreTold(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	r := ma.note(t, "one")
	ma.push(t, s, r.Encode())
	if n := count(t, s, `SELECT count(*) FROM alarm`); n != 0 {
		t.Fatal(n, "alarms")
	}
	other := []byte(strings.Replace(string(r.Encode()), `"one"`, `"two"`, 1))
	ma.push(t, s, other)
	ma.push(t, s, other)
	if n := count(t, s, `SELECT count(*) FROM alarm WHERE code = 'alarm.fork'`); n != 1 {
		t.Error(n, "alarms of a fork")
	}
	if n := count(t, s, `SELECT values_n FROM conflict WHERE record = $1`, r.ID.String()); n != 2 {
		t.Error(n, "values are kept")
	}
}

// Two lives of a database wrote to two fields of one record under one number: each copy has seen the number of the other, and a
// join drops both. Nothing is gone without a word: people are told, and the log has both.
func TestTwoWritesUnderOneNumberThatCoverEachOtherAreInTheLogAndPeopleAreTold(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	r := ma.note(t, "one")
	ma.push(t, s, r.Encode())
	n := ma.n
	first := ma.set(t, r, "text", "of the first life")
	ma.n = n
	second := ma.set(t, r, "visit", uuid.NewString())
	ma.push(t, s, first.Encode())
	ma.push(t, s, r.Encode()) // an old copy that is covered, but whose writes are known, is nothing to tell
	if n := count(t, s, `SELECT count(*) FROM alarm`); n != 0 {
		t.Fatal(n, "alarms")
	}
	for range 2 {
		ma.push(t, s, second.Encode())
	}
	if n := count(t, s, `SELECT count(*) FROM alarm WHERE code = 'alarm.fork'`); n != 1 {
		t.Error(n, "alarms of a fork")
	}
	if n := count(t, s, `SELECT count(*) FROM write_log WHERE record = $1 AND n = $2`, r.ID.String(), n+1); n != 2 {
		t.Error(n, "values are in the log")
	}
}

func TestRangesAreForPhonesOfTheTerritoryAndWithinLimits(t *testing.T) {
	t.Parallel()
	s, ma, at, _ := compared(t)
	ask := func(c *caller, change func(*wire.RangesRequest)) (wire.RangesResponse, string) {
		return askRanges(t, s, c, at, change)
	}
	for name, want := range map[string]struct {
		code   string
		change func(*wire.RangesRequest)
	}{
		"another protocol":   {"proto.unsupported", func(r *wire.RangesRequest) { r.Proto = 2 }},
		"a million ranges":   {"request.too_large", func(r *wire.RangesRequest) { r.Ranges = make([]digest.Range, 1_000_000) }},
		"a million wanted":   {"request.too_large", func(r *wire.RangesRequest) { r.Want = make([]uuid.UUID, 1_000_000) }},
		"a million left out": {"request.too_large", func(r *wire.RangesRequest) { r.Except = make([]uuid.UUID, 1_000_000) }},
		"no hex digits":      {"request.malformed", func(r *wire.RangesRequest) { r.Ranges = []digest.Range{{Prefix: "0g"}} }},
		"too many digits": {"request.malformed", func(r *wire.RangesRequest) {
			r.Ranges = []digest.Range{{Prefix: digest.Prefix(strings.Repeat("0", 33))}}
		}},
		"no territory":      {"territory.not_found", func(r *wire.RangesRequest) { r.Cursor.Territory = uuid.Nil }},
		"another territory": {"territory.not_found", func(r *wire.RangesRequest) { r.Cursor.Territory = field.TerritoryID("nowhere") }},
	} {
		if _, code := ask(ma, want.change); code != want.code {
			t.Errorf("%s: %q", name, code)
		}
	}
	if err := s.SetTerritories(t.Context(), ma.Account, nil); err != nil {
		t.Fatal(err)
	}
	if _, code := ask(ma, func(*wire.RangesRequest) {}); code != "territory.not_found" {
		t.Error("a territory that was taken away:", code)
	}
}

func TestRangesNameWhatDiffersAndGiveWhatIsWanted(t *testing.T) {
	t.Parallel()
	s, ma, at, r := compared(t)
	ask := func(change func(*wire.RangesRequest)) (wire.RangesResponse, string) {
		return askRanges(t, s, ma, at, change)
	}
	all := func(r *wire.RangesRequest) { r.Ranges = []digest.Range{{}} }
	if got, code := ask(all); code != "" || len(got.Parts) != 1 || len(got.Parts[0].Items) == 0 {
		t.Errorf("%+v %s", got, code)
	}
	if got, code := ask(func(q *wire.RangesRequest) { q.Want = []uuid.UUID{uuid.New(), r.ID, field.ProductID("6901028000001")} }); code != "" || len(got.Puts) != 1 || got.Done != 3 {
		t.Errorf("%+v %s", got, code)
	}
	for name, change := range map[string]func(*wire.RangesRequest){
		"another history": func(r *wire.RangesRequest) { r.Cursor.Epoch = record.Replica{1} },
		"beyond the head": func(r *wire.RangesRequest) { r.Cursor.Seq++ },
	} {
		if got, code := ask(change); code != "" || !got.Again {
			t.Errorf("%s: %+v %s", name, got, code)
		}
	}
}

// compared makes a server with one note, the phone that wrote it, and where that phone is in the feed.
func compared(t *testing.T) (s *Store, ma *caller, at wire.Cursor, r record.Record) {
	t.Helper()
	s = openStore(t)
	ma = newCaller(t, s, "ma")
	r = ma.note(t, "x")
	for _, f := range ma.push(t, s, r.Encode()).Feeds {
		if f.Territory == r.Territory {
			at = wire.Cursor{Territory: f.Territory, Epoch: f.Epoch, Seq: f.Seq}
		}
	}
	return s, ma, at, r
}

func askRanges(t *testing.T, s *Store, c *caller, at wire.Cursor, change func(*wire.RangesRequest)) (wire.RangesResponse, string) {
	t.Helper()
	req := wire.RangesRequest{Proto: wire.Proto, Cursor: at, Budget: 1 << 40}
	change(&req)
	got, err := s.Ranges(t.Context(), c.Principal, req)
	if err == nil {
		return got, ""
	}
	_, code := fault.Of(err)
	return got, code
}
