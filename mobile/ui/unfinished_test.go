package ui_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/wire"
)

// left ends the visit in front without photos or a count.
func left(t *testing.T, w *world, p *uitest.Phone) uuid.UUID {
	t.Helper()
	p.Tap("visit.checkout")
	p.Tap("visit.checkout.confirm")
	visits, err := w.store.Visits(t.Context(), 1)
	must(t, err)
	must(t, w.store.NoteExchange(t.Context(), store.Exchange{OKMS: now.UnixMilli(), TriedMS: now.UnixMilli()}))
	return visits[0].ID
}

var tooLong = strings.Repeat("这一行有十个汉字。\n", field.MaxNoteRunes/10+1) + "完"

func TestACorrectionThatIsTooLongIsOnTheVisitsPageAfterARestartAndCanBeSaved(t *testing.T) {
	w, p := visiting(t)
	visit := left(t, w, p)
	p.Tap("visit.note")
	p.Find("note.text").(interface{ SetText(string) }).SetText(tooLong)
	p.App.Save()
	p.Settle()
	w.sent()

	again := w.phone()
	again.Tap("tab.visits")
	if !again.Shows("有未保存的文字") {
		t.Error("the list calls the visit done:", again.Texts())
	}
	again.Tap("tab.sync")
	if again.Shows("全部在服务器上") || !strings.Contains(again.Text("sync.state"), "有文字还没保存") {
		t.Error(again.Texts())
	}
	again.Tap("sync.draft.0")
	if again.Shows("已发送") || !again.Shows("有未保存的文字") {
		t.Error("the visit's page calls it done:", again.Texts())
	}
	again.Tap("visit.note")
	if again.Has("note.text") || !strings.Contains(again.Text("note.long"), "10011") || !strings.HasPrefix(again.Text("note.excerpt"), "这一行") {
		t.Fatal(again.Texts())
	}
	again.Tap("note.copy")
	if fyne.CurrentApp().Clipboard().Content() != tooLong {
		t.Error("not all of the text was copied")
	}
	again.Tap("note.split")
	if !again.Has("note.text") || again.Has("note.split") {
		t.Error("the text is still a draft:", again.Texts())
	}
	page, err := w.store.VisitPage(t.Context(), visit)
	must(t, err)
	whole := ""
	for _, n := range page.Notes {
		whole += n.Text.Value + "\n"
	}
	if page.Row.Draft || len(page.Notes) != 2 || whole != tooLong+"\n" {
		t.Errorf("%d notes of %d characters", len(page.Notes), utf8.RuneCountInString(whole))
	}
}

func TestALongTextIsThrownAwayOnlyWhenAskedTwice(t *testing.T) {
	w, p := visiting(t)
	visits, err := w.store.Visits(t.Context(), 1)
	must(t, err)
	visit := visits[0].ID
	if w.store.SetNote(t.Context(), visit, uuid.Nil, strings.Repeat("长", 100_000), nil) == nil {
		t.Fatal("a text of any length is a note")
	}
	p.Tap("visit.note")
	p.Tap("note.drop")
	p.Tap("note.restore_draft")
	if !p.Has("note.excerpt") {
		t.Errorf("what was thrown away is not taken back: %v", p.IDs())
	}
	p.Tap("note.drop")
	p.Type("note.text", "重写")
	page, err := w.store.VisitPage(t.Context(), visit)
	must(t, err)
	if page.Row.Draft || page.MyNote.Text.Value != "重写" {
		t.Errorf("%+v", page.MyNote)
	}
}

func TestAPasteThatIsTooLongIsRefusedAndNothingElseIsLost(t *testing.T) {
	_, p := visiting(t)
	p.Tap("visit.note")
	p.Type("note.text", "先写一句")
	e := p.Find("note.text").(fyne.Shortcutable)
	board := fyne.CurrentApp().Clipboard()
	board.SetContent(strings.Repeat("长", field.MaxNoteRunes))
	e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: board})
	if p.Text("note.text") != "先写一句" || !strings.Contains(p.Text("note.fault"), "没有粘贴") {
		t.Error(p.Texts())
	}
	board.SetContent("，再贴一句")
	e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: board})
	if !strings.Contains(p.Text("note.text"), "再贴一句") {
		t.Error(p.Text("note.text"))
	}
}

func TestWhatAFullFieldRefusedIsSaidUntilThereIsRoomAlsoWhenTheRestIsSaved(t *testing.T) {
	_, p := visiting(t)
	for _, full := range []struct {
		open, field, fault string
		most               int
	}{{"visit.note", "note.text", "note.fault", field.MaxNoteRunes}, {"news.add.market", "news.text", "news.fault", store.MaxNewsRunes},
		{"ask.enquiry", "ask.text", "ask.fault", 10 * field.MaxTextRunes}} {
		p.Tap(full.open)
		e := p.Find(full.field).(interface {
			fyne.Focusable
			SetText(string)
		})
		p.Window.Canvas().Focus(e)
		e.SetText(strings.Repeat("长", full.most-1))
		e.TypedRune('满')
		e.TypedRune('多')
		said := p.Text(full.fault)
		if !strings.Contains(said, "已经写满") {
			t.Fatalf("%s: %q is said", full.field, said)
		}
		p.App.Save()
		p.App.Changed()
		p.Settle()
		if !p.Has(full.fault) || p.Text(full.fault) != said {
			t.Errorf("%s: nothing of it is said after the rest was saved", full.field)
		}
		e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
		if p.Has(full.fault) {
			t.Errorf("%s: %q is said of a field with room", full.field, p.Text(full.fault))
		}
		p.Back()
	}
}

