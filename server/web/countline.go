package web

import (
	"cmp"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"storewalk/server/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"
)

// A lineForm is a count as the office types it: every figure as a text, "" for none.
type lineForm struct {
	Cartons, Packs, Facings, Price, Delivered, Why string
	OnDisplay, OutOfStock                          bool
	Kept                                           bool // it was typed, and refused
}

// newLineForm is what the form of a conflict holds at first: the value shown until then, and of the others what it does not
// say at all. Whatever was typed and refused is kept.
func newLineForm(c store.Conflict, typed url.Values) lineForm {
	if typed.Get("record") == c.Record.String() && typed.Get("field") == c.Field {
		return lineForm{
			Cartons: typed.Get("cartons"), Packs: typed.Get("packs"), Facings: typed.Get("facings"), Price: typed.Get("price"), Delivered: typed.Get("delivered"),
			Why: typed.Get("why"), OnDisplay: typed.Get("on_display") != "", OutOfStock: typed.Get("out_of_stock") != "", Kept: true}
	}
	var l field.CountLine
	counted := false
	for _, v := range c.Values {
		next, err := field.DecodeLine(v.Value)
		switch {
		case err != nil || next.Skipped():
		case !counted:
			l, counted = next, true
		default:
			l.Facings, l.PriceFen, l.Delivered = cmp.Or(l.Facings, next.Facings), cmp.Or(l.PriceFen, next.PriceFen), cmp.Or(l.Delivered, next.Delivered)
		}
	}
	if !counted {
		return lineForm{}
	}
	f := lineForm{Cartons: strconv.Itoa(l.Cartons), Packs: strconv.Itoa(l.Packs), Why: l.Why, OnDisplay: l.OnDisplay, OutOfStock: l.OutOfStock}
	if l.Facings > 0 {
		f.Facings = strconv.Itoa(l.Facings)
	}
	if l.PriceFen > 0 {
		f.Price = yuan(l.PriceFen)
	}
	if l.Delivered > 0 {
		f.Delivered = strconv.Itoa(l.Delivered)
	}
	return f
}

// Whys are the reasons to choose from.
func (f lineForm) Whys() []string {
	out := slices.Concat(slices.Collect(maps.Values(field.KeptReasons))...)
	if f.Why != "" {
		out = append(out, f.Why) // a newer app has others
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// readLine reads the form of a count. Nothing typed is none there. What is no figure is a fault "count.out_of_range".
func readLine(form url.Values) (field.CountLine, error) {
	l := field.CountLine{OnDisplay: form.Get("on_display") != "", OutOfStock: form.Get("out_of_stock") != "", Why: form.Get("why")}
	text := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	for name, to := range map[string]*int{"cartons": &l.Cartons, "packs": &l.Packs, "facings": &l.Facings, "delivered": &l.Delivered} {
		if text(name) == "" {
			continue
		}
		n, err := strconv.Atoi(text(name))
		if err != nil {
			return l, fault.New(fault.Invalid, "count.out_of_range", err)
		}
		*to = n
	}
	if text("price") != "" {
		price, err := strconv.ParseFloat(text("price"), 64)
		if fen := math.Round(price * 100); err == nil && 0 <= fen && fen <= field.MaxPriceFen { // NaN is not
			l.PriceFen = int64(fen)
			return l, nil
		}
		return l, fault.New(fault.Invalid, "count.out_of_range", err)
	}
	return l, nil
}

// withLine is the address of a page that shows again what was typed into the form of a count.
func withLine(to string, form url.Values) string {
	u, err := url.Parse(to)
	if err != nil {
		return to
	}
	q := u.Query()
	for _, name := range []string{"record", "field", "cartons", "packs", "facings", "price", "delivered", "why", "on_display", "out_of_stock"} {
		q.Set(name, form.Get(name))
	}
	u.RawQuery, u.Fragment = q.Encode(), "c-"+form.Get("record")+"-"+form.Get("field")
	return u.String()
}
