package ui

import (
	"image"
	"strconv"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"storewalk/shared/words"
)

// lines are tiles of different heights.
func lines(n int) (tiles []fyne.CanvasObject) {
	for i := range n {
		says := column(2, newText("走访 "+strconv.Itoa(i), typeface{size: sizeName, bold: true}), newBadge(markSent, strconv.Itoa(i)))
		for range i % 3 {
			says.Add(newText("照片 3 张", typeface{size: sizeSmall}))
		}
		tiles = append(tiles, newTap("tile."+strconv.Itoa(i), over(plate(colPaper, "", radius), padded(pad(12), 0, beside(gap, 0, says, icon(iconNext, colMuted, 24)))), nil))
	}
	return tiles
}

// unlike counts the values that differ by more than the corners of a plate do when it is drawn from a large picture.
func unlike(a, b *image.NRGBA) (n int) {
	for i := range a.Pix {
		if d := int(a.Pix[i]) - int(b.Pix[i]); d < -3 || d > 3 {
			n++
		}
	}
	return n
}

func TestALongListLooksAsIfAllOfItWereDrawn(t *testing.T) {
	test.NewTempApp(t)
	dressed(t, words.ZH, "light", "standard")
	const many = 60
	window := test.NewTempWindow(t, space(0))
	window.SetPadded(false)
	window.Resize(fyne.NewSize(390, 844))
	long, whole := container.NewVScroll(nil), container.NewVScroll(nil)
	s := longSection(long, "较早", newText("60", typeface{}), lines(many)...)
	page := func(list fyne.CanvasObject) fyne.CanvasObject {
		return padded(insets{12, 12, 20, 12}, 12, newText("走访", typeface{size: sizeLead}), list, newText("完", typeface{size: sizeLead}))
	}
	long.Content, whole.Content = page(s), page(section("较早", newText("60", typeface{}), lines(many)...))
	shown := func(scroll *container.Scroll, at float32) image.Image {
		window.SetContent(scroll)
		scroll.Refresh()
		scroll.ScrollToOffset(fyne.NewPos(0, at))
		return window.Canvas().Capture()
	}
	for _, at := range []float32{0, 7, 250, 1_234, 3_999, 3_000, 1e6, 0} {
		got, want := shown(long, at).(*image.NRGBA), shown(whole, at).(*image.NRGBA)
		if n := unlike(got, want); n > 0 {
			t.Errorf("%.0f below the top %d values of the page are others", long.Offset.Y, n)
		}
		if drawn := len(s.inSight()) - 1; drawn > 18 || s.back.Size().Height > 1_400 {
			t.Errorf("%.0f below the top %d of %d are drawn, on a plate %.0f high", long.Offset.Y, drawn, many, s.back.Size().Height)
		}
	}
	if long.Offset.Y != whole.Offset.Y || s.Size().Height < 4_000 {
		t.Errorf("the list is %.0f high, and its page can be scrolled %.0f, not %.0f", s.Size().Height, long.Offset.Y, whole.Offset.Y)
	}
	if all := s.Whole(); len(all) != many+2 || all[many+1].Position().Y < 4_000 {
		t.Errorf("%d objects are in all of it, the last at %v", len(all), all[len(all)-1].Position())
	}
	s.show(lines(1)...)
	if n := len(s.inSight()); n != 2 || s.MinSize().Height > 200 {
		t.Errorf("with one line there are %d objects, %.0f high", n, s.MinSize().Height)
	}
}

func TestWhatIsHiddenInALongListTakesNoMoreRoomThanInAColumn(t *testing.T) {
	test.NewTempApp(t)
	dressed(t, words.ZH, "light", "standard")
	window := test.NewTempWindow(t, space(0))
	window.Resize(fyne.NewSize(390, 844))
	page := container.NewVScroll(nil)
	in, column := lines(9), lines(9)
	for _, i := range []int{0, 3, 4, 8} {
		in[i].Hide()
		column[i].Hide()
	}
	s, want := newStrip(page, pad(margin), 12, in...), padded(pad(margin), 12, column...)
	page.Content = padded(insets{}, 0, s, want)
	window.SetContent(page)
	s.Whole()
	for i, o := range in {
		if o.Visible() && o.Position() != column[i].Position() {
			t.Errorf("line %d is at %v, in a column at %v", i, o.Position(), column[i].Position())
		}
	}
	if last := in[7]; last.Position().Y+last.Size().Height+margin != s.MinSize().Height || s.MinSize() != want.MinSize() {
		t.Errorf("the last line ends at %.1f of %.1f, which in a column are %.1f", last.Position().Y+last.Size().Height, s.MinSize().Height, want.MinSize().Height)
	}
}

func TestAnIconIsReadFromItsDrawingOnlyWhenItIsAnother(t *testing.T) {
	test.NewTempApp(t)
	dressed(t, words.ZH, "light", "standard")
	window := test.NewTempWindow(t, space(0))
	g := icon(iconSent, colAccent, 24)
	window.SetContent(g)
	was := g.picture.Image
	if was == nil {
		t.Fatal("nothing is drawn")
	}
	if n := testing.AllocsPerRun(10, g.Refresh); n > 20 {
		t.Errorf("a refresh of what did not change takes %.0f allocations", n)
	}
	g.show(tinted(iconAlarm, colAlarm))
	g.Refresh()
	if g.picture.Image == was {
		t.Error("another drawing is not shown")
	}
}

func TestWhatWasTappedIsNotDrawnOverForGood(t *testing.T) {
	test.NewTempApp(t)
	dressed(t, words.ZH, "light", "standard")
	window := test.NewTempWindow(t, space(0))
	area := newTap("", newText("签到", typeface{}), nil)
	window.SetContent(area)
	if area.pressed.Visible() {
		t.Error("something lies over what nobody has tapped")
	}
	test.Tap(area)
	for _, at := range []float32{0, 0.5, 1} { // the test's driver shows only the end
		area.fade.Tick(at)
		if area.pressed.Visible() != (at < 1) {
			t.Errorf("at %.1f of the flash it is %v that it is seen", at, area.pressed.Visible())
		}
	}
}
