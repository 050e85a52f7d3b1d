package ui_test

import (
	"bytes"
	"crypto/ed25519"
	"image"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"github.com/google/uuid"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"storewalk/migrations"
	"storewalk/mobile/barcode"
	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/receipt"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"
	"storewalk/shared/wire"
	"storewalk/shared/words"
)

var (
	serverID  = uuid.MustParse("6d2e4f80-a1b3-4c5d-8e7f-90a1b2c3d444")
	serverKey = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
)

// drawCode is the app's own.
func drawCode(text string) (image.Image, error) { return barcode.QR(text) }

// receipt makes the server sign what it would hold of this phone, which keeps it.
func (w *world) receipt(backedUp bool) {
	w.t.Helper()
	ask, due, err := w.store.ReceiptDue(w.t.Context())
	must(w.t, err)
	if !due {
		w.t.Fatal("no receipt is due")
	}
	db, err := sqldb.Open(w.t.Context(), filepath.Join(w.dir, "storewalk.db"), migrations.Device())
	must(w.t, err)
	defer db.Close()
	a, _, err := w.store.Account(w.t.Context())
	must(w.t, err)
	r := receipt.Receipt{Epoch: w.rid, Device: a.Device, Person: a.User, Replica: ask.Replica, AtMS: w.wall().UnixMilli(), BackedUp: backedUp}
	for _, date := range ask.Days {
		d := receipt.Day{Date: date}
		from, to, _ := field.DaySpan(date)
		must(w.t, db.Read.QueryRow(`SELECT (SELECT count(*) FROM visit v WHERE manager = $1 AND check_in_ms BETWEEN $2 AND $3),
			(SELECT count(*) FROM visit v JOIN photo p ON p.visit = v.id AND p.gone = 0 WHERE manager = $1 AND check_in_ms BETWEEN $2 AND $3),
			(SELECT count(*) FROM visit v JOIN count_line l ON l.visit = v.id AND l.skipped = 0 WHERE manager = $1 AND check_in_ms BETWEEN $2 AND $3)`,
			a.User.String(), from, to-1).Scan(&d.Visits, &d.Photos, &d.Lines))
		r.Days = append(r.Days, d)
	}
	must(w.t, db.Read.QueryRow(`SELECT counter FROM replica`).Scan(&r.Counter))
	rows, err := db.Read.Query(`SELECT id, version, own_n FROM record WHERE own_n > 0`)
	must(w.t, err)
	defer rows.Close()
	for rows.Next() {
		var id uuid.UUID
		var version []byte
		var n uint64
		must(w.t, rows.Scan(&id, &version, &n))
		r.Records++
		r.Content, r.Writes = receipt.AddRecord(r.Content, record.Version(version)), receipt.AddWrite(r.Writes, id, n)
	}
	must(w.t, rows.Err())
	photos, err := db.Read.Query(`SELECT DISTINCT p.sha256 FROM photo p JOIN record r ON r.id = p.id WHERE r.own_n > 0 AND p.gone = 0`)
	must(w.t, err)
	defer photos.Close()
	for photos.Next() {
		var ref blob.Ref
		var sha string
		must(w.t, photos.Scan(&sha))
		must(w.t, ref.UnmarshalText([]byte(sha)))
		r.Photos++
		r.Content = receipt.AddPhoto(r.Content, ref)
	}
	must(w.t, photos.Err())
	must(w.t, w.store.KeepReceipt(w.t.Context(), ask, wire.ReceiptResponse{ServerMS: 1, Receipt: r.Sign(serverID, serverKey), Key: serverKey.Public().(ed25519.PublicKey)}))
}

// common makes the office send what everybody holds, with which a phone knows the server's history.
func (w *world) common() {
	w.t.Helper()
	must(w.t, w.store.Apply(w.t.Context(), nil, wire.SyncResponse{Feeds: []wire.Feed{{Territory: field.Common, Epoch: w.rid, Seq: 1}}}))
}

