package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"runtime"
	"testing"

	phonestore "storewalk/mobile/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"
)

// Two hundred photos in one visit: the page is read at once and holds thumbnails, not photos; the line is cut in the middle of
// sending, and what is said of the rest is true.
func TestSyncAVisitWithTwoHundredPhotosIsLeftSentAndSeen(t *testing.T) {
	// Not beside other tests: what all of the process allocates is counted.
	const many, size = 200, 20_000
	w := newSyncWorld(t)
	p := w.phone("ma")
	ctx := t.Context()
	visit, err := p.CheckIn(ctx, syncCorner, field.Moment{}, phonestore.Purpose{})
	p.try(err)
	for i := range many {
		ref, n, err := p.Blobs.Add(bytes.NewReader(bytes.Repeat(fmt.Appendf(nil, "photo %d ", i), size/10)))
		p.try(err)
		_, err = p.AddPhoto(ctx, visit, field.Photo{Kind: "shelf", Ref: ref, Size: n, Width: 800, Height: 600, TakenMS: int64(i + 1)}, bytes.Repeat([]byte{byte(i)}, 6_000), phonestore.Sequel{})
		p.try(err)
	}
	held := uint64(math.MaxUint64)
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		page, err := p.VisitPage(ctx, visit)
		p.try(err)
		runtime.ReadMemStats(&after)
		held = min(held, after.TotalAlloc-before.TotalAlloc)
		if len(page.Photos) != many {
			t.Fatal(len(page.Photos))
		}
	}
	if held > 32<<20 {
		t.Errorf("reading the visit took %d MB", held>>20)
	}
	p.try(p.CheckOut(ctx, visit, field.Moment{}))
	p.waits(1, many) // the visit

	w.line.breakAfter(syncUp, 2_000_000, nil)
	if err := p.Round(ctx); !fault.Is(err, "network.cut") {
		t.Fatal("the line was not cut: ", err)
	}
	w.line.mend()
	here, err := p.Waiting(ctx)
	p.try(err)
	done := syncCount(t, p.dir, `SELECT count(*) FROM upload WHERE done_ms > 0`)
	if here.Records != 0 || here.Photos != many-done || done == 0 || done == many {
		t.Errorf("%+v waits, %d photos are done", here, done)
	}
	for here.Photos > 0 {
		err := p.Round(ctx)
		if here2, waitErr := p.Waiting(ctx); errors.Join(err, waitErr) != nil || here2.Photos >= here.Photos {
			t.Fatal("it does not go on: ", here2, err, waitErr)
		} else {
			here = here2
		}
	}
	w.settled(p)
	d, err := w.store.VisitByID(ctx, visit)
	p.try(err)
	if len(d.AllPhotos) != many || d.CheckOut.AtMS == 0 {
		t.Fatal(len(d.AllPhotos), "photos in the office")
	}
	for i, photo := range d.AllPhotos {
		if !photo.Whole || photo.Taken.AtMS != int64(i+1) {
			t.Fatalf("%d: %+v", i, photo)
		}
	}
}
