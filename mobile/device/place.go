package device

import (
	"cmp"
	"context"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"

	"storewalk/shared/field"
)

// A Ground is what the system knows of where the phone is.
type Ground interface {
	Allowed() (bool, error) // the person lets this app know, and has not switched the system's own search off
	Ask() error             // lets the system ask the person; returns at once
	Fixes() ([]Fix, error)  // the last of each way to find out
	Listen(on bool) error   // lets the system search, or ends that
	InFront() bool          // the app is what the person sees
}

// A Fix is a place where the phone was.
type Fix struct {
	Position field.Position
	Mocked   bool          // the system says that it is made up
	At       time.Duration // since the phone was started
}

// How old a place may be, and how long it is searched for.
const (
	freshFor  = 2 * time.Minute // a person walks from the car into the store
	exactFor  = 30 * time.Second
	nearFor   = 3 * time.Minute // after a sign that a place will be needed
	searching = 2 * time.Second // between looks while it is
	resting   = 30 * time.Second
)

// A Place knows where the phone is, or why not, without making anybody wait.
type Place struct {
	// Asked says that the person was asked, in this or an earlier life of the app, and SetAsked notes it. Set both before Run.
	Asked    func() bool
	SetAsked func()

	ground Ground
	log    *slog.Logger
	boot   func() time.Duration // since the phone was started
	wake   chan struct{}

	mu     sync.Mutex
	known  bool // whether it is allowed
	refuse bool
	fix    Fix           // zero while there is none
	until  time.Duration // when nobody needs it any more
	ask    bool          // there is a reason that the person sees

	listens bool   // only Run's goroutine uses these
	said    string // the trouble that was logged last
}

// NewPlace returns a Place. boot tells the time since the phone was started, on the clock of Fix.At.
func NewPlace(ground Ground, boot func() time.Duration, log *slog.Logger) *Place {
	return &Place{ground: ground, boot: boot, log: log, wake: make(chan struct{}, 1), Asked: func() bool { return true }, SetAsked: func() {}}
}

// Where returns the last known place at once. One that is too old is none: the phone does not know where it is now. The
// reason is "" as long as nothing is known.
func (p *Place) Where() field.Moment {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case !p.known:
		return field.Moment{}
	case p.refuse:
		return field.Moment{Lack: field.LackRefused}
	case !p.fix.Position.Valid() || p.boot()-p.fix.At > freshFor:
		return field.Moment{Lack: field.LackSignal}
	}
	return field.Moment{Position: p.fix.Position, Mocked: p.fix.Mocked}
}

// Near says that a place will be needed soon: it is searched for. With ask the person is asked for it, the first time. It
// never blocks.
func (p *Place) Near(ask bool) {
	p.mu.Lock()
	p.until = p.boot() + nearFor
	p.ask = p.ask || ask
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Run keeps the place until ctx ends.
func (p *Place) Run(ctx context.Context) {
	for {
		wait := time.After(p.Look())
		select {
		case <-ctx.Done():
			p.listen(false)
			return
		case <-wait:
		case <-p.wake:
		}
	}
}

// Look does what is to be done now, and returns when to look again.
func (p *Place) Look() time.Duration {
	front := p.ground.InFront()
	p.mu.Lock()
	near, ask := front && p.boot() < p.until, p.ask
	p.mu.Unlock()
	if !front { // what it costs is the person's battery
		p.listen(false)
		return resting
	}
	allowed, err := p.ground.Allowed()
	if err != nil {
		p.say(err)
		return resting
	}
	if !allowed && near && ask && !p.Asked() {
		p.SetAsked()
		p.say(p.ground.Ask())
		return searching
	}
	p.listen(near && allowed)
	var fix Fix
	if allowed {
		fixes, err := p.ground.Fixes()
		p.say(err)
		fix = best(fixes, p.boot())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known = allowed || p.Asked()
	p.refuse = !allowed
	if !allowed || fix.Position.Valid() {
		p.fix = fix
	}
	if near {
		return searching
	}
	return resting
}

func (p *Place) listen(on bool) {
	if on == p.listens {
		return
	}
	p.listens = on
	p.say(p.ground.Listen(on))
}

// say logs a trouble once, not at every look.
func (p *Place) say(err error) {
	if err == nil {
		return
	}
	if text := err.Error(); text != p.said {
		p.said = text
		p.log.Error("Position", "error", err)
	}
}

// best is the most exact of those that were found just now, else the latest.
func best(fixes []Fix, now time.Duration) (out Fix) {
	for _, f := range slices.SortedFunc(slices.Values(fixes), func(a, b Fix) int { return cmp.Compare(a.At, b.At) }) {
		if !f.Position.Valid() {
			continue
		}
		if fresh := func(f Fix) bool { return now-f.At < exactFor }; !fresh(f) || !fresh(out) || !out.Position.Valid() || accuracy(f) <= accuracy(out) {
			out = f
		}
	}
	return out
}

// accuracy is within how many metres a place is. One that the system does not vouch for is worse than any it does.
func accuracy(f Fix) float64 {
	if f.Position.Acc <= 0 {
		return math.MaxFloat64
	}
	return f.Position.Acc
}
