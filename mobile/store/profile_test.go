package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// put writes values of a record in the office, of the territory town.
func (o *office) put(t testing.TB, id uuid.UUID, typ string, values ...field.Value) {
	t.Helper()
	var edits []ledger.Edit
	for _, v := range values {
		edits = append(edits, ledger.Edit{ID: id, Type: typ, Territory: town, Field: v.Field, Value: v.Value, SeenAll: true})
	}
	o.write(t, edits...)
}

func TestAStorePageNamesItsTownshipAndShowsTheLatestStorefront(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	p := page(t, s, shop)
	if p.TerritoryName != "原州一片" || p.TownshipName != "640402100" || p.Storefront != nil {
		t.Errorf("%q %q %v", p.TerritoryName, p.TownshipName, p.Storefront)
	}
	o.put(t, town, field.TypeTerritory, field.Value{Field: "townships", Value: map[string]string{"640402100": "三营镇"}})
	o.exchange(t, s)
	equal(t, page(t, s, shop).TownshipName, "三营镇")

	var fronts []uuid.UUID
	for i, kind := range []string{"storefront", "storefront", "shelf"} {
		visit := checkIn(t, s, shop)
		ref, size, err := s.Blobs.Add(strings.NewReader(fmt.Sprint(kind, i)))
		must(t, err)
		id, err := s.AddPhoto(t.Context(), visit, field.Photo{Kind: kind, Ref: ref, Size: size, TakenMS: int64(9 - i)}, []byte("thumb"), Sequel{})
		must(t, err)
		must(t, s.CheckOut(t.Context(), visit, nowhere))
		fronts = append(fronts, id)
	}
	front := page(t, s, shop).Storefront
	if front == nil || front.Photo != fronts[1] || string(front.Thumb) != "thumb" { // of the later visit, whatever the clock said
		t.Errorf("%+v", front)
	}
}

func TestTheTrendOfAProductIsItsLastCountsAndItsRateIsThatOfTheWeek(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	count := func(store, product uuid.UUID, l field.CountLine) {
		visit := checkIn(t, s, store)
		must(t, s.SetCount(t.Context(), visit, product, l, nil))
		must(t, s.CheckOut(t.Context(), visit, nowhere))
	}
	for i := range trendCounts + 2 {
		count(shop, furong, field.CountLine{Packs: i, OnDisplay: i%2 == 0})
	}
	count(shop, zhonghu, field.CountLine{OutOfStock: true})
	count(grocer, furong, field.CountLine{Packs: 1, OnDisplay: true})
	old := uuid.New()
	long := field.Moment{AtMS: time.Now().AddDate(0, 0, -displayDays-1).UnixMilli()}
	o.put(t, old, field.TypeVisit, field.Value{Field: "store", Value: uuid.New()}, field.Value{Field: "manager", Value: wang}, field.Value{Field: "check_in", Value: long})
	o.put(t, field.CountID(old), field.TypeCount, field.Value{Field: "visit", Value: old}, field.Value{Field: "store", Value: uuid.New()},
		field.Value{Field: field.LineField(zhonghu), Value: field.CountLine{OnDisplay: true}})
	o.exchange(t, s)

	got := page(t, s, shop).Trends
	if len(got) != 2 {
		t.Fatalf("%+v", got)
	}
	out, kept := got[0], got[1] // what is out of stock comes first
	equal(t, []int{len(out.Points), out.On(), out.AreaOn, out.AreaOf}, []int{1, 0, 0, 1})
	var packs []int
	for _, p := range kept.Points {
		packs = append(packs, p.Line.Packs)
	}
	equal(t, packs, []int{3, 4, 5, 6, 7, 8, 9}) // one of the last counts is that of the other product
	equal(t, []int{kept.On(), kept.AreaOn, kept.AreaOf}, []int{3, 2, 2})
}

