package uitest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// A Screen is what a window shows, in points from its top left.
type Screen struct {
	Items []Item
	Texts []string // from top to bottom
	Focus string   // id of the field that takes what is typed
	Page  Area     // what scrolls, the largest of it; zero when nothing does
}

// An Item is something with an id.
type Item struct {
	ID    string
	Value string // what is written there
	Area
	In bool // its middle can be touched: it is not scrolled away
}

// An Area is a rectangle.
type Area struct{ X, Y, W, H float32 }

// Middle is where a finger goes.
func (a Area) Middle() (x, y float32) { return a.X + a.W/2, a.Y + a.H/2 }

func (a Area) has(x, y float32) bool { return x >= a.X && x < a.X+a.W && y >= a.Y && y < a.Y+a.H }

// Find returns what has the id.
func (s Screen) Find(id string) (Item, bool) {
	for _, i := range s.Items {
		if i.ID == id {
			return i, true
		}
	}
	return Item{}, false
}

// An Order is one line of JSON that a listening app takes: letters to type into the field with the focus in place of what
// is there, or none, to be told what is on the screen. The answer to both is a Screen.
type Order struct{ Type string }

// Listen lets another process see what is in w and type into it, over a unix socket at path, until ctx ends. The window
// itself is touched as a person does it. It returns once it listens.
func Listen(ctx context.Context, path string, w fyne.Window) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err // what a killed app left
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if err := serve(c, w); err != nil {
				fyne.LogError("the test's socket", err)
			}
		}
	}()
	return nil
}

// serve answers one test, until it goes.
func serve(c net.Conn, w fyne.Window) error {
	defer c.Close()
	in, out := json.NewDecoder(c), json.NewEncoder(c)
	for {
		var o Order
		if err := in.Decode(&o); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		var s Screen
		fyne.DoAndWait(func() {
			if f := w.Canvas().Focused(); f != nil && o.Type != "" {
				if all, ok := f.(fyne.Shortcutable); ok {
					all.TypedShortcut(&fyne.ShortcutSelectAll{})
				}
				for _, r := range o.Type {
					f.TypedRune(r)
				}
			}
			s = screenOf(w.Canvas())
		})
		if err := out.Encode(s); err != nil {
			return err
		}
	}
}

func screenOf(c fyne.Canvas) (s Screen) {
	root := c.Content()
	if top := c.Overlays().Top(); top != nil {
		root = top
	}
	s.see(root, fyne.NewPos(0, 0), Area{W: c.Size().Width, H: c.Size().Height})
	if n, ok := c.Focused().(interface{ ID() string }); ok {
		s.Focus = n.ID()
	}
	return s
}

// see notes o and what is in it. within is what can be touched there.
func (s *Screen) see(o fyne.CanvasObject, at fyne.Position, within Area) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	a := Area{at.X, at.Y, o.Size().Width, o.Size().Height}
	if n, ok := o.(interface{ ID() string }); ok && n.ID() != "" {
		i := Item{ID: n.ID(), Area: a, In: within.has(a.Middle())}
		if v, ok := o.(interface{ Value() string }); ok {
			i.Value = v.Value()
		}
		s.Items = append(s.Items, i)
	}
	switch o := o.(type) {
	case *canvas.Text:
		if o.Text != "" {
			s.Texts = append(s.Texts, o.Text)
		}
	case *container.Scroll:
		if within = a; a.H > tall && a.H*a.W > s.Page.H*s.Page.W {
			s.Page = a
		}
	}
	for _, c := range children(o) {
		s.see(c, at, within)
	}
}
