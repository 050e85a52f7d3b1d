package ui_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

// onSmallDisk moves the phone's folder to a file system of its own. full fills it to the last byte, until empty.
func (w *world) onSmallDisk() (p *uitest.Phone, full, empty func()) {
	t := w.t
	t.Helper()
	disk, err := os.MkdirTemp("", "small-disk-") // it is unmounted after the app has ended, and so is no t.TempDir
	must(t, err)
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=16m"); err != nil {
		must(t, os.Remove(disk))
		t.Skip("a small disk needs the right to mount one: ", err)
	}
	ballast := filepath.Join(disk, "ballast")
	w.ends = func() {
		if err := errors.Join(syscall.Unmount(disk, syscall.MNT_DETACH), os.Remove(disk)); err != nil {
			t.Error(err)
		}
	}
	w.become(filepath.Join(disk, "phone"))
	full = func() {
		t.Helper()
		f, err := os.Create(ballast)
		for err == nil {
			_, err = f.Write(make([]byte, 4<<10))
		}
		if f.Close(); !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
	return w.phone(), full, func() { must(t, os.Remove(ballast)) }
}

// says reports whether the screen says that the phone is full.
func says(p *uitest.Phone) bool { return p.Shows("存储已满") || p.Shows("空间") }

// Each thing that is done in a visit is done on a full disk first. It is said, the text stays where it was typed, and the same
// works when there is room.
func TestOnAFullDiskNothingTypedIsLostAndTheSameWorksWhenThereIsRoom(t *testing.T) {
	w, _ := planning(t)
	p, full, empty := w.onSmallDisk()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	tap := func(id string) func() { return func() { p.Tap(id) } }
	for _, s := range []struct {
		name  string
		open  []string // taps that lead there
		do    func()
		field string // typed into by do
		text  string
		done  func() bool
	}{
		{"a tick", nil, tap("item.information"), "", "", func() bool { return p.Text("visit.list") == "已完成 1 / 3 项" }},
		{"an answer tapped", nil, tap("answer.shown.yes"), "", "", func() bool { return p.Text("visit.list") == "已完成 2 / 3 项" }},
		{"an answer typed", nil, func() { p.Type("answer.news", "新开了两家店") }, "answer.news", "新开了两家店", nil},
		{"a number", nil, func() { p.Type("answer.shelves", "12") }, "answer.shelves", "12", nil},
		{"a mode", nil, tap("mode.group"), "", "", func() bool { return p.Has("visit.group") }},
		{"a count", []string{"visit.count"}, tap(product(0) + ".packs.more"), "", "", func() bool { return w.line(0).Packs == 1 }},
		{"a note", []string{"back", "visit.note"}, func() { p.Type("note.text", "店主说了很多") }, "note.text", "店主说了很多", nil},
		{"a reason", []string{"back", "visit.checkout"}, func() { p.Type("gap.question:tidy.text", "柜台锁着") }, "gap.question:tidy.text", "柜台锁着", nil},
		{"a photo", []string{"back"}, tap("photo.take.shelf"), "", "", func() bool { return p.Has("photo.show.0") }},
	} {
		for _, o := range s.open {
			p.Tap(o)
		}
		full()
		s.do()
		if !says(p) {
			t.Errorf("%s: nobody says that the phone is full: %v", s.name, p.Texts())
		}
		if s.field != "" && p.Text(s.field) != s.text {
			t.Errorf("%s: the field says %q", s.name, p.Text(s.field))
		}
		if s.done != nil && s.done() {
			t.Errorf("%s: it is shown as done", s.name)
		}
		empty()
		s.do()
		if says(p) || s.done != nil && !s.done() || s.field != "" && p.Text(s.field) != s.text {
			t.Errorf("%s: not done with room: %v", s.name, p.Texts())
		}
	}
	p.Tap("visit.checkout")
	full() // but for the room that is kept for the photo that is still missing: words go first
	p.Tap("visit.checkout.confirm")
	empty()
	c, err := w.store.Checklist(t.Context(), w.newest())
	must(t, err)
	page, err := w.store.VisitPage(t.Context(), w.newest())
	must(t, err)
	if q := c.Items[2].Questions; string(q[3].Answer) != `"新开了两家店"` || string(q[2].Answer) != "12" || page.MyNote.Text.Value != "店主说了很多" ||
		c.Lacks[1].Reason != "柜台锁着" || page.Row.Photos != 1 || page.Row.CheckOutMS == 0 || !c.Visit.Group {
		t.Errorf("%+v\n%+v", c, page)
	}
}

