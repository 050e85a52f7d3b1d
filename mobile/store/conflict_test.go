package store

import (
	"database/sql"
	"encoding/json"
	"slices"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// sorted is for values whose order two phones agree on and a test does not know.
func sorted(values []Sibling) []string { return slices.Sorted(slices.Values(shown(values))) }

func TestTheSameFieldEditedOnTwoPhonesKeepsBothUntilAPersonChooses(t *testing.T) {
	t.Parallel()
	for name, settler := range map[string]int{"Li chooses": 0, "Wang chooses": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			phones := []*Store{newPhone(t, o, li), newPhone(t, o, wang)}
			for i, number := range []string{"13911110000", "13922220000"} {
				must(t, phones[i].SetStoreText(t.Context(), shop, "phone", number, page(t, phones[i], shop).Phone.Seen))
			}
			o.settled(t, phones...)
			both := []string{`"13911110000"`, `"13922220000"`}
			var first string
			for i, s := range phones {
				p := page(t, s, shop)
				equal(t, sorted(p.Phone.Siblings), both)
				if i == 0 {
					first = p.Phone.Value
				}
				equal(t, p.Phone.Value, first) // both show the same one first
				equal(t, p.Profile.Phone, first)
				for _, v := range p.Phone.Siblings {
					equal(t, v.Mine, string(v.Value) == both[i])
					equal(t, v.Author, map[string]string{both[0]: "李明", both[1]: "王芳"}[string(v.Value)])
				}
				rows, err := s.Stores(t.Context(), "640402100001")
				must(t, err)
				equal(t, rows[0].Conflicts, 1)
				equal(t, openConflicts(t, s), 1)
				waits(t, s, 0, 0)
			}

			s := phones[settler]
			all, err := s.Conflicts(t.Context())
			must(t, err)
			if len(all) != 1 || all[0].Record != shop || all[0].Field != "phone" || all[0].StoreName == "" || len(all[0].Values) != 2 {
				t.Fatalf("%+v", all)
			}
			loser := all[0].Values[1]
			must(t, s.Settle(t.Context(), shop, "phone", loser.Value, all[0].Seen))
			o.settled(t, phones...)
			for _, s := range phones {
				equal(t, shown(page(t, s, shop).Phone.Siblings), []string{string(loser.Value)})
				all, err := s.Conflicts(t.Context())
				must(t, err)
				equal(t, len(all), 0)
				equal(t, openConflicts(t, s), 0)
				c, err := s.Conflict(t.Context(), shop, "phone")
				must(t, err)
				equal(t, shown(c.Values), []string{string(loser.Value)})
			}
			equal(t, loadRecord(t, phones[0].db, shop).Version(), loadRecord(t, phones[1].db, shop).Version())
		})
	}
}

// openConflicts is how many wait, which the list of the day says too.
func openConflicts(t *testing.T, s *Store) int {
	t.Helper()
	n, err := s.OpenConflicts(t.Context())
	must(t, err)
	d, err := s.Today(t.Context(), "", field.Position{})
	must(t, err)
	equal(t, d.Conflicts, n)
	return n
}

func TestAValueThatArrivesWhileAPersonTypesIsKeptBesideTheirs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	opened := page(t, s, shop).Phone.Seen // the page is drawn, typing begins
	o.write(t, ledger.Edit{ID: shop, Field: "phone", Value: "0954-2030000", SeenAll: true})
	o.exchange(t, s)
	must(t, s.SetStoreText(t.Context(), shop, "phone", "13933330000", opened))
	both := []string{`"0954-2030000"`, `"13933330000"`}
	equal(t, sorted(page(t, s, shop).Phone.Siblings), both)
	must(t, s.SetStoreText(t.Context(), shop, "phone", "13933330001", opened)) // typing goes on
	both[1] = `"13933330001"`
	equal(t, sorted(page(t, s, shop).Phone.Siblings), both)
	o.settled(t, s)
	r := o.load(t, shop)
	equal(t, len(r.Siblings("phone")), 2)

	seen := page(t, s, shop).Phone.Seen // the person now sees both, and writes a third
	must(t, s.SetStoreText(t.Context(), shop, "phone", "13944440000", seen))
	o.settled(t, s)
	equal(t, shown(page(t, s, shop).Phone.Siblings), []string{`"13944440000"`})
}

// twoNumbers is an office with two phones that each gave a store another telephone number, and what the first shows of that.
func twoNumbers(t *testing.T) (o *office, a, b *Store, c Conflict) {
	o = newOffice(t)
	a, b = newPhone(t, o, li), newPhone(t, o, wang)
	must(t, a.SetStoreText(t.Context(), shop, "phone", "1", page(t, a, shop).Phone.Seen))
	must(t, b.SetStoreText(t.Context(), shop, "phone", "2", page(t, b, shop).Phone.Seen))
	o.settled(t, a, b)
	c, err := a.Conflict(t.Context(), shop, "phone")
	must(t, err)
	return o, a, b, c
}

