// Package syncer brings phone and server together whenever there is a network: records first, then
// thumbnails, then photo bytes, each going on where it stopped.
package syncer

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"storewalk/mobile/store"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/pulse"
	"storewalk/shared/wire"
)

// The pace of the loop.
const (
	minRetry = 5 * time.Second
	maxRetry = 15 * time.Minute
	idle     = 5 * time.Minute // between rounds that only look for news
	settle   = time.Second     // after a change, for the taps that follow it
)

// asks is how many photos one exchange asks about.
const asks = 20

// A Syncer keeps this phone and the server equal. Make one with New; Run is the only goroutine that talks
// to the server, besides Enrol.
type Syncer struct {
	// Room says how full the phone is, for the office; nil tells it nothing. Set it before Run.
	Room func() (wire.Storage, error)

	app   string
	store *store.Store
	log   *slog.Logger
	http  *http.Client
	wake  chan struct{}
	beat  pulse.Pulse

	// Only Run's goroutine uses these.
	budget  int               // bytes on the line per exchange, each way
	up      float64           // what part of its size packing last left of a request
	down    float64           // of an answer
	damaged map[blob.Ref]bool // photos of which other bytes arrived; the others go first
	room    *wire.Storage     // what the next exchange says of it

	compare  compare
	compared bool // since the app was opened

	receiptAt time.Time // when a receipt was last asked for

	compareNow atomic.Bool // whatever is due
	hurried    atomic.Bool // a person waits

	mu    sync.Mutex
	state State
}

// A State is what the loop is doing.
type State struct {
	Running bool
	NextTry time.Time // when the next round starts by itself
}

// New returns a Syncer that calls itself app (name and version) to the server.
func New(st *store.Store, app string, log *slog.Logger) *Syncer {
	return &Syncer{app: app, store: st, log: log, http: newHTTP(), wake: make(chan struct{}, 1), budget: firstBudget, up: firstPacking, down: firstPacking, damaged: map[blob.Ref]bool{}}
}

