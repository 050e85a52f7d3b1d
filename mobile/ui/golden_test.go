package ui

import (
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
	"storewalk/shared/words"
)

var update = flag.Bool("update", false, "write the golden pictures of widgets anew")

// gallery are the widgets that screens are made of, each in the states it can be in.
func gallery(a *App) map[string][]fyne.CanvasObject {
	long := map[words.Lang]string{words.ZH: "宁夏固原市原州区三营镇黄铎堡村综合便民服务示范店", words.EN: "Everyday Convenience & Grocery Store, Railway Station Square East"}[a.Lang()]
	on := func(t *toggle) *toggle { t.set(true); return t }
	said := func(m mark, text string) *banner { b := newBanner(a, "", m); b.say(text); return b }
	counted := func(n int) *stepper { s := newStepper("", a.T("term.packs"), 99); s.set(&n); return s }
	typed := func(hint, text string, lines int) *entry {
		e := newEntry(a, "", hint, lines, nil)
		e.put(text)
		return e
	}
	asked := func(kind, answer string) *question {
		q := newQuestion(a, uuid.Nil, field.Question{ID: "q", Kind: kind, Required: true, Text: field.Text{ZH: "陈列整洁吗", EN: "Is the display tidy"},
			Options: []field.Option{{Code: "a", Text: field.Text{ZH: "整洁", EN: "Tidy"}}, {Code: "b", Text: field.Text{ZH: long, EN: long}}}}, false, func(any, store.Seen) {})
		if answer != "" {
			q.set([]byte(answer))
		}
		return q
	}
	var room markRoom
	room.fit(a.Words, 360)
	shop := func(s store.StoreRow) *storeRow {
		r := newStoreRow(a, &room, nil)
		r.set(storeLine{StoreRow: &s})
		return r
	}
	line := func(l countLine) *countRow { r := newCountRow(&countPage{app: a}); r.set(&l); return r }
	points := func(ns ...int) (out []store.TrendPoint) {
		for _, n := range ns {
			out = append(out, store.TrendPoint{Line: field.CountLine{Packs: n, OutOfStock: n == 0, OnDisplay: n%2 == 0}})
		}
		return out
	}
	var badges, ordinals []fyne.CanvasObject
	for m := markSent; m <= markCheck; m++ {
		badges = append(badges, newBadge(m, a.T("term.visit")))
	}
	for _, s := range []store.StopState{store.StopLeft, store.StopOpen, store.StopDone} {
		ordinals = append(ordinals, ordinal(7, s))
	}
	last := field.CountLine{Cartons: 3, Packs: 5}
	return map[string][]fyne.CanvasObject{
		"button": {newButton("", a.T("visit.checkout"), theme.LogoutIcon(), loud, nil), newButton("", a.T("sync.now"), nil, quiet, nil),
			newButton("", a.T("stores.clear"), nil, bare, nil), newButton("", a.T("sync.now"), iconAlarm, grave, nil), newButton("", long, iconStore, quiet, nil),
			beside(gap, -1, newRound("", iconVisit, nil), newIconButton("", iconMap, colAccent, nil))},
		"toggle": {chips(newToggle("", a.T("count.display"), iconSent, colAccent, colOnAccent), on(newToggle("", a.T("count.display"), iconSent, colAccent, colOnAccent)),
			newToggle("", a.T("count.out"), iconAlarm, colAlarm, colAlarmSoft), on(newToggle("", a.T("count.out"), iconAlarm, colAlarm, colAlarmSoft)))},
		"badge":    {chips(badges...), newBadge(markDiffer, long)},
		"banner":   {said(markAlarm, a.FaultCode("network.unreachable")), said(markWaiting, long)},
		"stepper":  {newStepper("", a.T("term.cartons"), 99), counted(42)},
		"section":  {section(a.T("store.count"), nil, fact(a.T("me.server"), "visit.example.cn"), fact(a.T("signin.user"), long))},
		"entry":    {labelled(a.T("signin.user"), typed(a.T("signin.user_hint"), "", 1)), typed("", long, 1), typed("", long+"\n"+long, 3)},
		"question": {asked(field.AskYesNo, "true"), asked(field.AskChoice, `"a"`), asked(field.AskMany, `["b"]`), asked(field.AskNumber, `"abc"`), asked(field.AskText, ""), asked(field.AskRating, "4"), asked("newer", "")},
		"meter":    {newMeter(0, colAccent, colLine), newMeter(0.4, colWait, colLine), newMeter(1, colAccent, colLine)},
		"figure":   {equal(gap, figure("", 1140, a.T("term.packs"), colAccent), figure("", 0, a.T("term.cartons"), colWait))},
		"empty":    {newEmpty(iconStore, a.T("stores.empty"), a.T("stores.empty_text"), newButton("", a.T("sync.now"), theme.ViewRefreshIcon(), loud, nil))},
		"row_store": {shop(store.StoreRow{Name: long, Owner: "马建国", Address: "三营镇"}),
			shop(store.StoreRow{Name: "三营镇兴隆百货超市", OpenVisit: uuid.New(), WaitingRecords: 3, Conflicts: 2})},
		"row_count": {line(countLine{name: long, status: "new", basis: field.Basis{Last: &last}}),
			line(countLine{name: "云烟(软珍品)", begins: a.T("count.shelf_top"), line: &field.CountLine{Cartons: 2, Packs: 7, OnDisplay: true}, basis: field.Basis{Last: &last}, values: 2})},
		"trend": {beside(gap, -1, newSpark(points(3, 8, 6, 12)), newSpark(points(4, 0, 0, 2)), newSpark(points(5)))},
		"stop":  {beside(gap, -1, ordinals...)},
	}
}

