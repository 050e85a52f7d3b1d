package field

import (
	"slices"
	"testing"
)

func TestALineIsDoubtedBesideWhatIsKnown(t *testing.T) {
	t.Parallel()
	known := Basis{Last: &CountLine{Cartons: 2, Packs: 4}, Usual: 20, GuideFen: 4500}
	for name, c := range map[string]struct {
		line  CountLine
		basis Basis
		want  []string
	}{
		"as before":                           {CountLine{Cartons: 2, Packs: 4}, known, nil},
		"less":                                {CountLine{Packs: 1}, known, nil},
		"out of stock":                        {CountLine{OutOfStock: true}, known, nil},
		"one pack more":                       {CountLine{Cartons: 2, Packs: 5}, known, []string{DoubtMore}},
		"more, as delivered":                  {CountLine{Cartons: 2, Packs: 5, Delivered: 10}, known, nil},
		"more than delivered":                 {CountLine{Cartons: 3, Packs: 5, Delivered: 10}, known, []string{DoubtMore}},
		"ten times the usual":                 {CountLine{Cartons: 20}, known, []string{DoubtFar, DoubtMore}},
		"ten times one pack is not much":      {CountLine{Cartons: 1}, Basis{Usual: 1}, nil},
		"never counted before":                {CountLine{Cartons: 900}, Basis{}, nil},
		"the guide price":                     {CountLine{Packs: 9, PriceFen: 4500}, known, nil},
		"30 % above the guide price":          {CountLine{Packs: 9, PriceFen: 5850}, known, nil},
		"a fen more than 30 % above":          {CountLine{Packs: 9, PriceFen: 5851}, known, []string{DoubtPrice}},
		"a fen more than 30 % below":          {CountLine{Packs: 9, PriceFen: 3149}, known, []string{DoubtPrice}},
		"a price without a guide":             {CountLine{Packs: 9, PriceFen: 1}, Basis{}, nil},
		"on display, and nothing there":       {CountLine{OnDisplay: true}, known, []string{DoubtEmpty}},
		"only a price was written down":       {CountLine{PriceFen: 4500}, known, []string{DoubtEmpty}},
		"facings, and out of stock":           {CountLine{Facings: 2, OutOfStock: true}, known, nil},
		"nothing there, and nothing said":     {CountLine{}, known, nil},
		"not counted: its zeros are no count": {CountLine{Why: "refused"}, known, nil},
	} {
		if got := c.line.Doubts(c.basis); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestOnlyALineWithoutAnyFigureIsSkipped(t *testing.T) {
	t.Parallel()
	for line, want := range map[CountLine]bool{
		{}:                                    false,
		{Why: "refused"}:                      true,
		{Why: "restocked"}:                    false,
		{Why: "refused", Packs: 1}:            false,
		{Why: "refused", OutOfStock: true}:    false,
		{Why: "stored_elsewhere"}:             true,
		{Why: "stored_elsewhere", Facings: 2}: false,
	} {
		if line.Skipped() != want {
			t.Errorf("%+v: %v", line, !want)
		}
	}
}
