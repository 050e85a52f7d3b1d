package ui

import (
	"strconv"

	"storewalk/shared/field"
)

// classText names a price class; nothing for a product without one.
func (a *App) classText(class int) string {
	if class == 0 {
		return ""
	}
	return a.Enum("price_class", strconv.Itoa(class))
}

// doubtText says in words what makes a line hard to believe.
func (a *App) doubtText(doubt string, l field.CountLine, b field.Basis) string {
	switch doubt {
	case field.DoubtFar:
		return a.T("count.doubt_far", "N", l.Total()/max(1, b.Usual))
	case field.DoubtEmpty:
		return a.T("count.doubt_empty")
	case field.DoubtMore:
		if l.Delivered > 0 {
			return a.T("count.doubt_delivered", "N", -l.Sold(*b.Last))
		}
		return a.T("count.doubt_more", "N", -l.Sold(*b.Last))
	}
	off := (l.PriceFen - b.GuideFen) * 100 / b.GuideFen
	if off < 0 {
		return a.T("count.doubt_cheap", "N", -off)
	}
	return a.T("count.doubt_dear", "N", off)
}

// soldText says what a line means beside the count before it, where that follows.
func (a *App) soldText(l field.CountLine, b field.Basis) string {
	if b.Last == nil || l.Skipped() {
		return ""
	}
	switch sold := l.Sold(*b.Last); {
	case sold < 0:
		return a.T("count.came", "N", l.Delivered-sold)
	case l.Delivered > 0:
		return a.T("count.sold", "N", sold)
	case sold == 0:
		return a.T("count.unchanged")
	default:
		return a.T("count.sold_least", "N", sold)
	}
}

// tell is the one line of a row that says what its count means, and whether a person should look at it again. The guide price
// stands on beside it where that fits.
func (a *App) tell(l *countLine, fits func(string) bool) (text string, doubted bool) {
	price := ""
	if l.basis.GuideFen > 0 {
		price = a.Yuan(l.basis.GuideFen)
	}
	plain := joined(" · ", a.classText(l.class), price)
	if l.line == nil {
		return plain, false
	}
	v := *l.line
	if v.Skipped() {
		return a.T("count.skipped", "Why", a.Enum("count_why", v.Why)), false
	}
	if doubts := v.Doubts(l.basis); len(doubts) > 0 && v.Why == "" {
		return a.doubtText(doubts[0], v, l.basis), true
	}
	sold, more := a.soldText(v, l.basis), a.CountMore(v)
	switch {
	case sold == "" && more == "":
		return plain, false // nothing follows from the count: the row keeps its words, and its height
	case more == "" && fits(joined(" · ", sold, price)):
		return joined(" · ", sold, price), false
	}
	return joined(" · ", sold, more), false
}