// What could not be taken away is still there, and nothing offers to bring it back.
func TestOnAFullDiskAPhraseIsNeitherRemovedNorBroughtBack(t *testing.T) {
	w, _ := planning(t)
	p, full, empty := w.onSmallDisk()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("visit.note")
	p.Tap("note.own.edit")
	p.Type("phrases.text", "下周带样。")
	p.Tap("phrases.next")
	p.Type("phrases.text", "约好周三。")
	full()
	p.Tap("phrases.remove.0")
	if !says(p) || p.Has("phrases.undo") || p.Text("phrases.said.0") != "下周带样。" || p.Text("phrases.text") != "约好周三。" {
		t.Error("it could not be removed:", p.Texts())
	}
	empty()
	p.Tap("phrases.remove.0")
	if says(p) || !p.Has("phrases.undo") || p.Has("phrases.said.1") {
		t.Error("it is removed:", p.Texts())
	}
	full()
	p.Tap("phrases.undo")
	if !says(p) || !p.Has("phrases.undo") || p.Has("phrases.said.1") {
		t.Error("it could not be brought back:", p.Texts())
	}
	empty()
	p.Tap("phrases.undo")
	if says(p) || p.Has("phrases.undo") || !p.Has("phrases.said.1") {
		t.Error("it is back:", p.Texts())
	}
}

func TestWhatCouldNotBeSavedOnAPageThatWasLeftIsSaidAndIsThereAgain(t *testing.T) {
	w, _ := planning(t)
	p, full, empty := w.onSmallDisk()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("visit.checkin")
	p.Tap("visit.note")
	full()
	write(p, "note.text", "店主说了很多")
	p.Tap("note.done")
	if !p.Has("nav.fault") || !strings.Contains(p.Text("nav.fault"), "没有存上") || !says(p) {
		t.Fatal("nothing is said on the page that is in front now:", p.Texts())
	}
	p.Tap("visit.note")
	if p.Text("note.text") != "店主说了很多" {
		t.Fatal("it is gone:", p.Text("note.text"))
	}
	empty()
	p.Tap("note.done")
	if p.Has("nav.fault") {
		t.Error(p.Text("nav.fault"))
	}
	page, err := w.store.VisitPage(t.Context(), w.newest())
	must(t, err)
	if page.MyNote.Text.Value != "店主说了很多" {
		t.Errorf("%+v", page.MyNote)
	}
}

// What the phone has room for is seen when the visit is opened, and again when it is looked at next.
func TestThatThereIsRoomForFewPhotosIsSaidWhileItIsSo(t *testing.T) {
	w := filled(t)
	w.askFor(field.PhotoNeed{Kind: "shelf", Least: 4})
	_, full, empty := w.onSmallDisk()
	p, _ := inShop(t, w, w.deps())
	if p.Has("visit.room") {
		t.Fatal("it is said of a disk with room:", p.Text("visit.room"))
	}
	full()
	ballast := filepath.Join(filepath.Dir(w.dir), "ballast")
	for i, text := range []string{"手机空间只够再拍 1 张照片，请尽快清理。", "手机空间只够再拍 2 张照片，请尽快清理。"} {
		f, err := os.Stat(ballast)
		must(t, err)
		must(t, os.Truncate(ballast, f.Size()-2<<20-int64(1-i)<<18)) // room for a photo, and at first for the database
		p.Tap("visit.count")
		p.Back()
		wantText(t, p, "visit.room", text)
	}
	p.Tap("photo.take.shelf")
	if !p.Has("photo.show.0") || !p.Has("visit.room") {
		t.Error("it is not taken, or it is said no more that there is little room:", p.Texts())
	}
	empty()
	p.App.Changed()
	p.Settle()
	if p.Has("visit.room") {
		t.Error("there is room again:", p.Text("visit.room"))
	}
}
