package ui_test

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

// counting is the count sheet of a visit to a store whose last count is known: product i had i%4 cartons and i*3%10 packs.
func counting(t *testing.T) (*world, *uitest.Phone) {
	t.Helper()
	w, p := visiting(t)
	p.Tap("visit.count")
	return w, p
}

func (w *world) line(i int) field.CountLine {
	w.t.Helper()
	rows, err := w.store.CountSheet(w.t.Context(), w.newest())
	must(w.t, err)
	for _, r := range rows {
		if r.Product == id("product", i) {
			return r.Line
		}
	}
	w.t.Fatalf("product %d is not on the sheet", i)
	return field.CountLine{}
}

func wantText(t *testing.T, p *uitest.Phone, id, want string) {
	t.Helper()
	if got := p.Text(id); got != want {
		t.Errorf("%s says %q, want %q", id, got, want)
	}
}

func TestARowSaysAtOnceWhatTheCountMeansBesideTheLast(t *testing.T) {
	_, p := counting(t)
	_, price, ok := strings.Cut(p.Text(product(3)+".tell"), " · ")
	if !ok || !strings.HasSuffix(price, " 元") {
		t.Fatalf("a row that is not counted says %q", p.Text(product(3)+".tell"))
	}
	p.Tap(product(3) + ".same") // 3 cartons 9 packs
	wantText(t, p, product(3)+".tell", "和上次一样 · "+price)
	p.Tap(product(3) + ".cartons.less")
	wantText(t, p, product(3)+".tell", "卖出 ≥ 10 包 · "+price)
	p.Tap(product(3) + ".cartons.more")
	p.Tap(product(3) + ".cartons.more")
	wantText(t, p, product(3)+".tell", "比上次多 10 包，对吗？")
	p.Tap(product(3) + ".out")
	wantText(t, p, product(3)+".tell", "卖出 ≥ 39 包 · "+price)
	p.Tap(product(3) + ".out")
	wantText(t, p, product(3)+".cartons.value", "4") // out of stock was a slip of the thumb
}

func TestAValueThatIsHardToBelieveIsKeptWithAReason(t *testing.T) {
	w, p := counting(t)
	p.Tap(product(3) + ".packs.pad")
	for _, k := range []string{"4", "0"} {
		p.Tap("key." + k)
	}
	p.Tap("one.cartons")
	p.Tap("key.3")
	if !p.Shows("比上次多 31 包") {
		t.Error(p.Texts())
	}
	p.Tap("one.why.restocked")
	p.Back()
	wantText(t, p, product(3)+".tell", "进货 ≥ 31 包 · 刚进货")
	if got := w.line(3); got != (field.CountLine{Cartons: 3, Packs: 40, Why: "restocked"}) {
		t.Errorf("%+v", got)
	}
	p.Tap(product(3) + ".packs.less") // of another value more than the last the reason may be the same
	if got := w.line(3).Why; got != "" && got != "restocked" {
		t.Error(got)
	}
	p.Tap(product(3) + ".same")
	if got := w.line(3).Why; got != "" {
		t.Errorf("the reason %q stays though nothing needs one", got)
	}
}

func TestPriceFacingsAndDeliveriesNeedNoKeyboard(t *testing.T) {
	w, p := counting(t)
	p.Tap(product(3) + ".same")
	p.Tap(product(3) + ".more")
	enter := func(what, keys string) {
		p.Tap("one." + what)
		for _, k := range keys {
			p.Tap("key." + string(k))
		}
	}
	enter("price", "18.555.") // no third digit, no second point
	wantText(t, p, "one.price.value", "18.55")
	if !p.Shows("比指导价高 42%") {
		t.Error(p.Texts())
	}
	p.Tap("key.back")
	enter("facings", "99999") // above what a line may hold
	enter("delivered", "50")
	if !p.Shows("卖出 50 包") || p.Shows("≥") {
		t.Error(p.Texts())
	}
	if got := w.line(3); got != (field.CountLine{Cartons: 3, Packs: 9, OnDisplay: true, Facings: 9999, PriceFen: 1850, Delivered: 50}) {
		t.Errorf("%+v", got)
	}
	p.Tap("one.why.promotion")
	p.Back()
	wantText(t, p, product(3)+".tell", "卖出 50 包 · 陈列面 9999 · 18.50 元 · 促销价")
}

