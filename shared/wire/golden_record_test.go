package wire_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

var (
	goldenOwn    = record.Replica{0x01, 15: 0xff} // a phone
	goldenOther  = record.Replica{0xfb, 15: 0x02} // sorts after goldenOwn as bytes, before it as base64url text
	goldenOffice = record.Replica{0x80, 15: 0x03}
	goldenVisit  = uuid.MustParse("d1a4c7e2-0b58-4f93-8c6d-1e2f3a4b5c55")
	goldenPhotoR = uuid.MustParse("72c8e1f4-3a95-4b06-9d7e-5f60718293aa")
)

// set is one write: the zero Lam means n.
type set struct {
	rid   record.Replica
	n     uint64
	lam   uint64
	field string
	value any
	seen  []record.Dot
}

func goldenMake(t *testing.T, id uuid.UUID, typ string, territory uuid.UUID, place record.Place, writes ...set) record.Record {
	t.Helper()
	r := record.Record{ID: id, Type: typ, Territory: territory, Place: place}
	for _, w := range writes {
		value, ok := w.value.(json.RawMessage)
		if !ok {
			var err error
			if value, err = record.Value(w.value); err != nil {
				t.Fatal(err)
			}
		}
		lam, author := w.lam, goldenUser.String()
		if lam == 0 {
			lam = w.n
		}
		if w.rid == goldenOffice {
			author = ""
		}
		e := record.Entry{Dot: record.Dot{Replica: w.rid, N: w.n}, Lam: lam, Author: author, Wall: 1789084800000 + int64(w.n), Value: value}
		r = r.Set(w.field, e, w.seen)
	}
	return r
}

// later are fields that were added after the golden records were written. A record without them is as good as ever.
var later = []string{"outline", "townships", "outlines", "care", "window_from", "window_to", "opened"}

func goldenWrites(rid record.Replica, first uint64, values []field.Value) (out []set) {
	for _, v := range values {
		if !slices.Contains(later, v.Field) {
			out = append(out, set{rid: rid, n: first + uint64(len(out)), field: v.Field, value: v.Value})
		}
	}
	return out
}

// goldenRecords are records of every type, and some that show a rule.
func goldenRecords(t *testing.T) map[string]record.Record {
	t.Helper()
	first := record.Place{N: 1}
	store := field.StoreID("640402100001")
	product := field.ProductID("6901028000001")
	at := field.Moment{AtMS: 1789084800000, Position: field.Position{Lat: 36.0046, Lon: 106.2852, Acc: 12.5}}
	photo := field.Photo{Visit: goldenVisit, Store: store, Kind: "shelf", Ref: goldenPhoto, Size: 412345, Width: 1600, Height: 1200,
		TakenMS: 1789084812000, Position: field.Position{Lat: -36, Lon: 106.5}}
	line := func(cartons int) field.CountLine { return field.CountLine{Cartons: cartons, Packs: 4, OnDisplay: true} }
	return map[string]record.Record{
		"territory": goldenMake(t, goldenWest, field.TypeTerritory, field.Common, first,
			goldenWrites(goldenOffice, 1, field.Territory{Name: "原州西片", County: "640402"}.Fields())...),
		"user": goldenMake(t, goldenUser, field.TypeUser, field.Common, first,
			goldenWrites(goldenOffice, 3, field.User{Login: "ma", Name: "马强", Role: field.RoleManager}.Fields())...),
		"product": goldenMake(t, product, field.TypeProduct, field.Common, first,
			goldenWrites(goldenOffice, 6, field.Product{Code: "6901028000001", Name: "黄金叶(硬)", PriceClass: 2, GuidePriceFen: 2500, Status: "normal"}.Fields())...),
		"store": goldenMake(t, store, field.TypeStore, goldenWest, first,
			goldenWrites(goldenOffice, 11, append(field.Store{LicenceNo: "640402100001", Name: "固原 <A&B> 商店", Owner: "马\"老\\板\"", Phone: "0954-2030405",
				BusinessType: "convenience", MarketType: "town", Grade: 5, Township: "640402100", Address: "文化街 1 号\n二楼", Position: at.Position}.Fields(),
				field.Value{Field: "note", Value: "控制\x01字符 \u2028 😀"}))...),
		"visit": goldenMake(t, goldenVisit, field.TypeVisit, goldenWest, first,
			goldenWrites(goldenOwn, 1, []field.Value{{Field: "store", Value: store}, {Field: "manager", Value: goldenUser},
				{Field: "check_in", Value: at}, {Field: "check_out", Value: field.Moment{AtMS: 1789085400000}}})...),
		"count": goldenMake(t, field.CountID(goldenVisit), field.TypeCount, goldenWest, first,
			goldenWrites(goldenOwn, 5, []field.Value{{Field: "visit", Value: goldenVisit}, {Field: "store", Value: store},
				{Field: field.LineField(product), Value: line(3)}})...),
		"note": goldenMake(t, uuid.NewSHA1(goldenVisit, goldenUser[:]), field.TypeNote, goldenWest, first,
			goldenWrites(goldenOwn, 8, []field.Value{{Field: "visit", Value: goldenVisit}, {Field: "store", Value: store},
				{Field: "text", Value: "缺货 <两条> & 补货"}, {Field: "corrects", Value: goldenPhotoR}})...),
		"photo": goldenMake(t, goldenPhotoR, field.TypePhoto, goldenWest, first, set{rid: goldenOwn, n: 12, field: "photo", value: photo}),
		"thumbnail": goldenMake(t, field.ThumbnailID(goldenPhotoR), field.TypeThumbnail, goldenWest, first,
			set{rid: goldenOwn, n: 13, field: "thumbnail", value: field.Thumbnail{Photo: goldenPhotoR, JPEG: []byte{0xff, 0xd8, 0xff, 0xd9}}}),
		// Two people counted the same product: two entries, in the order of their replicas' bytes.
		"conflict": goldenMake(t, field.CountID(goldenVisit), field.TypeCount, goldenWest, record.Place{Epoch: 1, N: 2},
			set{rid: goldenOther, n: 900, lam: 41, field: field.LineField(product), value: line(14)},
			set{rid: goldenOwn, n: 5, lam: 40, field: field.LineField(product), value: line(12)}),
		// A type and values of a later version, and names that need escapes, are kept as they are.
		"unknown": goldenMake(t, goldenPhotoR, "ticket/2 \"ü\"", goldenWest, first,
			set{rid: goldenOwn, n: 1, field: "", value: json.RawMessage(`null`)},
			set{rid: goldenOwn, n: 2, field: "z\t\u2028", value: json.RawMessage(`{"b":1.50,"a":[1e3,"\u4e2d","\/"]}`)},
			set{rid: goldenOwn, n: 3, field: "a<b>&", value: json.RawMessage(`"x"`)}),
		// What a phone keeps of a record that has left it.
		"husk": goldenMake(t, goldenPhotoR, field.TypePhoto, uuid.Nil, record.Place{N: 7}),
	}
}

