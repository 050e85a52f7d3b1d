package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/words"
)

// storesRoute lists the stores of the territory.
type storesRoute struct{}

func (storesRoute) open(a *App) page { return newStores(a) }

// storeLine is one store as drawn: of 5,000 stores nothing is copied or put into words but what is in sight.
type storeLine struct{ *store.StoreRow }

// below is what stands under the name.
func (l storeLine) below() string { return joined(" · ", l.Owner, l.Address) }

// bare reports that there is nothing to show below the name.
func (l storeLine) bare() bool { return l.Owner == "" && l.Address == "" }

// plain reports that the row needs one line for each of its texts. Its marks have their room in every row.
func (l storeLine) plain(width float32) bool { return !l.bare() && l.fits(width) }

// fits reports that its texts surely have room on one line each.
func (l storeLine) fits(width float32) bool {
	room := width - 2*margin - gap - touch
	return storeNameFace.surelyFits(room, l.Name) && typeface{size: sizeSmall}.surelyFits(room, l.Owner, " · ", l.Address)
}

// alike returns a key that is equal for rows of equal height.
func (l storeLine) alike(width float32) any {
	key := struct {
		bare  bool
		texts string
	}{bare: l.bare()}
	if !l.fits(width) {
		key.texts = l.Name + "\n" + l.below()
	}
	return key
}

// state is the mark of what is not on the server. Like when, it is put into words for the rows in sight alone.
func (l storeLine) state(w words.Words) (mark, string) {
	m, text := waiting(w, l.WaitingRecords, l.WaitingPhotos)
	if m == markNone && l.Refused > 0 {
		return markAlarm, w.N("wait.refused", l.Refused)
	}
	return m, text
}

// when says when somebody was there. It is put into words for the rows in sight alone.
func (l storeLine) when(w words.Words, now time.Time) string {
	switch {
	case l.OpenVisit != uuid.Nil:
		return w.T("stores.open")
	case l.LastVisitMS == 0:
		return w.T("stores.never")
	case l.LastVisitMS > now.Add(time.Minute).UnixMilli(): // by another clock: the day is enough, and has room
		return w.T("stores.last", "When", w.Date(l.LastVisitMS))
	}
	return w.T("stores.last", "When", w.Ago(now, l.LastVisitMS))
}

var storeNameFace = typeface{size: sizeName, bold: true}

type storesPage struct {
	app     *App
	search  *entry
	load    *load[[]storeLine]
	rows    *rows[storeLine]
	room    markRoom
	fault   *banner
	count   *paragraph
	empty   *fyne.Container
	content fyne.CanvasObject
}

func newStores(a *App) *storesPage {
	p := &storesPage{app: a, fault: newBanner(a, "stores.fault", markAlarm), empty: container.NewStack()}
	p.load = newLoad(a, nil, p.show)
	p.search = newSearch(a, "stores.search", a.T("stores.search"), a.refresh)
	p.search.line.SetIcon(theme.SearchIcon())
	p.count = newText("", typeface{size: sizeSmall, color: colMuted}).id("stores.found")
	p.room.fit(a.Words, a.width())
	p.rows = newRows(storeLine{StoreRow: &store.StoreRow{Name: "店", Owner: "人"}}, func() rowWidget[storeLine] {
		return newStoreRow(a, &p.room, func(at uuid.UUID) { a.visitNow(at, store.Purpose{}, p.fault) })
	}, storeLine.plain)
	p.rows.alike = storeLine.alike
	top := padded(insets{10, margin, 6, margin}, 6, p.search, p.count, p.fault)
	p.content = frame(top, container.NewStack(p.rows.List, p.empty), space(0))
	return p
}

func (p *storesPage) head() head {
	return head{title: p.app.T("tab.stores"), below: p.app.account.Name, action: p.app.toMap()}
}
func (p *storesPage) body() fyne.CanvasObject { return p.content }

func (p *storesPage) start(ctx context.Context) {
	query := p.search.sought() // as it is now, for another goroutine
	p.load.fetch = func(ctx context.Context) ([]storeLine, error) { return p.app.fetchStores(ctx, query) }
	p.load.start(ctx)
}

func (p *storesPage) stop() {
	p.search.commit()
	p.load.stop()
}

func (p *storesPage) seeks() *entry { return p.search }

func (a *App) fetchStores(ctx context.Context, query string) ([]storeLine, error) {
	stores, err := a.deps.Store.Stores(ctx, query)
	if err != nil {
		return nil, err
	}
	lines := make([]storeLine, len(stores))
	for i := range stores {
		lines[i] = storeLine{&stores[i]}
	}
	return lines, nil
}

func (p *storesPage) show(lines []storeLine, err error) {
	p.fault.reading(err)
	if err != nil {
		return
	}
	p.count.set(p.app.N("stores.found", len(lines)))
	p.count.Hidden = len(lines) == 0
	p.room.fit(p.app.Words, p.app.width())
	p.rows.show(lines, p.app.width())
	p.empty.Objects = nil
	switch {
	case len(lines) > 0:
	case p.search.sought() != "":
		p.empty.Objects = []fyne.CanvasObject{container.NewVScroll(newEmpty(theme.SearchIcon(), p.app.T("stores.none"),
			p.app.T("stores.none_text", "Query", p.search.sought()), p.search.clearing("stores.clear")))}
	default:
		p.empty.Objects = []fyne.CanvasObject{container.NewVScroll(newEmpty(iconStore, p.app.T("stores.empty"), p.app.T("stores.empty_text"),
			p.app.syncNow("stores.sync")))}
	}
	p.empty.Refresh()
	p.content.Refresh()
}

// joined joins the texts that are not empty. It uses their slice up.
func joined(sep string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), sep)
}

// waitingAll is waiting for a total that includes the photos.
func (a *App) waitingAll(all, photos int) (mark, string) {
	return waiting(a.Words, all-photos, photos)
}

// waiting says what of something is not on the server yet.
func waiting(a words.Words, records, photos int) (mark, string) {
	switch {
	case records > 0 && photos > 0:
		return markWaiting, a.T("wait.both", "Records", a.N("wait.n_records", records), "Photos", a.N("wait.n_photos", photos))
	case records > 0:
		return markWaiting, a.N("wait.records", records)
	case photos > 0:
		return markWaiting, a.N("wait.photos", photos)
	}
	return markNone, ""
}
