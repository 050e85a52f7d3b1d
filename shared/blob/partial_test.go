package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/iotest"
)

func TestAPhotoCutAtFiftyRandomOffsetsIsFinishedWithItsHash(t *testing.T) {
	t.Parallel()
	d := openDir(t)
	b, ref := photo(1, 300_000)
	rnd := rand.New(rand.NewPCG(1, 2))
	var at int64
	for range 50 {
		n := int64(rnd.IntN(6000))
		cut := io.MultiReader(bytes.NewReader(b[at:at+n]), iotest.ErrReader(io.ErrUnexpectedEOF))
		got, err := d.Append(t.Context(), ref, int64(len(b)), at, cut)
		if got != at+n || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatal(got, err)
		}
		at = got
		if off, err := d.Partial(ref, int64(len(b))); off != at || err != nil {
			t.Fatal(off, err)
		}
		if _, ok := d.Has(ref); ok {
			t.Fatal("whole too early")
		}
	}
	if got, err := d.Append(t.Context(), ref, int64(len(b)), at, bytes.NewReader(b[at:])); got != int64(len(b)) || err != nil {
		t.Fatal(got, err)
	}
	if content(t, d, ref) != string(b) || files(t, d) != 1 {
		t.Fatal("not the photo, or more than the photo")
	}
	if off, err := d.Partial(ref, int64(len(b))); off != int64(len(b)) || err != nil {
		t.Fatal(off, err)
	}
	if got, err := d.Append(t.Context(), ref, int64(len(b)), int64(len(b)), bytes.NewReader(nil)); got != int64(len(b)) || err != nil {
		t.Fatal("the answer to the last piece was lost and it came again", got, err)
	}
}

func TestBytesAtAnotherOffsetAreRefused(t *testing.T) {
	t.Parallel()
	d := openDir(t)
	b, ref := photo(2, 100)
	if _, err := d.Append(t.Context(), ref, 100, 0, bytes.NewReader(b[:40])); err != nil {
		t.Fatal(err)
	}
	for _, off := range []int64{0, 39, 41, 100, 1 << 40} {
		if got, err := d.Append(t.Context(), ref, 100, off, bytes.NewReader(b)); got != 40 || !errors.Is(err, ErrOffset) {
			t.Fatal(off, got, err)
		}
	}
	if got, err := d.Append(t.Context(), ref, 100, 40, bytes.NewReader(append(b[40:], "more than was said"...))); got != 100 || err != nil {
		t.Fatal(got, err)
	}
}

func TestBytesThatAreNotTheBlobAreDropped(t *testing.T) {
	t.Parallel()
	d := openDir(t)
	b, ref := photo(3, 100)
	bad := bytes.Clone(b)
	bad[50] ^= 1
	if got, err := d.Append(t.Context(), ref, 100, 0, bytes.NewReader(bad)); got != 0 || !errors.Is(err, ErrCorrupt) {
		t.Fatal(got, err)
	}
	if off, err := d.Partial(ref, int64(len(b))); off != 0 || err != nil {
		t.Fatal(off, err)
	}
	if got, err := d.Append(t.Context(), ref, 100, 0, bytes.NewReader(b)); got != 100 || err != nil {
		t.Fatal(got, err)
	}
}

func TestTheNewestRequestTakesOverAndLosesNothing(t *testing.T) {
	t.Parallel()
	d := openDir(t)
	b, ref := photo(4, 100_000)
	size := int64(len(b))
	here, phone := net.Pipe() // has SetReadDeadline, as a request body with its controller has
	defer phone.Close()
	type result struct {
		at  int64
		err error
	}
	older := make(chan result)
	go func() {
		at, err := d.Append(context.Background(), ref, size, 0, here)
		older <- result{at, err}
	}()
	if _, err := phone.Write(b[:50_000]); err != nil {
		t.Fatal(err)
	}
	if off, err := d.Partial(ref, int64(len(b))); off != 0 || err != nil {
		t.Fatal("not yet on disk, or disturbed", off, err)
	}
	// The phone's line went dead; it comes back with the offset it knew.
	at, err := d.Append(t.Context(), ref, size, 0, bytes.NewReader(b))
	if old := <-older; old.at != 50_000 || !errors.Is(old.err, ErrSuperseded) {
		t.Fatal(old)
	}
	if at != 50_000 || !errors.Is(err, ErrOffset) {
		t.Fatal(at, err)
	}
	if at, err := d.Append(t.Context(), ref, size, at, bytes.NewReader(b[at:])); at != size || err != nil {
		t.Fatal(at, err)
	}
}

