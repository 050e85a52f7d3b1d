package ui_test

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

// requests are the open requests of the phone, the one due first on top.
func (w *world) requests() []store.RequestRow {
	w.t.Helper()
	l, err := w.store.Requests(w.t.Context(), uuid.Nil, store.RequestsAll)
	must(w.t, err)
	return l.Rows
}

func (w *world) request(id uuid.UUID) store.RequestPage {
	w.t.Helper()
	p, err := w.store.RequestPage(w.t.Context(), store.Asking{ID: id})
	must(w.t, err)
	return p
}

// A person's own phrases are at hand in the text of a request: those for requests, and those for anything.
func TestOnesOwnPhrasesAreOfferedInARequest(t *testing.T) {
	w, p := planning(t)
	for i, said := range []field.Phrase{{Text: "约好周三再来。"}, {Item: field.PhraseOfRequest, Text: "店主要求书面答复。"}, {Item: "image", Text: "灯箱不亮。"}} {
		must(t, w.store.SetPhrase(t.Context(), field.OwnPhrase{Field: field.PhraseField(id("phrase", i))}, said.Item, said.Text))
	}
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("ask.supply")
	if !p.Has("ask.text.own.1") || !p.Shows("店主要求书面答复。") || p.Has("ask.text.own.2") || p.Has("ask.promise.own.1") {
		t.Fatal(p.IDs())
	}
	p.Tap("ask.text.own.1")
	p.Tap("ask.text.own.0")
	if q := w.request(w.requests()[0].ID).Request; q.Text != "店主要求书面答复。\n约好周三再来。" {
		t.Errorf("%q", q.Text)
	}
	p.Tap("ask.own.edit")
	p.Tap("phrases.for." + field.PhraseOfRequest)
	p.Type("phrases.text", "要求换货。")
	p.Back()
	if !p.Has("ask.text.own.3") || !p.Shows("要求换货。") {
		t.Fatal(p.Texts())
	}
	p.Back()
	p.Tap("visit.note")
	if p.Has("note.own.1") || p.Has("note.own.3") || !p.Has("note.own.0") {
		t.Error("what is for requests is offered in a note:", p.IDs())
	}
	for !p.Has("tab.stores") {
		p.Back()
	}
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 1).String())
	p.Tap("ask.supply") // by telephone: there is no visit whose items a phrase could be for
	p.Tap("ask.own.edit")
	if !p.Has("phrases.said.0") || p.Has("phrases.for.image") || p.Has("phrases.fault") {
		t.Error(p.IDs(), p.Texts())
	}
}

func TestARequestFitsThePhoneFromTheFirstWordToTheRatedEnd(t *testing.T) {
	everyView(t, func(t *testing.T, v view, look func(*uitest.Phone, string)) {
		w := newWorld(t)
		w.signIn()
		v.fill(w)
		w.talk()
		p := uitest.Open(t, w.furnished())
		snap := func(screen string) { look(p, screen) }
		p.Tap("tab.today")
		if !p.Has("today.requests") {
			t.Fatal(p.Texts())
		}
		snap("requests-today")
		p.Tap("today.requests")
		snap("requests")
		p.Tap("requests.closed")
		snap("requests-none")
		p.Back()
		p.Tap("tab.stores")
		p.Tap("store." + id("store", 0).String())
		p.Tap("visit.checkin")
		p.Tap("photo.take.shelf")
		p.Tap("visit.count")
		p.Tap(product(0) + ".same")
		p.Tap(product(1) + ".out")
		p.Tap("count.done")
		p.Tap("ask.supply")
		snap("ask-empty")
		p.Tap("ask.kind.complaint")
		p.Tap("ask.urgent")
		p.Tap("ask.text.phrase.1")
		p.Type("ask.promise", "明天上午到店点货，给您一个准话。")
		p.ScrollBy(-1e6)
		snap("ask")
		p.Tap("ask.yesterday")
		p.Tap("ask.spoke.less")
		snap("ask-when")
		p.Tap("ask.product." + id("product", 1).String()[:8])
		p.Tap("ask.photo.0")
		p.Tap("ask.count")
		p.Type("ask.search", "zzz")
		p.ScrollBy(1e6)
		snap("ask-about")
		p.Tap("ask.done")
		p.ScrollBy(1e6)
		snap("visit-requests")
		mine := w.requests()[0]
		if mine.Kind != field.RequestComplaint || !mine.Urgent || mine.DueMS > now.UnixMilli() {
			t.Fatalf("%+v", mine)
		}
		p.Tap("request." + mine.ID.String()[:8])
		snap("request")
		p.Type("request.words", "打了电话，约好明天上午。")
		p.Tap("request.next")
		p.Tap("request.step.solve")
		w.officeOn(mine.ID, wangFang, field.RequestEvent{Kind: field.EventStart, AtMS: now.UnixMilli(), Text: "我来跟进。"})
		p.App.Changed()
		p.Settle()
		p.ScrollBy(-1e6)
		snap("request-solved")
		p.ScrollBy(420)
		snap("request-story")
		p.Type("request.words", "满意，说这次回得快。")
		p.Tap("request.next")
		snap("request-unrated")
		p.Tap("request.rating.5")
		p.ScrollBy(40)
		snap("request-follow-up")
		p.Tap("request.next")
		p.ScrollBy(1e6)
		snap("request-closed")
		if q := w.request(mine.ID).Request; q.State != field.RequestClosed || q.Rating != 5 || len(q.Links) != 3 {
			t.Errorf("%+v", q)
		}
		p.Back()
		p.Tap("visit.checkout")
		snap("leave-requests")
	})
}

