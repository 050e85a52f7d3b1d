package textarea

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"storewalk/mobile/ui/fonts"
)

// look is Fyne's theme with the app's typeface.
type look struct{ fyne.Theme }

func (look) Font(s fyne.TextStyle) fyne.Resource {
	return fyne.NewStaticResource("NotoSansSC-Regular-lite.otf", fonts.Regular)
}

func (l look) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return 16
	case theme.SizeNameInnerPadding:
		return 14
	case theme.SizeNameInputBorder:
		return 1.5
	}
	return l.Theme.Size(name)
}

func dressed(t testing.TB) {
	if t, ok := t.(*testing.T); ok {
		test.NewTempApp(t)
	} else {
		test.NewApp()
	}
	fyne.CurrentApp().Settings().SetTheme(look{theme.DefaultTheme()})
}

// twins are our field and Fyne's, of one size, which the same is done to.
type twins struct {
	t      *testing.T
	ours   *Area
	fynes  *widget.Entry
	window [2]fyne.Window
}

func newTwins(t *testing.T) *twins {
	w := &twins{t: t, ours: New(5), fynes: widget.NewMultiLineEntry()}
	w.fynes.Wrapping = fyne.TextWrapBreak
	w.fynes.SetMinRowsVisible(5)
	for i, o := range []fyne.Focusable{w.ours, w.fynes} {
		w.window[i] = test.NewWindow(o.(fyne.CanvasObject))
		w.window[i].SetPadded(false)
		t.Cleanup(w.window[i].Close)
	}
	w.resize(328)
	for i, o := range []fyne.Focusable{w.ours, w.fynes} {
		w.window[i].Canvas().Focus(o)
	}
	return w
}

func (w *twins) resize(width float32) {
	for _, win := range w.window {
		win.Resize(fyne.NewSize(width, w.ours.MinSize().Height))
	}
}

func (w *twins) both() []field { return []field{w.ours, w.fynes} }

func (w *twins) set(text string) {
	for _, f := range w.both() {
		f.SetText(text)
	}
}

func (w *twins) key(name fyne.KeyName, shift bool) {
	for _, f := range w.both() {
		k := f.(desktop.Keyable)
		if shift {
			k.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
		}
		f.TypedKey(&fyne.KeyEvent{Name: name})
		if shift {
			k.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
		}
	}
}

func (w *twins) shortcut(s fyne.Shortcut) {
	for _, f := range w.both() {
		f.(fyne.Shortcutable).TypedShortcut(s)
	}
}

// inside is the scroll of Fyne's field, what it scrolls, and the rows that it draws.
func (w *twins) inside() (*container.Scroll, fyne.Widget, []*canvas.Text) {
	for _, o := range test.WidgetRenderer(w.fynes).Objects() {
		s, ok := o.(*container.Scroll)
		if !ok {
			continue
		}
		content := s.Content.(fyne.Widget)
		for _, o := range test.WidgetRenderer(content).Objects() {
			if rich, ok := o.(*widget.RichText); ok && rich.String() == w.fynes.Text && rich.Visible() {
				var rows []*canvas.Text
				for _, o := range test.WidgetRenderer(rich).Objects() {
					rows = append(rows, o.(*canvas.Text))
				}
				return s, content, rows
			}
		}
		return s, content, nil
	}
	w.t.Fatal("Fyne's field is made otherwise")
	return nil, nil, nil
}

// differ says in what our field differs from Fyne's; "" is in nothing.
func (w *twins) differ() string {
	if w.ours.Text() != w.fynes.Text {
		return fmt.Sprintf("text %q, Fyne's %q", w.ours.Text(), w.fynes.Text)
	}
	if a, b := w.ours.CursorTextOffset(), w.fynes.CursorTextOffset(); a != b {
		return fmt.Sprintf("cursor after %d characters, Fyne's %d", a, b)
	}
	if a, b := w.ours.SelectedText(), w.fynes.SelectedText(); a != b {
		return fmt.Sprintf("selected %q, Fyne's %q", a, b)
	}
	if a, b := w.ours.sheet.at(w.ours.cursor), w.fynes.CursorPosition(); a != b {
		return fmt.Sprintf("cursor at %v, Fyne's %v", a, b)
	}
	top, at := w.ours.scroll.Offset.Y, w.ours.sheet.at(w.ours.cursor).Y
	if at < top || at+w.ours.rows.height() > top+w.ours.scroll.Size().Height {
		return fmt.Sprintf("cursor at %v is out of sight, %v is seen", at, top)
	}
	_, _, rows := w.inside()
	if a, b := w.ours.MinSize(), w.fynes.MinSize(); a != b {
		return fmt.Sprintf("size %v, Fyne's %v", a, b)
	}
	return w.rowsDiffer(rows)
}

