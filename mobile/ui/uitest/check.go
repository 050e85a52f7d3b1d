package uitest

import (
	"fmt"
	"image/color"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// The rules of every screen.
const (
	leastTarget = 48  // device-independent pixels, each way
	leastText   = 7   // contrast of a text to what is behind it
	leastSign   = 3   // the same of a sign
	leastScroll = 120 // pixels of what scrolls that are in sight: enough to see that there is more
)

var walked = struct {
	sync.Mutex
	screens map[string]bool
}{screens: map[string]bool{}}

// Walked reports whether a screen was looked at by any Check of this process; see ui.App.Screen.
func Walked(screen string) bool {
	walked.Lock()
	defer walked.Unlock()
	return walked.screens[screen]
}

// Check reports what breaks the rules of every screen: a target that is small, lies on another or cannot be reached; a
// text that is cut, squeezed, covered, lies on another or leaves the screen; a text or sign that cannot be told from what is behind
// it in the sun. It looks at all that can be scrolled to, except rows that a list has not made yet.
func (p *Phone) Check(screen string) {
	p.t.Helper()
	walked.Lock()
	walked.screens[p.App.Screen()] = true
	walked.Unlock()
	c := p.Window.Canvas()
	root := c.Content()
	if top := c.Overlays().Top(); top != nil {
		root = top
	}
	l := &looking{said: map[string]bool{}}
	whole := box{0, 0, Size.Width, Size.Height}
	l.walk(root, fyne.NewPos(0, 0), &pane{view: whole, seen: whole, back: []surface{{box: whole, fill: flat(theme.Color(theme.ColorNameBackground))}}}, nil)
	for _, text := range l.wrong {
		p.t.Errorf("%s: %s", screen, text)
	}
}

// A pane is what one scroll shows, or the whole screen. What is drawn in a pane hides only what is in it.
type pane struct {
	outer *pane
	view  box  // of this pane in the one around it, which may be scrolled out of sight itself
	seen  box  // the part of the screen where it is in sight
	wide  bool // it scrolls to the side too
	high  bool // it scrolls up and down
	field bool // it is the inside of a text field, where text may be longer than the field
	back  []surface
	texts []lettering
}

// A surface is what was drawn in a pane: a plain colour, or a picture of any colours.
type surface struct {
	box
	fill    color.NRGBA
	picture bool
}

// A lettering is a text and the box of its letters.
type lettering struct {
	box
	text string
}

// A target is what can be tapped. It may lie in another one.
type target struct {
	box
	name   string
	outer  *target
	ground bool // it is moved by the finger, as a map is: other targets lie on it
}

type looking struct {
	targets []*target
	wrong   []string
	said    map[string]bool
}

func (l *looking) say(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !l.said[text] {
		l.said[text] = true
		l.wrong = append(l.wrong, text)
	}
}

func (l *looking) walk(o fyne.CanvasObject, at fyne.Position, in *pane, on *target) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	b := boxOf(at, o.Size())
	switch o := o.(type) {
	case *canvas.Text:
		l.text(o, b, in)
	case *canvas.Rectangle:
		l.cover(in, surface{box: b, fill: flat(o.FillColor)})
	case *canvas.Image:
		l.image(o, b, in)
	case *canvas.Raster:
		l.cover(in, surface{box: b, picture: true})
	}
	if _, ok := o.(fyne.Tappable); ok {
		on = l.target(o, b, in, on)
	}
	if q, ok := o.(interface{ Squeezed() string }); ok && q.Squeezed() != "" {
		l.say("%q is squeezed into %.0f", q.Squeezed(), b.wide())
	}
	var children []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		children = o.Objects
	case interface{ Whole() []fyne.CanvasObject }:
		children = o.Whole()
	case *container.Scroll:
		inner := &pane{outer: in, view: b, seen: b.and(in.seen), field: in.field,
			wide: o.Direction == container.ScrollBoth || o.Direction == container.ScrollHorizontalOnly,
			high: o.Direction == container.ScrollBoth || o.Direction == container.ScrollVerticalOnly}
		if content := o.Content.MinSize().Height; !in.field && in.outer == nil && content > b.high() && b.high() < leastScroll {
			l.say("only %.0f of %.0f that scroll are in sight", b.high(), content)
		}
		l.walk(o.Content, at, inner, on)
		return
	case fyne.Widget:
		children = test.WidgetRenderer(o).Objects()
		if _, ok := o.(interface{ SetPlaceHolder(string) }); ok {
			in = &pane{outer: in, view: b, seen: b.and(in.seen), wide: true, high: true, field: true}
		}
	}
	for _, c := range children {
		l.walk(c, at, in, on)
	}
}

// text looks at a text: whether all of it is there, where it is, and what is behind it.
func (l *looking) text(t *canvas.Text, b box, in *pane) {
	if t.Text == "" {
		return
	}
	need := t.MinSize()
	if !in.field {
		if need.Width > b.wide()+1 || need.Height*0.75 > b.high() {
			l.say("%q needs %.0f × %.0f and has %.0f × %.0f", t.Text, need.Width, need.Height, b.wide(), b.high())
		}
		if v := in.view; !in.wide && (b.x1 < v.x1-1 || b.x2 > v.x2+1) || !in.high && (b.y1 < v.y1-1 || b.y2 > v.y2+1) {
			l.say("%q leaves its place: %v of %v", t.Text, b, v)
		}
	}
	ink := letters(t, b, need)
	for _, other := range in.texts {
		if !in.field && other.meets(ink) {
			l.say("%q lies on %q", t.Text, other.text)
		}
	}
	in.texts = append(in.texts, lettering{ink, t.Text})
	if seen := ink.and(in.view); !in.field || seen.wide() > 2 && seen.high() > 2 {
		l.contrast(fmt.Sprintf("%q", t.Text), flat(t.Color), seen.or(ink), in, leastText)
	}
	if in.field && same(t.Color, theme.ColorNamePlaceHolder) && ink.x2 > in.view.x2+1 {
		l.say("the hint %q needs %.0f and has %.0f", t.Text, ink.wide(), in.view.x2-ink.x1)
	}
}

