package ui

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// A typeface is how a text is set: size, weight, colour, alignment. The zero value is body text. Its size is that of
// the standard; what is drawn and measured is px, which follows the setting of the person.
type typeface struct {
	size  float32
	most  float32 // times the size the text grows at most, where there is no room for more; 0 is any
	bold  bool
	color fyne.ThemeColorName
	align fyne.TextAlign
	even  bool // its lines are about equally long: 很不/满意, not 很不满/意
}

func (f typeface) or() typeface {
	if f.size == 0 {
		f.size = sizeBody
	}
	if f.color == "" {
		f.color = colInk
	}
	return f
}

// px is the size the text is drawn in: a whole number, in which each Chinese character is exactly as wide; see widthOf.
func (f typeface) px() float32 {
	n := times()
	if f.most > 0 {
		n = min(n, f.most)
	}
	return float32(math.Round(float64(f.size * n)))
}

func (f typeface) line(s string) *canvas.Text {
	t := canvas.NewText(unturned(s), theme.Color(f.color))
	t.TextSize, t.TextStyle.Bold, t.Alignment = f.px(), f.bold, f.align
	return t
}

func (f typeface) width(s string) float32 {
	return fyne.MeasureText(s, f.px(), fyne.TextStyle{Bold: f.bold}).Width
}

func (f typeface) height() float32 {
	return fyne.MeasureText("国", f.px(), fyne.TextStyle{Bold: f.bold}).Height
}

