package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/words"
)

// While the phone syncs marks come and go. A row that grew or shrank with them would move all rows below it, and the thumb
// would meet another store.
func TestARowOfTheStoresIsAsHighWithAnyMarksAsWithNone(t *testing.T) {
	test.NewTempApp(t)
	now := time.Now()
	for _, lang := range words.Langs() {
		for _, size := range []string{"small", "standard", "large", "largest"} {
			a := dressed(t, lang, lookDay, size)
			a.deps.Now = func() time.Time { return now }
			for _, width := range []float32{360, 390} {
				var room markRoom
				room.fit(a.Words, width)
				row := newStoreRow(a, &room, nil)
				for _, ago := range []time.Duration{0, 50 * time.Minute, 20 * time.Hour, 29 * 24 * time.Hour, 400 * 24 * time.Hour, -48 * time.Hour} {
					plain := store.StoreRow{ID: uuid.New(), Name: "河川综合商店", Owner: "虎玉芳", Address: "河川乡寨洼村", LastVisitMS: now.Add(-ago).UnixMilli()}
					if ago == 0 {
						plain.OpenVisit = uuid.New()
					}
					row.set(storeLine{&plain})
					bare := row.heightFor(width)
					for _, m := range []store.StoreRow{{WaitingRecords: 1}, {WaitingRecords: 12, WaitingPhotos: 126}, {Conflicts: 2}, {Refused: 3},
						{WaitingRecords: 3, Conflicts: 1}, {Refused: 3, Conflicts: 1}, {WaitingRecords: 1200, WaitingPhotos: 900, Conflicts: 12}} {
						marks := plain
						marks.WaitingRecords, marks.WaitingPhotos, marks.Refused, marks.Conflicts = m.WaitingRecords, m.WaitingPhotos, m.Refused, m.Conflicts
						row.set(storeLine{&marks})
						if h := row.heightFor(width); h != bare {
							t.Errorf("%s %s %.0f, %v ago: %.1f high with %+v, %.1f without", lang, size, width, ago, h, m, bare)
						}
						row.Resize(fyne.NewSize(width, bare))
						if end := row.marks.Position().X + row.marks.Size().Width; end > room.width+0.5 {
							t.Errorf("%s %s %.0f: marks end at %.1f of %.1f with %+v", lang, size, width, end, room.width, m)
						}
						for _, b := range []*badge{row.differ, row.state} {
							if b.Visible() && b.heightFor(b.Size().Width) > newBadge(markSent, "").heightFor(defaultWidth) {
								t.Errorf("%s %s %.0f: %q takes two lines", lang, size, width, b.Value())
							}
						}
						if row.when.Position().X+row.when.naturalWidth() > row.marks.Position().X && !room.below {
							t.Errorf("%s %s %.0f: %q runs into %q", lang, size, width, row.when.text, row.state.Value())
						}
					}
				}
			}
		}
	}
}
