package ui

import (
	"image"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/widget"

	"storewalk/shared/field"
)

// padUnits is how many units of a signature a device-independent pixel has: a line that is drawn larger stays smooth.
const padUnits = 2

// thinning is how far a kept line may lie from the one that was drawn, in units.
const thinning = 0.8

// A signPad is a sheet to draw on with a finger. It must not stand in anything that scrolls: it takes each movement.
type signPad struct {
	widget.BaseWidget
	name   string
	lines  [][][2]int // in units, thinned
	stroke [][2]int   // being drawn, as the finger went
	down   *fyne.Position
	shift  fyne.Delta // from where the driver says that the finger is to where it is
	onEnd  func(bool) // a line was added, or there was no room for it

	ink    *ink
	drawn  int // lines in the image
	raster *canvas.Raster
}

func newSignPad(name string, onEnd func(added bool)) *signPad {
	p := &signPad{name: name, onEnd: onEnd}
	p.raster = canvas.NewRaster(p.draw)
	p.ExtendBaseWidget(p)
	return p
}

// ID returns the stable name by which a test finds the pad.
func (p *signPad) ID() string { return p.name }

// show replaces what is drawn.
func (p *signPad) show(lines [][][2]int) {
	p.lines, p.stroke, p.down, p.ink = lines, nil, nil, nil
	p.raster.Refresh()
}

// drawing reports whether a finger is on the pad.
func (p *signPad) drawing() bool { return p.stroke != nil }

// size is that of the pad in units.
func (p *signPad) size() (w, h int) {
	s := p.Size()
	return max(1, int(s.Width*padUnits)), max(1, int(s.Height*padUnits))
}

// box is the size of what is drawn with the sheet around it, which may be lower by now than it was: a message stands above.
func (p *signPad) box() (w, h int) {
	w, h = p.size()
	for _, l := range p.lines {
		for _, at := range l {
			w, h = max(w, at[0]), max(h, at[1])
		}
	}
	return w, h
}

// unit is the place of a point; beyond the edge it is on the edge.
func (p *signPad) unit(at fyne.Position) [2]int {
	w, h := p.size()
	return [2]int{max(0, min(w, int(at.X*padUnits))), max(0, min(h, int(at.Y*padUnits)))}
}

// TouchDown begins a line where the finger comes down. One that another finger is drawing ends there.
func (p *signPad) TouchDown(ev *mobile.TouchEvent) {
	p.end()
	at := ev.Position
	p.down, p.shift = &at, fyne.Delta{}
	p.stroke = [][2]int{p.unit(at)}
	p.raster.Refresh()
}

// TouchUp ends a line in which the finger did not move: a dot.
func (p *signPad) TouchUp(*mobile.TouchEvent) { p.end() }

// TouchCancel comes when the finger leaves the pad; it may still come back, and the line goes on along the edge.
func (p *signPad) TouchCancel(*mobile.TouchEvent) {}

// Dragged goes on with the line. Fyne's driver for phones says where the finger is but for its first movement, which it
// counts twice: hence shift. Other drivers say nothing before the first movement.
func (p *signPad) Dragged(ev *fyne.DragEvent) {
	if p.stroke == nil {
		p.stroke = [][2]int{p.unit(ev.Position.SubtractXY(ev.Dragged.DX, ev.Dragged.DY))}
	} else if p.down != nil {
		p.shift = fyne.NewDelta(p.down.X+ev.Dragged.DX-ev.Position.X, p.down.Y+ev.Dragged.DY-ev.Position.Y)
	}
	p.down = nil
	to := p.unit(ev.Position.AddXY(p.shift.DX, p.shift.DY))
	if last := p.stroke[len(p.stroke)-1]; last != to {
		p.stroke = append(p.stroke, to)
		p.raster.Refresh()
	}
}

// DragEnd ends the line.
func (p *signPad) DragEnd() { p.end() }

func (p *signPad) end() {
	if p.stroke == nil {
		return
	}
	lines, ok := bounded(append(slices.Clone(p.lines), field.Thin(p.stroke, thinning)))
	if ok {
		p.lines = lines
	}
	p.stroke, p.down, p.ink = nil, nil, nil // drawn anew, as it is kept
	p.raster.Refresh()
	p.onEnd(ok)
}

// coarsest is how far a line may be thinned in the end, in units: less than what tells two strokes of a character apart.
const coarsest = 12.0

// bounded thins all lines alike, as little as will do, until a signature may have so many points. No line is ever left out:
// ok is false when they are too many, or too long, even at the coarsest.
func bounded(lines [][][2]int) (out [][][2]int, ok bool) {
	out = slices.Clone(lines)
	points := func() int { return field.Signature{Lines: out}.Points() }
	for tolerance := thinning; points() > field.MaxSignaturePoints && tolerance < coarsest; {
		tolerance = min(tolerance*1.25, coarsest)
		for i := range lines {
			out[i] = field.Thin(lines[i], tolerance)
		}
	}
	return out, len(out) <= field.MaxSignatureLines && points() <= field.MaxSignaturePoints
}

// draw is the image of the pad. Lines that are in it already are not drawn again.
func (p *signPad) draw(w, h int) image.Image {
	uw, _ := p.size()
	scale := float64(w) / float64(uw)
	if p.ink == nil || p.ink.img.Rect.Dx() != w || p.ink.img.Rect.Dy() != h {
		p.ink, p.drawn = newInk(w, h, inkWidth*padUnits*scale), 0
		p.ink.scale = scale
	}
	for ; p.drawn < len(p.lines); p.drawn++ {
		p.ink.line(p.lines[p.drawn])
	}
	p.ink.line(p.stroke)
	return p.ink.img
}

// CreateRenderer implements fyne.Widget.
func (p *signPad) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(p.raster) }
