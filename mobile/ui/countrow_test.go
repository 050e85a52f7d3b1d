package ui

import (
	"strconv"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/uuid"

	"storewalk/shared/field"
	"storewalk/shared/words"
)

// A row that is taken for one of the usual height is not measured: were it lower, there would be a gap below it.
func TestARowOfTheUsualHeightHasIt(t *testing.T) {
	test.NewTempApp(t)
	for _, lang := range words.Langs() {
		a := dressed(t, lang, lookDay, sizeStandard)
		p := newCount(a, uuid.New())
		for _, width := range []float32{360, 390} {
			usual := 0
			p.rows.show(nil, width)
			for cartons := range 30 {
				last := &field.CountLine{Cartons: cartons * cartons, Packs: cartons % 10}
				for _, l := range []*countLine{
					{name: "云烟(软珍品)", class: 1, basis: field.Basis{Last: last}},
					{name: "云烟(软珍品)", class: 1, basis: field.Basis{Last: last}, line: &field.CountLine{OutOfStock: true}},
					{name: "云烟(软珍品)", class: 1},
					{name: "云烟(软珍品)", class: 1, basis: field.Basis{Last: last, GuideFen: 10000}, line: last},
					{name: "云烟(软珍品)", class: 1, basis: field.Basis{GuideFen: 10000}, line: last},
				} {
					if !p.usual(l, width) {
						continue
					}
					usual++
					if h := p.rows.measure(l); h != p.rows.usual {
						t.Errorf("%s %.0f: %+v is %.1f high, taken for %.1f", lang, width, *l, h, p.rows.usual)
					}
				}
			}
			if lang == words.ZH && usual < 20 { // English takes two lines on a small phone: then every row is measured
				t.Errorf("%s %.0f: only %d rows are usual", lang, width, usual)
			}
		}
	}
}

// Rows below one that is counted stay where they are, at the largest text too.
func TestARowIsAsHighCountedAsBeforeAndSaysSomething(t *testing.T) {
	test.NewTempApp(t)
	for _, size := range []string{sizeStandard, "largest"} {
		for _, lang := range words.Langs() {
			a := dressed(t, lang, lookDay, size)
			for _, width := range []float32{360, 390} {
				p := newCount(a, uuid.New())
				p.rows.show(nil, width)
				for _, last := range []*field.CountLine{nil, {Cartons: 3, Packs: 1}} {
					l := countLine{name: "云烟(软珍品)", class: 1, basis: field.Basis{Last: last, GuideFen: 10000, Usual: 30}}
					before := p.rows.measure(&l)
					for _, counted := range []field.CountLine{{Cartons: 3, Packs: 1}, {Cartons: 1}, {OutOfStock: true}} {
						l.line = &counted
						if text, _ := p.tell(&l, width); text == "" {
							t.Errorf("%s %s %.0f: %+v says nothing", size, lang, width, counted)
						}
						if h := p.rows.measure(&l); h != before {
							t.Errorf("%s %s %.0f: %.1f high, counted %+v %.1f", size, lang, width, before, counted, h)
						}
					}
				}
			}
		}
	}
}

// BenchmarkARowOfTheCount is what each row costs that scrolling brings to the screen, of a sheet of 200 products.
func BenchmarkARowOfTheCount(b *testing.B) {
	test.NewTempApp(b)
	a := dressed(b, words.ZH, lookDay, sizeStandard)
	row := newCountRow(&countPage{app: a})
	row.Resize(fyne.NewSize(390, row.heightFor(390)))
	lines := make([]countLine, 200)
	for i := range lines {
		last := field.CountLine{Cartons: i % 7, Packs: i % 10}
		lines[i] = countLine{product: uuid.New(), name: "云烟(软珍品)" + strconv.Itoa(i), status: "normal", class: i%5 + 1,
			basis: field.Basis{Last: &last, Usual: 30, GuideFen: 2500}, line: &field.CountLine{Cartons: i % 9, Packs: 2, OnDisplay: true}}
	}
	i := 0
	for b.Loop() {
		row.set(&lines[i%len(lines)])
		i++
	}
}