func goldenRecord(t *testing.T, name string) json.RawMessage {
	t.Helper()
	return goldenRecords(t)[name].Encode()
}

func TestEveryRecordIsWrittenAndReadAsInItsGoldenFile(t *testing.T) {
	t.Parallel()
	records := goldenRecords(t)
	for name, r := range records {
		want := goldenFile(t, "records", name)
		if got := r.Encode(); !bytes.Equal(got, want) {
			t.Errorf("%s is now\n%s", name, got)
		}
		back, err := record.Decode(want)
		if err != nil || !bytes.Equal(back.Encode(), want) {
			t.Errorf("%s is read as %v\n%s", name, err, back.Encode())
		}
		if err := field.Validate(back, record.Record{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	goldenNone(t, "records", records)
}

// facts are results that every client must come to.
type facts struct {
	IDs []struct { // ids that follow from what they name
		Kind, Name, ID string
	}
	Versions map[string]string // of the golden records, hex
	Hashes   []struct {        // of one entry, as in SyncResponse.known
		Record, Field, Hash string
	}
	Joins []struct{ Why, A, B, Joined json.RawMessage }
}

func TestEveryClientComesToTheSameFacts(t *testing.T) {
	t.Parallel()
	var f facts
	b, err := os.ReadFile(filepath.Join(golden, "facts.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	records := goldenRecords(t)
	for _, id := range f.IDs {
		var got uuid.UUID
		switch id.Kind {
		case "territory":
			got = field.TerritoryID(id.Name)
		case "store":
			got = field.StoreID(id.Name)
		case "product":
			got = field.ProductID(id.Name)
		case "user":
			got = field.UserID(id.Name)
		case "count":
			got = field.CountID(uuid.MustParse(id.Name))
		case "thumbnail":
			got = field.ThumbnailID(uuid.MustParse(id.Name))
		}
		if got.String() != id.ID {
			t.Errorf("%s %s is now %s", id.Kind, id.Name, got)
		}
	}
	if len(f.IDs) < 7 || len(f.Versions) != len(records) || len(f.Hashes) < 3 || len(f.Joins) < 5 {
		t.Error("facts are missing")
	}
	for name, r := range records {
		if v := r.Version(); hex.EncodeToString(v[:]) != f.Versions[name] {
			t.Errorf("the version of %s is now %x", name, v)
		}
	}
	for _, h := range f.Hashes {
		e, ok := records[h.Record].Winner(h.Field)
		if got := (ledger.NewEntry{Field: h.Field, Entry: e}).ContentHash(); !ok || got != h.Hash {
			t.Errorf("the hash of %s.%s is now %s", h.Record, h.Field, got)
		}
	}
	for _, j := range f.Joins {
		x, errX := record.Decode(j.A)
		y, errY := record.Decode(j.B)
		if errX != nil || errY != nil {
			t.Error(errX, errY, string(j.Why))
			continue
		}
		for _, got := range [][]byte{record.Join(x, y).Encode(), record.Join(y, x).Encode()} {
			if !bytes.Equal(got, j.Joined) {
				t.Errorf("%s: now\n%s", j.Why, got)
			}
		}
	}
}
