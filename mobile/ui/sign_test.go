package ui_test

import (
	"database/sql"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/mobile"

	"github.com/google/uuid"

	"storewalk/migrations"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"
)

// signing is the sheet for the retailer's signature.
func signing(t *testing.T) (*world, *uitest.Phone) {
	t.Helper()
	w, p := asked(t)
	p.Tap("visit.survey")
	p.Tap("answer.signed.sign")
	return w, p
}

// copyOf is a record as the phone holds it.
func (w *world) copyOf(id uuid.UUID) (r record.Record) {
	w.t.Helper()
	db, err := sqldb.Open(w.t.Context(), filepath.Join(w.dir, "storewalk.db"), migrations.Device())
	must(w.t, err)
	defer db.Close()
	must(w.t, db.View(w.t.Context(), func(tx *sql.Tx) (err error) {
		r, _, err = ledger.Load(w.t.Context(), tx, id)
		return err
	}))
	return r
}

// Who is to sign may be written before the first line is drawn: it is there again after the app was killed, after a way
// back, and after the sheet was cleared, and is part of the signature as soon as there is one.
func TestTheNameOfWhoSignsIsNotLostBeforeTheFirstLine(t *testing.T) {
	w, p := signing(t)
	p.Type("sign.name", "马小军")
	is := func(when string) {
		t.Helper()
		if text := p.Find("sign.name").(interface{ Value() string }).Value(); text != "马小军" {
			t.Fatalf("%s: %q", when, text)
		}
	}
	p = w.reopened()
	is("killed before the first line")
	p.Back()
	p.Tap("answer.signed.sign")
	is("left before the first line")
	p.Draw("sign.pad", fyne.NewPos(30, 50), fyne.NewPos(200, 60))
	if s, ok := field.SignatureOf(w.answer("signed")); !ok || s.Name != "马小军" {
		t.Fatalf("%v %+v", ok, s)
	}
	p.Tap("sign.clear")
	if a := w.answer("signed"); a != nil && string(a) != "null" {
		t.Fatalf("cleared, and still an answer: %s", a)
	}
	p = w.reopened()
	is("killed after clearing")
	p.Draw("sign.pad", fyne.NewPos(30, 50), fyne.NewPos(200, 60))
	if s, ok := field.SignatureOf(w.answer("signed")); !ok || s.Name != "马小军" {
		t.Fatalf("%v %+v", ok, s)
	}
}

// The ball of a thumb on the sheet, or a second finger, takes nothing away of the line that is being drawn.
func TestASecondFingerOnTheSheetTakesNoLineAway(t *testing.T) {
	w, p := signing(t)
	pad := p.Find("sign.pad")
	at := func(x, y float32) *mobile.TouchEvent {
		return &mobile.TouchEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}}
	}
	drag := func(x, y, dx, dy float32) {
		pad.(fyne.Draggable).Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}, Dragged: fyne.NewDelta(dx, dy)})
	}
	pad.(mobile.Touchable).TouchDown(at(20, 20))
	drag(40, 20, 10, 0)
	drag(130, 20, 100, 0)
	pad.(mobile.Touchable).TouchDown(at(150, 150))
	pad.(mobile.Touchable).TouchUp(at(150, 150))
	pad.(fyne.Draggable).DragEnd()
	p.Settle()
	s, ok := field.SignatureOf(w.answer("signed"))
	if !ok || len(s.Lines) != 2 || len(s.Lines[0]) < 2 {
		t.Fatalf("%v %+v", ok, s)
	}
}

// Another phone of the visit brings a signature while somebody is at the sheet: what is drawn here takes nothing away of
// it. Both are kept, and shown to be two.
func TestASignatureThatCameFromAnotherPhoneIsNotOverwrittenByOneThatDidNotSeeIt(t *testing.T) {
	w, p := signing(t)
	p.Draw("sign.pad", fyne.NewPos(30, 50), fyne.NewPos(200, 60))
	list := w.copyOf(field.ChecklistID(w.newest()))
	w.recs[list.ID] = list
	theirs := field.Signature{Name: "王芳的店主", W: 100, H: 100, Lines: [][][2]int{{{1, 1}, {99, 99}}}}
	w.office(wangFang, now, list.ID, field.TypeChecklist, field.Value{Field: field.AnswerPrefix + "signed", Value: theirs})
	w.arrive()
	p.App.Changed()
	p.Settle()
	p.Draw("sign.pad", fyne.NewPos(30, 150), fyne.NewPos(200, 160))
	got := w.copyOf(list.ID).Entries(field.AnswerPrefix + "signed")
	if len(got) != 2 {
		t.Fatalf("%d signatures: the one that came was written over unseen", len(got))
	}
}

