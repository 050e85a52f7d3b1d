package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"storewalk/server/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// counted lets two phones count one product of one visit, each without knowing of the other.
func (o *office) counted(first, second field.CountLine) (visit uuid.UUID) {
	o.t.Helper()
	shops, products := o.importTerritory()
	ma, li := o.phone("ma", "马秀英"), o.phone("li", "李建国")
	at := afternoon().Add(-time.Hour)
	visit = ma.visit(shops[0], at, 0)
	ma.sync()
	li.sync()
	ma.count(visit, shops[0], products[0], first, at)
	li.count(visit, shops[0], products[0], second, at.Add(time.Minute))
	ma.sync()
	li.sync()
	return visit
}

// only is the one line of a visit, and how many conflicts there are.
func (o *office) only(visit uuid.UUID) (field.CountLine, []store.Conflict) {
	o.t.Helper()
	v, err := o.store.VisitByID(o.t.Context(), visit)
	o.check(err)
	if len(v.Counts) != 1 {
		o.t.Fatalf("%+v", v.Counts)
	}
	return v.Counts[0].CountLine, v.Open
}

func TestACountThatIsTypedKeepsTheFiguresThatNobodyTouched(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	v := o.counted(field.CountLine{Cartons: 14, Facings: 4, PriceFen: 2550, Delivered: 20, OnDisplay: true, Why: "restocked"},
		field.CountLine{Cartons: 12, Packs: 3, Facings: 4, OnDisplay: true, Why: "restocked"})
	desk := o.signIn()
	desk.Open(o.url + "/visits/" + v.String())
	desk.WaitFor("document.querySelector('.choice--other [name=price]').value === '25.50'")
	desk.Set(".choice--other [name=cartons]", "13")
	desk.WaitFor("document.querySelector('.choice--other [type=radio]').checked") // what is typed is not left behind
	desk.Set(".choice--other [name=packs]", "5")
	desk.Click("#conflicts .primary")
	desk.WaitText(".flash--good", "已选定")
	want := field.CountLine{Cartons: 13, Packs: 5, Facings: 4, PriceFen: 2550, Delivered: 20, OnDisplay: true, Why: "restocked"}
	if l, open := o.only(v); l != want || len(open) != 0 {
		t.Fatalf("%+v, %d conflicts", l, len(open))
	}
}

func TestEveryFigureOfACountCanBeTyped(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	v := o.counted(field.CountLine{Cartons: 14, Facings: 4, PriceFen: 2500}, field.CountLine{Why: "refused"})
	_, open := o.only(v)
	form := url.Values{"record": {open[0].Record.String()}, "field": {open[0].Field}, "seen": {store.FormatSeen(open[0].Seen)}, "next": {"/conflicts"}, "choice": {"other"},
		"cartons": {" 1 "}, "packs": {""}, "facings": {"2"}, "price": {"9.9"}, "delivered": {"30"}, "on_display": {"1"}, "why": {"own_price"}}
	resp, err := o.client(true).PostForm(o.url+"/settle", form)
	o.check(err)
	resp.Body.Close()
	if l, open := o.only(v); len(open) != 0 || l != (field.CountLine{Cartons: 1, Facings: 2, PriceFen: 990, Delivered: 30, OnDisplay: true, Why: "own_price"}) {
		t.Fatalf("%+v, %d conflicts", l, len(open))
	}
}

func TestACountThatCanNotBeIsRefusedInWordsAndKeptInTheForm(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	v := o.counted(field.CountLine{Cartons: 14, PriceFen: 2500}, field.CountLine{Cartons: 12, PriceFen: 2500})
	before, open := o.only(v)
	c := o.client(true)
	form := url.Values{"record": {open[0].Record.String()}, "field": {open[0].Field}, "seen": {store.FormatSeen(open[0].Seen)}, "next": {"/visits/" + v.String()}, "choice": {"other"}}
	for _, bad := range []struct{ name, value, says string }{
		{"out_of_stock", "1", "断货就没有数量"}, {"cartons", "-1", "数量超出范围"}, {"packs", "x", "数量超出范围"}, {"facings", "10000", "数量超出范围"},
		{"price", "NaN", "数量超出范围"}, {"price", "1e9", "数量超出范围"}, {"price", "-1", "数量超出范围"}, {"delivered", "1.5", "数量超出范围"},
	} {
		for name, value := range map[string]string{"cartons": "3", "packs": "5", "facings": "", "price": "26", "delivered": "77", "out_of_stock": ""} {
			form.Set(name, value)
		}
		form.Set(bad.name, bad.value)
		resp, err := c.PostForm(o.url+"/settle", form)
		o.check(err)
		resp.Body.Close()
		_, page := o.get(c, resp.Request.URL.RequestURI())
		for _, text := range []string{bad.says, `name="packs" value="` + form.Get("packs") + `"`, `name="delivered" value="` + form.Get("delivered") + `"`, `name="price" value="` + form.Get("price") + `"`} {
			if !strings.Contains(page, text) {
				t.Errorf("%s=%s: the page does not say %s", bad.name, bad.value, text)
			}
		}
		if now, open := o.only(v); now != before || len(open) != 1 {
			t.Fatalf("%s=%s was written: %+v", bad.name, bad.value, now)
		}
	}
	desk := o.signIn()
	desk.Open(o.url + "/conflicts")
	desk.Set(".choice--other [name=packs]", "5")
	desk.Click(".choice--other [name=out_of_stock]")
	desk.Click(".settle .primary")
	desk.WaitText(".flash--bad", "断货就没有数量")
	desk.WaitFor("document.querySelector('#live').dataset.touched && document.querySelector('.choice--other [type=radio]').checked && document.querySelector('[name=out_of_stock]').checked && document.querySelector('[name=packs]').value === '5'")
	desk.Click(".choice--other [name=out_of_stock]")
	desk.Click(".settle .primary")
	desk.WaitText(".flash--good", "已选定")
}
