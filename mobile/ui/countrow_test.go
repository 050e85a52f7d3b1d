package ui

import (
	"strconv"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/uuid"

	"storewalk/shared/field"
)

// BenchmarkARowOfTheCount is what each row costs that scrolling brings to the screen, of a sheet of 200 products.
func BenchmarkARowOfTheCount(b *testing.B) {
	test.NewTempApp(b)
	w, look, err := dress()
	if err != nil {
		b.Fatal(err)
	}
	fyne.CurrentApp().Settings().SetTheme(look)
	row := newCountRow(&countPage{app: &App{Words: w}})
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
