package store

import (
	"database/sql"
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

func dayEnd(t *testing.T, s *Store) DayEnd {
	t.Helper()
	d, err := s.DayEnd(t.Context())
	must(t, err)
	return d
}

// What was written and is damaged before it was sent is not on the server and never will be: nothing calls such a phone
// done. It keeps nobody out, for nobody can send it.
func TestWhatIsDamagedBeforeItWasSentIsNeverCalledSent(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: 12}, nil))
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE record SET body = replace(body, '"packs":12', '"packs":13') WHERE id = $1`, field.CountID(visit).String())
		return err
	}))
	o.exchange(t, s)
	o.exchange(t, s)
	waits(t, s, 0, 0)
	equal(t, len(syncPage(t, s).Refused), 1)
	u, err := s.Unfinished(t.Context())
	must(t, err)
	equal(t, u, Unfinished{Damaged: 1})
	equal(t, u.Any(), true)
	must(t, s.SignIn(t.Context(), accounts[wang]))
}

// A photo's bytes may be in a backup of the server while what was done with it since is not.
func TestARemovalThatNoBackupHoldsIsNotCalledBackedUp(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	photo, ref, err := addPhoto(t.Context(), s, visit, "a shelf!")
	must(t, err)
	sent := func() { // and the backup is as it was
		t.Helper()
		var backedUp int64
		must(t, s.db.Read.QueryRow(`SELECT backed_up FROM cursor WHERE territory = $1`, town.String()).Scan(&backedUp))
		for range 2 {
			out, err := s.NextPush(t.Context(), wire.MaxBudget)
			must(t, err)
			resp := o.answer(t, s, out)
			resp.Feeds[0].BackedUp = backedUp
			must(t, s.Apply(t.Context(), out, resp))
		}
	}
	backup := func() { // of after somebody else's write, which is later than the photo's last byte
		t.Helper()
		for range 2 {
			o.write(t, ledger.Edit{ID: shop, Field: "phone", Value: uuid.NewString(), SeenAll: true})
			sent()
		}
		var at int64
		must(t, s.db.Read.QueryRow(`SELECT seq FROM cursor WHERE territory = $1`, town.String()).Scan(&at))
		f := wire.Feed{Territory: town, Epoch: o.epoch, Seq: at, BackedUp: at}
		must(t, s.Apply(t.Context(), nil, wire.SyncResponse{Feeds: []wire.Feed{f}}))
	}
	sent()
	must(t, s.Uploaded(t.Context(), ref, 8))
	equal(t, syncPage(t, s).AllBackedUp, false)
	backup()
	equal(t, syncPage(t, s).AllBackedUp, true)
	must(t, s.Remove(t.Context(), photo, photoSaw(t, s, visit)))
	sent()
	waits(t, s, 0, 0)
	equal(t, syncPage(t, s).AllBackedUp, false)
	backup()
	equal(t, syncPage(t, s).AllBackedUp, true)
}

func photoSaw(t *testing.T, s *Store, visit uuid.UUID) record.Vector {
	t.Helper()
	return visitPage(t, s, visit).Photos[0].Saw
}

// Of a photo that another phone took only the record says that there is one: whether its bytes are on the server nobody
// here knows, until a receipt tells.
func TestOfPhotosOfAnotherPhoneTheDayDoesNotClaimThatTheyArrived(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := newPhone(t, o, li), newPhone(t, o, li)
	visit := checkIn(t, a, shop)
	_, _, err := addPhoto(t.Context(), a, visit, "a shelf!")
	must(t, err)
	equal(t, dayEnd(t, a).Elsewhere, 0)
	o.settled(t, a, b)
	d := dayEnd(t, b)
	equal(t, []int{d.Visits, d.Photos, d.Elsewhere}, []int{1, 1, 1})
	equal(t, dayEnd(t, a).Elsewhere, 0)
}

// Visits whose territory is taken from this phone while they are made are the person's work of the day all the same: a total
// that drops them looks like loss. Once they are sent and gone from here, the day still tells of them.
func TestVisitsWhoseTerritoryLeftStayInTheDay(t *testing.T) {
	t.Parallel()
	for _, ahead := range []time.Duration{0, 48 * time.Hour, -48 * time.Hour} {
		visitsLeave(t, ahead)
	}
}

// visitsLeave is that on a phone whose clock is ahead.
func visitsLeave(t *testing.T, ahead time.Duration) {
	t.Helper()
	o := newOffice(t)
	s := newPhone(t, o, li)
	at := time.Now()
	aheadOf(t, s, at, ahead)
	var visits []uuid.UUID
	for _, store := range []uuid.UUID{shop, grocer} {
		visits = append(visits, checkIn(t, s, store))
		must(t, s.SetCount(t.Context(), visits[len(visits)-1], furong, field.CountLine{Packs: 12}, nil))
	}
	_, ref, err := addPhoto(t.Context(), s, visits[0], "a shelf!")
	must(t, err)
	lost := func() { must(t, s.Apply(t.Context(), nil, wire.SyncResponse{Revoked: []uuid.UUID{town}})) }
	send := func() {
		out, err := s.NextPush(t.Context(), wire.MaxBudget)
		must(t, err)
		resp := o.answer(t, s, out)
		resp.Feeds = nil
		for i := range resp.Receipts {
			resp.Receipts[i].Status = wire.Elsewhere
		}
		must(t, s.Apply(t.Context(), out, resp))
	}
	is := func(visits, photos, lines int, left, gone Left) {
		t.Helper()
		d := dayEnd(t, s)
		equal(t, []int{d.Visits, d.Photos, d.Lines}, []int{visits, photos, lines})
		equal(t, []Left{d.Left, d.Gone}, []Left{left, gone})
	}
	is(2, 1, 2, Left{}, Left{})
	lost()
	is(2, 1, 2, Left{Visits: 2, Waiting: wire.Waiting{Records: 4, Photos: 1}}, Left{})
	send()
	is(2, 1, 2, Left{Visits: 2, Waiting: wire.Waiting{Photos: 1}}, Left{}) // the bytes are not there yet
	for _, visit := range visits {
		must(t, s.CheckOut(t.Context(), visit, field.Moment{AtMS: time.Now().UnixMilli()}))
	}
	is(2, 1, 2, Left{Visits: 2, Waiting: wire.Waiting{Records: 2, Photos: 1}}, Left{})
	send()
	is(0, 0, 0, Left{}, Left{Visits: 2, Waiting: wire.Waiting{Photos: 1}})
	s = reopen(t, s)
	aheadOf(t, s, at, ahead)
	must(t, s.Uploaded(t.Context(), ref, 8))
	is(0, 0, 0, Left{}, Left{Visits: 2})
	aheadOf(t, s, at, 0) // it is put right
	is(0, 0, 0, Left{}, Left{Visits: 2})
	aheadOf(t, s, at.AddDate(0, 0, 1), ahead)
	is(0, 0, 0, Left{}, Left{})
	aheadOf(t, s, at, ahead)
	o.exchange(t, s) // the territory is given back
	is(2, 1, 2, Left{}, Left{})
}