// rowsDiffer compares the rows that are drawn, in what is seen of the field.
func (w *twins) rowsDiffer(rows []*canvas.Text) string {
	drawn := map[fyne.Position]*canvas.Text{}
	for _, o := range test.WidgetRenderer(w.ours.sheet).Objects() {
		if t, ok := o.(*canvas.Text); ok && t.Visible() {
			if drawn[t.Position()] != nil {
				return fmt.Sprintf("%q and %q lie on each other", t.Text, drawn[t.Position()].Text)
			}
			drawn[t.Position()] = t
		}
	}
	top := w.ours.scroll.Offset.Y
	bottom := top + w.ours.scroll.Size().Height
	for _, r := range rows {
		p, ours := r.Position(), drawn[r.Position()]
		if delete(drawn, p); r.Text == "" || p.Y+r.Size().Height <= top || p.Y >= bottom {
			continue
		}
		if ours == nil {
			return fmt.Sprintf("no row at %v, Fyne's %q", p, r.Text)
		}
		if ours.Text != r.Text || ours.Size() != r.Size() || ours.Color != r.Color || ours.TextSize != r.TextSize {
			return fmt.Sprintf("row %q, Fyne's %q", ours.Text, r.Text)
		}
	}
	for _, t := range drawn {
		if t.Text != "" && len(rows) > 0 {
			return fmt.Sprintf("a row too many: %q", t.Text)
		}
	}
	return ""
}

// severalAsOne are characters that together are narrower than one of them alone, so that how many fit has several answers.
const severalAsOne = "emoji of several"

// full reports a row that does not fit, or takes one character more.
func (w *twins) full(text string) {
	a := w.ours
	for _, r := range a.rows.list {
		line := a.runes[r.begin:r.end]
		if len(line) > 1 && a.rows.glyphs.width(line) > a.rows.width {
			w.t.Fatalf("%q: row %q is too wide", text, string(line))
		}
		if r.end < len(a.runes) && a.runes[r.end] != '\n' && a.rows.glyphs.width(a.runes[r.begin:r.end+1]) <= a.rows.width {
			w.t.Fatalf("%q: row %q has room", text, string(line))
		}
	}
}

var alphabets = map[string][]string{
	"Chinese":            strings.Split("店主说新品走得快，下周多送两条。“好”（）—…、国黄鹤楼", ""),
	"English":            strings.Split("the shop wants two more cartons, next week - AVfi WTo 10.5% ", ""),
	"both":               strings.Split("店主 says 新品 fast，10 条/week。\n", ""),
	"lines":              strings.Split("店主a\n\n", ""),
	"signs":              {"¥", "★", "→", "①", "㎡", "ａ", "ｶ", "の", "ー", "한", "é", "ß", "Ω", "ж", "½", "℃", "✓", "　"},
	"emoji":              strings.Split("😀🎉店a", ""),
	"emoji and spaces":   strings.Split("😀🎉 店a ", ""),
	"rare Chinese":       strings.Split("𠮷𠀋 店a㐂龘 ", ""),
	severalAsOne:         {"👨‍👩‍👧‍👦", "👍🏽", "🇨🇳", "❤️", "1️⃣", "店", "a", "é", "\ufe0f", "\u200d"},
	"writing turned":     {"\u202e", "\u202c", "\u2067", "\u2069", "反", "a", "1", " "},
	"right to left":      {"ש", "ל", "و", "م", "ل", "ا", " ", "a", "店", "1"},
	"tabs and returns":   {"\t", "店", "a", "\r", "\u00a0", "\u200b", "\u3000"},
	"of other countries": {"क", "्", "ष", "ि", "ท", "ี", "่", "ა", " ", "店"},
}

func TestRowsBreakAndAreDrawnWhereFynesAre(t *testing.T) {
	dressed(t)
	for name, letters := range alphabets {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			w := newTwins(t)
			for n := range 12 {
				var text strings.Builder
				for range random.IntN(150) {
					text.WriteString(letters[random.IntN(len(letters))])
				}
				w.resize(float32(60 + random.IntN(300)))
				w.set("")
				w.set(text.String())
				if name == severalAsOne {
					w.full(text.String())
					continue
				}
				_, _, rows := w.inside()
				for i, r := range w.ours.rows.list {
					if got := string(w.ours.runes[r.begin:r.end]); len(rows) > 0 && (len(rows) != len(w.ours.rows.list) || got != rows[i].Text) {
						t.Fatalf("text %d, %q: row %d of %d is %q, Fyne's of %d %q", n, text.String(), i, len(w.ours.rows.list), got, len(rows), rows[i].Text)
					}
				}
				if d := w.differ(); d != "" {
					t.Fatalf("text %d, %q: %s", n, text.String(), d)
				}
			}
		})
	}
}