func TestInterruptMakesWhatArrivedCount(t *testing.T) {
	t.Parallel()
	d := openDir(t)
	b, ref := photo(5, 1000)
	here, phone := net.Pipe()
	defer phone.Close()
	done := make(chan error)
	go func() {
		_, err := d.Append(context.Background(), ref, 1000, 0, here)
		done <- err
	}()
	if _, err := phone.Write(b[:700]); err != nil {
		t.Fatal(err)
	}
	d.Interrupt(ref)
	if err := <-done; !errors.Is(err, ErrSuperseded) {
		t.Fatal(err)
	}
	if off, err := d.Partial(ref, int64(len(b))); off != 700 || err != nil {
		t.Fatal(off, err)
	}
}

func TestAFullDiskKeepsWhatFittedAndGoesOnLater(t *testing.T) {
	t.Parallel()
	d := openDir(t)
	b, ref := photo(6, 1000)
	d.Through = fullAfter(300)
	at, err := d.Append(t.Context(), ref, 1000, 0, bytes.NewReader(b))
	if at != 300 || !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(at, err)
	}
	d.Through = nil
	if at, err := d.Append(t.Context(), ref, 1000, at, bytes.NewReader(b[at:])); at != 1000 || err != nil {
		t.Fatal(at, err)
	}
	if content(t, d, ref) != string(b) {
		t.Fatal("other bytes")
	}
}

func TestAPartialWholeAtTheLastKillIsFinishedWhenAskedFor(t *testing.T) {
	t.Parallel()
	d := openDir(t)
	b, ref := photo(7, 1000)
	if err := d.root.WriteFile(partName(ref), b, 0o600); err != nil {
		t.Fatal(err)
	}
	if off, err := d.Partial(ref, int64(len(b))); off != 1000 || err != nil {
		t.Fatal(off, err)
	}
	if _, ok := d.Has(ref); !ok {
		t.Fatal("the phone thinks it is done and it is not")
	}
}

func TestAnEndedContextStopsTheAppendAndKeepsItsBytes(t *testing.T) {
	t.Parallel()
	d := openDir(t)
	b, ref := photo(8, 1000)
	ctx, cancel := context.WithCancel(t.Context())
	src := io.MultiReader(bytes.NewReader(b[:400]), readFunc(func([]byte) (int, error) { cancel(); return 0, nil }))
	if at, err := d.Append(ctx, ref, 1000, 0, src); at != 400 || !errors.Is(err, context.Canceled) {
		t.Fatal(at, err)
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(b []byte) (int, error) { return f(b) }

// A power cut may keep a file's length without what was in it. All of a photo's bytes, but others, are no photo: a phone
// that hears of the full size lets go of it for ever.
func TestAPartialOfFullLengthWithOtherBytesIsNoBlob(t *testing.T) {
	t.Parallel()
	d := openDir(t)
	b, ref := photo(4, 5000)
	if _, err := d.Append(t.Context(), ref, 5000, 0, bytes.NewReader(b[:3000])); err != nil {
		t.Fatal(err)
	}
	f, err := d.root.OpenFile(partName(ref), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(5000), f.Close()); err != nil {
		t.Fatal(err)
	}
	if off, err := d.Partial(ref, 5000); off != 0 || err != nil {
		t.Fatal(off, err)
	}
	if got, err := d.Append(t.Context(), ref, 5000, 0, bytes.NewReader(b)); got != 5000 || err != nil {
		t.Fatal(got, err)
	}
	if content(t, d, ref) != string(b) {
		t.Fatal("not the photo")
	}
}
