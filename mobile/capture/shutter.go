package capture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"storewalk/mobile/photo"
	"storewalk/mobile/store"
	"storewalk/shared/fault"

	"github.com/google/uuid"
)

// A Lens is a camera that is another app. It puts one picture where it was told to, and this app may be ended meanwhile.
type Lens interface {
	Place(name string) (place string, err error)    // makes a place for one picture
	Shoot(place string) error                       // opens the camera for it and returns at once
	Look(place string) (pic io.ReadCloser, e error) // nil, nil when there is nothing yet
	Clear(place string) error                       // removes the place with what is in it; when there is none that is no error
	InFront() bool                                  // this app is what the person sees: the camera is closed
}

// A Shutter takes photos with a Lens, so that a photo is there once and not lost wherever this app is ended: what is asked of
// the camera is in the database before it opens; the photo and the note that it is kept are one transaction; the camera's
// copy is deleted last. Run is the only goroutine that looks at what the camera brings.
type Shutter struct {
	// Kept is told of each photo that was kept, or could not be, by Run's goroutine. Set it before Run; it may be nil.
	Kept func(a store.Awaited, taken Taken, err error)

	store *store.Store
	lens  Lens
	log   *slog.Logger
	wake  chan struct{}

	mu    sync.Mutex
	looks map[uuid.UUID]int           // how often nothing whole was there while this app was in front
	scans map[uuid.UUID]chan<- []byte // who waits for a picture that is only looked at
}

// NewShutter returns a Shutter.
func NewShutter(st *store.Store, lens Lens, log *slog.Logger) *Shutter {
	return &Shutter{store: st, lens: lens, log: log, wake: make(chan struct{}, 1), looks: map[uuid.UUID]int{}, scans: map[uuid.UUID]chan<- []byte{}}
}

// How long a picture is waited for.
const (
	lookEvery = time.Second
	enough    = 6                  // looks that find nothing whole, with this app in front
	forgetIn  = 7 * 24 * time.Hour // what was not taken is looked for once in a while until then
)

// Ask opens the camera for one photo and returns. The ID and Place of a are given by it.
func (s *Shutter) Ask(ctx context.Context, a store.Awaited) error {
	a.ID = uuid.New()
	return s.ask(ctx, a)
}

func (s *Shutter) ask(ctx context.Context, a store.Awaited) (err error) {
	if a.Place, err = s.lens.Place("storewalk-" + a.ID.String() + ".jpg"); err != nil {
		return fmt.Errorf("capture: %w", err)
	}
	if err := s.store.AwaitPhoto(ctx, a); err != nil {
		return errors.Join(err, s.lens.Clear(a.Place))
	}
	if err := s.lens.Shoot(a.Place); err != nil {
		return errors.Join(fmt.Errorf("capture: %w", err), s.lens.Clear(a.Place), s.store.ForgetAwaited(ctx, a.ID))
	}
	s.Wake()
	return nil
}

// Picture opens the camera for a picture that is only looked at, as that of a bar code, and waits for it. It is nil, nil when
// the person changes their mind.
func (s *Shutter) Picture(ctx context.Context) (io.ReadCloser, error) {
	id, got := uuid.New(), make(chan []byte, 1)
	s.mu.Lock()
	s.scans[id] = got
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.scans, id)
		s.mu.Unlock()
	}()
	if err := s.ask(ctx, store.Awaited{ID: id}); err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case picture := <-got:
		if picture == nil {
			return nil, nil
		}
		return io.NopCloser(bytes.NewReader(picture)), nil
	}
}

// Wake looks at everything that is awaited: when the app starts or comes to the front, when a person asks for it. It never
// blocks.
func (s *Shutter) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run keeps what the camera brings until ctx ends.
func (s *Shutter) Run(ctx context.Context) {
	for all := true; ; {
		soon, err := s.Drain(ctx, all)
		if err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "Photos of the camera", "error", err)
		}
		var again <-chan time.Time
		if soon || err != nil {
			again = time.After(lookEvery)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
			all = true
		case <-again:
			all = false
		}
	}
}

