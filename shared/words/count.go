package words

import (
	"fmt"

	"storewalk/shared/field"
)

// CountLine says a count in cartons and packs, or why there is none.
func (w Words) CountLine(l field.CountLine) string {
	switch {
	case l.Skipped():
		return w.Enum("count_why", l.Why)
	case l.OutOfStock:
		return w.T("term.out_of_stock")
	}
	return w.T("count.value", "Cartons", l.Cartons, "Packs", l.Packs)
}

// CountMore says what of a line stands beside its numbers: facings, price, and why it is right.
func (w Words) CountMore(l field.CountLine) string {
	var facings, price, why string
	if l.Facings > 0 {
		facings = w.T("count.facings", "N", l.Facings)
	}
	if l.PriceFen > 0 {
		price = w.Yuan(l.PriceFen)
	}
	if !l.Skipped() && l.Why != "" {
		why = w.Enum("count_why", l.Why)
	}
	return joined(" · ", facings, price, why)
}

// Yuan says an amount of money.
func (w Words) Yuan(fen int64) string {
	return w.T("count.yuan", "Yuan", fmt.Sprintf("%d.%02d", fen/100, fen%100))
}
