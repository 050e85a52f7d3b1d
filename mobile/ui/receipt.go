package ui

import (
	"context"
	"image"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"storewalk/mobile/store"
	"storewalk/shared/field"
	"storewalk/shared/receipt"
)

// receiptRoute shows the server's receipt that tells of a day, as a code for a camera and in words.
type receiptRoute struct{ day string }

func (r receiptRoute) open(a *App) page { return newReceipt(a, r.day) }

type receiptPage struct {
	app     *App
	day     string
	load    *load[shownReceipt]
	fault   *banner
	content *fyne.Container
	scroll  *container.Scroll
}

// A shownReceipt is a receipt with its code drawn; code is nil where this app can not draw one.
type shownReceipt struct {
	store.Receipt
	known bool
	code  image.Image
}

func newReceipt(a *App, day string) *receiptPage {
	p := &receiptPage{app: a, day: day, fault: newBanner(a, "receipt.fault", markAlarm)}
	p.load = newLoad(a, p.fetch, p.show)
	p.content = padded(insets{12, 12, 20, 12}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *receiptPage) head() head {
	return head{title: p.app.T("receipt.title"), below: p.app.dayWord(p.day)}
}
func (p *receiptPage) body() fyne.CanvasObject   { return p.scroll }
func (p *receiptPage) start(ctx context.Context) { p.load.start(ctx) }
func (p *receiptPage) stop()                     { p.load.stop() }

func (p *receiptPage) fetch(ctx context.Context) (s shownReceipt, err error) {
	if s.Receipt, s.known, err = p.app.deps.Store.ReceiptOf(ctx, p.day); err != nil || !s.known || p.app.deps.DrawCode == nil {
		return s, err
	}
	s.code, err = p.app.deps.DrawCode(s.Signed.URL(p.app.account.Server))
	return s, err
}

func (p *receiptPage) show(s shownReceipt, err error) {
	a := p.app
	p.fault.reading(err)
	objs := []fyne.CanvasObject{p.fault}
	switch {
	case s.known:
		if s.code != nil {
			objs = append(objs, codePlate(s.code), newText(a.T("receipt.scan"), typeface{color: colMuted, align: fyne.TextAlignCenter}))
		}
		objs = append(objs, p.short(s.Receipt), p.states(s.Receipt))
	case err == nil:
		objs = append(objs, newEmpty(iconCode, a.T("receipt.none"), a.T("receipt.none_text"), a.syncNow("receipt.sync")))
	}
	p.content.Objects = append(objs, newButton("receipt.list", a.T("receipt.list"), nil, quiet, func() { a.nav.push(receiptsRoute{}) }))
	p.scroll.Refresh()
}

// codePlate is a code as large as the page is wide, black on white in every look: the picture brings its own border.
func codePlate(code image.Image) fyne.CanvasObject {
	img := canvas.NewImageFromImage(code)
	img.FillMode, img.ScaleMode = canvas.ImageFillContain, canvas.ImageScalePixels
	white := canvas.NewRectangle(shades[colSurface][0])
	white.CornerRadius = radius
	return container.New(squareLayout{}, white, img)
}

// short is the code that two people can read to each other.
func (p *receiptPage) short(r store.Receipt) fyne.CanvasObject {
	return card(newText(p.app.T("receipt.short"), typeface{color: colMuted, align: fyne.TextAlignCenter}),
		newText(receipt.Group(r.Signed.Short()), typeface{size: sizeHuge - 4, bold: true, align: fyne.TextAlignCenter}).id("receipt.short"))
}

// states says in words what the server signed.
func (p *receiptPage) states(r store.Receipt) fyne.CanvasObject {
	a := p.app
	_, ink, _ := markSent.style()
	objs := []fyne.CanvasObject{newText(a.T("receipt.states", "Server", bareHost(a.account.Server), "When", a.DateTime(r.AtMS)), typeface{}).id("receipt.states")}
	line := func(name string, res fyne.Resource, ink fyne.ThemeColorName, text string) {
		objs = append(objs, besideTop(10, 1, icon(res, ink, 20), newText(text, typeface{bold: true}).id(name)))
	}
	for i, d := range r.Days {
		line("receipt.day."+strconv.Itoa(i), iconSent, ink, a.T("receipt.day", "Day", a.dayWord(d.Date), "Visits", a.N("unit.visits", d.Visits),
			"Photos", a.N("unit.photos", d.Photos), "Lines", a.N("unit.count_lines", d.Lines)))
	}
	all := "receipt.all"
	if r.Uncovered > 0 {
		all = "receipt.all_but"
	}
	line("receipt.all", iconSent, ink, a.T(all, "Records", a.N("unit.records", r.Records), "Photos", a.N("unit.photos", r.Photos)))
	if r.Uncovered > 0 {
		_, alarm, _ := markAlarm.style()
		line("receipt.uncovered", iconAlarm, alarm, a.N("damaged.not_covered", r.Uncovered))
	}
	if r.BackedUp {
		line("receipt.backed_up", iconSafe, ink, a.T("receipt.backed_up"))
	} else {
		_, wait, _ := markDue.style()
		line("receipt.not_backed_up", iconClock, wait, a.T("receipt.not_backed_up"))
	}
	objs = append(objs, fact(a.T("term.name_person"), a.account.Name), fact(a.T("me.number"), shortID(r.Device)),
		fact(a.T("receipt.counter"), strconv.FormatUint(r.Counter, 10)))
	return card(objs...)
}

// dayWord is a receipt's day as people write it.
func (a *App) dayWord(date string) string {
	from, _, ok := field.DaySpan(date)
	if !ok {
		return date
	}
	return a.Date(from + int64(12*time.Hour/time.Millisecond))
}

// receiptsRoute lists the receipts, one for each day.
type receiptsRoute struct{}

func (receiptsRoute) open(a *App) page { return newReceipts(a) }

type receiptsPage struct {
	app     *App
	load    *load[[]store.Receipt]
	fault   *banner
	content *fyne.Container
	scroll  *container.Scroll
}

func newReceipts(a *App) *receiptsPage {
	p := &receiptsPage{app: a, fault: newBanner(a, "receipts.fault", markAlarm)}
	p.load = newLoad(a, a.deps.Store.Receipts, p.show)
	p.content = padded(insets{12, 12, 20, 12}, 12)
	p.scroll = container.NewVScroll(p.content)
	return p
}

func (p *receiptsPage) head() head                { return head{title: p.app.T("receipt.list")} }
func (p *receiptsPage) body() fyne.CanvasObject   { return p.scroll }
func (p *receiptsPage) start(ctx context.Context) { p.load.start(ctx) }
func (p *receiptsPage) stop()                     { p.load.stop() }

func (p *receiptsPage) show(all []store.Receipt, err error) {
	a := p.app
	p.fault.reading(err)
	objs := []fyne.CanvasObject{p.fault}
	for _, r := range all {
		mark := newBadge(markSent, a.T("wait.sent"))
		if r.BackedUp {
			mark = newBadge(markSafe, a.T("photo.backup"))
		}
		words := column(6, column(2, newText(a.dayWord(r.Day.Date), typeface{size: sizeName, bold: true}),
			newText(joined(" · ", a.N("unit.visits", r.Day.Visits), a.N("unit.photos", r.Day.Photos), a.N("unit.count_lines", r.Day.Lines)), typeface{color: colMuted}),
			newText(receipt.Group(r.Signed.Short()), typeface{bold: true})), chips(mark))
		objs = append(objs, newTap("receipt.of."+r.Day.Date, over(plate(colSurface, colLine, radius), padded(pad(margin), 0, beside(gap, 0, words, icon(iconNext, colMuted, 24)))),
			func() { a.nav.push(receiptRoute{r.Day.Date}) }))
	}
	if len(all) == 0 && err == nil {
		objs = append(objs, newEmpty(iconCode, a.T("receipt.none"), a.T("receipt.none_text"), a.syncNow("receipts.sync")))
	}
	p.content.Objects = objs
	p.scroll.Refresh()
}