// officeOn adds an event to a request as somebody elsewhere who has not seen what this phone wrote since it sent it.
func (w *world) officeOn(request, author uuid.UUID, ev field.RequestEvent) {
	w.t.Helper()
	w.lam += 50
	w.office(author, now, request, field.TypeRequest, field.Value{Field: field.EventPrefix + uuid.NewString(), Value: ev})
	w.arrive()
}

func TestTheAppIsKilledAfterEachTapOfARequestByPhoneAndNothingIsLost(t *testing.T) {
	w, p := planning(t)
	tap := func(id string) func() { return func() { p.Tap(id) } }
	typed := func(id, text string) func() { return func() { p.Type(id, text) } }
	shop := id("store", 0).String()
	p.Tap("store." + shop)
	steps := []struct {
		do    func()
		there string // on the screen when the app has been killed
		text  string // of it; "" for any
	}{
		{tap("ask.enquiry"), "ask.text", ""},
		{tap("ask.kind.complaint"), "ask.text", ""},
		{typed("ask.text", "烟"), "ask.text", "烟"},
		{typed("ask.text", "烟有破损"), "ask.text", "烟有破损"},
		{tap("ask.urgent"), "ask.urgent", ""},
		{tap("ask.promise.phrase.2"), "ask.promise", "明天到店来看"},
		{tap("ask.yesterday"), "ask.spoke.value", ""},
		{typed("ask.search", "中华"), "ask.search", ""},
	}
	for i, s := range steps {
		s.do()
		p = w.reopened()
		if s.text == "" && !p.Has(s.there) || s.text != "" && p.Text(s.there) != s.text {
			t.Fatalf("step %d: %s: %v", i, s.there, p.Texts())
		}
	}
	p.Type("ask.search", "中华")
	p.Tap("ask.found." + id("product", 2).String()[:8])
	p = w.reopened()
	p.Tap("ask.done")
	if !p.Has("visit.checkin") {
		t.Fatal("not back at the store:", p.IDs())
	}
	all := w.requests()
	if len(all) != 1 || all[0].Visit != uuid.Nil {
		t.Fatalf("%+v", all)
	}
	q := w.request(all[0].ID).Request
	if q.Kind != field.RequestComplaint || !q.Urgent || q.Text != "烟有破损" || q.Promise != "明天到店来看" || len(q.Links) != 1 || q.Links[0].To != id("product", 2) {
		t.Errorf("%+v", q)
	}
	if ago := now.Sub(time.UnixMilli(q.SpokeMS)); ago < 12*time.Hour || ago > 48*time.Hour {
		t.Error("the store spoke", ago, "ago")
	}

	p.Tap("request." + all[0].ID.String()[:8])
	p.Type("request.words", "电话里说清楚了")
	p = w.reopened()
	if p.Text("request.words") != "电话里说清楚了" {
		t.Fatal(p.Texts())
	}
	for i, step := range []string{"request.next", "request.undo", "request.next", "request.step.solve"} {
		p.Tap(step)
		p = w.reopened()
		if !p.Has("request.words") { // nothing is being written: the app begins at its beginning
			p.Tap("tab.today")
			p.Tap("today.requests")
			p.Tap("request." + all[0].ID.String()[:8])
		}
		if want := []string{field.RequestStarted, field.RequestOpen, field.RequestStarted, field.RequestSolved}[i]; w.request(all[0].ID).Request.State != want {
			t.Fatalf("after step %d: %+v", i, w.request(all[0].ID).Request)
		}
	}
	p.Tap("request.rating.4")
	p = w.reopened()
	p.Window.Canvas().Focus(p.Find("request.words").(fyne.Focusable))
	test.Type(p.Find("request.words").(fyne.Focusable), "满意") // the button is tapped before a pause saves it
	p.Tap("request.next")
	p.App.Changed()
	p.Settle()
	if p.Text("request.words") != "" {
		t.Error("the words that went with the step are there again:", p.Text("request.words"))
	}
	if got := w.request(all[0].ID); got.Request.Rating != 4 || got.Request.State != field.RequestClosed || len(got.Story) != 5 || got.Story[4].Text != "满意" || got.Story[0].Text != "电话里说清楚了" {
		t.Errorf("%+v", got.Story)
	}
}

