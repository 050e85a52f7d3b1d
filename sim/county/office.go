package county

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"storewalk/demo/guyuan"
	"storewalk/mobile/store"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// A maker makes the county as of one day.
type maker struct {
	size     Size
	day      time.Time // noon
	today    string
	rnd      *rand.Rand
	dir      string
	products []guyuan.Product
	shops    []field.Store // all stores
	theirs   map[uuid.UUID]record.Record
	writes   uint64 // by the office
	shots    []shot
}

// server is the replica that the office writes as, and the epoch of its feeds.
var server = record.Replica{7}

func newMaker(of Size, day time.Time) (*maker, error) {
	year, month, date := day.In(field.Zone).Date()
	m := &maker{size: of, day: time.Date(year, month, date, 12, 0, 0, 0, field.Zone), rnd: rand.New(rand.NewPCG(4, 10)),
		products: guyuan.Products(), theirs: map[uuid.UUID]record.Record{}}
	m.today = field.DayOf(m.day)
	base := guyuan.Stores()
	if len(base) == 0 {
		return nil, fmt.Errorf("county: no stores to begin with")
	}
	towns := guyuan.Townships()
	for i := range of.Stores {
		g := base[i%len(base)]
		s := field.Store{LicenceNo: fmt.Sprint(640402_000001 + i), Name: g.Name, Owner: g.Owner, Phone: fmt.Sprint(13_900_000_000 + i*7919),
			BusinessType: g.BusinessType, MarketType: g.MarketType, Grade: g.Grade, TerminalLevel: g.TerminalLevel,
			IntegrityGrade: g.IntegrityGrade, DistrictType: g.DistrictType, Township: towns[i*len(towns)/of.Stores].Code, Address: g.Address,
			Position: field.Position{Lat: 35.4 + float64(i*37%1000)/1000, Lon: 105.6 + float64(i*91%1300)/1000}, Opened: g.Opened}
		if i >= len(base) {
			s.Name = fmt.Sprintf("%s（%d店）", g.Name, i/len(base)+1)
		}
		if i%17 == 0 {
			s.WindowFrom, s.WindowTo = "15:00", "17:00"
		}
		if i%400 == 399 {
			s.Opened = field.DayOf(m.day.AddDate(0, 0, -20))
		}
		m.shops = append(m.shops, s)
	}
	return m, nil
}

func (m *maker) storeID(i int) uuid.UUID {
	return field.StoreID(m.shops[i%len(m.shops)].LicenceNo)
}
func (m *maker) productID(i int) uuid.UUID {
	return field.ProductID(m.products[i%len(m.products)].Code)
}

// area is the territory that store i lies in.
func (m *maker) area(i int) uuid.UUID {
	return field.TerritoryID(territories[i%m.size.Stores*len(territories)/m.size.Stores])
}

// decide writes a record as the office.
func (m *maker) decide(id uuid.UUID, typ string, territory uuid.UUID, values ...field.Value) error {
	r, ok := m.theirs[id]
	if !ok {
		r = record.Record{ID: id, Type: typ, Territory: territory, Place: record.Place{N: 1}}
	}
	for _, v := range values {
		value, err := record.Value(v.Value)
		if err != nil {
			return err
		}
		m.writes++
		r = r.Set(v.Field, record.Entry{Dot: record.Dot{Replica: server, N: m.writes}, Lam: r.MaxLam() + 1, Author: desk.String(),
			Wall: m.day.AddDate(0, -6, 0).UnixMilli(), Value: value}, r.Seen(v.Field))
	}
	m.theirs[id] = r
	return nil
}

// feeds are the territories' feeds with what the office wrote. seq is where they end.
func (m *maker) feeds(seq, backedUp int64) (out []wire.Feed) {
	at := map[uuid.UUID]int{}
	for _, t := range append([]uuid.UUID{field.Common}, m.areas()...) {
		at[t] = len(out)
		out = append(out, wire.Feed{Territory: t, Epoch: server, Seq: seq, BackedUp: backedUp})
	}
	for _, r := range m.theirs {
		f := &out[at[r.Territory]]
		f.Puts = append(f.Puts, json.RawMessage(r.Encode()))
	}
	clear(m.theirs)
	return out
}

func (m *maker) areas() (out []uuid.UUID) {
	for _, slug := range territories {
		out = append(out, field.TerritoryID(slug))
	}
	return out
}

// office signs the person in and brings what the office decided.
func (m *maker) office(ctx context.Context) error {
	for _, step := range []func() error{m.places, m.people, m.catalogue, m.plans} {
		if err := step(); err != nil {
			return err
		}
	}
	return m.open(ctx, func(s *store.Store) error {
		if err := s.SignIn(ctx, store.Account{Server: "https://visit.guyuan.example", Login: "li", User: me, Name: "李娜",
			Device: field.UserID("device"), Token: "t"}); err != nil {
			return err
		}
		return s.Apply(ctx, nil, wire.SyncResponse{ServerMS: m.day.UnixMilli(), Feeds: m.feeds(1, 0)})
	})
}