func TestThePadTakesDigitsOffWhatStandsThereAndCountsNothingByItself(t *testing.T) {
	w, p := counting(t)
	press := func(keys ...string) {
		for _, k := range keys {
			p.Tap("key." + k)
		}
	}
	p.Tap(product(2) + ".more")
	press("back")
	p.Tap("one.why.refused")
	press("back")
	p.Tap("one.price")
	press("back", ".", "0", "back", "back")
	p.Tap("one.facings")
	press("0", ".", "back")
	p.Back()
	wantText(t, p, "count.progress", "已盘 0 / 12")
	wantText(t, p, product(2)+".tell", "没有盘：店主不让盘")

	p.Tap(product(3) + ".more")
	press("0", "0", "1", "2")
	wantText(t, p, "one.cartons.value", "12")
	p.Tap("one.price")
	press(".", "5")
	wantText(t, p, "one.price.value", "0.5")
	p.Tap("one.cartons") // what is typed now takes the place of what stands there, but for the key that goes back
	press("back")
	if got := w.line(3); got != (field.CountLine{Cartons: 1, PriceFen: 50}) {
		t.Errorf("%+v", got)
	}
	press("7")
	wantText(t, p, "one.cartons.value", "17")
	press("back", "back", "back", "back")
	wantText(t, p, "one.cartons.value", "0")
	if got := w.line(3); got != (field.CountLine{PriceFen: 50}) {
		t.Errorf("%+v", got)
	}
	p.Back()
	p.Tap(product(3) + ".out")
	p.Tap(product(3) + ".more")
	press("back")
	if got := w.line(3); got != (field.CountLine{OutOfStock: true, PriceFen: 50}) {
		t.Errorf("sold out: %+v", got)
	}
}

func TestThePadGoesOnWithWhatStandsThereWhenThatCameFromElsewhere(t *testing.T) {
	w, p := counting(t)
	p.Tap(product(3) + ".more")
	p.Tap("key.5")
	rows, err := w.store.CountSheet(t.Context(), w.newest())
	must(t, err)
	for _, r := range rows {
		if r.Product == id("product", 3) {
			must(t, w.store.SetCount(t.Context(), w.newest(), r.Product, field.CountLine{Cartons: 15}, r.Seen))
		}
	}
	p.App.Changed()
	p.Settle()
	wantText(t, p, "one.cartons.value", "15")
	p.Tap("key.back")
	wantText(t, p, "one.cartons.value", "1")
	p.Tap("key.2")
	wantText(t, p, "one.cartons.value", "12")
	p.App.Changed()
	p.Settle()
	p.Tap("key.3") // typing goes on across a read
	wantText(t, p, "one.cartons.value", "123")
}

func TestAProductThatCannotBeCountedSaysWhyAndIsNoZero(t *testing.T) {
	w, p := counting(t)
	p.Tap(product(2) + ".more")
	p.Tap("one.why.stored_elsewhere")
	p.Back()
	wantText(t, p, product(2)+".tell", "没有盘：货放在别处")
	wantText(t, p, product(2)+".packs.value", "–")
	wantText(t, p, "count.progress", "已盘 0 / 12")
	p.Tap(product(2) + ".packs.more")
	if got := w.line(2); got != (field.CountLine{Packs: 1}) {
		t.Errorf("%+v", got)
	}
}

func TestASheetThatCannotBeCountedSaysWhyUntilSomethingIsCounted(t *testing.T) {
	_, p := counting(t)
	p.Tap("count.menu")
	p.Tap("menu.none.closed")
	p.Tap("menu.none.refused")
	p.Back()
	wantText(t, p, "count.not_counted", "这次没法盘点：店主不让盘")
	p.Back()
	if !p.Shows("店主不让盘") {
		t.Error(p.Texts())
	}
	p.Tap("visit.count")
	p.Tap(product(1) + ".same")
	if p.Has("count.not_counted") {
		t.Error("something was counted")
	}
}

func TestSixtyProductsTakeAtMostTwoTapsEachAndNoKeyboard(t *testing.T) {
	w := filled(t)
	for i := 12; i < 60; i++ {
		w.office(uuid.Nil, now, id("product", i), field.TypeProduct, field.Product{Code: "69", Name: "烟", PriceClass: 3, Status: "normal"}.Fields()...)
	}
	values := []field.Value{}
	for i := range 60 {
		values = append(values, field.Value{Field: field.LineField(id("product", i)), Value: field.CountLine{Cartons: 2, Packs: 3, OnDisplay: true}})
	}
	w.office(liMing, now, field.CountID(id("visit", 0)), field.TypeCount, values...)
	w.arrive()
	p := w.phone()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("visit.count")
	taps := 0
	tap := func(i int, what string) {
		p.Tap(product(i) + what)
		taps++
	}
	for i := range 60 {
		switch i % 4 {
		case 0, 1: // as last time
			tap(i, ".same")
		case 2: // two packs were sold
			tap(i, ".same")
			tap(i, ".packs.less")
		case 3:
			tap(i, ".out")
		}
	}
	wantText(t, p, "count.progress", "已盘 60 / 60")
	if taps > 120 {
		t.Errorf("%d taps", taps)
	}
	rows, err := w.store.CountSheet(t.Context(), w.newest())
	must(t, err)
	for _, r := range rows {
		if !r.Counted {
			t.Errorf("%s is not on the disk", r.Name)
		}
	}
}