func TestWhoOnlyLooksLeavesNothingBehindAndARemovalIsUndone(t *testing.T) {
	w, p := planning(t)
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("ask.supply")
	p.Tap("ask.kind.enquiry")
	p.Tap("ask.done")
	if len(w.requests()) != 0 || p.Has("visit.requests") {
		t.Fatalf("%+v", w.requests())
	}
	p.Tap("ask.supply")
	p.Tap("ask.text.phrase.1")
	p.Tap("ask.take")
	if q := w.request(w.requests()[0].ID); len(q.Photos) != 1 || !q.Photos[0].Linked || q.Photos[0].Kind != "evidence" {
		t.Errorf("%+v", q.Photos)
	}
	p.Tap("ask.done")
	if p.Text("visit.requests") != "1 条诉求" {
		t.Error(p.Text("visit.requests"))
	}
	p.Tap("request." + w.requests()[0].ID.String()[:8])
	p.Tap("request.edit")
	id := w.requests()[0].ID.String()
	p.Tap("ask.remove")
	if len(w.requests()) != 0 || !p.Shows("诉求已移除") {
		t.Fatal(p.Texts())
	}
	p.Back()
	p.Back()
	if p.Has("visit.requests") || !p.Shows("诉求已移除（货源）") {
		t.Fatal(p.Texts())
	}
	p.Tap("removed.undo." + id)
	if len(w.requests()) != 1 || p.Text("visit.requests") != "1 条诉求" {
		t.Error(p.Texts())
	}
}

func TestAStepThatCameTooLateIsShownAsNotAppliedAndFieldsThatDifferAreSettledThere(t *testing.T) {
	w := filled(t)
	w.talk()
	p := w.phone()
	q := id("request", 1)
	p.Tap("tab.today")
	p.Tap("today.requests")
	p.Tap("request." + q.String()[:8])
	p.Tap("request.step.solve")
	p.Tap("request.rating.3")
	p.Tap("request.next")
	if !p.Shows("已办结 · 一般 · 3 / 5") {
		t.Fatal(p.Texts())
	}
	w.officeOn(q, wangFang, field.RequestEvent{Kind: field.EventStart, AtMS: now.UnixMilli()})
	p.App.Changed()
	p.Settle()
	if !p.Shows("没有生效") || !strings.Contains(p.Text("request.why.2"), "李明已先把进度改为“已办结”") {
		t.Error(p.Texts())
	}
	other := w.request(id("request", 0))
	must(t, w.store.SetRequest(t.Context(), other.Asking, "promise", "明天送到", other.Parts["promise"].Seen))
	w.office(wangFang, now, id("request", 0), field.TypeRequest, field.Value{Field: "promise", Value: "后天送到"})
	w.arrive()
	p.Back()
	p.Tap("request." + other.ID.String()[:8])
	p.Tap("differ.promise")
	for _, text := range []string{"诉求：答应了店主什么", "明天送到", "后天送到", "王芳"} {
		if !p.Shows(text) {
			t.Errorf("no %q: %v", text, p.Texts())
		}
	}
	p.Back()
	p.Back()
	p.Tap("tab.me")
	p.Tap("me.conflicts")
	if !p.Shows("诉求：答应了店主什么") {
		t.Error(p.Texts())
	}
	p.Tap("conflict." + other.ID.String()[:8] + ".promise")
	p.Tap("differ.choose.1")
	p.Tap("differ.done")
	if !p.Shows("没有分歧") {
		t.Error(p.Texts())
	}
	if got := w.request(other.ID); len(got.Differ) != 0 || got.Request.Promise == "" {
		t.Errorf("%+v", got.Differ)
	}
}

// Many requests would push all else off the page.
func TestThePageOfAStoreShowsTheRequestsThatAreDueFirstAndLeadsToAll(t *testing.T) {
	w, p := planning(t)
	for range 7 {
		q := store.Asking{ID: uuid.New(), Store: id("store", 0), Kind: field.RequestSupply, SpokeMS: now.UnixMilli()}
		must(t, w.store.SetRequest(t.Context(), q, "text", "要两条", nil))
	}
	p.Tap("store." + id("store", 0).String())
	shown := func() (n int) {
		for i, q := range w.requests() {
			if p.Has("request." + q.ID.String()[:8]) {
				if n++; n != i+1 {
					t.Errorf("request %d is shown, and one due before it is not", i)
				}
			}
		}
		return n
	}
	all := len(w.requests())
	if n := shown(); n != 5 || all < 7 {
		t.Errorf("%d of %d are shown", n, all)
	}
	p.Tap("store.requests_all")
	if n := shown(); n != all {
		t.Errorf("%d of %d are in the list", n, all)
	}
}
