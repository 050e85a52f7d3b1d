package record

import (
	"encoding/json"
	"testing"
)

// remove deletes what the desk's copy held when its context was saw.
func (d *desk) remove(saw Vector) Entry {
	return d.setRaw(Deleted, DeleteValue(saw), d.copy.SeenBy(Deleted, saw))
}

func (d *desk) keep() Entry { return d.setRaw(Deleted, UndeleteValue, d.copy.Seen(Deleted)) }

func (d *desk) setRaw(name string, value json.RawMessage, seen []Dot) Entry {
	d.n++
	d.lam = max(d.lam, d.copy.MaxLam()) + 1
	e := Entry{Dot: Dot{d.rid, d.n}, Lam: d.lam, Author: "u", Wall: int64(d.n), Value: value}
	d.copy = d.copy.Set(name, e, seen)
	return e
}

// fate judges the join of copies, which must not depend on their order.
func fate(t *testing.T, a, b Record) Judgement {
	t.Helper()
	x, y := Join(a, b), Join(b, a)
	if !equal(x, y) {
		t.Fatal("the order of joining tells")
	}
	back, err := Decode(x.Encode())
	if err != nil || !equal(back, x) {
		t.Fatal("a deleted record can not be read again", err)
	}
	if err := ok(x.Judge(), back.Judge()); err != "" {
		t.Fatal(err)
	}
	return x.Judge()
}

func ok(a, b Judgement) string {
	if a.Fate != b.Fate || len(a.Deletes) != len(b.Deletes) || len(a.Unseen) != len(b.Unseen) {
		return "a record is judged otherwise once it has been stored"
	}
	return ""
}

func TestADeleteThatSawEverythingHidesTheRecord(t *testing.T) {
	t.Parallel()
	a, b := newDesk(0), newDesk(1)
	a.setAll("text", "1")
	if j := a.copy.Judge(); j.Fate != Live {
		t.Fatal(j)
	}
	b.copy = Join(b.copy, a.copy)
	b.setAll("text", "2")
	e := b.remove(b.copy.Context())
	if j := fate(t, a.copy, b.copy); j.Fate != Gone || len(j.Deletes) != 1 || !j.Deletes[0].same(e) {
		t.Fatal(j)
	}
}

func TestADeleteHidesOnlyWhatItSaw(t *testing.T) {
	t.Parallel()
	a, b := newDesk(0), newDesk(1)
	a.setAll("text", "1")
	b.copy = a.copy
	a.remove(a.copy.Context())
	edit := b.setAll("text", "2")
	j := fate(t, a.copy, b.copy)
	if j.Fate != Disputed || len(j.Unseen) != 1 || !j.Unseen[0].Entry.same(edit) || j.Unseen[0].Field != "text" {
		t.Fatal(j)
	}
	// What came while the page stood open was not seen either.
	c := newDesk(2)
	c.copy = a.copy
	page := c.copy.Context()
	c.copy = Join(c.copy, b.copy)
	c.remove(page)
	if j := c.copy.Judge(); j.Fate != Disputed {
		t.Fatal(j)
	}
	c.remove(c.copy.Context())
	if j := fate(t, c.copy, Join(a.copy, b.copy)); j.Fate != Gone {
		t.Fatal("deleted again by one who saw the edit", j)
	}
}

func TestTwoDeletesHideWhatEitherSaw(t *testing.T) {
	t.Parallel()
	a, b := newDesk(0), newDesk(1)
	a.setAll("text", "1")
	b.copy = a.copy
	a.setAll("phone", "2")
	b.setAll("note", "3")
	a.remove(a.copy.Context())
	b.remove(b.copy.Context())
	if j := fate(t, a.copy, b.copy); j.Fate != Gone || len(j.Deletes) != 2 {
		t.Fatal(j)
	}
}

func TestTakingADeleteBackCountsWhereTheDeleteWasSeen(t *testing.T) {
	t.Parallel()
	a, b := newDesk(0), newDesk(1)
	a.setAll("text", "1")
	a.remove(a.copy.Context())
	b.copy = a.copy
	undo := b.keep()
	if j := fate(t, a.copy, b.copy); j.Fate != Live {
		t.Fatal(j)
	}
	a.remove(a.copy.Context()) // again, without knowing that the other took it back
	j := fate(t, a.copy, b.copy)
	if j.Fate != Disputed || len(j.Unseen) != 1 || !j.Unseen[0].Entry.same(undo) || j.Unseen[0].Field != Deleted {
		t.Fatal("a delete and its undoing are both to be seen", j)
	}
	a.copy = Join(a.copy, b.copy)
	a.remove(a.copy.Context())
	if j := fate(t, a.copy, b.copy); j.Fate != Gone {
		t.Fatal(j)
	}
}

