package store

import (
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

func TestAStoreIsFoundByWhateverAPersonTypesOfIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	for typed, want := range map[string][]uuid.UUID{
		"":            {shop, grocer},
		"  ":          {shop, grocer},
		"640402":      {shop, grocer},
		"0001":        {shop},
		"13909540002": {grocer},
		"长乐":          {shop},
		"长 乐 便利":      {shop}, // an input method's spaces
		"便利店重庆":       {},
		"王堃":          {shop},
		"wangkun":     {shop},
		"WangKun":     {shop},
		"wk":          {shop},
		"cqclbld":     {shop},
		"zqcl":        {shop}, // 重 has two readings
		"chongqing":   {shop},
		"shanxiuying": {grocer}, // 单, as a name
		"danxiuying":  {grocer},
		"shizadian":   {grocer},
		"szd":         {grocer},
		"%":           {grocer},
		"_":           {grocer},
		"100%_":       {grocer},
		"0%真":         {},
		`\`:           {},
		`%\`:          {},
		"[a-z]":       {},
		"*":           {},
		"'":           {},
		`"`:           {},
	} {
		rows, err := s.Stores(t.Context(), typed)
		must(t, err)
		found := []uuid.UUID{}
		for _, r := range rows {
			found = append(found, r.ID)
		}
		if len(found) != len(want) || len(want) > 0 && found[0] != want[0] {
			t.Errorf("%q finds %v", typed, rows)
		}
	}
	o.write(t, ledger.Edit{ID: shop, Field: "name", Value: "兴隆超市", SeenAll: true})
	o.exchange(t, s)
	for typed, want := range map[string]int{"cqcl": 0, "长乐": 0, "xlcs": 1} {
		rows, err := s.Stores(t.Context(), typed)
		must(t, err)
		equal(t, len(rows), want)
	}
}

func TestStoresComeWithAVisitInProgressFirstThenByTownshipAndName(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	third := field.StoreID("3")
	for _, v := range (field.Store{LicenceNo: "3", Name: "阿里小卖部", Township: "640402100"}).Fields() {
		o.write(t, ledger.Edit{ID: third, Type: field.TypeStore, Territory: town, Field: v.Field, Value: v.Value})
	}
	s := newPhone(t, o, li)
	order := func() (out []uuid.UUID) {
		rows, err := s.Stores(t.Context(), "")
		must(t, err)
		for _, r := range rows {
			out = append(out, r.ID)
		}
		return out
	}
	equal(t, order(), []uuid.UUID{shop, third, grocer}) // 重 comes before 阿 in Unicode: 91CD, 963F
	visit := checkIn(t, s, grocer)
	equal(t, order(), []uuid.UUID{grocer, shop, third})
	checkIn(t, newPhone(t, o, wang), third) // her visit is not his
	o.settled(t, s)
	equal(t, order(), []uuid.UUID{grocer, shop, third})
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	equal(t, order(), []uuid.UUID{shop, third, grocer})
}