func TestSettlingDoesNotTouchAValueThatArrivedSince(t *testing.T) {
	t.Parallel()
	o, a, b, c := twoNumbers(t)
	o.write(t, ledger.Edit{ID: shop, Field: "phone", Value: "3"}) // the office saw neither
	o.exchange(t, a)
	must(t, a.Settle(t.Context(), shop, "phone", quoted("1"), c.Seen))
	o.settled(t, a, b)
	for _, s := range []*Store{a, b} { // what the seed held was replaced by both
		equal(t, sorted(page(t, s, shop).Phone.Siblings), []string{`"1"`, `"3"`})
	}
}

func TestAChoiceIsTakenBackByAnotherAndWhatArrivedSinceStaysBeside(t *testing.T) {
	t.Parallel()
	o, a, b, c := twoNumbers(t)
	must(t, a.Settle(t.Context(), shop, "phone", quoted("1"), c.Seen))
	chosen, err := a.Conflict(t.Context(), shop, "phone")
	must(t, err)
	equal(t, shown(chosen.Values), []string{`"1"`})
	must(t, a.Settle(t.Context(), shop, "phone", quoted("2"), chosen.Seen))
	o.settled(t, a, b)
	for _, s := range []*Store{a, b} {
		equal(t, shown(page(t, s, shop).Phone.Siblings), []string{`"2"`})
	}
	chosen, err = a.Conflict(t.Context(), shop, "phone")
	must(t, err)
	must(t, b.SetStoreText(t.Context(), shop, "phone", "3", page(t, b, shop).Phone.Seen)) // in place of what a chose
	o.settled(t, a, b)
	must(t, a.Settle(t.Context(), shop, "phone", quoted("1"), chosen.Seen))
	o.settled(t, a, b)
	for _, s := range []*Store{a, b} {
		equal(t, sorted(page(t, s, shop).Phone.Siblings), []string{`"1"`, `"3"`})
	}
}

func TestAConflictSaysOnWhichDeviceEachValueWasWritten(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	phones := []*Store{newPhone(t, o, li), newPhone(t, o, li)} // two of one person
	for i, text := range []string{"0", "1"} {
		must(t, phones[i].SetStoreText(t.Context(), shop, "note", text, page(t, phones[i], shop).Note.Seen))
	}
	o.settled(t, phones...)
	check := func(s *Store, want map[string]Device) {
		t.Helper()
		c, err := s.Conflict(t.Context(), shop, "note")
		must(t, err)
		got := map[string]Device{}
		for _, v := range c.Values {
			got[string(v.Value)] = v.Device
		}
		equal(t, got, want)
	}
	check(phones[0], map[string]Device{`"0"`: ThisDevice, `"1"`: AnotherDevice})
	check(phones[1], map[string]Device{`"0"`: AnotherDevice, `"1"`: ThisDevice})
	rid, err := phones[0].Barrier(t.Context())
	must(t, err)
	_, err = phones[0].Link(t.Context(), rid) // as each exchange does
	must(t, err)
	check(phones[0], map[string]Device{`"0"`: ThisDevice, `"1"`: AnotherDevice})
	must(t, phones[0].change(t.Context(), func(tx *sql.Tx) error {
		_, err := ledger.Renew(t.Context(), tx)
		return err
	}))
	check(phones[0], map[string]Device{`"0"`: UnknownDevice, `"1"`: AnotherDevice})
}

func TestTwoPeopleWhoChooseApartAtTheSameTimeLoseNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		first, second string
		want          []string
	}{
		{"1", "2", []string{`"1"`, `"2"`}}, // a conflict again
		{"2", "2", []string{`"2"`}},        // the same choice is one value
	} {
		o := newOffice(t)
		a, b := newPhone(t, o, li), newPhone(t, o, wang)
		must(t, a.SetStoreText(t.Context(), shop, "note", "1", nil))
		must(t, b.SetStoreText(t.Context(), shop, "note", "2", nil))
		o.settled(t, a, b)
		for s, choice := range map[*Store]string{a: c.first, b: c.second} {
			now, err := s.Conflict(t.Context(), shop, "note")
			must(t, err)
			must(t, s.Settle(t.Context(), shop, "note", quoted(choice), now.Seen))
		}
		o.settled(t, a, b)
		for _, s := range []*Store{a, b} {
			equal(t, sorted(page(t, s, shop).Note.Siblings), c.want)
		}
	}
}

