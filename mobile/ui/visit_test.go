package ui_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

// routine asks for everything that a list may ask for.
var routine = field.Template{Format: field.TemplateFormat, Kind: field.VisitRoutine, Name: field.Text{ZH: "常规拜访", EN: "Routine visit"},
	Items: []field.TemplateItem{
		{Code: "information", Name: field.Text{ZH: "信息告知", EN: "Information"}, Hint: field.Text{ZH: "把公告讲给店主听", EN: "Tell the announcements"}},
		{Code: "image", Name: field.Text{ZH: "形象提升", EN: "Image"}, Required: true, Photos: []field.PhotoNeed{{Kind: "display", Least: 1}},
			Questions: []field.Question{{ID: "tidy", Kind: field.AskChoice, Required: true, Text: field.Text{ZH: "陈列整洁吗", EN: "Is the display tidy"},
				Options: []field.Option{{Code: "yes", Text: field.Text{ZH: "整洁", EN: "Tidy"}}, {Code: "no", Text: field.Text{ZH: "不整洁", EN: "Untidy"}}}}}},
		{Code: "market", Name: field.Text{ZH: "市场维护", EN: "Market"}, Required: true, Questions: []field.Question{
			{ID: "shown", Kind: field.AskYesNo, Required: true, Text: field.Text{ZH: "许可证亮证经营", EN: "Licence on the wall"}},
			{ID: "near", Kind: field.AskMany, Text: field.Text{ZH: "周边有", EN: "Nearby"}, Options: []field.Option{{Code: "school", Text: field.Text{ZH: "学校", EN: "School"}}, {Code: "station", Text: field.Text{ZH: "车站", EN: "Station"}}}},
			{ID: "shelves", Kind: field.AskNumber, Text: field.Text{ZH: "货架几个", EN: "How many shelves"}},
			{ID: "news", Kind: field.AskText, Text: field.Text{ZH: "市场上有什么新情况", EN: "What is new in the market"}},
		}},
	},
	Survey: []field.Question{{ID: "content", Kind: field.AskRating, Text: field.Text{ZH: "对服务满意吗", EN: "Content with the service"}},
		{ID: "signed", Kind: field.AskSignature, Text: field.Text{ZH: "店主签字", EN: "The owner's signature"}}},
}

// planned gives the phone the list of a routine visit and an announcement.
func (w *world) planned() {
	w.t.Helper()
	w.office(uuid.Nil, now, field.TemplateID(field.VisitRoutine), field.TypeTemplate, routine.Fields()...)
	w.office(uuid.Nil, now, field.TemplateID(field.VisitInspection), field.TypeTemplate,
		field.Template{Format: 1, Kind: field.VisitInspection, Name: field.Text{ZH: "季度检查", EN: "Quarterly inspection"}}.Fields()...)
	w.office(uuid.Nil, now, id("announcement", 0), field.TypeAnnouncement, field.Announcement{Title: field.Text{ZH: "本周货源", EN: "Supply this week"},
		Text: field.Text{ZH: "中支货源增加，周三起可订。", EN: "More slims from Wednesday."}}.Fields()...)
	w.arrive()
}

func planning(t *testing.T) (*world, *uitest.Phone) {
	t.Helper()
	w := filled(t)
	w.planned()
	p := w.phone()
	p.Tap("tab.stores")
	return w, p
}

