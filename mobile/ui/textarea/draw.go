package textarea

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// CreateRenderer implements fyne.Widget.
func (a *Area) CreateRenderer() fyne.WidgetRenderer {
	a.ExtendBaseWidget(a)
	r := &frame{area: a, box: &canvas.Rectangle{}, border: &canvas.Rectangle{}}
	r.colour()
	return r
}

// frame draws the field's edge, in which the text is scrolled.
type frame struct {
	area        *Area
	box, border *canvas.Rectangle
}

func (r *frame) colour() {
	edge := theme.ColorNameInputBorder
	if r.area.focused {
		edge = theme.ColorNamePrimary
	}
	r.box.FillColor, r.border.FillColor = theme.Color(theme.ColorNameInputBackground), color.Transparent
	r.border.StrokeColor, r.border.StrokeWidth = theme.Color(edge), theme.InputBorderSize()
	r.box.CornerRadius, r.border.CornerRadius = theme.InputRadiusSize(), theme.InputRadiusSize()
}

func (r *frame) Layout(size fyne.Size) {
	line := theme.InputBorderSize()
	r.border.Resize(fyne.NewSize(size.Width-line-.5, size.Height-line-.5)) // half a pixel, so that it is sharp
	r.border.Move(fyne.NewSquareOffsetPos(line / 2))
	r.box.Resize(size.Subtract(fyne.NewSquareSize(line * 2)))
	r.box.Move(fyne.NewSquareOffsetPos(line))
	r.area.fit()
	r.area.scroll.Move(fyne.NewPos(0, line))
	r.area.scroll.Resize(fyne.NewSize(size.Width, size.Height-2*line))
	r.area.sheet.Refresh()
	r.area.reveal()
}

func (r *frame) MinSize() fyne.Size {
	letter := fyne.MeasureText("M", theme.TextSize(), fyne.TextStyle{})
	return fyne.NewSize(letter.Width+3*theme.InnerPadding(), letter.Height*float32(r.area.least)+2*theme.InnerPadding())
}

func (r *frame) Refresh() {
	r.colour()
	r.area.scroll.Refresh() // and the text in it
	canvas.Refresh(r.area.self)
}

func (r *frame) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.box, r.border, r.area.scroll}
}
func (r *frame) Destroy() {}

// A sheet is all of the text, of which what is seen is drawn.
type sheet struct {
	widget.BaseWidget
	area *Area
}

// Dragged is told to the field: the scroll under the sheet knows nothing of what is selected.
func (s *sheet) Dragged(d *fyne.DragEvent) {
	e := *d
	e.Position = d.Position.Subtract(s.area.scroll.Offset).AddXY(0, theme.InputBorderSize())
	s.area.Dragged(&e)
}

// DragEnd is told to the field.
func (s *sheet) DragEnd() { s.area.DragEnd() }

// CreateRenderer implements fyne.Widget.
func (s *sheet) CreateRenderer() fyne.WidgetRenderer {
	return &writing{sheet: s, cursor: &canvas.Rectangle{}}
}

// at is where a place in the text is drawn on the sheet.
func (s *sheet) at(p place) fyne.Position {
	a := s.area
	n, col := a.rows.find(p)
	begin := a.rows.list[n].begin
	line := theme.InputBorderSize()
	return fyne.NewPos(a.rows.glyphs.width(a.runes[begin:begin+col])+theme.InnerPadding()-line/2,
		float32(n)*a.rows.height()+theme.InnerPadding()-line)
}

// reveal scrolls to the cursor.
func (a *Area) reveal() {
	room, height := a.scroll.Size().Height, a.rows.height()
	around := height - theme.LineSpacing()
	top := a.sheet.at(a.cursor).Y
	to := a.scroll.Offset
	if top-around < to.Y {
		to.Y = max(0, top-around)
	} else if bottom := top + height + around; bottom >= to.Y+room {
		to.Y = max(0, min(bottom-room, a.sheet.MinSize().Height-room))
	}
	if to != a.scroll.Offset {
		a.scroll.ScrollToOffset(to)
		a.sheet.Refresh()
	}
}

// writing draws the rows that are seen, what is selected of them, and the cursor.
type writing struct {
	sheet  *sheet
	marked []fyne.CanvasObject
	lines  []fyne.CanvasObject // row n is lines[n % len(lines)], so that scrolling draws only the rows that are new
	hint   []fyne.CanvasObject
	cursor *canvas.Rectangle
	ink    color.NRGBA // of the cursor
	blink  *fyne.Animation
}

func (r *writing) MinSize() fyne.Size {
	a := r.sheet.area
	n := len(a.rows.list)
	if len(a.runes) == 0 {
		n = max(1, len(r.hint))
	}
	return fyne.NewSize(0, float32(n)*a.rows.height()+2*theme.InnerPadding()-2*theme.InputBorderSize())
}

func (r *writing) Layout(fyne.Size) { r.Refresh() }

