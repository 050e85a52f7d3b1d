package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
)

// A stepper counts with the thumb: − and + of 48 × 52, the number large between them. A tap changes
// the number at once; holding + or − moves it by ten, and tapping the number asks for the number pad.
// It starts "not counted", which is not zero.
type stepper struct {
	composite
	value    *int // nil: not counted yet
	most     int
	figure   *paragraph
	less     *tapArea
	more     *tapArea
	pad      *tapArea
	onChange func(int)
	onPad    func()
}

func newStepper(name, unit string, most int) *stepper {
	s := &stepper{most: most}
	s.figure = newText("–", typeface{size: sizeFigure, bold: true, align: fyne.TextAlignCenter}).id(name + ".value")
	less := newTap(name+".less", over(plate(colAccentSoft, "", radius), newCentred(0, icon(iconMinus, colAccent, 26))), func() { s.step(-1) })
	more := newTap(name+".more", over(plate(colAccent, "", radius), newCentred(0, icon(iconPlus, colOnAccent, 26))), func() { s.step(1) })
	less.hold, more.hold = func() { s.step(-10) }, func() { s.step(10) }
	less.minimum.Height, more.minimum.Height = 52, 52
	caption := newText(unit, typeface{size: sizeSmall, color: colMuted, align: fyne.TextAlignCenter})
	s.less, s.more = less, more
	s.pad = newTap(name+".pad", column(-8, s.figure, caption), func() { s.onPad() })
	s.compose(s, beside(2, 1, less, s.pad, more))
	return s
}

// set shows a value without telling anybody.
func (s *stepper) set(v *int) {
	s.value = v
	if v == nil {
		s.figure.set("–")
		return
	}
	s.figure.set(strconv.Itoa(*v))
}

func (s *stepper) step(by int) {
	v := by
	if s.value != nil {
		v = *s.value + by
	}
	v = min(max(v, 0), s.most)
	if s.value != nil && v == *s.value {
		return
	}
	s.set(&v)
	if s.onChange != nil {
		s.onChange(v)
	}
}

// rename gives the parts new ids, for a row that is used for another product.
func (s *stepper) rename(name string) {
	s.less.name, s.more.name, s.pad.name, s.figure.name = name+".less", name+".more", name+".pad", name+".value"
}
