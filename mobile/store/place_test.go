package store

import (
	"encoding/json"
	"testing"

	"storewalk/shared/field"
)

func TestAStoreIsWhereThePhoneIsAndThatCanBeUndone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	first, moved := field.Position{Lat: 36.01, Lon: 106.28, Acc: 12}, field.Position{Lat: 36.02, Lon: 106.28, Acc: 700}
	must(t, s.SetPlace(t.Context(), shop, field.Moment{Position: first}, page(t, s, shop).Place.Seen))
	must(t, s.SetPlace(t.Context(), shop, field.Moment{Position: moved}, page(t, s, shop).Place.Seen)) // however inexact: somebody says so
	equal(t, page(t, s, shop).Profile.Position, moved)
	must(t, s.RestorePlace(t.Context(), shop, first, page(t, s, shop).Place.Seen))
	s = reopen(t, s)
	p := page(t, s, shop)
	equal(t, p.Profile.Position, first)
	equal(t, len(p.Place.Siblings), 1)
	o.exchange(t, s)
	equal(t, field.StoreOf(o.load(t, shop)).Position, first)
}

func TestAMoveCanBeTakenBackAfterARestartUntilItIsSentOrAnotherPlaceIsThere(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	moved := func() *Move { return page(t, s, shop).Moved }
	place := func(at field.Position) {
		t.Helper()
		must(t, s.SetPlace(t.Context(), shop, field.Moment{Position: at}, page(t, s, shop).Place.Seen))
	}
	nowhere, door, home := field.Position{}, field.Position{Lat: 36.01, Lon: 106.28, Acc: 12}, field.Position{Lat: 36.4, Lon: 106.28, Acc: 9}
	place(door)
	if m := moved(); m == nil || m.From != nowhere || m.To != door {
		t.Fatalf("%+v", m)
	}
	o.exchange(t, s)
	equal(t, moved(), nil) // others have it

	place(home) // by mistake, and once more, which is no way to lose the door
	jitter := home
	jitter.Lat += 0.0001
	place(jitter)
	s = reopen(t, s)
	equal(t, moved().From, home)
	must(t, s.RestorePlace(t.Context(), shop, home, page(t, s, shop).Place.Seen))
	s = reopen(t, s)
	equal(t, moved().From, door)
	must(t, s.SetStoreText(t.Context(), shop, "phone", "13800000000", nil)) // is no place
	equal(t, moved().From, door)
	must(t, s.RestorePlace(t.Context(), shop, door, page(t, s, shop).Place.Seen))
	equal(t, moved(), nil)
	equal(t, page(t, s, shop).Profile.Position, door)

	place(home)
	o.put(t, shop, field.TypeStore, field.Value{Field: "position", Value: nowhere})
	o.exchange(t, s)
	equal(t, moved(), nil)
	must(t, s.SetStoreText(t.Context(), shop, "phone", "13900000000", nil)) // waits again, but the move is sent
	equal(t, moved(), nil)
}

func TestAPlaceThatThePhoneDoesNotHaveOrMakesUpMovesNoStoreAndIsRecorded(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s, other := newPhone(t, o, li), newPhone(t, o, wang)
	was := field.Position{Lat: 36.01, Lon: 106.28}
	must(t, s.SetPlace(t.Context(), shop, field.Moment{Position: was}, page(t, s, shop).Place.Seen))
	o.exchange(t, s)
	o.exchange(t, other)
	for code, at := range map[string]field.Moment{"place.mocked": {Position: field.Position{Lat: 1, Lon: 2}, Mocked: true},
		"place.refused": {Lack: field.LackRefused}, "place.none": {Lack: field.LackSignal}} {
		wantFault(t, s.SetPlace(t.Context(), shop, at, page(t, s, shop).Place.Seen), code)
		p := page(t, s, shop)
		equal(t, p.Profile.Position, was)
		e, ok := loadRecord(t, s.db, shop).Winner(field.PlacedField(li))
		var said field.Moment
		if !ok || json.Unmarshal(e.Value, &said) != nil || said.AtMS == 0 {
			t.Fatal("not recorded", string(e.Value))
		}
		said.AtMS = 0
		equal(t, said, at)
	}
	wantFault(t, other.SetPlace(t.Context(), shop, field.Moment{}, page(t, other, shop).Place.Seen), "place.none")
	o.exchange(t, other)
	o.exchange(t, s)
	equal(t, len(page(t, s, shop).Differ), 0) // each has said it for themselves
}

func TestTwoWhoPlaceAStoreElsewhereAreAConflict(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s, other := newPhone(t, o, li), newPhone(t, o, wang)
	here, there := field.Position{Lat: 36.01, Lon: 106.28}, field.Position{Lat: 36.5, Lon: 106.28}
	must(t, s.SetPlace(t.Context(), shop, field.Moment{Position: here}, page(t, s, shop).Place.Seen))
	must(t, other.SetPlace(t.Context(), shop, field.Moment{Position: there}, page(t, other, shop).Place.Seen))
	o.exchange(t, s)
	o.exchange(t, other)
	o.exchange(t, s)
	for _, phone := range []*Store{s, other} {
		p := page(t, phone, shop)
		if len(p.Place.Siblings) != 2 || len(p.Differ) != 1 || p.Differ[0].Field != "position" {
			t.Fatalf("%+v %+v", p.Place, p.Differ)
		}
	}
	c, err := s.Conflict(t.Context(), shop, "position")
	must(t, err)
	must(t, s.Settle(t.Context(), shop, "position", c.Values[1].Value, c.Seen))
	equal(t, len(page(t, s, shop).Place.Siblings), 1)
}