func (r *writing) Refresh() {
	a := r.sheet.area
	height := a.rows.height()
	first := max(0, int((a.scroll.Offset.Y-theme.InnerPadding())/height))
	seen := int(a.scroll.Size().Height/height) + 2
	last := min(len(a.rows.list), first+seen)

	for len(r.lines) < seen {
		r.lines = append(r.lines, &canvas.Text{})
	}
	r.lines = r.lines[:seen]
	for n := first; n < first+seen; n++ {
		if n >= last {
			r.lines[n%seen].Hide()
			continue
		}
		w := a.rows.list[n]
		r.line(r.lines[n%seen], n, string(a.runes[w.begin:w.end]), theme.ColorNameForeground)
	}
	r.hints()
	r.mark(first, last)
	r.point()
	canvas.Refresh(r.sheet)
}

// line draws a row.
func (r *writing) line(o fyne.CanvasObject, n int, text string, name fyne.ThemeColorName) {
	t := o.(*canvas.Text)
	ink, size := theme.Color(name), theme.TextSize()
	if t.Text != text || t.Color != ink || t.TextSize != size {
		t.Text, t.Color, t.TextSize = text, ink, size
		t.Refresh()
	}
	t.Resize(t.MinSize())
	t.Move(fyne.NewPos(theme.InnerPadding(), theme.InnerPadding()-theme.InputBorderSize()+float32(n)*r.sheet.area.rows.height()))
	t.Show()
}

// hints draws what is to be typed here, while nothing is.
func (r *writing) hints() {
	a := r.sheet.area
	if len(a.runes) > 0 || a.hint == "" {
		r.hint = nil
		return
	}
	text := []rune(a.hint)
	list, _ := a.rows.breaks(nil, text, 0, nil)
	r.hint = r.hint[:min(len(r.hint), len(list))]
	for n, w := range list {
		if n == len(r.hint) {
			r.hint = append(r.hint, &canvas.Text{})
		}
		r.line(r.hint[n], n, string(text[w.begin:w.end]), theme.ColorNamePlaceHolder)
	}
}

// mark draws what is selected in the rows that are seen.
func (r *writing) mark(first, last int) {
	a := r.sheet.area
	from, to := a.selection()
	r.marked = nil
	if from == to || !a.focused {
		return
	}
	for n := first; n < last; n++ {
		w := a.rows.list[n]
		begin, end := max(from, w.begin), min(to, w.end)
		if begin > end || begin == end && w.begin < w.end { // an empty row is a line
			continue
		}
		left, right := a.rows.glyphs.width(a.runes[w.begin:begin]), a.rows.glyphs.width(a.runes[w.begin:end])
		box := canvas.NewRectangle(theme.Color(theme.ColorNameSelection))
		box.Resize(fyne.NewSize(right-left+1, a.rows.height()))
		box.Move(fyne.NewPos(theme.InnerPadding()+left-1, theme.InnerPadding()-theme.InputBorderSize()+float32(n)*a.rows.height()))
		r.marked = append(r.marked, box)
	}
}

// faint is how much is seen of the cursor between two blinks; still, for how long it does not blink after it was moved.
const (
	faint = 0x16
	still = 300 * time.Millisecond
)

// point draws the cursor, which blinks while the field is typed into.
func (r *writing) point() {
	a := r.sheet.area
	r.ink = color.NRGBAModel.Convert(theme.Color(theme.ColorNamePrimary)).(color.NRGBA)
	r.cursor.Resize(fyne.NewSize(theme.InputBorderSize(), a.rows.height()))
	r.cursor.Move(r.sheet.at(a.cursor))
	if !a.focused {
		r.rest()
		r.cursor.Hide()
		return
	}
	r.show(1)
	r.cursor.Show()
	if r.blink == nil && fyne.CurrentApp().Settings().ShowAnimations() {
		r.blink = fyne.NewAnimation(time.Second/2, func(done float32) {
			if time.Since(a.typed) < still {
				done = 1
			}
			r.show(max(0, min(1, (done-0.4)/0.2)))
		})
		r.blink.AutoReverse, r.blink.RepeatCount = true, fyne.AnimationRepeatForever
		r.blink.Start()
	}
}

// show draws the cursor so clearly: 1 is in full, 0 is faint.
func (r *writing) show(clear float32) {
	ink := r.ink
	ink.A = uint8(faint + clear*(0xFF-faint))
	if r.cursor.FillColor != color.Color(ink) {
		r.cursor.FillColor = ink
		r.cursor.Refresh()
	}
}

func (r *writing) rest() {
	if r.blink != nil {
		r.blink.Stop()
		r.blink = nil
	}
}

func (r *writing) Objects() []fyne.CanvasObject {
	all := append(append([]fyne.CanvasObject{}, r.marked...), r.hint...)
	return append(append(all, r.lines...), r.cursor)
}
func (r *writing) Destroy() { r.rest() }
