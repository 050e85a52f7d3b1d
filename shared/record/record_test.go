package record

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
)

var (
	visitID   = uuid.MustParse("9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c01")
	territory = uuid.MustParse("9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c02")
)

// A desk is one replica at work on copies of one record; the ghost of every test here.
type desk struct {
	rid  Replica
	n    uint64
	lam  uint64
	copy Record
}

func newDesk(i int) *desk {
	return &desk{rid: Replica{byte(i) + 1}, copy: Record{ID: visitID, Type: "visit", Territory: territory, Place: Place{0, 1}}}
}

func (d *desk) set(name, value string, seen []Dot) Entry {
	d.n++
	d.lam = max(d.lam, d.copy.MaxLam()) + 1
	v, _ := Value(value)
	e := Entry{Dot: Dot{d.rid, d.n}, Lam: d.lam, Author: "u", Wall: int64(d.n), Value: v}
	d.copy = d.copy.Set(name, e, seen)
	return e
}

func (d *desk) setAll(name, value string) Entry { return d.set(name, value, d.copy.Seen(name)) }

func equal(a, b Record) bool { return bytes.Equal(a.Encode(), b.Encode()) }

func values(es []Entry) (out []string) {
	for _, e := range es {
		out = append(out, string(e.Value))
	}
	return out
}

func TestEditsOfDifferentFieldsBothSurvive(t *testing.T) {
	t.Parallel()
	a, b := newDesk(0), newDesk(1)
	a.setAll("phone", "1")
	a.setAll("note", "n")
	b.copy = Join(b.copy, a.copy)
	a.setAll("phone", "2")
	b.setAll("note", "m")
	for _, got := range []Record{Join(a.copy, b.copy), Join(b.copy, a.copy)} {
		if p, n := got.Siblings("phone"), got.Siblings("note"); len(p) != 1 || len(n) != 1 || string(p[0].Value) != `"2"` || string(n[0].Value) != `"m"` {
			t.Fatal(values(p), values(n))
		}
	}
}

func TestConcurrentEditsOfOneFieldAreBothKeptUntilSomeoneSettlesThem(t *testing.T) {
	t.Parallel()
	a, b := newDesk(0), newDesk(1)
	a.setAll("phone", "1")
	b.copy = Join(b.copy, a.copy)
	a.setAll("phone", "2")
	b.setAll("phone", "3")
	a.copy, b.copy = Join(a.copy, b.copy), Join(b.copy, a.copy)
	if got := a.copy.Siblings("phone"); len(got) != 2 || !equal(a.copy, b.copy) {
		t.Fatal(values(got))
	}
	b.setAll("phone", "2") // saw both
	a.copy = Join(a.copy, b.copy)
	if got := values(a.copy.Siblings("phone")); !slices.Equal(got, []string{`"2"`}) {
		t.Fatal(got)
	}
}

func TestAWriterReplacesOnlyWhatItSaw(t *testing.T) {
	t.Parallel()
	a, b := newDesk(0), newDesk(1)
	a.setAll("phone", "1")
	seen := a.copy.Seen("phone")
	b.copy = Join(b.copy, a.copy)
	b.setAll("phone", "2")
	a.copy = Join(a.copy, b.copy) // arrives while the person is still typing
	a.set("phone", "3", seen)
	if got := a.copy.Siblings("phone"); len(got) != 2 {
		t.Fatal("a value nobody saw was replaced", values(got))
	}
}

func TestEqualValuesWrittenApartAreOneSiblingButTwoEntries(t *testing.T) {
	t.Parallel()
	a, b := newDesk(0), newDesk(1)
	a.setAll("phone", "1")
	b.setAll("phone", "1")
	j := Join(a.copy, b.copy)
	if len(j.Siblings("phone")) != 1 || len(j.Entries("phone")) != 2 {
		t.Fatal(values(j.Entries("phone")))
	}
}

func TestTwoContentsUnderOneDotAreBothKept(t *testing.T) {
	t.Parallel()
	a, clone := newDesk(0), newDesk(0)
	a.setAll("phone", "1")
	clone.setAll("phone", "2")
	if got := Join(a.copy, clone.copy).Siblings("phone"); len(got) != 2 {
		t.Fatal(values(got))
	}
	later := newDesk(1)
	later.copy = Join(later.copy, Join(a.copy, clone.copy))
	later.setAll("phone", "3")
	if got := Join(later.copy, clone.copy).Siblings("phone"); len(got) != 1 {
		t.Fatal("a replaced fork came back", values(got))
	}
}

func TestTheLaterPlaceWins(t *testing.T) {
	t.Parallel()
	a, b := newDesk(0), newDesk(1)
	b.copy.Territory, b.copy.Place = visitID, Place{0, 2}
	if got := Join(a.copy, b.copy); got.Territory != visitID || got.Place.N != 2 || !equal(got, Join(b.copy, a.copy)) {
		t.Fatalf("%+v", got)
	}
}

