package store

import (
	"database/sql"
	"io"
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// aged makes a visit as old as if it had begun so long ago.
func aged(t *testing.T, s *Store, visit uuid.UUID, by time.Duration) {
	t.Helper()
	at := field.Moment{AtMS: time.Now().Add(-by).UnixMilli()}
	must(t, s.edit(t.Context(), ledger.Edit{ID: visit, Field: "check_in", Value: at, SeenAll: true}))
}

func TestARemovedPhotoIsHiddenItsBytesAreNotSentAndItCanBeTakenBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	id, ref, err := addPhoto(t.Context(), s, visit, "a passer-by")
	must(t, err)
	o.exchange(t, s)
	waits(t, s, 0, 1)
	p := visitPage(t, s, visit)
	if len(p.Photos) != 1 || !p.Photos[0].May {
		t.Fatalf("%+v", p.Photos)
	}
	must(t, s.Remove(t.Context(), id, p.Photos[0].Saw))
	must(t, s.Remove(t.Context(), id, p.Photos[0].Saw)) // a second tap
	waits(t, s, 0, 1)                                   // the office does not know yet
	s = reopen(t, s)
	p = visitPage(t, s, visit)
	if len(p.Photos) != 0 || p.Row.Photos != 0 || len(p.Removed) != 1 || !p.Removed[0].Gone || p.Removed[0].By != "李明" || p.Removed[0].Kind != "shelf" {
		t.Fatalf("%+v", p)
	}
	o.exchange(t, s)
	waits(t, s, 0, 0)
	if up, err := s.NextUploads(t.Context(), 9); err != nil || len(up) != 0 {
		t.Fatal("the bytes of a removed photo would be sent", up, err)
	}
	if page, err := s.SyncPage(t.Context()); err != nil || page.WaitingBytes != 0 || !visitPage(t, s, visit).Row.Done() {
		t.Fatalf("%+v %v", page, err)
	}
	if j := o.load(t, id).Judge(); j.Fate != record.Gone {
		t.Fatal("the office does not know", j)
	}
	must(t, s.Restore(t.Context(), id, p.Removed[0].Saw))
	o.exchange(t, s)
	up, err := s.NextUploads(t.Context(), 9)
	if p = visitPage(t, s, visit); err != nil || len(up) != 1 || len(p.Photos) != 1 || len(p.Removed) != 0 {
		t.Fatalf("%v %v %+v", up, err, p)
	}
	f, err := s.OpenPhoto(ref)
	must(t, err)
	defer f.Close()
	if b, err := io.ReadAll(f); err != nil || string(b) != "a passer-by" {
		t.Fatal("the bytes are gone", err)
	}
}

func TestARemovedNoteIsHiddenAndWritingOnBringsItBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	must(t, s.SetNote(t.Context(), visit, uuid.Nil, "写错了店", nil))
	p := visitPage(t, s, visit)
	must(t, s.Remove(t.Context(), p.MyNote.ID, p.MyNote.Saw))
	p = visitPage(t, s, visit)
	if len(p.Notes) != 0 || p.MyNote.Text.Shown() != "" || p.MyNote.May || len(p.Removed) != 1 || p.Removed[0].Text != "写错了店" {
		t.Fatalf("%+v", p)
	}
	must(t, s.SetNote(t.Context(), visit, uuid.Nil, "这家店的记录", p.MyNote.Text.Seen))
	p = visitPage(t, s, visit)
	if len(p.Notes) != 1 || p.Notes[0].Text.Value != "这家店的记录" || len(p.Removed) != 0 || len(p.Notes[0].Text.Siblings) != 1 {
		t.Fatalf("%+v", p)
	}
}

func TestWhatAnotherPhoneWroteMeanwhileStaysInSight(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := newPhone(t, o, li)
	visit := checkIn(t, a, shop)
	must(t, a.SetNote(t.Context(), visit, uuid.Nil, "一", nil))
	o.exchange(t, a)
	b := newPhone(t, o, li) // Li's second phone
	must(t, b.SetNote(t.Context(), visit, uuid.Nil, "二", visitPage(t, b, visit).MyNote.Text.Seen))
	p := visitPage(t, a, visit)
	must(t, a.Remove(t.Context(), p.MyNote.ID, p.MyNote.Saw))
	o.settled(t, a, b)
	for _, s := range []*Store{a, b} {
		p := visitPage(t, s, visit)
		if len(p.Notes) != 1 || p.Notes[0].Text.Value != "二" || len(p.Removed) != 1 || p.Removed[0].Gone || p.Removed[0].Other != "李明" || p.Removed[0].Kept {
			t.Fatalf("%+v", p)
		}
	}
	p = visitPage(t, a, visit)
	must(t, a.Remove(t.Context(), p.MyNote.ID, p.Removed[0].Saw)) // now having seen it
	o.settled(t, a, b)
	if p := visitPage(t, b, visit); len(p.Notes) != 0 || !p.Removed[0].Gone {
		t.Fatalf("%+v", p)
	}
}