// wrap breaks s into lines no wider than width: Chinese between any two characters but not before
// a closing mark, Latin at spaces, a word longer than a line where it must.
func (f typeface) wrap(s string, width float32) []string {
	if f.even {
		return f.wrapEvenly(s, width)
	}
	s = unturned(s)
	if !strings.Contains(s, "\n") && f.surelyFits(width, s) {
		return []string{s}
	}
	var lines []string
	for _, para := range strings.Split(s, "\n") {
		line, used := "", float32(0)
		for _, piece := range pieces(para) {
			if used+f.widthOf(strings.TrimRight(piece, " ")) <= width {
				line, used = line+piece, used+f.widthOf(piece)
				continue
			}
			if line != "" {
				lines = append(lines, strings.TrimRight(line, " "))
			}
			for f.widthOf(piece) > width && len([]rune(piece)) > 1 {
				runes := []rune(piece)
				n := 1
				for n < len(runes) && f.width(string(runes[:n+1])) <= width {
					n++
				}
				lines, piece = append(lines, string(runes[:n])), string(runes[n:])
			}
			line, used = piece, f.widthOf(piece)
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// wrapEvenly is wrap with no more lines than that needs, and the longest of them as short as it can be.
func (f typeface) wrapEvenly(s string, width float32) []string {
	f.even = false
	lines := f.wrap(s, width)
	for narrower := width - f.px()/2; len(lines) > 1 && narrower > 0; narrower -= f.px() / 2 {
		next := f.wrap(s, narrower)
		if len(next) > len(lines) {
			break
		}
		lines = next
	}
	return lines
}

// turning are the characters that turn the direction of writing, or turn it back. They are not seen themselves.
const turning = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

// unturned is a text as it is drawn: a name that turns the writing round, and not back, would turn what stands beside it too.
// What is kept, and what a field holds, is as typed.
func unturned(s string) string {
	if !strings.ContainsAny(s, turning) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(turning, r) {
			return -1
		}
		return r
	}, s)
}

// widthOf is width without measuring Chinese: each such character is as wide as any other, and the
// embedded fonts have no kerning, so widths add up.
func (f typeface) widthOf(piece string) float32 {
	n := 0
	for _, r := range piece {
		if r < firstWide {
			return f.width(piece)
		}
		n++
	}
	return float32(n) * f.px()
}

// firstWide is where the blocks of East Asian characters begin that fill a whole square.
const firstWide = 0x2E80

// surelyFits spares measuring texts that fit into one line even if every letter were as wide as a Chinese one.
func (f typeface) surelyFits(width float32, texts ...string) bool {
	letters := 0
	for _, text := range texts {
		letters += utf8.RuneCountInString(text)
	}
	return float32(letters)*f.px() <= width
}

// pieces splits a paragraph where a line may break.
func pieces(s string) []string {
	var out []string
	start := 0
	runes := []rune(s)
	for i := 1; i <= len(runes); i++ {
		if i == len(runes) || mayBreak(runes[i-1], runes[i]) {
			out = append(out, string(runes[start:i]))
			start = i
		}
	}
	return out
}

// units are what a number is not parted from: 14号, 3 组, 5 包 are read as one.
const units = "号组条包张户次个年月日"

func mayBreak(before, after rune) bool {
	switch {
	case strings.ContainsRune("，。、；：？！）》」”’,.;:?!)%%", after), after == ' ':
		return false
	case strings.ContainsRune("（《「“‘(", before):
		return false
	case unicode.IsDigit(before) && strings.ContainsRune(units, after):
		return false
	}
	return before == ' ' || unicode.Is(unicode.Han, before) || unicode.Is(unicode.Han, after) ||
		strings.ContainsRune("，。、；：？！）》」”／/·-", before)
}

// A paragraph is text that wraps to the width it is given.
type paragraph struct {
	widget.BaseWidget
	name string
	text string
	face typeface

	width float32 // last width laid out for
	lines []string
}

func newText(text string, face typeface) *paragraph {
	p := &paragraph{text: text, face: face.or()}
	p.ExtendBaseWidget(p)
	return p
}

func (p *paragraph) id(name string) *paragraph {
	p.name = name
	return p
}

// ID returns the stable name by which a test finds this text.
func (p *paragraph) ID() string { return p.name }

// Value returns what is shown.
func (p *paragraph) Value() string { return p.text }

func (p *paragraph) set(text string) {
	if text == p.text {
		return
	}
	p.text, p.lines = text, nil
	p.Refresh()
}

func (p *paragraph) setColor(c fyne.ThemeColorName) {
	if c != p.face.color {
		p.face.color = c
		p.Refresh()
	}
}

func (p *paragraph) fit(width float32) {
	if p.lines == nil || width != p.width {
		p.width, p.lines = width, p.face.wrap(p.text, width)
	}
}

// heightFor makes a paragraph flow.
func (p *paragraph) heightFor(width float32) float32 {
	p.fit(width)
	return float32(len(p.lines)) * p.face.height()
}

// Squeezed reports what has too little room here: a word that is broken in the middle though it would fit a line of its
// own, or three lines and more of hardly two characters. "" is nothing.
func (p *paragraph) Squeezed() string {
	for i := 1; i < len(p.lines); i++ {
		before, after := strings.Fields(p.lines[i-1]), strings.Fields(p.lines[i])
		if len(before) == 0 || len(after) == 0 || len(before) > 1 {
			continue
		}
		a, b := before[0], after[0]
		if last, _ := utf8.DecodeLastRuneInString(a); last < firstWide && unicode.IsLetter(last) && unicode.IsLetter(firstRune(b)) &&
			firstRune(b) < firstWide && strings.Contains(p.text, a+b) && len(a+b) < 16 {
			return a + b
		}
	}
	if len(p.lines) > 2 && p.width < 2.5*p.face.px() && len([]rune(p.text)) > 4 {
		return p.text
	}
	return ""
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// naturalWidth is the width of the text on one line.
func (p *paragraph) naturalWidth() float32 { return p.face.width(unturned(p.text)) }

// CreateRenderer implements fyne.Widget.
func (p *paragraph) CreateRenderer() fyne.WidgetRenderer {
	p.ExtendBaseWidget(p)
	return &paragraphRenderer{p: p}
}

type paragraphRenderer struct {
	p    *paragraph
	objs []fyne.CanvasObject
}

func (r *paragraphRenderer) Layout(size fyne.Size) {
	r.p.fit(size.Width)
	h := r.p.face.height()
	if len(r.objs) > len(r.p.lines) {
		r.objs = r.objs[:len(r.p.lines)]
	}
	y := float32(0)
	if n := len(r.p.lines); n == 1 && size.Height > h {
		y = (size.Height - h) / 2
	}
	for i, line := range r.p.lines {
		if i == len(r.objs) {
			r.objs = append(r.objs, r.p.face.line(""))
		}
		t := r.objs[i].(*canvas.Text)
		t.Color = theme.Color(r.p.face.color)
		if t.Text != line {
			t.Text = line
		}
		t.Move(fyne.NewPos(0, y+float32(i)*h))
		t.Resize(fyne.NewSize(size.Width, h))
		t.Refresh()
	}
}

func (r *paragraphRenderer) MinSize() fyne.Size {
	if r.p.width > 0 {
		return fyne.NewSize(0, r.p.heightFor(r.p.width))
	}
	return fyne.NewSize(r.p.naturalWidth(), r.p.face.height())
}

func (r *paragraphRenderer) Refresh()                     { r.Layout(r.p.Size()) }
func (r *paragraphRenderer) Objects() []fyne.CanvasObject { return r.objs }
func (r *paragraphRenderer) Destroy()                     {}
