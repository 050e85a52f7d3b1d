package device

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"storewalk/shared/field"
)

// A meadow is a ground of which a test says everything.
type meadow struct {
	front, allowed, listens bool
	asked                   int
	fixes                   []Fix
	err                     error
}

func (m *meadow) Allowed() (bool, error) { return m.allowed, m.err }
func (m *meadow) Ask() error             { m.asked++; return nil }
func (m *meadow) Fixes() ([]Fix, error)  { return m.fixes, nil }
func (m *meadow) Listen(on bool) error   { m.listens = on; return nil }
func (m *meadow) InFront() bool          { return m.front }

func stand(t *testing.T) (*Place, *meadow, *time.Duration) {
	t.Helper()
	m, now := &meadow{front: true, allowed: true}, time.Hour
	p := NewPlace(m, func() time.Duration { return now }, slog.New(slog.NewTextHandler(t.Output(), nil)))
	asked := false
	p.Asked, p.SetAsked = func() bool { return asked }, func() { asked = true }
	return p, m, &now
}

func at(acc float64, when time.Duration) Fix {
	return Fix{Position: field.Position{Lat: 36, Lon: 106.2 + acc/1e6, Acc: acc}, At: when}
}

func TestAMomentHasThePlaceOrWhyThereIsNone(t *testing.T) {
	t.Parallel()
	p, m, now := stand(t)
	if got := p.Where(); got != (field.Moment{}) {
		t.Errorf("before anything is known: %+v", got)
	}
	p.Look()
	if got := p.Where(); got != (field.Moment{Lack: field.LackSignal}) {
		t.Errorf("no signal: %+v", got)
	}
	m.fixes = []Fix{at(8, *now)}
	p.Look()
	if got := p.Where(); got != (field.Moment{Position: m.fixes[0].Position}) {
		t.Errorf("known: %+v", got)
	}
	m.fixes[0].Mocked = true
	p.Look()
	if got := p.Where(); !got.Mocked || !got.Position.Valid() {
		t.Errorf("made up: %+v", got)
	}
	*now += freshFor + time.Second
	if got := p.Where(); got != (field.Moment{Lack: field.LackSignal}) {
		t.Errorf("too old: %+v", got)
	}
	m.allowed = false
	p.SetAsked()
	p.Look()
	if got := p.Where(); got != (field.Moment{Lack: field.LackRefused}) {
		t.Errorf("refused: %+v", got)
	}
}

func TestThePersonIsAskedOnceAndOnlyWhenAPlaceIsNeeded(t *testing.T) {
	t.Parallel()
	p, m, _ := stand(t)
	m.allowed = false
	p.Look()
	p.Near(false)
	p.Look()
	if m.asked != 0 || p.Where().Lack != "" {
		t.Fatal("asked at the start, or who was never asked has refused")
	}
	p.Near(true)
	p.Look()
	p.Near(true)
	p.Look()
	if m.asked != 1 || p.Where().Lack != field.LackRefused {
		t.Errorf("asked %d times; %+v", m.asked, p.Where())
	}
}

func TestThePlaceIsSearchedForOnlyWhileItIsNeededAndTheAppIsSeen(t *testing.T) {
	t.Parallel()
	p, m, now := stand(t)
	if wait := p.Look(); m.listens || wait != resting {
		t.Error("searched for without a need")
	}
	p.Near(true)
	if wait := p.Look(); !m.listens || wait != searching {
		t.Error("not searched for")
	}
	m.front = false
	if p.Look(); m.listens {
		t.Error("searched for in the background")
	}
	m.front = true
	p.Look()
	*now += nearFor
	if p.Look(); m.listens {
		t.Error("searched for without an end")
	}
}

func TestTheMostExactOfTheFreshPlacesCountsElseTheLatest(t *testing.T) {
	t.Parallel()
	now := time.Hour
	gps, net, old := at(5, now-10*time.Second), at(800, now-time.Second), at(3, now-10*time.Minute)
	for name, c := range map[string]struct {
		fixes []Fix
		want  Fix
	}{
		"none":                 {nil, Fix{}},
		"fresh and exact":      {[]Fix{net, gps, old}, gps},
		"only an old one":      {[]Fix{old}, old},
		"exact but old":        {[]Fix{old, net}, net},
		"no place at all":      {[]Fix{{At: now}, old}, old},
		"of unknown exactness": {[]Fix{gps, at(0, now-time.Second)}, gps},
		"the latest of old":    {[]Fix{at(3, now-20*time.Minute), old}, old},
	} {
		if got := best(c.fixes, now); got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestATroubleWithThePlaceTakesNothingAway(t *testing.T) {
	t.Parallel()
	p, m, now := stand(t)
	m.fixes = []Fix{at(8, *now)}
	p.Look()
	m.err = errors.New("no such service")
	p.Look()
	if !p.Where().Position.Valid() {
		t.Error("what is known is forgotten")
	}
}