// Drain looks once at what is awaited, and reports whether to look again soon. With all it looks also at what was given up
// or could not be kept before.
func (s *Shutter) Drain(ctx context.Context, all bool) (soon bool, err error) {
	list, err := s.store.Awaited(ctx)
	if err != nil {
		return false, err
	}
	for _, a := range list {
		if !all && (a.Quiet || a.Code != "") && !a.Kept {
			continue
		}
		again, one := s.look(ctx, a)
		soon, err = soon || again, errors.Join(err, one)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
	}
	return soon, err
}

// look looks for one picture.
func (s *Shutter) look(ctx context.Context, a store.Awaited) (soon bool, err error) {
	if a.Kept {
		return false, s.clear(ctx, a)
	}
	if !s.lens.InFront() { // the person may take it once more
		return true, nil
	}
	picture, err := s.lens.Look(a.Place)
	if err != nil {
		return false, fmt.Errorf("capture: %w", err)
	}
	if picture == nil {
		return s.nothing(ctx, a)
	}
	if isScan(a) {
		return false, errors.Join(s.show(a, picture), s.clear(ctx, a))
	}
	taken, err := keepAwaited(ctx, s.store, a, picture)
	err = errors.Join(err, picture.Close())
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if fault.Is(err, "photo.broken") && s.unfinished(a) { // it is being written
		return true, nil
	}
	if fault.Is(err, "photo.empty") {
		return s.nothing(ctx, a)
	}
	if err != nil {
		_, code := fault.Of(err)
		s.tell(a, taken, err)
		return false, errors.Join(err, s.store.FailAwaited(ctx, a.ID, code))
	}
	s.tell(a, taken, nil)
	return false, s.clear(ctx, a)
}

// isScan reports whether a picture is only looked at, see Picture.
func isScan(a store.Awaited) bool { return a.Visit == uuid.Nil && a.Application == uuid.Nil }

// nothing is what to do when there is no picture.
func (s *Shutter) nothing(ctx context.Context, a store.Awaited) (soon bool, err error) {
	switch {
	case a.Quiet && time.Since(time.UnixMilli(a.AskedMS)) > forgetIn:
		return false, s.clear(ctx, a)
	case a.Quiet:
		return false, nil
	case s.unfinished(a):
		return true, nil
	case isScan(a):
		s.answer(a.ID, nil)
		return false, s.clear(ctx, a)
	}
	return false, s.store.QuietAwaited(ctx, a.ID)
}

// unfinished reports whether the camera may still be writing.
func (s *Shutter) unfinished(a store.Awaited) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looks[a.ID]++
	return s.looks[a.ID] < enough
}

// show gives a picture to who waits for it; after a restart that is nobody.
func (s *Shutter) show(a store.Awaited, picture io.ReadCloser) error {
	b, err := io.ReadAll(io.LimitReader(picture, photo.MaxBytes+1))
	s.answer(a.ID, b)
	return errors.Join(err, picture.Close())
}

func (s *Shutter) answer(id uuid.UUID, picture []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if who := s.scans[id]; who != nil {
		who <- picture // it has room for the one
		delete(s.scans, id)
	}
}

// clear deletes the camera's copy, and then the note of it.
func (s *Shutter) clear(ctx context.Context, a store.Awaited) error {
	if err := s.lens.Clear(a.Place); err != nil {
		return fmt.Errorf("capture: %w", err)
	}
	s.mu.Lock()
	delete(s.looks, a.ID)
	s.mu.Unlock()
	return s.store.ForgetAwaited(ctx, a.ID)
}

func (s *Shutter) tell(a store.Awaited, taken Taken, err error) {
	if s.Kept != nil {
		s.Kept(a, taken, err)
	}
}