// drag moves a row of the order of shelves down.
func drag(t *testing.T, p *uitest.Phone, handle string, dy float32) {
	t.Helper()
	h, ok := p.Find(handle).(fyne.Draggable)
	if !ok {
		t.Fatalf("no handle %q: %v", handle, p.IDs())
	}
	ev := fyne.DragEvent{Dragged: fyne.NewDelta(0, dy/10)}
	for range 10 {
		ev.Position.Y += dy / 10
		h.Dragged(&ev)
	}
	for range 20 { // Fyne's phone goes on after the finger has left
		ev.Dragged.DY *= 0.92
		h.Dragged(&ev)
	}
	h.DragEnd()
	p.Settle()
}

func (w *world) order() (out []string) {
	w.t.Helper()
	rows, err := w.store.CountSheet(w.t.Context(), w.newest())
	must(w.t, err)
	for _, r := range rows {
		out = append(out, r.Section+"/"+r.Name)
	}
	return out
}

func TestRowsAreDraggedIntoTheOrderOfTheShelvesAndStayThere(t *testing.T) {
	w, p := counting(t)
	before := w.order()
	p.Tap("count.menu")
	p.Tap("menu.order")
	rows, err := w.store.CountSheet(t.Context(), w.newest())
	must(t, err)
	row := func(i int) string { return "order." + rows[i].Product.String()[:8] }
	drag(t, p, row(0)+".handle", 150) // over two rows
	p.Tap(row(2))
	p.Tap("order.shelf.1")
	p.Tap(row(3))
	p.Type("order.own", "冰柜上")
	want := append([]string{before[1], "烟柜上层" + before[2], "烟柜上层" + before[0], "冰柜上" + before[3]}, before[4:]...)
	if got := w.order(); !slices.Equal(got, want) {
		t.Errorf("\n%v\n%v", got, want)
	}
	p.Tap(row(2))
	p.Tap("order.shelf.1") // again: no shelf begins there after all
	want[1], want[2] = before[2], before[0]
	if got := w.order(); !slices.Equal(got, want) {
		t.Errorf("\n%v\n%v", got, want)
	}
	p.Back()
	p.Back()
	if !p.Shows("冰柜上") || !p.Has("count.shelf.1") {
		t.Error(p.IDs(), p.Texts())
	}
	p.Tap("count.shelf.0")
	if p.Has("count." + rows[1].Product.String()[:8] + ".same") {
		t.Error("the list did not go to the shelf")
	}
}

func TestARowDoesNotMoveUnderTheThumbWhenItJoinsTheWalk(t *testing.T) {
	_, p := counting(t)
	var before []string
	for _, id := range p.IDs() {
		if strings.HasSuffix(id, ".same") {
			before = append(before, id)
		}
	}
	p.Tap(before[2])
	var after []string
	for _, id := range p.IDs() {
		if strings.HasSuffix(id, ".same") {
			after = append(after, id)
		}
	}
	if !slices.Equal(before, after) {
		t.Errorf("%v\n%v", before, after)
	}
}

func TestNothingThereAndNotOutOfStockIsDoubtedAndAProductWithoutAClassHasNone(t *testing.T) {
	w, p := counting(t)
	w.office(uuid.Nil, now, id("product", 99), field.TypeProduct, field.Product{Name: "样品"}.Fields()...)
	w.arrive()
	p.App.Changed()
	p.Settle()
	if text := p.Text(product(99) + ".tell"); text != "" {
		t.Errorf("%q is said of a product without class and price", text)
	}
	p.Tap(product(99) + ".display")
	wantText(t, p, product(99)+".tell", "数量是 0，又没点断货，对吗？")
	p.Tap(product(99) + ".more")
	p.Tap("one.why.dummies")
	if why := w.line(99).Why; why != "dummies" {
		t.Error("kept with the reason", why)
	}
	p.Back()
	p.Tap(product(99) + ".packs.more")
	if l := w.line(99); l.Why != "" || !l.OnDisplay || l.Packs != 1 {
		t.Errorf("%+v", l)
	}
}

func TestOnAPhoneThatLiesOnItsSideThePadLeavesRoomForTheFigures(t *testing.T) {
	usual := uitest.Size
	defer func() { uitest.Size = usual }()
	uitest.Size = fyne.NewSize(844, 390)
	_, p := counting(t)
	p.Tap(product(0) + ".more")
	for _, figure := range []string{"one.cartons", "one.price", "key.1", "key.0"} {
		o := p.Find(figure)
		if y := fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y; y < 60 || y+o.Size().Height > 390 {
			t.Errorf("%s is at %.0f", figure, y)
		}
	}
	pad, price := p.Find("key.1"), p.Find("one.price")
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	if at(price).Y+price.Size().Height > at(pad).Y {
		t.Error("the pad covers the price")
	}
	p.Check("count-one")
}
