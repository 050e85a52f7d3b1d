package uitest

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// A seen is an object on the screen and where its top left corner is.
type seen struct {
	fyne.CanvasObject
	at fyne.Position
}

// look lists all visible objects from back to front.
func (p *Phone) look() (all []seen) {
	c := p.Window.Canvas()
	root := c.Content()
	if top := c.Overlays().Top(); top != nil {
		root = top
	}
	walk(root, fyne.NewPos(0, 0), &all)
	return all
}

func walk(o fyne.CanvasObject, at fyne.Position, all *[]seen) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	*all = append(*all, seen{o, at})
	for _, c := range children(o) {
		walk(c, at, all)
	}
}

// children are what an object is drawn of.
func children(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case interface{ Whole() []fyne.CanvasObject }: // and what it would draw if one scrolled there
		return o.Whole()
	case fyne.Widget:
		return test.WidgetRenderer(o).Objects()
	}
	return nil
}

func (p *Phone) objects() (all []fyne.CanvasObject) {
	for _, s := range p.look() {
		all = append(all, s.CanvasObject)
	}
	return all
}