func (m *maker) places() error {
	towns := guyuan.Townships()
	for i, c := range guyuan.Counties() {
		t := c.Territory()
		for _, town := range towns {
			t.Townships[town.Code] = town.Name
		}
		if err := m.decide(m.areas()[i], field.TypeTerritory, m.areas()[i], t.Fields()...); err != nil {
			return err
		}
	}
	for i, s := range m.shops {
		if err := m.decide(m.storeID(i), field.TypeStore, m.area(i), s.Fields()...); err != nil {
			return err
		}
	}
	return nil
}

func (m *maker) people() error {
	for login, name := range map[string]string{"li": "李娜", "wang": "王军"} {
		err := m.decide(field.UserID(login), field.TypeUser, field.Common, field.User{Login: login, Name: name, Role: field.RoleManager}.Fields()...)
		if err != nil {
			return err
		}
	}
	return m.decide(desk, field.TypeUser, field.Common, field.User{Login: "zhao", Name: "赵敏", Role: field.RoleSupervisor}.Fields()...)
}

func (m *maker) catalogue() error {
	for i, p := range m.products {
		err := m.decide(m.productID(i), field.TypeProduct, field.Common, field.Product{Code: p.Code, Name: p.Name, PriceClass: p.PriceClass,
			GuidePriceFen: int64(p.GuidePriceFen), Status: p.Status}.Fields()...)
		if err != nil {
			return err
		}
	}
	return nil
}

func both(zh, en string) field.Text { return field.Text{ZH: zh, EN: en} }

// plans are routes of some weeks, instant tasks, templates, and announcements.
func (m *maker) plans() error {
	for _, kind := range []string{field.VisitRoutine, field.VisitInspection, field.VisitNewStore, field.VisitInstant} {
		t := field.Template{Format: field.TemplateFormat, Kind: kind, Name: both("常规拜访", "Routine visit")}
		for i, code := range []string{"display", "price", "stock", "information", "training", "licence"} {
			item := field.TemplateItem{Code: code, Name: both("服务项目"+fmt.Sprint(i+1), "Service item "+fmt.Sprint(i+1)), Required: i < 3,
				Questions: []field.Question{{ID: code, Kind: field.AskYesNo, Text: both("是否合格？", "Is it as it should be?"), Required: i < 2}},
				Phrases:   []field.Text{both("陈列整齐。", "Well arranged."), both("价签齐全。", "All price tags are there.")}}
			if i < 3 {
				item.Photos = []field.PhotoNeed{{Kind: field.PhotoKinds[i], Least: 1}}
			}
			t.Items = append(t.Items, item)
		}
		t.Survey = []field.Question{{ID: "rating", Kind: field.AskRating, Text: both("您对服务满意吗？", "Are you satisfied?")}}
		if err := m.decide(field.TemplateID(kind), field.TypeTemplate, field.Common, t.Fields()...); err != nil {
			return err
		}
	}
	for d := -20; d <= 5; d++ {
		day := field.DayOf(m.day.AddDate(0, 0, d))
		t := field.Task{Kind: field.TaskRoute, Manager: me, Day: day, Title: "线路" + day, Template: field.TemplateID(field.VisitRoutine)}
		for i := range routeStops {
			t.Stores = append(t.Stores, m.storeID((d+30)*routeStops+i))
		}
		if err := m.decide(field.RouteID(me, day), field.TypeTask, m.areas()[0], t.Fields()...); err != nil {
			return err
		}
	}
	for i := range 4 {
		t := field.Task{Kind: field.TaskInstant, Manager: me, Title: "送宣传册", Text: "新品上市，请当面说明。", Template: field.TemplateID(field.VisitInstant),
			DueMS: m.day.Add(time.Duration(i+1) * 6 * time.Hour).UnixMilli(), Stores: []uuid.UUID{m.storeID(4000 + i), m.storeID(4100 + i)}}
		if err := m.decide(newID("task", i), field.TypeTask, m.areas()[0], t.Fields()...); err != nil {
			return err
		}
	}
	for i := range 12 {
		a := field.Announcement{Title: both("中秋货源安排", "Supply for the holiday"), Text: both("请提前三天订货，货源充足。", "Order three days ahead."),
			FromMS: m.day.AddDate(0, 0, -i).UnixMilli()}
		if err := m.decide(newID("announcement", i), field.TypeAnnouncement, field.Common, a.Fields()...); err != nil {
			return err
		}
	}
	return nil
}

// newID is the same in each run.
func newID(kind string, n int) uuid.UUID {
	return uuid.NewSHA1(uuid.Nil, fmt.Appendf(nil, "county %s %d", kind, n))
}

func visitID(i int) uuid.UUID    { return newID("visit", i) }
func photoID(i, j int) uuid.UUID { return newID("photo", i*1_000+j) }