func TestUnknownFieldsAndTypesSurviveUntouched(t *testing.T) {
	t.Parallel()
	in := `{"id":"9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c01","type":"hologram","terr":"9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c02","place":[0,1],"rids":["AQAAAAAAAAAAAAAAAAAAAA"],"ctx":[2],"f":{"depth":[[0,1,1,"u",-5,{"z":[1,null,"<&>，"]}]],"empty":[[0,2,2,"",0,null]]}}`
	r, err := Decode([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(r.Encode()); got != in {
		t.Fatalf("got  %s\nwant %s", got, in)
	}
	if got := string(Join(Join(Record{}, r), r).Encode()); got != in {
		t.Fatal(got)
	}
}

func TestDecodeRefusesWhatBreaksARule(t *testing.T) {
	t.Parallel()
	const head = `{"id":"9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c01","type":"visit","terr":"9b2f6a52-7a0e-4f6e-9a63-0d3d3f1b2c02","place":[0,1],`
	for name, body := range map[string]string{
		"not JSON":             `{`,
		"no id":                `{"type":"visit"}`,
		"entry not in context": head + `"rids":["AQAAAAAAAAAAAAAAAAAAAA"],"ctx":[1],"f":{"a":[[0,2,1,"",0,1]]}}`,
		"number zero":          head + `"rids":["AQAAAAAAAAAAAAAAAAAAAA"],"ctx":[1],"f":{"a":[[0,0,1,"",0,1]]}}`,
		"replica twice":        head + `"rids":["AQAAAAAAAAAAAAAAAAAAAA","AQAAAAAAAAAAAAAAAAAAAA"],"ctx":[1,2],"f":{}}`,
		"replica index":        head + `"rids":["AQAAAAAAAAAAAAAAAAAAAA"],"ctx":[1],"f":{"a":[[1,1,1,"",0,1]]}}`,
		"lamport 2^60":         head + `"rids":["AQAAAAAAAAAAAAAAAAAAAA"],"ctx":[1],"f":{"a":[[0,1,1152921504606846976,"",0,1]]}}`,
		"entry too short":      head + `"rids":["AQAAAAAAAAAAAAAAAAAAAA"],"ctx":[1],"f":{"a":[[0,1]]}}`,
		"same entry twice":     head + `"rids":["AQAAAAAAAAAAAAAAAAAAAA"],"ctx":[1],"f":{"a":[[0,1,1,"",0,1],[0,1,1,"",0,1]]}}`,
		"too large":            head + `"rids":[],"ctx":[],"f":{}}` + string(bytes.Repeat([]byte(" "), MaxBytes)),
	} {
		if _, err := Decode([]byte(body)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// play lets three replicas write and exchange copies as the bytes say, and returns their copies with
// every entry ever written.
func play(script []byte) ([]Record, []Entry, map[Dot]Vector) {
	desks := []*desk{newDesk(0), newDesk(1), newDesk(2)}
	var written []Entry
	before := map[Dot]Vector{} // what each write had seen
	for i, b := range script {
		d, field := desks[int(b)%3], fmt.Sprintf("f%d", b>>2&1)
		switch {
		case b&0x80 != 0:
			d.copy = Join(d.copy, desks[int(b>>4)%3].copy)
		default:
			var seen []Dot
			if s := d.copy.Seen(field); len(s) > 0 && b&0x40 == 0 {
				seen = s
			} else if len(s) > 0 {
				seen = s[:1]
			}
			ctx := d.copy.Context()
			e := d.set(field, fmt.Sprint(i%5), seen)
			written, before[e.Dot] = append(written, e), ctx
		}
	}
	return []Record{desks[0].copy, desks[1].copy, desks[2].copy}, written, before
}

func FuzzJoinLaws(f *testing.F) {
	f.Add([]byte{0, 1, 2, 0x91, 4, 0xa0, 5, 0x40, 0x81})
	f.Add([]byte{0, 0x91, 0, 1, 0x92, 2, 0x82, 0x40, 0x41})
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) > 60 {
			return
		}
		copies, written, before := play(script)
		a, b, c := copies[0], copies[1], copies[2]
		was := a.Encode()
		ab := Join(a, b)
		switch {
		case !equal(ab, Join(b, a)):
			t.Fatal("join is not commutative")
		case !equal(Join(ab, c), Join(a, Join(b, c))):
			t.Fatal("join is not associative")
		case !equal(Join(a, a), a) || !equal(Join(ab, b), ab):
			t.Fatal("join is not idempotent")
		case !equal(Join(Record{}, a), a):
			t.Fatal("the zero record is not the identity")
		case !bytes.Equal(a.Encode(), was):
			t.Fatal("an argument changed")
		}
		all := Join(ab, c)
		for _, name := range all.Names() {
			for _, e := range all.Entries(name) {
				if !all.Context().Has(e.Dot) {
					t.Fatal("the context does not cover a live entry")
				}
			}
		}
		for _, x := range written {
			for _, y := range written {
				if x.Dot == y.Dot {
					continue
				}
				if x.Compare(y) == 0 || x.Compare(y) != -y.Compare(x) {
					t.Fatal("the order of entries is not total")
				}
				if before[y.Dot].Has(x.Dot) && x.Compare(y) > 0 {
					t.Fatal("a later write is ordered before one it had seen")
				}
			}
		}
		back, err := Decode(all.Encode())
		if err != nil || !equal(back, all) || back.Version() != all.Version() {
			t.Fatal("encoding does not round-trip", err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	a := newDesk(0)
	a.setAll("phone", "1")
	f.Add(a.copy.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Decode(b)
		if err != nil {
			return
		}
		again, err := Decode(r.Encode())
		if err != nil || !equal(again, r) {
			t.Fatalf("%v: %s", err, r.Encode())
		}
	})
}

func TestAVectorCoversWhatItHasSeen(t *testing.T) {
	t.Parallel()
	x, y := Dot{Replica{1}, 2}, Dot{Replica{2}, 1}
	v := Vector{}.With(x)
	w := Vector{}.With(y)
	for _, tt := range []struct {
		a, b             Vector
		aCovers, bCovers bool
	}{
		{Vector{}, Vector{}, true, true}, {Vector{}, v, false, true}, {v.With(y), v, true, false}, {v, w, false, false},
		{v.With(Dot{x.Replica, 1}), v, true, true}, {v.Merge(w), w.Merge(v), true, true},
	} {
		if got, back := tt.a.Covers(tt.b), tt.b.Covers(tt.a); got != tt.aCovers || back != tt.bCovers {
			t.Errorf("%v %v: %v, %v", tt.a, tt.b, got, back)
		}
	}
}

func TestReplicaHasOneSpelling(t *testing.T) {
	t.Parallel()
	r := Replica{1, 2, 255}
	if got, err := ParseReplica(r.String()); err != nil || got != r {
		t.Fatal(got, err)
	}
	for _, bad := range []string{"", "AQ", "AQAAAAAAAAAAAAAAAAAAAB", r.String() + "A"} {
		if _, err := ParseReplica(bad); err == nil {
			t.Error(bad)
		}
	}
}

func BenchmarkDecodeAndJoin(b *testing.B) {
	x, y := newDesk(0), newDesk(1)
	for i := range 12 {
		x.setAll(fmt.Sprint("line", i), "7")
	}
	y.copy = Join(y.copy, x.copy)
	y.setAll("line3", "9")
	enc := y.copy.Encode()
	b.ReportAllocs()
	for b.Loop() {
		r, err := Decode(enc)
		if err != nil || Join(x.copy, r).MaxLam() == 0 {
			b.Fatal(err)
		}
	}
}

func TestRenamedWritesGetNewDotsAndTheOldOnesAreNoLongerSeen(t *testing.T) {
	t.Parallel()
	a := newDesk(0)
	a.setAll("phone", "1")
	a.setAll("note", "n") // number 2
	a.setAll("owner", "o")
	fresh, n := Replica{9}, uint64(0)
	got := a.copy.Rename(a.rid, 2, func() Dot { n++; return Dot{fresh, n} })
	if got.Context().N(a.rid) != 1 || got.Context().N(fresh) != 2 {
		t.Fatal(got.Context())
	}
	if e, _ := got.Winner("phone"); e.Dot != (Dot{a.rid, 1}) {
		t.Fatal("a write before the fork was renamed", e.Dot)
	}
	clone := newDesk(0) // the other life: the same first write, then another second one
	clone.setAll("phone", "1")
	clone.setAll("phone", "2")
	all := Join(got, clone.copy)
	if p, o := values(all.Siblings("phone")), values(all.Siblings("owner")); !slices.Equal(p, []string{`"2"`}) || !slices.Equal(o, []string{`"o"`}) {
		t.Fatal("the other life's write was taken for a replaced one", p, o)
	}
	if none := a.copy.Rename(Replica{7}, 1, nil); !equal(none, a.copy) {
		t.Fatal("a stranger's dots were renamed")
	}
}

func TestAFieldIsContestedByDifferentValuesOnly(t *testing.T) {
	t.Parallel()
	r := Record{ID: uuid.New(), Type: "count"}
	n := uint64(0)
	for _, field := range []struct{ name, values string }{{"a", "1"}, {"b", "112"}, {"c", "22"}, {"d", "31"}} {
		for _, v := range field.values {
			n++
			r = r.Set(field.name, Entry{Dot: Dot{Replica{1}, n}, Lam: n, Value: []byte(string(v))}, nil)
		}
	}
	var want []string
	for _, name := range r.Names() {
		if len(r.Siblings(name)) > 1 {
			want = append(want, name)
		}
	}
	if got := r.Contested(); !slices.Equal(got, want) || !slices.Equal(got, []string{"b", "d"}) {
		t.Fatal(got, want)
	}
}
