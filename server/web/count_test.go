package web

import (
	"strings"
	"testing"
	"time"

	"storewalk/shared/field"
)

func TestAVisitShowsPricesFacingsDoubtsAndReasonsOfItsCount(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, products := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	count := func(shop int, begun time.Time, lines ...field.CountLine) string {
		v := ma.visit(shops[shop], begun, 20*time.Minute)
		sheet := field.CountID(v)
		ma.at(begun, edit(sheet, field.TypeCount, "visit", v), edit(sheet, field.TypeCount, "store", shops[shop]))
		if len(lines) == 0 {
			ma.at(begun, edit(sheet, field.TypeCount, "not_counted", "refused"))
		}
		for i, l := range lines {
			ma.at(begun, edit(sheet, field.TypeCount, field.LineField(products[i]), l))
		}
		ma.sync()
		_, page := o.get(o.client(true), "/visits/"+v.String())
		return page
	}
	count(0, afternoon().Add(-3*time.Hour), field.CountLine{Cartons: 1}, field.CountLine{Cartons: 2})
	page := count(0, afternoon().Add(-time.Hour), field.CountLine{Cartons: 15, Facings: 4, PriceFen: 990_050, Delivered: 20, Why: "restocked"},
		field.CountLine{Why: "stored_elsewhere"})
	for _, text := range []string{"陈列面 4", "零售价 9900.50 元", "新进货 20 包", "十倍于平常", "多于上次加进货", "价格偏离指导价", "刚进货", "货放在别处", "–"} {
		if !strings.Contains(page, text) {
			t.Errorf("no %q", text)
		}
	}
	if page := count(1, afternoon().Add(-30*time.Minute)); !strings.Contains(page, "没法盘点：店主不让盘") {
		t.Error("not why nothing was counted")
	}
}