func TestWhatTheServerPutAsideIsNowhereCalledSentAndSyncNowSendsItAgain(t *testing.T) {
	w, p := visiting(t)
	visit := left(t, w, p)
	w.asideThenSent("record.out_of_scope")
	p.App.Changed()
	p.Settle()
	for screen, open := range map[string]func(){
		"visit":  func() {},
		"visits": func() { p.Tap("tab.visits") },
		"stores": func() { p.Tap("tab.stores") },
		"store": func() {
			p.Tap("tab.stores")
			p.Tap("store." + id("store", 0).String())
		},
	} {
		again := w.phone()
		p = again
		if screen == "visit" {
			p.Tap("tab.visits")
			p.Tap("visit." + visit.String())
		}
		if open(); !p.Shows("被搁置") {
			t.Errorf("%s: %v", screen, p.Texts())
		}
	}
	p = w.phone()
	p.Tap("tab.sync")
	if p.Shows("全部在服务器上") || p.Shows("一条不少") || p.Text("sync.state") != "有内容被搁置" {
		t.Error(p.Texts())
	}
	p.Tap("sync.now")
	u, err := w.store.Unfinished(t.Context())
	must(t, err)
	if u.Records != 1 || u.Refused != 0 {
		t.Errorf("%+v", u)
	}
}

func TestOfPhotosTakenOnAnotherPhoneOnlyTheRecordsAreSaidToHaveArrived(t *testing.T) {
	w := filled(t)
	w.office(liMing, now, uuid.New(), field.TypePhoto, field.Value{Field: "photo", Value: field.Photo{Visit: id("visit", 0), Store: id("store", 0),
		Kind: "shelf", Ref: blob.Ref{7}, Size: 1000, Width: 4, Height: 3, TakenMS: now.UnixMilli()}})
	w.arrive()
	p := w.phone()
	p.Tap("tab.visits")
	p.Tap("visit." + id("visit", 0).String())
	if p.Shows("已发送") || !p.Shows("记录已到服务器") {
		t.Error(p.Texts())
	}
}

// Today's total counts the photos of the person's other phone. Of these the page does not say that they have arrived.
func TestTheTotalOfADayDoesNotSayThatAnotherPhonesPhotosHaveArrived(t *testing.T) {
	w, p := visiting(t)
	left(t, w, p)
	w.sent()
	w.office(liMing, now, uuid.New(), field.TypePhoto, field.Value{Field: "photo", Value: field.Photo{Visit: w.newest(), Store: id("store", 0),
		Kind: "shelf", Ref: blob.Ref{7}, Size: 1000, Width: 4, Height: 3, TakenMS: now.UnixMilli()}})
	w.arrive()
	p = w.phone()
	p.Tap("tab.sync")
	if p.Text("sync.total.photos") != "1" || p.Text("sync.state") != "本机的都在服务器上" || !p.Has("sync.elsewhere") {
		t.Error(p.Texts())
	}
}

func TestACheckOutOnTwoPhonesIsSettledFromTheVisitsPage(t *testing.T) {
	w, p := visiting(t)
	visit := left(t, w, p)
	w.office(liMing, now, visit, field.TypeVisit, field.Value{Field: "check_out", Value: field.Moment{AtMS: now.UnixMilli() + 7000}})
	w.arrive()
	p.App.Changed()
	p.Settle()
	p.Tap("differ.check_out")
	if p.Text("differ.value.0") == p.Text("differ.value.1") || !p.Shows("离店") {
		t.Error(p.Texts())
	}
	p.Tap("differ.choose.1")
	p.Tap("differ.done")
	if p.Has("differ.check_out") || !p.Has("visit.note") {
		t.Error(p.Texts())
	}
}

// What could not be saved, as on a full disk, waits in its field and is in no record: until its page was opened again nobody
// says that all is on the server, and nobody else may sign in.
func TestATextThatCouldNotBeSavedIsNotCalledSent(t *testing.T) {
	w, p := visiting(t)
	left(t, w, p)
	w.sent()
	must(t, w.store.SetTyping([]store.Typing{{Page: "elsewhere", Field: "note.text", Text: "店主说了很多"}}))
	p = w.phone()
	p.Tap("tab.sync")
	if p.Shows("全部在服务器上") || !p.Shows("有文字还没存上") || p.Text("sync.typed.0") != "店主说了很多" {
		t.Fatal(p.Texts())
	}
	p.Tap("tab.me")
	p.Tap("me.signout")
	if p.Text("lock.state") != p.App.T("lock.aside") {
		t.Error(p.Text("lock.state"))
	}
	next := w.account()
	next.User = wangFang
	if err := w.store.SignIn(t.Context(), next); err == nil {
		t.Error("another person got in over a text that was not saved")
	}
	must(t, w.store.SetTyping([]store.Typing{{Page: "elsewhere", Field: "sign.name", Text: "马小军", Early: true}}))
	must(t, w.store.SignIn(t.Context(), w.account()))
	p = w.phone()
	p.Tap("tab.sync")
	if !p.Shows("全部在服务器上") {
		t.Error(p.Texts())
	}
}

func TestTheSyncPageSaysWhenAllIsInABackupOfTheServer(t *testing.T) {
	w, p := visiting(t)
	left(t, w, p)
	w.sent()
	for backed, want := range []bool{false, true} {
		w.seq++
		f := wire.Feed{Territory: territory, Epoch: w.rid, Seq: w.seq, BackedUp: w.seq * int64(backed)}
		must(t, w.store.Apply(t.Context(), nil, wire.SyncResponse{Feeds: []wire.Feed{f}}))
		again := w.phone()
		again.Tap("tab.sync")
		if !again.Shows("全部在服务器上") || again.Has("sync.backed_up") != want {
			t.Error(backed, again.Texts())
		}
	}
}