func TestWhatIsNoDeleteHidesNothing(t *testing.T) {
	t.Parallel()
	for _, value := range []string{`null`, `true`, `{}`, `{"rids":[],"ctx":[]}`, `{"rids":["AQAAAAAAAAAAAAAAAAAAAA"],"ctx":[]}`,
		`{"rids":["AQAAAAAAAAAAAAAAAAAAAA"],"ctx":[0]}`, `{"rids":["short"],"ctx":[1]}`,
		`{"rids":["AQAAAAAAAAAAAAAAAAAAAA","AQAAAAAAAAAAAAAAAAAAAA"],"ctx":[1,2]}`} {
		a := newDesk(0)
		a.setAll("text", "1")
		a.setRaw(Deleted, json.RawMessage(value), nil)
		if j := a.copy.Judge(); j.Fate != Live {
			t.Error(value, j)
		}
	}
	// Beside a real delete it is something that its writer did not see.
	a, b := newDesk(0), newDesk(1)
	a.setAll("text", "1")
	b.copy = a.copy
	a.remove(a.copy.Context())
	b.setRaw(Deleted, json.RawMessage(`{"of":"a later version"}`), nil)
	if j := fate(t, a.copy, b.copy); j.Fate != Disputed {
		t.Fatal(j)
	}
}

func TestADeletesWordIsRenamedWithWhatItSaw(t *testing.T) {
	t.Parallel()
	a := newDesk(0)
	a.setAll("zone", "before the fork") // number 1; fields in an order that is not that of the writes
	a.setAll("text", "2")
	page := a.copy.Context()
	a.setAll("area", "3, which the delete does not see")
	a.remove(page)
	fresh, n := Replica{9}, uint64(100)
	got := a.copy.Rename(a.rid, 2, func() Dot { n++; return Dot{fresh, n} })
	j := got.Judge()
	if j.Fate != Disputed || len(j.Unseen) != 1 || j.Unseen[0].Field != "area" {
		t.Fatal("renamed, the delete saw other writes than before", j)
	}
	if saw, _ := DecodeDelete(j.Deletes[0].Value); saw.N(a.rid) != 1 || saw.N(fresh) != 101 {
		t.Fatal(saw)
	}

	clone := newDesk(0) // the other life, whose second write nobody here has seen
	clone.setAll("zone", "before the fork")
	other := clone.setAll("phone", "of the other life")
	a.remove(a.copy.Context())
	mine := a.copy.Rename(a.rid, 2, func() Dot { n++; return Dot{fresh, n} })
	if j := mine.Judge(); j.Fate != Gone {
		t.Fatal(j)
	}
	if j := fate(t, mine, clone.copy); j.Fate != Disputed || len(j.Unseen) != 1 || !j.Unseen[0].Entry.same(other) {
		t.Fatal("the delete hides what the other life wrote", j)
	}
}

func TestSomebodyElsesDeleteKeepsItsWordWhenALifeIsRenamed(t *testing.T) {
	t.Parallel()
	clone, b := newDesk(0), newDesk(1)
	clone.setAll("text", "of the other life")
	b.copy = clone.copy
	e := b.remove(b.copy.Context())
	a := newDesk(0)
	a.setAll("note", "of this life, under the same name")
	fresh, n := Replica{9}, uint64(0)
	got := a.copy.Rename(a.rid, 1, func() Dot { n++; return Dot{fresh, n} })
	j := fate(t, got, b.copy)
	if j.Fate != Disputed || len(j.Unseen) != 1 || j.Unseen[0].Field != "note" || !j.Deletes[0].same(e) {
		t.Fatal("what was deleted is the other life's, not what was written here", j)
	}
	both := Join(a.copy, b.copy) // the same when the delete had come before this life got its new name
	if j := both.Rename(a.rid, 1, func() Dot { n++; return Dot{fresh, n} }).Judge(); !j.Deletes[0].same(e) {
		t.Fatal("another's write was changed", j)
	}
}
