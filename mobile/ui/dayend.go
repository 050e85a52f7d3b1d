package ui

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"storewalk/mobile/store"
	"storewalk/shared/receipt"
)

// A closing is what the sync page shows: where everything is, and what the day came to.
type closing struct {
	store.SyncPage
	day store.DayEnd
}

// totals are today's work, large, and below it what of earlier days is not on the server yet.
func (p *syncPage) totals(c closing) fyne.CanvasObject {
	a := p.app
	objs := []fyne.CanvasObject{
		newText(a.T("sync.today", "Date", a.Date(c.day.Clock.Now().UnixMilli())), typeface{size: sizeName, bold: true}).id("sync.today"),
		grid(3, gap, total("sync.total.visits", c.day.Visits, a.N("sync.total_visits", c.day.Visits)), total("sync.total.photos", c.day.Photos, a.N("sync.total_photos", c.day.Photos)),
			total("sync.total.lines", c.day.Lines, a.N("sync.total_lines", c.day.Lines))),
	}
	if n := c.day.Elsewhere; n > 0 {
		objs = append(objs, newText(a.T("sync.elsewhere", "Photos", a.N("unit.photos", n)), typeface{color: colMuted}).id("sync.elsewhere"))
	}
	objs = append(append(objs, a.leftVisits("sync.left", c.day.Left, "sync.left_sent", "sync.left_waiting", "sync.left")...),
		a.leftVisits("sync.gone", c.day.Gone, "sync.gone_sent", "sync.gone_waiting", "sync.gone")...)
	records, photos := c.Waiting.Records-c.day.Waiting.Records, c.Waiting.Photos-c.day.Waiting.Photos
	if records > 0 || photos > 0 {
		_, ink, _ := markWaiting.style()
		objs = append(objs, beside(8, 1, icon(iconWait, ink, 20), newText(a.T("sync.older", "What", a.amount(max(0, records), max(0, photos))),
			typeface{bold: true, color: ink}).id("sync.older")))
	}
	return card(objs...)
}

// leftVisits says that visits are of stores which have left the person's territory, and whether all of theirs is on the server: sent,
// waiting and aside are the keys of what it says.
func (a *App) leftVisits(name string, l store.Left, sent, waiting, aside string) []fyne.CanvasObject {
	if l.Visits == 0 {
		return nil
	}
	m, sign, key := markSent, iconSent, sent
	switch {
	case l.Waiting.Records+l.Waiting.Photos > 0:
		m, sign, key = markWaiting, iconWait, waiting
	case l.Aside > 0: // the page says so of all of that
		m, sign, key = markAlarm, iconAlarm, aside
	}
	_, ink, _ := m.style()
	return []fyne.CanvasObject{beside(8, 1, icon(sign, ink, 20), newText(a.T(key, "Visits", a.N("unit.visits", l.Visits),
		"What", a.amount(l.Waiting.Records, l.Waiting.Photos)), typeface{bold: true, color: ink}).id(name))}
}

// total is a large number over its unit, in a row of such.
func total(name string, n int, unit string) fyne.CanvasObject {
	return column(0, newText(thousands(n), typeface{size: sizeHuge, bold: true, align: fyne.TextAlignCenter}).id(name),
		newText(unit, typeface{size: sizeSmall, color: colMuted, align: fyne.TextAlignCenter}))
}

// amount says how many records and photos, leaving out what there is none of.
func (a *App) amount(records, photos int) string {
	r, p := a.N("unit.records", records), a.N("unit.photos", photos)
	switch {
	case photos == 0:
		return r
	case records == 0:
		return p
	}
	return a.T("sync.kept_both", "Records", r, "Photos", p)
}

// safety says whether a backup of the server holds everything too, which is another thing than being on the server.
func (p *syncPage) safety(c closing) fyne.CanvasObject {
	if c.AllBackedUp && c.Confirmed.Records > 0 {
		_, ink, _ := markSafe.style()
		return newCentred(6, icon(iconSafe, ink, 22), newText(p.app.T("sync.backed_up"), typeface{size: sizeName, bold: true, color: ink}).id("sync.backed_up"))
	}
	_, ink, _ := markDue.style()
	return newCentred(6, icon(iconClock, ink, 20), newText(p.app.T("sync.not_backed_up"), typeface{color: ink}).id("sync.not_backed_up"))
}

// typed shows the texts that could not be saved, so that a person knows which page to open.
func (p *syncPage) typed(all []store.Typing) []fyne.CanvasObject {
	var objs []fyne.CanvasObject
	for i, t := range all {
		objs = append(objs, newText(firstRunes(t.Text, 60), typeface{}).id("sync.typed."+strconv.Itoa(i)))
	}
	if len(objs) == 0 {
		return nil
	}
	return []fyne.CanvasObject{section(p.app.T("sync.typed"), nil, objs...)}
}

// receipt leads to the server's word for it, or says why there is none yet.
func (p *syncPage) receipt(c closing) []fyne.CanvasObject {
	a, r := p.app, c.day.Receipt
	if r == nil {
		text := a.T("receipt.none_yet")
		switch {
		case c.Waiting.Records+c.Waiting.Photos+len(c.Refused)+len(c.Typed)+len(c.Drafts)+len(c.Awaited) > 0, c.OKMS == 0, c.Confirmed.Records == 0:
			return nil
		case c.day.Code != "":
			text = a.FaultCode(c.day.Code)
		}
		return []fyne.CanvasObject{section(a.T("receipt.title"), nil, newText(text, typeface{color: colMuted}).id("sync.receipt_none"))}
	}
	m, text := markSent, a.T("receipt.covers")
	if !c.day.Covers {
		m, text = markDue, a.T("receipt.older")
		if code := c.day.Code; code != "" && code != "receipt.differs" && code != "receipt.lacks" {
			m, text = markAlarm, a.FaultCode(code)
		}
	}
	res, ink, fill := m.style()
	words := column(2, newText(a.T("receipt.title"), typeface{size: sizeName, bold: true, color: ink}),
		newText(receipt.Group(r.Signed.Short()), typeface{size: sizeLead, bold: true, color: ink}).id("sync.receipt_code"),
		newText(joined(" · ", a.ShortDateTime(r.AtMS), text), typeface{color: ink}).id("sync.receipt_text"))
	line := beside(10, 1, icon(res, ink, 26), words, icon(iconCode, ink, 34), icon(iconNext, ink, 24))
	return []fyne.CanvasObject{newTap("sync.receipt", over(plate(fill, ink, radius), padded(pad(margin), 0, line)),
		func() { a.nav.push(receiptRoute{r.Day.Date}) })}
}

// thousands groups the digits of a number: 1,140.
func thousands(n int) string {
	text := strings.Split(strconv.Itoa(n), "")
	for i := len(text) - 3; i > 0; i -= 3 {
		text[i] = "," + text[i]
	}
	return strings.Join(text, "")
}

// iconCode stands for a code that a camera reads.
var iconCode = drawn("code", `<path d="M3 3h8v8H3z M5.3 5.3v3.4h3.4V5.3z M13 3h8v8h-8z M15.3 5.3v3.4h3.4V5.3z M3 13h8v8H3z M5.3 15.3v3.4h3.4v-3.4z M13 13h3v3h-3z M18 13h3v3h-3z M15.5 15.5h3v3h-3z M13 18h3v3h-3z M18 18h3v3h-3z" fill-rule="evenodd"/>`)