// The pictures are drawn by Fyne's software renderer with the embedded typeface, so they are the same on every machine
// but for rounding. A channel may differ by closeBy, and of all channels a part of few by more.
const (
	closeBy = 24
	few     = 0.002
)

func TestWidgetsLookAsTheyDid(t *testing.T) {
	test.NewTempApp(t)
	for name := range gallery(dressed(t, words.ZH, lookDay, sizeStandard)) {
		t.Run(name, func(t *testing.T) {
			got := portrait(t, name)
			path := filepath.Join("testdata", "widgets", name+".png")
			if *update {
				keepPicture(t, path, got)
				return
			}
			want := loadPicture(t, path)
			part := 1.0
			if want.Bounds() == got.Bounds() {
				part = apart(want, got)
			}
			if part > few {
				actual := filepath.Join(os.TempDir(), "storewalk-widget-"+name+".png")
				keepPicture(t, actual, got)
				t.Errorf("%.2f %% differs (sizes %v and %v): %s is how it looks now; if that is right, run the test with -update",
					part*100, want.Bounds().Max, got.Bounds().Max, actual)
			}
		})
	}
}

// dressed is an app without data in a language and look.
func dressed(t testing.TB, lang words.Lang, mode, size string) *App {
	t.Helper()
	fyne.CurrentApp().Settings().SetTheme(newLook(mode, size))
	book, err := loadBook()
	if err != nil {
		t.Fatal(err)
	}
	a := &App{Words: book.In(lang), book: book, deps: Deps{Do: func(func()) {}, Now: func() time.Time { return time.Time{} },
		After: func(time.Duration, func()) func() bool { return func() bool { return true } }}}
	a.nav, a.typing, a.passing = newNav(a), typing{app: a}, passing{app: a}
	return a
}

// portrait is a widget by day and by night (from left to right), in Chinese and English, in the standard and the largest
// text (from top to bottom).
func portrait(t *testing.T, name string) *image.RGBA {
	t.Helper()
	const width, room = 384, 12
	var parts []image.Image
	size := image.Point{X: 2 * width}
	for _, lang := range words.Langs() {
		for _, text := range []string{sizeStandard, "largest"} {
			for _, mode := range []string{lookDay, lookNight} {
				a := dressed(t, lang, mode, text)
				paper := canvas.NewRectangle(theme.Color(colPaper))
				content := padded(pad(room), room, gallery(a)[name]...)
				height := heightOf(content, width)
				w := test.NewWindow(nil)
				w.SetPadded(false)
				w.SetContent(frame(space(0), container.NewStack(paper, content), space(0)))
				w.Resize(fyne.NewSize(width, height))
				parts = append(parts, w.Canvas().Capture())
				w.Close()
			}
			size.Y += parts[len(parts)-1].Bounds().Dy()
		}
	}
	out := image.NewRGBA(image.Rectangle{Max: size})
	y := 0
	for i, p := range parts {
		at := image.Pt(i%2*width, y)
		draw.Draw(out, image.Rectangle{at, at.Add(p.Bounds().Size())}, p, p.Bounds().Min, draw.Src)
		if i%2 == 1 {
			y += p.Bounds().Dy()
		}
	}
	return out
}

// apart is the part of the channels that differ by more than closeBy.
func apart(a, b *image.RGBA) float64 {
	n := 0
	for i := range a.Pix {
		if math.Abs(float64(a.Pix[i])-float64(b.Pix[i])) > closeBy {
			n++
		}
	}
	return float64(n) / float64(len(a.Pix))
}

func keepPicture(t *testing.T, path string, img *image.RGBA) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(f, Paletted(img)); err != nil {
		t.Fatal(err)
	}
}

func loadPicture(t *testing.T, path string) *image.RGBA {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewRGBA(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Src)
	return out
}

// A state is told by its shape even where its colour is not seen.
func TestEveryMarkAndEveryDotHasAShapeOfItsOwn(t *testing.T) {
	shapes := map[string]mark{}
	for m := markSent; m <= markCheck; m++ {
		res, _, _ := m.style()
		if res == nil {
			if m != markPlain {
				t.Errorf("mark %d has no shape", m)
			}
			continue
		}
		_, drawing, _ := strings.Cut(string(res.Content()), "<path")
		if other, ok := shapes[drawing]; ok {
			t.Errorf("marks %d and %d have one shape", m, other)
		}
		shapes[drawing] = m
	}
	ink, rim := color.RGBA{A: 255}, color.RGBA{255, 255, 255, 255}
	dots := []*image.RGBA{hereSign(40, ink, rim)}
	for _, s := range []store.DotState{store.DotDue, store.DotDone, store.DotRequest, store.DotOther} {
		dots = append(dots, sign(s, 40, ink, rim))
	}
	for i, a := range dots {
		for j, b := range dots[:i] {
			n := 0
			for k := 0; k < min(len(a.Pix), len(b.Pix)); k += 4 {
				if (a.Pix[k] < 128 && a.Pix[k+3] > 128) != (b.Pix[k] < 128 && b.Pix[k+3] > 128) {
					n++
				}
			}
			if part := float64(n) / (math.Pi * 20 * 20); part < 0.15 {
				t.Errorf("signs %d and %d differ in %.0f %% of their disc", i, j, part*100)
			}
		}
	}
}