func TestTheDayIsClosedWithAReceiptThatACameraReads(t *testing.T) {
	for _, lang := range words.Langs() {
		w := filled(t)
		w.common()
		p := w.phone()
		p.App.SetLang(lang)
		visit, err := w.store.CheckIn(t.Context(), id("store", 0), field.Moment{}, store.Purpose{})
		must(t, err)
		must(t, w.store.SetCount(t.Context(), visit, id("product", 0), field.CountLine{Packs: 3}, nil))
		_, err = w.deps().TakePhoto(t.Context(), visit, ui.Shot{Kind: "shelf"}, bytes.NewReader(picture(t, 1)))
		must(t, err)
		p.Tap("tab.sync")
		if p.Text("sync.total.visits") != "1" || p.Text("sync.total.photos") != "1" || p.Text("sync.total.lines") != "1" {
			t.Error(p.Texts())
		}
		if p.Has("sync.receipt") || p.Has("sync.receipt_none") {
			t.Error("there is talk of a receipt while work waits")
		}
		w.sent()
		w.uploaded(-1)
		must(t, w.store.NoteExchange(t.Context(), store.Exchange{OKMS: now.UnixMilli(), TriedMS: now.UnixMilli()}))
		p.App.Changed()
		p.Settle()
		if !p.Has("sync.receipt_none") || p.Text("sync.not_backed_up") == "" {
			t.Error("nothing says where the receipt and the backup are", p.IDs())
		}
		w.receipt(false)
		p.App.Changed()
		p.Settle()
		code := p.Text("sync.receipt_code")
		p.Tap("sync.receipt")
		if got := p.Text("receipt.short"); got != code || len(got) != 14 {
			t.Error(got, code)
		}
		kept, err := w.store.Receipts(t.Context())
		must(t, err)
		if got := scanned(t, p); got != kept[0].Signed.URL("https://visit.guyuan.example") {
			t.Errorf("a camera reads %q", got)
		}
		if !strings.Contains(p.Text("receipt.day.0"), "1") || !p.Has("receipt.not_backed_up") {
			t.Error(p.Texts())
		}
		p.Tap("receipt.list")
		p.Tap("receipt.of." + field.DayOf(now))
		p.Back()
		p.Back()
		p.Back()
		must(t, w.store.SetNote(t.Context(), visit, uuid.Nil, "一句", nil))
		p.App.Changed()
		p.Settle()
		if want := p.App.T("receipt.older"); !strings.Contains(p.Text("sync.receipt_text"), want) {
			t.Error("the receipt seems to cover what was written after it:", p.Text("sync.receipt_text"))
		}
	}
}

// scanned is what a camera reads from a picture of the screen.
func scanned(t *testing.T, p *uitest.Phone) (text string) {
	t.Helper()
	read := func(img image.Image, hint gozxing.DecodeHintType) bool {
		bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
		must(t, err)
		result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{hint: true})
		if err != nil {
			text = err.Error()
			return false
		}
		text = result.GetText()
		return true
	}
	for _, scale := range []float32{2, 1, 1.5, 3} {
		if read(p.Image(scale), gozxing.DecodeHintType_TRY_HARDER) {
			return text
		}
	}
	// In one code of a hundred this reader takes a spot inside for a corner, from wherever it looks. What was drawn is
	// right if it reads the code where it is told that there is one.
	const scale = 3
	read(p.Image(scale).(interface {
		SubImage(image.Rectangle) image.Image
	}).SubImage(codeArea(t, p, scale)), gozxing.DecodeHintType_PURE_BARCODE)
	return text
}

// codeArea is where on a picture of the screen the code is.
func codeArea(t *testing.T, p *uitest.Phone, scale float32) image.Rectangle {
	t.Helper()
	for _, o := range test.LaidOutObjects(p.Window.Canvas().Content()) {
		if img, ok := o.(*canvas.Image); ok && img.ScaleMode == canvas.ImageScalePixels {
			at, size := fyne.CurrentApp().Driver().AbsolutePositionForObject(o), o.Size()
			return image.Rect(int(at.X*scale), int(at.Y*scale), int((at.X+size.Width)*scale), int((at.Y+size.Height)*scale))
		}
	}
	t.Fatal("no code on the screen")
	return image.Rectangle{}
}