func TestCountsOfDifferentProductsMergeAndOfTheSameOneStayApart(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := newPhone(t, o, li)
	visit := checkIn(t, a, shop)
	o.exchange(t, a)
	b := newPhone(t, o, wang) // comes along
	must(t, a.SetCount(t.Context(), visit, furong, field.CountLine{Cartons: 1}, nil))
	must(t, a.SetCount(t.Context(), visit, zhonghu, field.CountLine{Cartons: 12}, nil))
	must(t, b.SetCount(t.Context(), visit, zhonghu, field.CountLine{Cartons: 14, OnDisplay: true}, nil))
	o.settled(t, a, b)
	for _, s := range []*Store{a, b} {
		equal(t, sheetRow(t, s, visit, furong).Line.Cartons, 1)
		row := sheetRow(t, s, visit, zhonghu)
		equal(t, sorted(row.Siblings), []string{`{"cartons":12,"packs":0,"display":false,"out":false}`, `{"cartons":14,"packs":0,"display":true,"out":false}`})
		var line field.CountLine
		must(t, json.Unmarshal(row.Siblings[0].Value, &line))
		equal(t, row.Line, line)
	}
	c, err := b.Conflict(t.Context(), field.CountID(visit), field.LineField(zhonghu))
	must(t, err)
	if c.Product != "中华(软)" || c.Visit != visit || c.Store != shop || c.VisitMS == 0 {
		t.Fatalf("%+v", c)
	}
	must(t, b.SetCount(t.Context(), visit, zhonghu, field.CountLine{Cartons: 13}, c.Seen)) // counting again settles as well
	o.settled(t, a, b)
	for _, s := range []*Store{a, b} {
		equal(t, len(sheetRow(t, s, visit, zhonghu).Siblings), 1)
		equal(t, sheetRow(t, s, visit, zhonghu).Line.Cartons, 13)
	}
}

func TestTapsFasterThanTheScreenAreNoConflict(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	seen := sheetRow(t, s, visit, furong).Seen
	for i := range 9 {
		must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: i}, seen))
		if i == 4 {
			o.exchange(t, s)
		}
	}
	equal(t, shown(sheetRow(t, s, visit, furong).Siblings), []string{`{"cartons":0,"packs":8,"display":false,"out":false}`})
}

func TestCheckingInAgainIsTheSameVisitUntilItEnds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	equal(t, checkIn(t, s, shop), visit)
	o.exchange(t, s)
	s = reopen(t, s)
	equal(t, checkIn(t, s, shop), visit)
	if other := checkIn(t, newPhone(t, o, wang), shop); other == visit {
		t.Fatal("two people made one visit")
	}
	if other := checkIn(t, s, grocer); other == visit {
		t.Fatal("two stores, one visit")
	}
	rows, err := s.Stores(t.Context(), "")
	must(t, err)
	for _, r := range rows {
		if r.OpenVisit == uuid.Nil {
			t.Fatalf("%+v", r)
		}
	}
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	ended := visitPage(t, s, visit).Row.CheckOutMS
	must(t, s.CheckOut(t.Context(), visit, field.Moment{Position: field.Position{Lat: 36, Lon: 106}}))
	equal(t, visitPage(t, s, visit).Row.CheckOutMS, ended)
	if checkIn(t, s, shop) == visit {
		t.Fatal("an ended visit began again")
	}
	_, err = s.CheckIn(t.Context(), uuid.New(), nowhere, Purpose{})
	wantFault(t, err, "store.not_found")
	wantFault(t, s.CheckOut(t.Context(), shop, nowhere), "visit.not_found") // a store is no visit
}

func TestAnotherPersonsChangeNeverReplacesMyNote(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := newPhone(t, o, li)
	visit := checkIn(t, a, shop)
	must(t, a.SetNote(t.Context(), visit, uuid.Nil, "李的记录", nil))
	o.exchange(t, a)
	b := newPhone(t, o, wang)
	must(t, b.SetNote(t.Context(), visit, uuid.Nil, "王的记录", nil))
	c := newPhone(t, o, li) // Li's second phone
	must(t, c.SetNote(t.Context(), visit, uuid.Nil, "李在另一台手机上", nil))
	must(t, a.CheckOut(t.Context(), visit, nowhere))
	correction := uuid.New()
	wantFault(t, a.SetNote(t.Context(), visit, uuid.Nil, "改", nil), "visit.closed")
	must(t, a.SetNote(t.Context(), visit, correction, "李的更", nil))
	must(t, a.SetNote(t.Context(), visit, correction, "李的更正", nil))
	o.settled(t, a, b, c)
	for _, s := range []*Store{a, b, c} {
		notes := map[string]NoteRow{}
		for _, n := range visitPage(t, s, visit).Notes {
			for _, v := range n.Text.Siblings {
				notes[string(v.Value)] = n
			}
		}
		equal(t, len(notes), 4)
		equal(t, notes[`"李的更正"`].Corrects, noteID(visit, li))
		equal(t, notes[`"李的更正"`].Author, "李明")
		equal(t, len(notes[`"李的记录"`].Text.Siblings), 2)
		equal(t, notes[`"王的记录"`].ID, noteID(visit, wang))
	}
}