// Somebody scribbles on and on, and then takes it back step by step: it stays a signature, and every step is one.
func TestAScribbleWithoutEndStaysASignature(t *testing.T) {
	w, p := signing(t)
	for n := range 40 {
		var stroke []fyne.Position
		for i := range 300 {
			stroke = append(stroke, fyne.NewPos(float32(20+i%250), float32(20+(i*(37+n)+n*i*i)%180)))
		}
		p.Draw("sign.pad", stroke...)
	}
	s, ok := field.SignatureOf(w.answer("signed"))
	if !ok || s.Points() > field.MaxSignaturePoints || len(w.answer("signed")) > 30_000 {
		t.Fatal(ok, s.Points(), len(w.answer("signed")))
	}
	before := len(s.Lines)
	p.Tap("sign.clear")
	p.Tap("sign.undo")
	if s, ok = field.SignatureOf(w.answer("signed")); !ok || len(s.Lines) != before {
		t.Fatal("clearing is not taken back:", ok, len(s.Lines), before)
	}
	for range before + 3 {
		p.Tap("sign.undo")
	}
	if s, ok := field.SignatureOf(w.answer("signed")); ok && s.Drawn() {
		t.Fatal("something stayed:", len(s.Lines))
	}
}

// However much is drawn, no line goes: all lose detail alike, none more than what tells two strokes apart, and what there is
// no room for at all is said.
func TestASignatureNeverLosesALine(t *testing.T) {
	w, p := signing(t)
	loop := func(n int) (stroke []fyne.Position) { // a flourish of three loops, each somewhere else
		for i := range 180 {
			at := float64(i) / 180 * 6 * math.Pi
			stroke = append(stroke, fyne.NewPos(float32(40+n%7*40)+float32(i)/6+float32(25*math.Cos(at)), float32(40+n%3*45)+float32(25*math.Sin(at))))
		}
		return stroke
	}
	const loops = 24
	for n := range loops {
		p.Draw("sign.pad", loop(n)...)
	}
	s, ok := field.SignatureOf(w.answer("signed"))
	if !ok || len(s.Lines) != loops || s.Points() > field.MaxSignaturePoints || p.Has("sign.fault") {
		t.Fatal(ok, len(s.Lines), s.Points(), p.Texts())
	}
	const unit = 2
	for n, line := range s.Lines {
		for i, at := range loop(n) {
			near := math.Inf(1)
			for k := range len(line) - 1 {
				near = min(near, off(float64(at.X*unit), float64(at.Y*unit), line[k], line[k+1]))
			}
			if near > 2*12 {
				t.Fatalf("line %d is %.0f units off at %d of its %d points", n, near, i, len(line))
			}
		}
	}

	for !p.Has("sign.fault") { // dots, until there is no room for one
		p.Draw("sign.pad", fyne.NewPos(200, p.Find("sign.pad").Size().Height)) // at the very edge
		if now, ok := field.SignatureOf(w.answer("signed")); !ok || len(now.Lines) < len(s.Lines) || !slices.Equal(now.Lines[0][:1], s.Lines[0][:1]) {
			t.Fatal("a line is gone:", ok, len(now.Lines))
		} else {
			s = now
		}
	}
	if p.Text("sign.fault") != p.App.T("sign.full") || len(s.Lines) != field.MaxSignatureLines {
		t.Fatal(p.Text("sign.fault"), len(s.Lines))
	}
	p.Tap("sign.undo")
	if now, _ := field.SignatureOf(w.answer("signed")); len(now.Lines) != len(s.Lines)-1 || p.Has("sign.fault") {
		t.Fatal("no way on:", len(now.Lines), p.Texts())
	}
}

// off is how far a point is from the piece of line between a and b.
func off(x, y float64, a, b [2]int) float64 {
	dx, dy := float64(b[0]-a[0]), float64(b[1]-a[1])
	px, py := x-float64(a[0]), y-float64(a[1])
	at := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		at = max(0, min(1, (px*dx+py*dy)/l))
	}
	return math.Hypot(px-at*dx, py-at*dy)
}