// Wake asks for a round now, as when a person taps or the network changes. It never blocks.
func (s *Syncer) Wake() {
	s.hurried.Store(true)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// State returns what the loop is doing. Watch says when it changes.
func (s *Syncer) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Running reports whether a round is under way.
func (s *Syncer) Running() bool { return s.State().Running }

// NextTry returns when the next round starts by itself; zero while one is under way.
func (s *Syncer) NextTry() time.Time { return s.State().NextTry }

// Watch returns a channel that gets a value soon after State changes, and the function that ends it.
func (s *Syncer) Watch() (changes <-chan struct{}, stop func()) { return s.beat.Watch() }

func (s *Syncer) setState(st State) {
	s.mu.Lock()
	s.state = st
	s.mu.Unlock()
	s.beat.Beat()
}

// Run works until ctx ends, and then returns nil. A round follows a Wake, a change on this phone, the end of a
// back-off after a failure, and idle time.
func (s *Syncer) Run(ctx context.Context) error {
	defer s.http.CloseIdleConnections()
	changes, stop := s.store.Watch()
	defer stop()
	retry := minRetry
	for {
		s.setState(State{Running: true})
		err := s.Round(ctx)
		if ctx.Err() != nil {
			return nil
		}
		wait := idle
		if err != nil {
			_, code := fault.Of(err)
			s.log.WarnContext(ctx, "Sync round ended early", "code", code, "error", err)
			wait = retry/2 + rand.N(retry/2)
			retry = min(2*retry, maxRetry)
		} else {
			retry = minRetry
		}
		s.setState(State{NextTry: time.Now().Add(wait)})
		woken := s.pause(ctx, wait, err != nil, changes)
		if ctx.Err() != nil {
			return nil
		}
		if woken { // the network may be back: the long waits of the time without it are over
			retry = minRetry
		}
	}
}

// pause returns when the next round is due, or ctx has ended, and reports whether somebody asked for it. After a failure a change on the
// phone does not shorten the back-off: a hundred taps without a network are not a hundred tries.
func (s *Syncer) pause(ctx context.Context, wait time.Duration, failed bool, changes <-chan struct{}) (woken bool) {
	due := time.NewTimer(wait)
	defer due.Stop()
	look := !failed
	for {
		select {
		case <-ctx.Done():
			return false
		case <-s.wake:
			return true
		case <-due.C:
			return false
		case <-changes:
			if look && s.somethingToSend(ctx) {
				look = false // the round is near
				due.Reset(settle)
			}
		}
	}
}

func (s *Syncer) somethingToSend(ctx context.Context) bool {
	if records, err := s.store.HasPush(ctx, 0); err != nil || records {
		return err == nil
	}
	photos, err := s.store.NextUploads(ctx, 1)
	return err == nil && len(photos) > 0
}

// Round exchanges everything there is, notes how it went for the sync page, and returns a fault when it
// ended early. What was done stays done.
func (s *Syncer) Round(ctx context.Context) error {
	note, err := s.store.LastExchange(ctx)
	if err != nil {
		return err
	}
	err = s.round(ctx, &note)
	if ctx.Err() != nil {
		return ctx.Err() // the app is closing: nothing failed
	}
	kind, code := fault.Of(err)
	note.TriedMS, note.Code = time.Now().UnixMilli(), ""
	if err == nil {
		note.OKMS = note.TriedMS
	} else {
		note.Code = code
	}
	if kind == fault.Unauthorized && s.hasToken(ctx) {
		err = errors.Join(err, s.store.Revoked(ctx, code))
	}
	return errors.Join(err, s.store.NoteExchange(ctx, note))
}

func (s *Syncer) hasToken(ctx context.Context) bool {
	a, _, err := s.store.Account(ctx)
	return err == nil && a.Token != ""
}

func (s *Syncer) round(ctx context.Context, note *store.Exchange) error {
	a, ok, err := s.store.Account(ctx)
	if err != nil {
		return err
	}
	if !ok || a.Token == "" {
		return fault.New(fault.Unauthorized, "auth.signed_out", nil)
	}
	c := &client{base: a.Server, token: a.Token, http: s.http}
	hurried := s.hurried.Swap(false)
	s.room = s.news(ctx, *note)
	s.compare = compare{}
	if s.compare.due, err = s.compareDue(ctx); err != nil {
		return err
	}
	photos := newUploads(s, c)
	for {
		if err := s.exchangeAll(ctx, c, note); err != nil {
			return err
		}
		if found, err := s.reconcile(ctx, c); err != nil {
			return err
		} else if found {
			continue // what the server lacks is sent, and what was found told
		}
		more, err := photos.send(ctx)
		if err != nil {
			return err
		}
		if !more {
			s.receipt(ctx, c, hurried)
			return nil
		}
	}
}

// exchangeAll sends and fetches records until neither side has more.
func (s *Syncer) exchangeAll(ctx context.Context, c *client, note *store.Exchange) error {
	for lives := 0; ; {
		more, reborn, err := s.exchange(ctx, c, note)
		if err != nil || !more {
			return err
		}
		if reborn {
			lives++
		}
		if lives > maxLives {
			return notStorewalk(errors.New("asked for a new replica id again and again"))
		}
	}
}

// maxLives is how often a server may ask for a new replica id in one round; a new one is nobody else's.
const maxLives = 2

// exchange is one POST /v1/sync both ways.
func (s *Syncer) exchange(ctx context.Context, c *client, note *store.Exchange) (more, reborn bool, err error) {
	sent, err := s.store.NextPush(ctx, s.plain(s.up))
	if err != nil {
		return false, false, err
	}
	req, done, err := s.request(ctx, sent)
	if err != nil {
		return false, false, err
	}
	var resp wire.SyncResponse
	began := time.Now()
	if err := c.post(ctx, wire.PathSync, req, &resp); err != nil {
		s.budget = max(s.budget/2, wire.MinBudget)
		s.up, s.down = min(2*s.up, 1), min(2*s.down, 1)
		return false, false, err
	}
	if resp.Reincarnate {
		s.log.WarnContext(ctx, "Another life of this database has used its replica id", "replica", req.Replica)
		return true, true, s.store.Reincarnate(ctx, resp.Since, resp.Known)
	}
	if err := check(req, resp); err != nil {
		return false, false, err
	}
	if time.Since(began) < 8*time.Second {
		s.budget = min(s.budget*2, maxBudget)
	}
	s.up, s.down = cmp.Or(c.up, s.up), cmp.Or(c.down, s.down)
	note.OffsetMS = req.ClockMS - resp.ServerMS
	if s.room != nil {
		note.RoomMS, note.RoomFree, s.room = req.ClockMS, s.room.Free, nil
	}
	if err := s.store.Apply(ctx, sent, resp); err != nil {
		return false, false, err
	}
	if err := s.sendAgain(ctx, done, resp.Blobs); err != nil {
		return false, false, err
	}
	again, err := s.heard(ctx, req, resp)
	if err != nil {
		return false, false, err
	}
	left, err := s.store.HasPush(ctx, 0)
	return moreToRead(req.Cursors, resp.Feeds) || anotherHistory(req.Cursors, resp.Feeds) || left || again, false, err
}

// request says what waits here and asks for what is new there. Of done, photos that the server has called whole, it asks again.
func (s *Syncer) request(ctx context.Context, sent []store.Outgoing) (req wire.SyncRequest, done []store.Upload, err error) {
	req = wire.SyncRequest{Proto: wire.Proto, App: s.app, Storage: s.room, Budget: s.plain(s.down)}
	if req.ClockMS, req.Clocks, err = s.store.Clocks(ctx, sent); err != nil {
		return req, nil, err
	}
	for _, o := range sent {
		req.Push = append(req.Push, o.Body)
		if o.Lacks > 0 {
			req.Lacks = append(req.Lacks, wire.Lack{ID: o.ID, N: o.Lacks})
		}
	}
	if req.Waiting, err = s.store.Waiting(ctx); err != nil {
		return req, nil, err
	}
	if req.Cursors, err = s.store.Cursors(ctx); err != nil {
		return req, nil, err
	}
	if err := s.sums(ctx, &req); err != nil {
		return req, nil, err
	}
	if err := s.ask(ctx, &req); err != nil {
		return req, nil, err
	}
	if done, err = s.askAgain(ctx, &req); err != nil {
		return req, nil, err
	}
	if req.Replica, err = s.store.Barrier(ctx); err != nil { // last, so that it covers all that is sent
		return req, nil, err
	}
	link, err := s.store.Link(ctx, req.Replica)
	req.Cur, req.Was, req.Next, req.Confirmed = link.Cur, link.Was, link.Next, link.Confirmed
	return req, done, err
}

// The budget of an exchange in bytes on the line: about 8 s of what the line carries.
const (
	firstBudget = 32 << 10
	maxBudget   = 256 << 10
)

// firstPacking is the part of its size that packing is expected to leave of a message until one has been packed.
const firstPacking = 0.25

// plain returns how many bytes of records make a message of s.budget bytes on the line when packing leaves this part of
// them. Counts shrink to a twentieth, thumbnails hardly at all: the next message is expected to be like the last one that
// went the same way.
func (s *Syncer) plain(packing float64) int {
	return min(int(float64(s.budget)/packing), wire.MaxBudget)
}
