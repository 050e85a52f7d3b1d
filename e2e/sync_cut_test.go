package e2e

import (
	"fmt"
	"math/rand/v2"
	"testing"

	phonestore "storewalk/mobile/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// mayFail is a Round on a line that breaks: any fault of the network may end it.
func (p *syncPhone) mayFail() {
	p.t.Helper()
	err := p.Round(p.t.Context())
	if kind, code := fault.Of(err); err != nil && (kind != fault.Unavailable || code != "network.cut") {
		p.t.Fatal(err)
	}
}

func TestSyncAnExchangeCutAfterAnyNumberOfBytesArrivesOnce(t *testing.T) {
	t.Parallel()
	for _, direction := range []int{syncUp, syncDown} {
		t.Run([]string{"up", "down"}[direction], func(t *testing.T) {
			t.Parallel()
			w := newSyncWorld(t)
			a, b := w.phone("ma"), w.phone("li")
			visit := a.visit(300)
			a.round()
			broken := 0
			for k := int64(0); k < []int64{1100, 420}[direction]; k += []int64{13, 3}[direction] {
				count := field.CountLine{Packs: int(k)}
				a.try(a.SetCount(t.Context(), visit, syncProduct, count, syncSeen(t, a, field.CountID(visit), field.LineField(syncProduct))))
				a.try(a.SetStoreText(t.Context(), syncCorner, "phone", fmt.Sprint(k), syncSeen(t, a, syncCorner, "phone")))
				w.line.breakAfter(direction, k, nil)
				a.mayFail()
				if w.line.mend() {
					broken++
				}
				a.round()
				a.waits(0, 0)
			}
			b.round()
			w.settled(a, b)
			if broken < 40 {
				t.Error("only broken", broken, "times")
			}
			if got := syncSiblings(t, b.dir, syncCorner, "phone"); len(got) != 1 {
				t.Error("a conflict of one person with themselves", got)
			}
			t.Logf("%d broken exchanges", broken)
		})
	}
}

func TestSyncAPullCutAnywhereGoesOnWithoutGaps(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a := w.phone("ma")
	a.visit(300)
	a.round()
	for k := int64(1); k < 4000; k += 211 {
		b := newSyncPhone(t, t.TempDir())
		b.try(b.Enrol(t.Context(), w.line.url(), "li", syncPassword, "phone"))
		w.line.breakAfter(syncDown, k, nil)
		b.mayFail()
		w.line.mend()
		b.round()
		w.settled(a, b)
		b.close()
	}
}

func TestSyncAPhotoCutFiftyTimesAnywhereIsFinishedWithItsHash(t *testing.T) {
	t.Parallel()
	const size, cuts = 6_000_000, 50
	w := newSyncWorld(t)
	p := w.phone("ma")
	visit, err := p.CheckIn(t.Context(), syncCorner, field.Moment{}, phonestore.Purpose{})
	p.try(err)
	photo := p.photo(visit, size)
	rnd := rand.New(rand.NewPCG(1, 2))
	before, _ := w.line.carried()
	broken := 0
	for range cuts {
		direction, n := syncUp, 1+rnd.Int64N(80_000)
		if rnd.IntN(4) == 0 {
			direction, n = syncDown, 1+rnd.Int64N(160)
		}
		w.line.breakAfter(direction, n, nil)
		p.mayFail()
		if w.line.mend() {
			broken++
		}
	}
	p.waits(0, 1)
	p.round()
	w.settled(p)
	w.holds(photo)
	up, _ := w.line.carried()
	t.Logf("%d cuts, %d bytes of photo, %d bytes up in all: %.3f times the photo", broken, size, up-before, float64(up-before)/size)
	if broken < cuts*3/4 || up-before > size*11/10 {
		t.Error("sent too much twice, or was hardly cut:", broken)
	}
}

func TestSyncAPhotoCutAtEachSmallOffsetIsFinished(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p := w.phone("ma")
	var photos []field.Photo
	for k := int64(0); k < 900; k += 41 { // the exchange, the header of the upload, its bytes
		visit, err := p.CheckIn(t.Context(), syncCorner, field.Moment{}, phonestore.Purpose{})
		p.try(err)
		photos = append(photos, p.photo(visit, 150))
		p.try(p.CheckOut(t.Context(), visit, field.Moment{}))
		p.mayFail() // whatever was left
		w.line.breakAfter(int(k)%2, k, nil)
		visit, err = p.CheckIn(t.Context(), syncCorner, field.Moment{}, phonestore.Purpose{})
		p.try(err)
		photos = append(photos, p.photo(visit, 160))
		p.mayFail()
		w.line.mend()
		p.try(p.CheckOut(t.Context(), visit, field.Moment{}))
	}
	p.round()
	w.settled(p)
	for _, f := range photos {
		w.holds(f)
	}
}

func TestSyncTheSamePictureInTwoVisitsIsSentOnceAndWaitsUntilBothAreKnown(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p := w.phone("ma")
	visit := p.visit(5000)
	p.round()
	page, err := p.VisitPage(t.Context(), visit)
	p.try(err)
	f := field.Photo{Kind: field.PhotoKinds[1], Ref: page.Photos[0].Ref, Size: page.Photos[0].Size, Width: 1, Height: 1}
	var second uuid.UUID
	second, err = p.CheckIn(t.Context(), syncCorner, field.Moment{}, phonestore.Purpose{})
	p.try(err)
	p.round()
	_, err = p.AddPhoto(t.Context(), second, f, []byte("thumb"), phonestore.Sequel{})
	p.try(err)
	if got, err := p.Waiting(t.Context()); err != nil || got.Records+got.Photos == 0 {
		t.Error("the phone says that all has arrived", got, err)
	}
	p.round()
	w.settled(p)
}
