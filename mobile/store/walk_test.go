package store

import (
	"slices"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// shelf is a phone with five more products, and their ids in the order of their names.
func shelf(t *testing.T) (*Store, *office, []uuid.UUID) {
	t.Helper()
	o := newOffice(t)
	var ids []uuid.UUID
	for _, code := range []string{"11", "12", "13", "14", "15"} {
		id := field.ProductID(code)
		ids = append(ids, id)
		for _, v := range (field.Product{Code: code, Name: "烟" + code, PriceClass: 3, GuidePriceFen: 1000, Status: "normal"}).Fields() {
			o.write(t, ledger.Edit{ID: id, Type: field.TypeProduct, Territory: field.Common, Field: v.Field, Value: v.Value, SeenAll: true})
		}
	}
	s := newPhone(t, o, li)
	o.exchange(t, s)
	return s, o, ids
}

func sheetNames(t *testing.T, s *Store, visit uuid.UUID) (out []string) {
	t.Helper()
	rows, err := s.CountSheet(t.Context(), visit)
	must(t, err)
	for _, r := range rows {
		if r.PriceClass == 3 {
			out = append(out, r.Section+r.Name)
		}
	}
	return out
}

func TestRowsStandInTheOrderTheStoreWasWalked(t *testing.T) {
	t.Parallel()
	s, _, p := shelf(t)
	first := checkIn(t, s, shop)
	for _, i := range []int{3, 1, 4} {
		must(t, s.SetCount(t.Context(), first, p[i], field.CountLine{Packs: 1}, nil))
	}
	equal(t, sheetNames(t, s, first), []string{"烟14", "烟12", "烟15", "烟11", "烟13"})
	must(t, s.CheckOut(t.Context(), first, nowhere))

	second := checkIn(t, s, shop)
	must(t, s.SetCount(t.Context(), second, p[1], field.CountLine{Packs: 1}, nil))
	must(t, s.SetCount(t.Context(), second, p[0], field.CountLine{Packs: 1}, nil)) // is new here: after the one before it
	equal(t, sheetNames(t, s, second), []string{"烟14", "烟12", "烟11", "烟15", "烟13"})
	must(t, s.SetCount(t.Context(), second, p[2], field.CountLine{Why: "refused"}, nil)) // was not met
	equal(t, sheetNames(t, s, second), []string{"烟14", "烟12", "烟11", "烟15", "烟13"})

	other := checkIn(t, s, grocer)
	equal(t, sheetNames(t, s, other), []string{"烟11", "烟12", "烟13", "烟14", "烟15"})
}

func TestTwoWhoArrangeTheSameShelvesOfflineLoseNothing(t *testing.T) {
	t.Parallel()
	a, o, p := shelf(t)
	b := newPhone(t, o, wang)
	o.exchange(t, b)
	visits := map[*Store]uuid.UUID{a: checkIn(t, a, shop), b: checkIn(t, b, shop)}
	arrange := func(s *Store, section string, order ...uuid.UUID) {
		w, err := s.Walk(t.Context(), visits[s])
		must(t, err)
		w.Order, w.Sections = order, []field.Section{{Name: section, First: order[0]}}
		must(t, s.SetWalk(t.Context(), visits[s], w))
	}
	arrange(a, "烟柜/", p[4], p[3])
	arrange(b, "背柜/", p[2], p[3], p[0])
	o.exchange(t, a)
	o.exchange(t, b)
	o.exchange(t, a)
	equal(t, sheetNames(t, a, visits[a]), sheetNames(t, b, visits[b]))
	w, err := a.Walk(t.Context(), visits[a])
	must(t, err)
	if len(w.Order) != 4 || len(w.Sections) != 2 {
		t.Fatalf("%+v", w)
	}
	open, err := a.Conflicts(t.Context())
	must(t, err)
	if len(open) != 0 {
		t.Fatalf("an order of shelves is nothing to settle: %+v", open)
	}
	arrange(a, "收银台/", p[0], p[1])
	o.exchange(t, a)
	o.exchange(t, b)
	w, err = b.Walk(t.Context(), visits[b])
	must(t, err)
	if len(w.Order) != 5 || w.Order[0] != p[0] || slices.Index(w.Order, p[1]) < 0 || len(w.Sections) != 1 {
		t.Fatalf("%+v", w)
	}
}

func TestALineIsShownBesideWhatTheStoreHadAndHowMuchThatUsuallyIs(t *testing.T) {
	t.Parallel()
	s, _, p := shelf(t)
	for _, packs := range []int{10, 30, 20} {
		v := checkIn(t, s, shop)
		must(t, s.SetCount(t.Context(), v, p[0], field.CountLine{Packs: packs, Facings: 2, PriceFen: 990}, nil))
		must(t, s.CheckOut(t.Context(), v, nowhere))
	}
	skipped := checkIn(t, s, shop)
	must(t, s.SetCount(t.Context(), skipped, p[0], field.CountLine{Why: "stored_elsewhere"}, nil))
	must(t, s.CheckOut(t.Context(), skipped, nowhere))
	equal(t, page(t, s, shop).Visits[0].Lines, 0)

	r := sheetRow(t, s, checkIn(t, s, shop), p[0])
	equal(t, *r.Basis.Last, field.CountLine{Packs: 20, Facings: 2, PriceFen: 990})
	equal(t, []any{r.Basis.Usual, r.Basis.GuideFen}, []any{20, 1000})
}

func TestThatAStoreCouldNotBeCountedIsKeptUntilSomethingIsCounted(t *testing.T) {
	t.Parallel()
	s, _, p := shelf(t)
	visit := checkIn(t, s, shop)
	reason := func() string {
		h, err := s.CountHead(t.Context(), visit)
		must(t, err)
		equal(t, visitPage(t, s, visit).NotCounted, h.NotCounted)
		return h.NotCounted
	}
	set := func(why string) {
		h, err := s.CountHead(t.Context(), visit)
		must(t, err)
		must(t, s.SetNotCounted(t.Context(), visit, why, h.Seen))
	}
	set("closed")
	equal(t, reason(), "closed")
	set("")
	equal(t, reason(), "")
	set("refused")
	must(t, s.SetCount(t.Context(), visit, p[0], field.CountLine{Why: "refused"}, nil))
	equal(t, reason(), "refused")
	must(t, s.SetCount(t.Context(), visit, p[1], field.CountLine{Packs: 1}, nil))
	equal(t, reason(), "")
}