// letters is the box of what is drawn of a text in b: lines of Chinese leave some room above and below.
func letters(t *canvas.Text, b box, need fyne.Size) box {
	switch t.Alignment {
	case fyne.TextAlignCenter:
		b.x1 += (b.wide() - need.Width) / 2
	case fyne.TextAlignTrailing:
		b.x1 = b.x2 - need.Width
	}
	b.x2 = b.x1 + need.Width
	middle := (b.y1 + b.y2) / 2
	b.y1, b.y2 = middle-t.TextSize*0.46, middle+t.TextSize*0.46
	return b
}

// image looks at a picture, or at a sign in a colour of the theme.
func (l *looking) image(i *canvas.Image, b box, in *pane) {
	sign, ok := i.Resource.(fyne.ThemedResource)
	if !ok {
		l.cover(in, surface{box: b, picture: true})
		return
	}
	if b.wide() < 1 || b.high() < 1 {
		l.say("the sign %s has no room", sign.Name())
		return
	}
	settings := fyne.CurrentApp().Settings()
	ink := flat(settings.Theme().Color(sign.ThemeColorName(), settings.ThemeVariant()))
	for _, t := range in.texts {
		if t.meets(b.inner(0.3)) {
			l.say("the sign %s lies on %q", sign.Name(), t.text)
		}
	}
	l.contrast("the sign "+sign.Name(), ink, b.inner(0.2), in, leastSign)
}

// cover notes a surface, and which texts it covers.
func (l *looking) cover(in *pane, s surface) {
	if s.fill.A == 0 && !s.picture {
		return
	}
	for _, t := range in.texts {
		if (s.fill.A > 0x80 || s.picture) && t.meets(s.box) {
			l.say("%q is covered", t.text)
		}
	}
	in.back = append(in.back, s)
}

// contrast tells a colour from each surface that can be seen behind a part of b.
func (l *looking) contrast(what string, ink color.NRGBA, b box, in *pane, least float64) {
	var glass []color.NRGBA // what is seen through, from front to back
	for ; in != nil; in, b = in.outer, b.and(in.view).or(in.view) {
		for i := len(in.back) - 1; i >= 0; i-- {
			s := in.back[i]
			if !s.meets(b) {
				continue
			}
			if s.picture {
				l.say("%s lies on a picture", what)
				return
			}
			if s.fill.A < 0xFF {
				glass = append(glass, s.fill)
				continue
			}
			behind := s.fill
			for j := len(glass) - 1; j >= 0; j-- {
				behind = mix(glass[j], behind)
			}
			if got := Contrast(mix(ink, behind), behind); got < least {
				l.say("%s has %.1f:1 in place of %.0f:1: %v on %v", what, got, least, ink, behind)
			}
			if s.holds(b) {
				return
			}
		}
	}
	l.say("%s has nothing behind it", what)
}

// target looks at what can be tapped.
func (l *looking) target(o fyne.CanvasObject, b box, in *pane, on *target) *target {
	t := &target{box: b.and(in.seen), name: fmt.Sprintf("%T", o), outer: on}
	if n, ok := o.(interface{ ID() string }); ok && n.ID() != "" {
		t.name = n.ID()
	}
	if b.wide() < leastTarget || b.high() < leastTarget {
		l.say("target %s is %.0f × %.0f", t.name, b.wide(), b.high())
	}
	if v := in.view; !in.wide && (b.x1 < v.x1-1 || b.x2 > v.x2+1) || !in.high && (b.y1 < v.y1-1 || b.y2 > v.y2+1) {
		l.say("target %s cannot be reached: %v of %v", t.name, b, v)
	}
	for _, other := range l.targets {
		within := false
		for up := on; up != nil; up = up.outer {
			within = within || up == other
		}
		if !within && !other.ground && other.meets(t.box) {
			l.say("targets %s and %s lie on each other", t.name, other.name)
		}
	}
	_, t.ground = o.(fyne.Draggable)
	l.targets = append(l.targets, t)
	return t
}

func same(c color.Color, name fyne.ThemeColorName) bool { return flat(c) == flat(theme.Color(name)) }

// flat is a colour as it is mixed.
func flat(c color.Color) color.NRGBA {
	if c == nil {
		return color.NRGBA{}
	}
	return color.NRGBAModel.Convert(c).(color.NRGBA)
}

// mix is what is seen of a colour through another one.
func mix(front, behind color.NRGBA) color.NRGBA {
	a := uint32(front.A)
	part := func(f, b uint8) uint8 { return uint8((uint32(f)*a + uint32(b)*(255-a) + 127) / 255) }
	return color.NRGBA{R: part(front.R, behind.R), G: part(front.G, behind.G), B: part(front.B, behind.B), A: 0xFF}
}
