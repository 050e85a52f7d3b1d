package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"storewalk/demo/guyuan"
	"storewalk/server/importer"
	"storewalk/server/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

type demoSeed struct{ data }

// The territory and the people of the demonstration. The passwords are public.
const (
	demoTerritory     = "yuanzhou"
	demoTerritoryName = "原州乡村片区"
)

var demoPeople = []struct{ login, name, role, password string }{
	{"li", "李娜", field.RoleManager, "liupanshan-li"},
	{"wang", "王军", field.RoleManager, "liupanshan-wang"},
	{"zhao", "赵敏", field.RoleSupervisor, "liupanshan-zhao"},
}

// Run fills in what is missing and prints how to sign in. Run again, it changes nothing.
func (d *demoSeed) Run(ctx context.Context, c *console) error {
	return d.with(ctx, func(st *store.Store) error {
		if err := st.SetTerritory(ctx, demoTerritory, demoPlace()); err != nil {
			return err
		}
		stores, problems := importer.Stores(bytes.NewReader(guyuan.StoresCSV()))
		products, more := importer.Products(bytes.NewReader(guyuan.ProductsCSV()))
		if len(problems)+len(more) > 0 {
			return fmt.Errorf("demo: %v %v", problems, more)
		}
		if err := counted(c, "stores")(st.ImportStores(ctx, field.TerritoryID(demoTerritory), stores)); err != nil {
			return err
		}
		if err := counted(c, "products")(st.ImportProducts(ctx, products)); err != nil {
			return err
		}
		towns, problems := importer.Outlines(bytes.NewReader(guyuan.OutlinesJSON(guyuan.TerritoryCounty)), importer.Tolerance)
		if len(problems) > 0 {
			return fmt.Errorf("demo: %v", problems)
		}
		if err := putOutlines(ctx, st, c, towns); err != nil {
			return err
		}
		managers, err := seedPeople(ctx, st, c)
		if err != nil {
			return err
		}
		n, err := st.AddPastVisits(ctx, pastVisits(time.Now(), managers, stores, products))
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "past visits: %d added\n", n)
		plan, problems := importer.ReadPlan(bytes.NewReader(guyuan.PlanJSON()))
		if len(problems) > 0 {
			return fmt.Errorf("demo: %v", problems)
		}
		plan.Tasks = demoTasks(time.Now(), stores)
		return putPlan(ctx, st, c, plan)
	})
}

// seedPeople adds who is missing and returns the ids of the managers.
func seedPeople(ctx context.Context, st *store.Store, c *console) (managers []uuid.UUID, err error) {
	for _, p := range demoPeople {
		a, err := st.AccountByLogin(ctx, p.login)
		password := "(as it was)"
		if kind, _ := fault.Of(err); err != nil && kind == fault.NotFound {
			password = p.password
			a.ID, err = st.AddAccount(ctx, store.NewAccount{Login: p.login, Name: p.name, Role: p.role, Password: p.password,
				Territories: []uuid.UUID{field.TerritoryID(demoTerritory)}})
		}
		if err != nil {
			return nil, err
		}
		if p.role == field.RoleManager {
			managers = append(managers, a.ID)
		}
		fmt.Fprintf(c.out, "sign in: %s %s (%s %s)\n", p.login, password, p.role, p.name)
	}
	return managers, nil
}

const (
	pastStores = 30 // stores that have a history
	pastWeeks  = 5
)

var pastNotes = []string{
	"店主反映细支烟走得快，下周想多订两条。", "陈列被饮料挡住，已帮忙调整到正面。", "提醒价签要与指导价一致，已补贴。",
	"店主不在，与家人核对了库存。", "新品已摆上柜台，顾客问的不多。", "上次的断货已补上，店主满意。", "学校附近，再次提醒不得向未成年人售烟。",
	"电话常打不通，建议订货日打备用电话。", "货架有灰，帮忙整理了一遍。", "附近工地收工，低价位走得慢。", "店主询问现代终端怎么申请，已说明条件。",
	"赶集日忙，约好下次下午三点来。", "", "", "",
}

// pastVisits makes some weeks of work before now, oldest first: the same stores and numbers on every call,
// on days counted from now.
func pastVisits(now time.Time, managers []uuid.UUID, stores []field.Store, products []field.Product) (out []store.PastVisit) {
	rnd := rand.New(rand.NewPCG(2026, 30))
	year, month, day := now.In(field.Zone).Date()
	for i, at := range rnd.Perm(len(stores))[:pastStores] {
		s := stores[at]
		shelf := pastShelf(rnd, s, products)
		for k := range 2 + rnd.IntN(4) {
			start := time.Date(year, month, day-7*(pastWeeks-k)+rnd.IntN(5), 8, 30+rnd.IntN(9*60), rnd.IntN(60), 0, field.Zone)
			if start.Weekday() == time.Sunday {
				start = start.AddDate(0, 0, -1)
			}
			v := store.PastVisit{ID: uuid.NewSHA1(field.StoreID(s.LicenceNo), fmt.Append(nil, "past visit ", k)), Territory: field.TerritoryID(demoTerritory)}
			v.Visit = field.Visit{Store: field.StoreID(s.LicenceNo), Manager: managers[i%3%len(managers)],
				CheckIn:  field.Moment{AtMS: start.UnixMilli(), Position: s.Position},
				CheckOut: field.Moment{AtMS: start.Add(time.Duration(8+rnd.IntN(20)) * time.Minute).UnixMilli(), Position: s.Position}}
			v.Note = pastNotes[rnd.IntN(len(pastNotes))]
			v.Counts = map[uuid.UUID]field.CountLine{}
			for product, line := range shelf {
				v.Counts[product] = line
			}
			out = append(out, v)
			for _, p := range products { // in the order of the list, for the same numbers on every call
				if line, ok := shelf[field.ProductID(p.Code)]; ok {
					shelf[field.ProductID(p.Code)] = weekLater(rnd, line)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b store.PastVisit) int { return cmp.Compare(a.Visit.CheckOut.AtMS, b.Visit.CheckOut.AtMS) })
	return out
}

// pastShelf chooses what a store sells, more of it the higher its grade.
func pastShelf(rnd *rand.Rand, s field.Store, products []field.Product) map[uuid.UUID]field.CountLine {
	shelf := map[uuid.UUID]field.CountLine{}
	for _, at := range rnd.Perm(len(products))[:8+s.Grade/3] {
		shelf[field.ProductID(products[at].Code)] = field.CountLine{Cartons: rnd.IntN(3 + s.Grade/4), Packs: 1 + rnd.IntN(9), OnDisplay: rnd.IntN(10) > 0}
	}
	return shelf
}

// weekLater sells some packs of a line and sometimes delivers cartons.
func weekLater(rnd *rand.Rand, l field.CountLine) field.CountLine {
	left := max(0, l.Total()-rnd.IntN(18))
	if rnd.IntN(100) < 45 {
		left += field.PacksPerCarton * (1 + rnd.IntN(3))
	}
	return field.CountLine{Cartons: left / field.PacksPerCarton, Packs: left % field.PacksPerCarton,
		OnDisplay: left > 0 && rnd.IntN(12) > 0, OutOfStock: left == 0}
}
