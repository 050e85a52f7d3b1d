package e2e

import (
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/wire"
)

// safe fails unless the phone knows this, and no more, to be in a backup.
func (p *syncPhone) safe(records, photos int) {
	p.t.Helper()
	page, err := p.SyncPage(p.t.Context())
	if err != nil || page.BackedUp != (wire.Waiting{Records: records, Photos: photos}) {
		p.t.Fatalf("backed up: %+v %v, want %d and %d of %+v", page.BackedUp, err, records, photos, page.Confirmed)
	}
}

// TestRestoreAPhoneKnowsWhatIsInABackup and never believes more. The first visit is a visit, a count, a note, the
// place of the store and the order of its shelves; later ones are three records.
func TestRestoreAPhoneKnowsWhatIsInABackup(t *testing.T) {
	t.Parallel()
	w, dir := newSyncWorld(t), t.TempDir()
	a, b := w.phone("ma"), w.phone("li")
	visit := a.visit(70_000)
	a.round()
	a.safe(0, 0)
	w.backup(dir)
	a.safe(0, 0) // it has not heard of it
	a.round()
	a.safe(5, 0) // the bytes may have come after the backup began
	a.try(a.SetCount(t.Context(), visit, syncProduct, field.CountLine{Cartons: 8}, syncSeen(t, a, field.CountID(visit), field.LineField(syncProduct))))
	a.safe(4, 0)
	a.round()
	a.safe(4, 0)
	w.backup(dir)
	b.round()
	a.round()
	a.safe(5, 1)
	b.safe(0, 0)
	a.visit(100)
	a.round()
	a.safe(5, 1)

	w.lose()
	w.restore(dir)
	a.round()
	a.round()
	a.round()
	a.safe(0, 0) // all was sent again before the new history told its feed, so only the next backup is known to hold it
	a.waits(0, 0)
	w.backup(dir)
	b.visit(100)
	b.round()
	w.backup(dir)
	a.round()
	a.safe(8, 2)
}
