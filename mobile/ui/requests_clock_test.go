package ui_test

import (
	"strconv"
	"testing"
	"time"

	"storewalk/mobile/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

func TestOfARequestWhoseClockWasAheadNobodyIsToldThatAYearIsLeft(t *testing.T) {
	w := filled(t)
	q := store.Asking{ID: uuid.New(), Store: id("store", 0), Kind: field.RequestComplaint, SpokeMS: now.Add(365 * 24 * time.Hour).UnixMilli()}
	must(t, w.store.SetRequest(t.Context(), q, "text", "送货晚了", nil))
	p := w.phone()
	p.Tap("tab.me")
	p.Tap("me.requests")
	if !p.Shows("答复：时钟不准，请尽快办") {
		t.Error(p.Texts())
	}
	p.Tap("request." + q.ID.String()[:8])
	if !p.Shows("时钟不准，请尽快办") || p.Shows("还剩 365 天") {
		t.Error(p.Texts())
	}
	p.Tap("request.next")
	page, err := w.store.RequestPage(t.Context(), q)
	must(t, err)
	if page.Request.State != field.RequestStarted {
		t.Error(page.Request.State)
	}
}

// A colleague's phone was a year ahead, another a year behind, when they wrote their steps. Their order is right; of their
// times, which only the server can put right, it is said by whose clock they are. Of times that may be right nothing is said.
func TestAStepByAClockThatWasOffSaysByWhoseClockItIs(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for _, off := range []time.Duration{year, -year, 0} {
		w := filled(t)
		w.talk()
		q := id("request", 1)
		spoke := w.request(q).Request.SpokeMS
		w.officeOn(q, wangFang, field.RequestEvent{Kind: field.EventStart, AtMS: spoke + off.Milliseconds() + 60_000})
		p := w.phone()
		p.Tap("tab.today")
		p.Tap("today.requests")
		p.Tap("request." + q.String()[:8])
		story := w.request(q).Story
		last := len(story) - 1
		mark := "request.off_clock." + strconv.Itoa(last)
		if got := p.Has(mark); got != (off != 0) {
			t.Errorf("%v off: marked %v: %+v", off, got, story[last])
		} else if got && p.Text(mark) != "按王芳手机的时钟，和前后对不上" {
			t.Error(p.Text(mark))
		}
		for i := range last {
			if p.Has("request.off_clock." + strconv.Itoa(i)) {
				t.Errorf("%v off: step %d is marked", off, i)
			}
		}
	}
}