func TestOnlyOnesOwnOfTheLastDayCanBeRemoved(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a := newPhone(t, o, li)
	visit := checkIn(t, a, shop)
	id, _, err := addPhoto(t.Context(), a, visit, "a shelf")
	must(t, err)
	o.exchange(t, a)
	b := newPhone(t, o, wang)
	if p := visitPage(t, b, visit).Photos[0]; p.May {
		t.Fatal("somebody else's photo")
	} else {
		wantFault(t, b.Remove(t.Context(), id, p.Saw), "removal.closed")
	}
	aged(t, a, visit, 25*time.Hour)
	if p := visitPage(t, a, visit).Photos[0]; !p.May {
		t.Fatal("the visit goes on")
	}
	must(t, a.CheckOut(t.Context(), visit, nowhere))
	p := visitPage(t, a, visit).Photos[0]
	wantFault(t, a.Remove(t.Context(), id, p.Saw), "removal.closed")
	aged(t, a, visit, 23*time.Hour)
	must(t, a.Remove(t.Context(), id, p.Saw))
	p.Removable = visitPage(t, a, visit).Removed[0].Removable
	wantFault(t, b.Restore(t.Context(), visit, p.Saw), "record.not_found")
	aged(t, a, visit, 25*time.Hour)
	must(t, a.Restore(t.Context(), id, p.Saw)) // what is kept harms nobody
}

// A clock that was years ahead at check-in, and was set right: the visit began in the future, for years to come.
func TestWhatBeganInTheFutureIsRemovableOnlyWhileItGoesOn(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	id, _, err := addPhoto(t.Context(), s, visit, "a shelf")
	must(t, err)
	must(t, s.SetNote(t.Context(), visit, uuid.Nil, "写错了", nil))
	aged(t, s, visit, -5*365*24*time.Hour)
	may := func() []bool {
		p := visitPage(t, s, visit)
		return []bool{p.Photos[0].May, p.MyNote.May}
	}
	equal(t, may(), []bool{true, true})
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	equal(t, may(), []bool{false, false})
	wantFault(t, s.Remove(t.Context(), id, visitPage(t, s, visit).Photos[0].Saw), "removal.closed")
	aged(t, s, visit, -time.Hour) // by a clock that is a little ahead
	equal(t, may(), []bool{true, true})
}

// Who sets the clock back makes nothing young again: the server has answered since, when it showed more.
func TestAClockThatIsSetBackMakesNothingRemovableAgain(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)
	hour := func(n int) time.Time { return now.Add(time.Duration(n) * time.Hour) }
	heard := heardTime{ServerMS: now.UnixMilli(), WallMS: now.UnixMilli(), Boot: "one", BootMS: 5_000}
	for _, tt := range []struct {
		wall time.Time
		boot Boot
		want time.Time
	}{
		{hour(3), Boot{"one", 5_000 + 3*3_600_000}, hour(3)},
		{hour(-48), Boot{"one", 5_000 + 3*3_600_000}, hour(3)}, // set back since
		{hour(-48), Boot{"two", 9_000}, now},                   // and started anew
		{hour(-48), Boot{}, now},
		{hour(48), Boot{"one", 5_000}, hour(48)}, // set ahead
	} {
		if got := heard.latest(tt.wall, tt.boot); !got.Equal(tt.want) {
			t.Errorf("%v %v: %v, want %v", tt.wall, tt.boot, got, tt.want)
		}
	}
	ahead, back := heard, heard
	ahead.WallMS, back.WallMS = hour(48).UnixMilli(), hour(-48).UnixMilli()
	running := Boot{"one", 5_000 + 3*3_600_000}
	equal(t, ahead.latest(hour(3), running).UTC(), hour(3)) // put right since
	equal(t, ahead.latest(hour(-48), running).UTC(), hour(3))
	equal(t, back.latest(hour(-45), running).UTC(), hour(-45)) // as it was
	equal(t, back.latest(hour(-90), running).UTC(), hour(-45))
	if got := (heardTime{}).latest(now, Boot{"one", 1}); !got.Equal(now) {
		t.Error("no server has answered yet:", got)
	}

	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	id, _, err := addPhoto(t.Context(), s, visit, "a shelf")
	must(t, err)
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	saw := visitPage(t, s, visit).Photos[0].Removable
	equal(t, saw.May, true)
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error { // it was two days later when the server answered last
		at := time.Now().Add(48 * time.Hour).UnixMilli()
		return setMetaJSON(t.Context(), tx, metaHeard, heardTime{ServerMS: at, WallMS: at})
	}))
	equal(t, visitPage(t, s, visit).Photos[0].May, false)
	wantFault(t, s.Remove(t.Context(), id, saw.Saw), "removal.closed")
}

func TestARemovedPhotoThatLeavesThePhoneLeavesItsBytesThere(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	id, ref, err := addPhoto(t.Context(), s, visit, "a passer-by")
	must(t, err)
	must(t, s.Remove(t.Context(), id, record.Vector{}))
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	o.exchange(t, s)
	resp := o.news(t, s, wire.SyncResponse{})
	r := o.load(t, id)
	resp.Feeds[0].Outs = []wire.Out{{ID: id, Place: wire.Place{0, r.Place.N + 1}}}
	must(t, s.Apply(t.Context(), nil, resp))
	waits(t, s, 0, 0)
	if got := loadRecord(t, s.db, id); !ledger.IsHusk(got) {
		t.Fatal("it waits for bytes that are never sent", got)
	}
	s = reopen(t, s)
	if _, here := s.Blobs.Has(ref); !here {
		t.Fatal("the bytes are gone")
	}
	back := r // taken back in the office, and the store is this phone's again
	back.Place.N += 2
	back = back.Set(record.Deleted, record.Entry{Dot: record.Dot{Replica: record.Replica{7}, N: 1}, Lam: 99, Value: record.UndeleteValue}, back.Seen(record.Deleted))
	resp.Feeds[0].Outs, resp.Feeds[0].Puts = nil, append(resp.Feeds[0].Puts, back.Encode())
	must(t, s.Apply(t.Context(), nil, resp))
	if up, err := s.NextUploads(t.Context(), 9); err != nil || len(up) != 1 {
		t.Fatal("nobody sends the bytes", up, err)
	}
	waits(t, s, 0, 1)
}
