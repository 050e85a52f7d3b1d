package ui_test

import (
	"context"
	"io"
	"testing"

	"storewalk/mobile/ui/uitest"
)

func TestEveryScreenOfCountingFitsThePhoneInBothLanguages(t *testing.T) {
	everyView(t, func(t *testing.T, v view, snap func(*uitest.Phone, string)) {
		w := newWorld(t)
		w.signIn()
		v.fill(w)
		deps := w.furnished()
		deps.ReadCode = func(context.Context, io.Reader) (sure, guessed []string, err error) { return nil, nil, nil }
		p := uitest.Open(t, deps)
		walkCount(t, w, p, func(screen string) { snap(p, screen) })
	})
}

func walkCount(t *testing.T, w *world, p *uitest.Phone, snap func(string)) {
	t.Helper()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("visit.count")
	rows, err := w.store.CountSheet(t.Context(), w.newest())
	must(t, err)
	row := func(i int) string { return "count." + rows[i].Product.String()[:8] }
	p.Tap("count.menu")
	p.Tap("menu.none.refused")
	snap("count-menu")
	p.Tap("menu.order")
	p.Tap("order." + rows[0].Product.String()[:8])
	p.Tap("order.shelf.1")
	p.Tap("order." + rows[1].Product.String()[:8])
	p.Tap("order.shelf.4")
	snap("count-order")
	p.Back()
	p.Back()
	p.Tap(row(0) + ".more")
	snap("count-one-start")
	for _, k := range []string{"4", "2"} {
		p.Tap("key." + k)
	}
	p.Tap("one.price")
	for _, k := range []string{"9", "9", ".", "5"} {
		p.Tap("key." + k)
	}
	snap("count-one")
	p.Back()
	p.Tap(row(1) + ".more")
	p.Tap("one.why.stored_elsewhere")
	p.Back()
	snap("count-doubts")
	p.Tap("count.scan")
	snap("count-unread")
}
