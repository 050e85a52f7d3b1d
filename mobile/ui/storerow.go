package ui

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
	"github.com/google/uuid"

	"storewalk/shared/field"
	"storewalk/shared/words"
)

// storeRow draws a storeLine.
type storeRow struct {
	widget.BaseWidget
	app         *App
	room        *markRoom
	enter       func(store uuid.UUID) // starts a visit
	line        storeLine
	name, below *paragraph
	when        *paragraph
	state       *badge
	differ      *badge
	marks       *fyne.Container
	tap         *tapArea
	visit       *tapArea
	content     *fyne.Container
}

func newStoreRow(a *App, room *markRoom, enter func(uuid.UUID)) *storeRow {
	r := &storeRow{app: a, room: room, enter: enter}
	r.name = newText("", storeNameFace)
	r.below = newText("", typeface{size: sizeSmall, color: colMuted})
	r.when = newText("", typeface{size: sizeSmall, color: colMuted})
	r.state, r.differ = newBadge(markNone, ""), newBadge(markNone, "")
	r.marks = container.New(&chipsLayout{gap: markGap}, r.differ, r.state)
	words := padded(insets{11, 0, 10, margin}, 2, r.name, r.below, container.New(room, r.when, r.marks))
	r.tap = newTap("", words, func() { a.nav.push(storeRoute{r.line.ID}) })
	r.visit = newRound("", iconVisit, func() { r.enter(r.line.ID) })
	r.content = over(plate(colSurface, "", 0), padded(insets{0, margin, 0, 0}, 0, beside(gap, 0, r.tap, r.visit)))
	r.ExtendBaseWidget(r)
	return r
}

func (r *storeRow) set(l storeLine) {
	r.line = l
	r.tap.name = "store." + l.ID.String()
	r.visit.name = r.tap.name + ".go"
	r.name.set(l.Name)
	r.below.set(l.below())
	r.below.Hidden = l.bare()
	open, col := l.OpenVisit != uuid.Nil, colMuted
	if open {
		col = colAccent
	}
	r.when.face.bold = open
	r.when.set(r.app.timed(l.LastVisitMS, func(now time.Time) string { return l.when(r.app.Words, now) }))
	r.when.setColor(col)
	r.mark(l)
	r.content.Refresh()
}

// mark shows what there is to say of the store at a glance: in words where they have room, and else by sign and number.
func (r *storeRow) mark(l storeLine) {
	w := r.app.Words
	state, text := l.state(w)
	r.state.set(state, text)
	m := markNone
	if text = ""; l.Conflicts > 0 {
		m, text = markDiffer, w.N("differ.mark", l.Conflicts)
	}
	r.differ.set(m, text)
	if r.marks.Hidden = m == markNone && state == markNone; r.marks.Hidden || r.room.takes(r.when, r.marks) {
		return
	}
	n := l.WaitingRecords + l.WaitingPhotos
	if state == markAlarm {
		n = l.Refused
	}
	for _, shorter := range []func(){
		func() { r.state.set(state, atMost(n, mostState)) },
		func() { r.differ.set(m, atMost(l.Conflicts, mostDiffer)) },
		func() { r.state.set(state, "") }, // so many conflicts in one store
	} {
		if shorter(); r.room.takes(r.when, r.marks) {
			return
		}
	}
}

func (r *storeRow) heightFor(width float32) float32 { return heightOf(r.content, width) }

// CreateRenderer implements fyne.Widget.
func (r *storeRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.content) }

// The numbers beyond which a mark without words only says that there are more.
const (
	mostDiffer = 9
	mostState  = 99
)

// markGap is between the words and the marks, and between two marks, at least: the line is a short one.
const markGap float32 = 4

func atMost(n, most int) string {
	if n > most {
		return strconv.Itoa(most) + "+"
	}
	return strconv.Itoa(n)
}

// A markRoom lays out the last line of every row of a list: when somebody was there, and the marks. A mark comes and goes while
// the phone syncs. So that no row grows or shrinks with it, and nothing moves under the thumb, each has its room in all rows:
// beside the words, or below them where a line has no room for both.
type markRoom struct {
	width float32 // of the line
	marks float32 // of two marks by sign and number
	below bool
}

// fit works out the room in a list that is so wide.
func (m *markRoom) fit(w words.Words, list float32) {
	small := typeface{size: sizeSmall}
	m.width = list - 2*margin - gap - touch
	m.marks = newBadge(markDiffer, atMost(mostDiffer, mostDiffer)).naturalWidth() + markGap + newBadge(markWaiting, atMost(mostState+1, mostState)).naturalWidth()
	widest := typeface{size: sizeSmall, bold: true}.width(w.T("stores.open"))
	then := time.Date(2028, 12, 28, 20, 48, 0, 0, field.Zone)
	for _, ago := range []time.Duration{48 * time.Minute, 20 * time.Hour, 28 * time.Hour, 28 * 24 * time.Hour, 300 * 24 * time.Hour} {
		widest = max(widest, small.width(w.T("stores.last", "When", w.Ago(then.Add(ago), then.UnixMilli()))))
	}
	m.below = max(widest, small.width(w.T("stores.never")))+markGap+m.marks > m.width
}

// takes reports whether marks have room as they are.
func (m *markRoom) takes(when *paragraph, marks fyne.CanvasObject) bool {
	room := m.width
	if !m.below {
		room -= when.naturalWidth() + markGap
	}
	return widthOf(marks) <= room
}

func (m *markRoom) heightFor(o []fyne.CanvasObject, width float32) float32 {
	mark := badgeHeight()
	if m.below {
		return heightOf(o[0], width) + 2 + mark
	}
	return max(mark, heightOf(o[0], width-markGap-m.marks))
}

// Layout implements fyne.Layout.
func (m *markRoom) Layout(o []fyne.CanvasObject, size fyne.Size) {
	when, marks := o[0], o[1]
	wide := min(widthOf(marks), size.Width)
	high := heightOf(marks, wide)
	marks.Resize(fyne.NewSize(wide, high))
	if m.below {
		h := heightOf(when, size.Width)
		when.Move(fyne.NewPos(0, 0))
		when.Resize(fyne.NewSize(size.Width, h))
		marks.Move(fyne.NewPos(0, size.Height-high))
		return
	}
	room := size.Width - markGap - m.marks
	if marks.Visible() && widthOf(when)+markGap+wide <= size.Width {
		room = size.Width - markGap - wide
	}
	h := heightOf(when, room)
	when.Move(fyne.NewPos(0, (size.Height-h)/2))
	when.Resize(fyne.NewSize(room, h))
	marks.Move(fyne.NewPos(size.Width-wide, (size.Height-high)/2))
}

// MinSize implements fyne.Layout.
func (m *markRoom) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, m.heightFor(o, m.width))
}
