package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
	"time"
)

// A holder is the one request that may touch a partial. The newest wins: it cancels the older and waits for done.
type holder struct {
	ctx     context.Context
	cancel  context.CancelCauseFunc
	done    chan struct{} // closed when this holder, and every older one, has let go
	counted chan struct{} // closed when durable holds a figure
	durable atomic.Int64  // bytes known to be on disk
}

func newHolder(ctx context.Context) *holder {
	h := &holder{done: make(chan struct{}), counted: make(chan struct{})}
	h.ctx, h.cancel = context.WithCancelCause(ctx)
	return h
}

// Interrupt ends a running Append to ref, which returns ErrSuperseded, and waits until it has let go.
// After it, Partial tells all that arrived. A sender asks where to resume only when its last connection is lost.
func (d *Dir) Interrupt(ref Ref) { d.release(ref, d.hold(context.Background(), ref)) }

// Partial returns how many bytes of the blob, whose full size is known, are on disk for good: where an Append has to go
// on. For a whole blob, and for no other, it is the full size; for an unknown one 0. While an Append is running it is the
// last offset that was made durable, and the Append goes on undisturbed.
func (d *Dir) Partial(ref Ref, full int64) (offset int64, err error) {
	if size, ok := d.Has(ref); ok {
		return size, nil
	}
	h := newHolder(context.Background())
	for {
		d.mu.Lock()
		other := d.holders[ref]
		if other == nil {
			d.holders[ref] = h
		}
		d.mu.Unlock()
		if other == nil {
			break
		}
		select {
		case <-other.counted:
			if n := other.durable.Load(); n < full {
				return n, nil
			}
			<-other.done // all is there, and its hash is being checked
		case <-other.done:
		}
	}
	defer d.release(ref, h)
	if size, ok := d.Has(ref); ok {
		return size, nil
	}
	f, err := d.root.OpenFile(partName(ref), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("blob: partial %s: %w", ref, err)
	}
	defer f.Close()
	// Whoever wrote this may have been killed before its fsync, or between the last byte and the rename.
	got, size, err := hash(f)
	if err == nil {
		err = d.through(f).Sync()
	}
	switch {
	case err != nil:
	case got == ref:
		err = d.adopt(partName(ref), ref)
	case size >= full: // a power cut keeps the length of what was not synced, but not what was in it
		size, err = 0, d.root.Remove(partName(ref))
	}
	if err != nil {
		return 0, fmt.Errorf("blob: partial %s: %w", ref, err)
	}
	return size, nil
}

// Append adds src to the blob ref, whose full size in bytes is known, at offset. It returns the offset that is now on disk
// for good, also when it fails: what arrived before src failed or ctx ended is kept. The end of src before size is no error.
//
// ErrOffset: offset is not what the partial has; the offset returned is. ErrCorrupt: all bytes arrived but are not those
// of ref; they are gone and the offset is 0. ErrSuperseded: a newer Append or Interrupt for the same ref took over.
//
// A src that has SetReadDeadline, as a net.Conn or an http.ResponseController has, is woken by it when Append must end;
// any other must return from Read by itself for a newer Append to begin.
func (d *Dir) Append(ctx context.Context, ref Ref, size, offset int64, src io.Reader) (newOffset int64, err error) {
	h := d.hold(ctx, ref)
	defer d.release(ref, h)
	if whole, ok := d.Has(ref); ok {
		if offset != whole {
			return whole, ErrOffset
		}
		return whole, nil
	}
	f, err := d.root.OpenFile(partName(ref), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return 0, fmt.Errorf("blob: append to %s: %w", ref, err)
	}
	defer f.Close()
	file := d.through(f)
	reached, err := f.Seek(0, io.SeekEnd)
	if err == nil {
		err = file.Sync()
	}
	if err != nil {
		return 0, fmt.Errorf("blob: append to %s: %w", ref, err)
	}
	h.durable.Store(reached)
	close(h.counted)
	switch {
	case h.ctx.Err() != nil:
		return reached, context.Cause(h.ctx)
	case offset != reached || offset > size:
		return reached, ErrOffset
	}

	end, copyErr := h.copy(file, io.LimitReader(src, size-offset), src, offset)
	if err := f.Truncate(end); err != nil {
		return offset, fmt.Errorf("blob: append to %s: %w", ref, errors.Join(copyErr, err))
	}
	if err := file.Sync(); err != nil {
		// The pages that failed may look clean from now on, so nothing after the last good fsync can be trusted.
		return offset, fmt.Errorf("blob: append to %s: %w", ref, errors.Join(copyErr, err, f.Truncate(offset)))
	}
	h.durable.Store(end)
	if end < size {
		if copyErr != nil {
			copyErr = fmt.Errorf("blob: append to %s: %w", ref, copyErr)
		}
		return end, copyErr
	}
	return d.finish(f, ref, size)
}

// finish turns a partial that has all its bytes into a blob.
func (d *Dir) finish(f *os.File, ref Ref, size int64) (int64, error) {
	got, _, err := hash(f)
	switch {
	case err != nil:
		return size, fmt.Errorf("blob: check %s: %w", ref, err)
	case got != ref:
		if err := d.root.Remove(partName(ref)); err != nil {
			return size, fmt.Errorf("blob: drop %s: %w", ref, errors.Join(ErrCorrupt, err))
		}
		return 0, ErrCorrupt
	}
	if err := d.adopt(partName(ref), ref); err != nil {
		return size, fmt.Errorf("blob: finish %s: %w", ref, err)
	}
	return size, nil
}

// copy writes from src to dst until src ends or fails, or the holder is cancelled, and returns the offset reached.
// whole is src without its limit: the reader to wake.
func (h *holder) copy(dst io.Writer, src, whole io.Reader, offset int64) (int64, error) {
	if w, ok := whole.(interface{ SetReadDeadline(time.Time) error }); ok {
		woken := make(chan struct{})
		stop := context.AfterFunc(h.ctx, func() {
			w.SetReadDeadline(time.Unix(1, 0))
			close(woken)
		})
		defer func() {
			if !stop() {
				<-woken
			}
		}()
	}
	buf := make([]byte, 32<<10)
	for {
		if h.ctx.Err() != nil {
			return offset, context.Cause(h.ctx)
		}
		n, readErr := src.Read(buf)
		if n > 0 {
			written, err := dst.Write(buf[:n])
			offset += int64(written)
			if err != nil {
				return offset, err
			}
		}
		switch {
		case readErr == io.EOF:
			return offset, nil
		case readErr != nil && h.ctx.Err() != nil:
			return offset, context.Cause(h.ctx)
		case readErr != nil:
			return offset, readErr
		}
	}
}

// hold makes the caller the one holder of ref: it cancels the holder before it and waits till that has let go.
// It always succeeds; h.ctx may be over already.
func (d *Dir) hold(ctx context.Context, ref Ref) *holder {
	h := newHolder(ctx)
	d.mu.Lock()
	older := d.holders[ref]
	d.holders[ref] = h
	d.mu.Unlock()
	if older != nil {
		older.cancel(ErrSuperseded)
		<-older.done
	}
	return h
}

func (d *Dir) release(ref Ref, h *holder) {
	d.mu.Lock()
	if d.holders[ref] == h {
		delete(d.holders, ref)
	}
	d.mu.Unlock()
	h.cancel(nil)
	close(h.done)
}

// hash reads f from its start and returns the ref of what is in it, and its size.
func hash(f *os.File) (ref Ref, size int64, err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return ref, 0, err
	}
	h := sha256.New()
	size, err = io.Copy(h, f)
	h.Sum(ref[:0])
	return ref, size, err
}