func TestTheAppIsKilledAfterEachTapOfAVisitAndNothingIsLost(t *testing.T) {
	w, p := planning(t)
	shop := id("store", 0).String()
	announcement := id("announcement", 0).String()
	tap := func(id string) func() { return func() { p.Tap(id) } }
	typed := func(id, text string) func() { return func() { p.Type(id, text) } }
	steps := []struct {
		do    func()
		there string // on the screen afterwards, also when the app has been killed
		text  string // of it; "" for any
	}{
		{tap("store." + shop), "visit.checkin", ""},
		{tap("visit.checkin"), "visit.checkout", ""},
		{tap("mode.instant"), "visit.mode", "即时 · 专访 · 独立 · 线下"},
		{tap("mode.group"), "visit.group", ""},
		{tap("visit.group"), "group.search", ""},
		{typed("group.search", "平安"), "", ""},
		{tap("group.add." + id("store", 2).String()), "group.came." + id("store", 2).String(), ""},
		{typed("group.outcome."+id("store", 2).String(), "愿意上柜"), "group.outcome." + id("store", 2).String(), "愿意上柜"},
		{tap("group.done"), "visit.group", ""},
		{tap("mode.joint"), "with.done", ""},
		{tap("with." + wangFang.String()), "with.done", ""},
		{tap("with.done"), "visit.with", "同行：王芳"},
		{tap("item.information"), "visit.list", "已完成 1 / 3 项"},
		{tap("need.image.display"), "visit.list", "已完成 1 / 3 项"},
		{tap("answer.tidy.no"), "visit.list", "已完成 2 / 3 项"},
		{tap("answer.shown.yes"), "visit.list", "已完成 3 / 3 项"},
		{tap("answer.near.school"), "", ""},
		{typed("answer.shelves", "12.5"), "answer.shelves", "12.5"},
		{typed("answer.shelves", "三个"), "answer.shelves", "三个"},
		{typed("answer.news", "新开了两家店😀"), "answer.news", "新开了两家店😀"},
		{tap("tell." + announcement), "", ""},
		{tap("visit.survey"), "survey.done", ""},
		{tap("answer.content.4"), "survey.done", ""},
		{tap("answer.signed.sign"), "sign.pad", ""},
		{tap("sign.owner"), "sign.pad", ""},
		{func() { p.Draw("sign.pad", fyne.NewPos(30, 40), fyne.NewPos(60, 90), fyne.NewPos(90, 40)) }, "sign.pad", ""},
		{tap("sign.done"), "survey.done", ""},
		{tap("survey.done"), "visit.survey.state", "已答 2 / 2 题"},
		{tap("news.add.competitor"), "news.what.price", ""},
		{typed("news.brand", "利群(新版)"), "news.brand", "利群(新版)"},
		{tap("news.what.price"), "news.brand", "利群(新版)"},
		{typed("news.price", "14.5"), "news.price", "14.50"},
		{typed("news.text", "进货价降了"), "news.text", "进货价降了"},
		{tap("news.photo.0"), "news.text", "进货价降了"},
		{tap("news.done"), "news.line.0", "利群(新版) · 调价 · 14.50 元"},
		{tap("news.add.market"), "news.text", ""},
		{typed("news.text", "工地开工"), "news.text", "工地开工"},
		{tap("news.done"), "news.said.1", "工地开工"},
		{tap("visit.count"), "count.done", ""},
		{tap(product(0) + ".same"), "count.progress", "已盘 1 / 12"},
		{tap("count.done"), "visit.counted", ""},
		{tap("visit.note"), "note.text", ""},
		{tap("note.own.edit"), "phrases.text", ""},
		{typed("phrases.text", "下周带样。"), "phrases.said.0", "下周带样。"},
		{tap("phrases.remove.0"), "phrases.text", ""},
		{typed("phrases.text", "约好周三。"), "phrases.said.0", "约好周三。"},
		{tap("phrases.done"), "note.own.0", ""},
		{typed("note.text", "店主说了很多"), "note.text", "店主说了很多"},
		{tap("note.done"), "visit.note.text", "店主说了很多"},
		{tap("ask.supply"), "ask.text", ""},
		{typed("ask.text", "断货三天了"), "ask.text", "断货三天了"},
		{tap("ask.done"), "visit.requests", "1 条诉求"},
		{tap("answer.tidy.no"), "visit.list", "已完成 2 / 3 项"}, // taken back
		{tap("visit.checkout"), "leave.why", ""},
		{typed("gap.question:tidy.text", "柜台锁着"), "gap.question:tidy.text", "柜台锁着"},
		{tap("gap.question:tidy.no_time"), "gap.question:tidy.no_time", ""},
	}
	for i, s := range steps {
		s.do()
		p = w.reopened()
		if i == 0 {
			p.Tap("tab.stores")
			p.Tap("store." + shop) // no visit yet: the app begins at its beginning
		}
		if i == 5 {
			p.Type("group.search", "平安") // what one looks for is no work
		}
		if s.there != "" && !p.Has(s.there) && p.Text(s.there) == "" {
			t.Fatalf("step %d: no %s", i, s.there)
		}
		if s.text != "" && p.Text(s.there) != s.text {
			t.Fatalf("step %d: %s says %q, want %q", i, s.there, p.Text(s.there), s.text)
		}
	}
	visit := w.newest()
	p.Tap("visit.checkout.confirm")
	if !p.Shows("三个") {
		t.Error("what was written in place of a number is not shown:", p.Texts())
	}
	p = w.reopened()
	if p.Has("back") {
		t.Error("a visit that is over is where the app opens:", p.IDs())
	}
	c, err := w.store.Checklist(t.Context(), visit)
	must(t, err)
	got := []string{fmt.Sprint(c.Visit.Trigger, c.Visit.Group, c.Visit.With, c.Tell[0].Told, c.Attendees[0].Came, c.Attendees[0].Outcome)}
	for _, i := range c.Items {
		for _, q := range i.Questions {
			got = append(got, string(q.Answer))
		}
	}
	got = append(got, string(c.Survey[0].Answer), c.Lacks[0].What, c.Lacks[0].Reason)
	want := []string{fmt.Sprint(field.VisitInstant, true, []uuid.UUID{wangFang}, true, true, "愿意上柜"), "", "true", `["school"]`, `"三个"`, `"新开了两家店😀"`, "4", "question:tidy", "no_time"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	page, err := w.store.VisitPage(t.Context(), visit)
	must(t, err)
	if page.Row.CheckOutMS == 0 || page.Row.Photos != 1 || page.Row.Lines != 1 || page.Row.Requests != 1 || page.Notes[0].Text.Value != "店主说了很多" {
		t.Errorf("%+v", page.Row)
	}
	for _, d := range page.Differ {
		t.Errorf("taps made a conflict with themselves: %+v", d)
	}
}

func TestTheNextGapIsOneTapAwayAndAClosedVisitSaysWhatItLacks(t *testing.T) {
	_, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.ScrollBy(-1e6)
	p.Tap("visit.next_gap")
	p.Tap("need.image.display")
	p.Tap("visit.next_gap")
	p.Tap("answer.tidy.yes")
	p.Tap("visit.checkout")
	if !strings.Contains(p.Text("leave.why"), "还缺 2 项") {
		t.Fatal(p.Texts())
	}
	p.Tap("gap.question:shown.go")
	p.Tap("answer.shown.no")
	p.Tap("visit.checkout")
	p.Tap("gap.count.closed")
	p.Tap("visit.checkout.confirm")
	if !p.Has("visit.gaps") || !p.Shows("没营业") || p.Has("visit.checkout") {
		t.Error(p.Texts())
	}
	p.Tap("visit.gaps")
	p.Type("gap.count.text", "店主出门了")
	p.Tap("leave.done")
	if !p.Shows("店主出门了") {
		t.Error(p.Texts())
	}
}

// inSight reports whether what has the id can be seen and tapped without scrolling.
func inSight(p *uitest.Phone, id string) bool {
	o := p.Find(id)
	if o == nil {
		return false
	}
	y := fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y
	return y > 60 && y+o.Size().Height < uitest.Size.Height-80
}

func TestTheNextGapLeadsFromOneToTheNextAndAround(t *testing.T) {
	usual := uitest.Size
	defer func() { uitest.Size = usual }()
	uitest.Size = fyne.NewSize(360, 640)
	_, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	for i, want := range []string{"need.image.display", "answer.shown.yes", "visit.count", "need.image.display"} {
		p.Tap("visit.next_gap")
		if !inSight(p, want) {
			t.Errorf("%d: %s is not in sight", i, want)
		}
	}
	p.Tap("need.image.display") // the photo is there; beside it the question is not answered
	p.Tap("visit.next_gap")
	if !inSight(p, "answer.tidy.yes") {
		t.Error("what is missing beside it is passed over")
	}
}

func TestWhereOneChecksInIsSaidAsItIs(t *testing.T) {
	w, _ := planning(t)
	deps := w.deps()
	var at field.Moment
	deps.Where = func() field.Moment { return at }
	p := uitest.Open(t, deps)
	p.Tap("tab.stores")
	spot := field.Position{Lat: 36.01, Lon: 106.24, Acc: 12}
	for i, c := range []struct {
		at   field.Moment
		want string
	}{
		{field.Moment{Position: spot, Mocked: true}, "位置是模拟的"},
		{field.Moment{Lack: field.LackRefused}, "没有允许定位"},
		{field.Moment{}, "没有定到位置"},
		{field.Moment{Position: spot}, "已记为这家店的位置"},
		{field.Moment{Position: field.Position{Lat: 36.02, Lon: 106.24, Acc: 10}}, "距店 1.1 公里"},
	} {
		at = c.at
		p.Tap("store." + id("store", 0).String())
		p.Tap("visit.checkin")
		if !p.Shows(c.want) {
			t.Errorf("%d: no %q: %v", i, c.want, p.Texts())
		}
		p.Tap("visit.checkout")
		p.Tap("visit.checkout.confirm")
		p.Back()
		p.Back()
	}
}

func TestByPhoneItDoesNotMatterHowFarTheStoreIs(t *testing.T) {
	w, _ := planning(t)
	w.office(uuid.Nil, now, id("store", 0), field.TypeStore, field.Value{Field: "position", Value: field.Position{Lat: 36, Lon: 106}})
	w.arrive()
	deps := w.deps()
	deps.Where = func() field.Moment { return field.Moment{Position: field.Position{Lat: 36.2, Lon: 106, Acc: 8}} }
	p, _ := inShop(t, w, deps)
	if !p.Shows("距店 22 公里") {
		t.Error(p.Texts())
	}
	p.Tap("mode.by_phone")
	if p.Shows("公里") || !p.Shows("线上拜访，不看距离") {
		t.Error("a call is said to be far away:", p.Texts())
	}
}

func TestATemplateNewerThanTheAppShowsItsNamesAndTakesWhatIsUnderstood(t *testing.T) {
	w, _ := planning(t)
	newer := routine
	newer.Format = field.TemplateFormat + 1
	newer.Items = slices.Clone(routine.Items)
	newer.Items[0].Questions = []field.Question{{ID: "voice", Kind: "recording", Required: true, Text: field.Text{ZH: "录一段话"}}}
	w.office(uuid.Nil, now, field.TemplateID(field.VisitRoutine), field.TypeTemplate, newer.Fields()...)
	w.arrive()
	p := w.phone()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	for _, text := range []string{"请更新应用", "信息告知", "录一段话", "新题型"} {
		if !p.Shows(text) {
			t.Errorf("no %q: %v", text, p.Texts())
		}
	}
	p.Tap("answer.tidy.yes")
	p.Tap("visit.checkout") // what it asks for nobody here knows
	c, err := w.store.Checklist(t.Context(), w.newest())
	must(t, err)
	if string(c.Items[1].Questions[0].Answer) != `"yes"` || c.Visit.CheckOut.AtMS == 0 {
		t.Errorf("%+v", c.Items[1])
	}
}

func TestTheVisitWithItsListFitsThePhoneInBothLanguages(t *testing.T) {
	everyView(t, func(t *testing.T, v view, snap func(*uitest.Phone, string)) {
		w := newWorld(t)
		w.signIn()
		v.fill(w)
		w.planned()
		deps := w.furnished()
		deps.Where = func() field.Moment { return field.Moment{Position: field.Position{Lat: 36.01, Lon: 106.24, Acc: 12}} }
		p := uitest.Open(t, deps)
		listed(p, 1, func(name string) { snap(p, "visit-"+name) })
	})
}

// listed is a visit with a list at a store, from its beginning to its end.
func listed(p *uitest.Phone, shop int, snap func(string)) {
	p.Tap("tab.stores")
	p.Tap("store." + id("store", shop).String())
	p.Tap("visit.checkin")
	snap("list")
	p.Tap("visit.template")
	snap("lists")
	p.Tap("visit.template")
	p.Tap("mode.group")
	p.Tap("visit.group")
	p.Type("group.search", "a")
	snap("group-search")
	p.Tap("group.add." + id("store", 2).String())
	p.Type("group.outcome."+id("store", 2).String(), "愿意上柜，周三送样")
	snap("group")
	p.Back()
	p.Tap("mode.joint")
	p.Tap("with." + wangFang.String())
	snap("with")
	p.Back()
	p.Tap("need.image.display")
	p.Tap("answer.tidy.yes")
	snap("list-done")
	p.Tap("answer.near.school")
	p.Type("answer.shelves", "三个")
	snap("list-answers")
	p.Tap("tell." + id("announcement", 0).String())
	snap("list-tell")
	p.Tap("visit.checkout")
	p.Tap("gap.count.closed")
	snap("leave")
	p.Tap("visit.checkout.confirm")
	p.ScrollBy(-1e6)
	snap("over")
}

func TestAVisitWithTwoHundredPhotosIsDrawnAtOnce(t *testing.T) {
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	thumb := drawn(t, "shelf", 0).thumb
	for i := range 200 {
		ref, size, err := w.store.Blobs.Add(strings.NewReader(fmt.Sprint("picture ", i)))
		must(t, err)
		_, err = w.store.AddPhoto(t.Context(), w.newest(), field.Photo{Kind: "shelf", Ref: ref, Size: size, Width: 16, Height: 9, TakenMS: int64(i + 1)}, thumb, store.Sequel{})
		must(t, err)
	}
	best := time.Hour
	for range 5 {
		start := time.Now()
		p.App.Changed()
		p.Settle()
		best = min(best, time.Since(start))
	}
	t.Log(best)
	if !p.Has("photo.show.199") || p.Has("photo.show.100") {
		t.Error("not the newest of the photos:", p.IDs())
	}
	p.Tap("photo.all")
	if !p.Has("photo.show.0") || !p.Has("photo.show.199") {
		t.Error("not all photos")
	}
	p.Tap("photo.show.100")
	if p.Text("photo.number") != "101 / 200" {
		t.Error(p.Text("photo.number"))
	}
}
