package ui_test

import (
	"testing"
	"time"

	"storewalk/mobile/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

func TestOfARequestWhoseClockWasAheadNobodyIsToldThatAYearIsLeft(t *testing.T) {
	w := newWorld(t)
	w.signIn()
	w.fill()
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