func TestWhatAStoreWaitsForIsListedByItsClockUntilItIsClosed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	spoke := time.Now().Add(-3 * time.Hour).UnixMilli()
	ask := func(kind, text string, events ...field.RequestEvent) {
		values := []field.Value{{Field: "store", Value: shop}, {Field: "kind", Value: kind}, {Field: "text", Value: text},
			{Field: "spoke", Value: spoke}, {Field: "owner", Value: wang}}
		id := uuid.New()
		o.put(t, id, field.TypeRequest, values...)
		for _, e := range events {
			o.put(t, id, field.TypeRequest, field.Value{Field: field.EventPrefix + uuid.NewString(), Value: e})
		}
	}
	ask(field.RequestSupply, "要货")
	ask(field.RequestComplaint, "价格不对")
	ask(field.RequestEnquiry, "办结了", field.RequestEvent{Kind: field.EventSolve}, field.RequestEvent{Kind: field.EventFollowUp})
	ask(field.RequestEnquiry, "等回访", field.RequestEvent{Kind: field.EventSolve})
	o.exchange(t, s)
	got := page(t, s, shop).Requests
	var texts []string
	for _, q := range got {
		texts = append(texts, q.Text)
	}
	equal(t, texts, []string{"价格不对", "要货", "等回访"})
	equal(t, got[0].Owner, "王芳")
	equal(t, []any{got[0].Next, got[0].DueMS}, []any{field.EventStart, spoke + field.AnswerComplaint.Milliseconds()})
	equal(t, []any{got[2].Next, got[2].DueMS}, []any{field.EventFollowUp, int64(0)})
}

func TestAStoreIsToldWhatIsAnnouncedNowAndMeantForIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	now := time.Now()
	announce := func(title string, a field.Announcement) uuid.UUID {
		id := uuid.New()
		a.Title = field.Text{ZH: title}
		o.put(t, id, field.TypeAnnouncement, a.Fields()...)
		return id
	}
	heard := announce("听过的", field.Announcement{FromMS: now.UnixMilli() - 1})
	announce("所有户", field.Announcement{FromMS: now.UnixMilli() - 2})
	announce("这一户", field.Announcement{FromMS: now.UnixMilli() - 3, Stores: []uuid.UUID{shop}})
	announce("别的户", field.Announcement{Stores: []uuid.UUID{grocer}})
	announce("过期", field.Announcement{UntilMS: now.Add(-time.Hour).UnixMilli()})
	announce("以后", field.Announcement{FromMS: now.Add(time.Hour).UnixMilli()})
	announce("收回", field.Announcement{Closed: true})
	visit := uuid.New()
	o.put(t, field.ChecklistID(visit), field.TypeChecklist, field.Value{Field: "visit", Value: visit}, field.Value{Field: "store", Value: shop},
		field.Value{Field: field.ToldPrefix + heard.String(), Value: field.Tick{Done: true, AtMS: 5}})
	o.exchange(t, s)
	var titles []string
	got := page(t, s, shop).Announcements
	for _, a := range got {
		titles = append(titles, a.Title.ZH)
	}
	equal(t, titles, []string{"所有户", "这一户", "听过的"})
	equal(t, got[2].ToldMS, 5)
}

func TestTheHabitsOfAnOwnerAreKeptAsTheyAreTapped(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	p := page(t, s, shop)
	must(t, s.SetWindow(t.Context(), shop, "14:00", "16:30", p.WindowFrom.Seen, p.WindowTo.Seen))
	must(t, s.SetCare(t.Context(), shop, []string{"elderly", "from_a_later_version"}, p.Care.Seen))
	for _, bad := range [][2]string{{"16:00", "15:00"}, {"25:00", ""}, {"", "noon"}} {
		wantFault(t, s.SetWindow(t.Context(), shop, bad[0], bad[1], nil, nil), "window.invalid")
	}
	o.exchange(t, s)
	f := field.StoreOf(o.load(t, shop))
	equal(t, []any{f.WindowFrom, f.WindowTo, f.CareFlags}, []any{"14:00", "16:30", []string{"elderly", "from_a_later_version"}})
}

func TestCareFlagsSetOnTwoPhonesAreBothKept(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	phones := []*Store{newPhone(t, o, li), newPhone(t, o, wang)}
	for i, flag := range []string{"elderly", "disabled"} {
		must(t, phones[i].SetCare(t.Context(), shop, []string{flag}, page(t, phones[i], shop).Care.Seen))
	}
	o.settled(t, phones...)
	for _, s := range phones {
		equal(t, page(t, s, shop).Differ, []Differing{{Record: shop, Field: "care", Values: 2}})
		equal(t, sorted(page(t, s, shop).Care.Siblings), []string{`["disabled"]`, `["elderly"]`})
	}
}
