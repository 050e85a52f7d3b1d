package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// A Stop is a store on the list of a day.
type Stop struct {
	Store      uuid.UUID
	Name       string
	Address    string
	WindowFrom string // 约定拜访时段: "15:00", or ""
	WindowTo   string
	Task       uuid.UUID // what a visit is made for; nil when it is not planned
	Template   uuid.UUID // what a visit has to do, when that is not what it usually has; else nil
	State      StopState
	Visit      uuid.UUID // the visit in progress or the one that did it, or nil
	Metres     float64   // see FromHere; negative when not known
	FromHere   bool      // Metres is from where the phone is, else from the stop before
	New        bool      // licensed within 60 days, and nobody was there yet
	Inspect    bool      // no inspection yet this quarter
	LastMS     int64     // check-in of the last visit known here, 0 for none
	Requests   int       // neither solved nor closed

	at    field.Position
	today bool // the last visit began today
}

// A StopState says how far the work at a stop is.
type StopState int

// The states of a stop.
const (
	StopLeft StopState = iota // to be done
	StopOpen                  // the person signed in is there
	StopDone
)

// A Job is an instant task (即时任务) that is not done yet, or was done on the day.
type Job struct {
	Task  uuid.UUID
	Title string
	Text  string
	DueMS int64 // Unix milliseconds; 0 is no hurry
	Stops []Stop
}

// Done reports whether the work at every store is done.
func (j Job) Done() bool {
	return !slices.ContainsFunc(j.Stops, func(s Stop) bool { return s.State != StopDone })
}

// A Day is what the person signed in has to do on one day.
type Day struct {
	Day   string // as in field.DayOf
	Clock Clock
	Jobs  []Job  // by their due time
	Title string // of the route
	Route []Stop // the plan, in its order; none: nothing is planned
	Other []Stop // not planned: where a visit of the person is in progress, or began today
	// Nearest is the planned day nearest to Day when there is no plan for Day: that of tomorrow, or the only one there
	// is when the phone's clock is wrong. Empty when there is none.
	Nearest string

	Requests  RequestSum // of all the stores here
	Conflicts int        // that wait to be settled, at all the stores here

	New      []Stop // the nearest few of all NewAll
	NewAll   int
	Inspect  []Stop // the nearest few of all Inspects whose inspection of this quarter is due
	Inspects int
	// QuarterEnds says that few weeks are left for inspections: before, nearly every store would be marked.
	QuarterEnds bool
	Near        []Stop // the nearest stores, when nothing is planned
	Long        []Stop // the stores where nobody was for the longest time, when nothing is planned
}

// Count returns how many stops of the route are in a state.
func (d Day) Count(state StopState) (n int) {
	for _, s := range d.Route {
		if s.State == state {
			n++
		}
	}
	return n
}

// lastDays is how many days of a quarter are its last weeks, in which a store that is not inspected stands out.
const lastDays = 21

// suggestions is how many stops of one kind are shown.
const suggestions = 5

// Today returns what there is to do on a day, as in field.DayOf; "" is today. at is where the phone is, zero when that is not known.
func (s *Store) Today(ctx context.Context, day string, at field.Position) (d Day, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		d.Clock = s.clock(ctx, tx)
		p, err := newPlanner(ctx, tx, d.Clock, at)
		if err != nil {
			return err
		}
		if d.Day = day; day == "" {
			d.Day = p.today
		}
		return p.fill(&d)
	})
	if err != nil {
		return Day{}, fmt.Errorf("store: today: %w", err)
	}
	return d, nil
}

// A planner reads what a day's list is made of.
type planner struct {
	ctx     context.Context
	tx      *sql.Tx
	me      string
	now     time.Time
	clock   Clock
	today   string
	days    map[string]begun // visits of the person signed in, by day
	quarter int64            // its first moment, Unix milliseconds
	ends    bool             // these are its last weeks
	inspect map[string]bool  // templates of inspections
	at      field.Position
	listed  map[uuid.UUID]bool // stores that have their place on the list
}

func newPlanner(ctx context.Context, tx *sql.Tx, clock Clock, at field.Position) (*planner, error) {
	var a Account
	if _, err := getMeta(ctx, tx, metaAccount, &a); err != nil {
		return nil, err
	}
	now := clock.Now().In(field.Zone)
	year, month, _ := now.Date()
	p := &planner{ctx: ctx, tx: tx, me: a.User.String(), now: now, clock: clock, today: clock.Day(), at: at,
		quarter: time.Date(year, (month-1)/3*3+1, 1, 0, 0, 0, 0, field.Zone).UnixMilli(),
		ends:    now.AddDate(0, 0, lastDays).After(time.Date(year, (month-1)/3*3+4, 1, 0, 0, 0, 0, field.Zone)),
		days:    map[string]begun{}, inspect: map[string]bool{}, listed: map[uuid.UUID]bool{}}
	if _, err := p.begun(p.today); err != nil {
		return nil, err
	}
	// Records are not indexed by type; what was never used for a visit inspected nothing.
	used, err := queryIDs(ctx, tx, `SELECT DISTINCT template FROM visit`)
	if err != nil {
		return nil, err
	}
	for _, id := range append(used, field.TemplateID(field.VisitInspection)) {
		r, _, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if t := field.TemplateOf(r); t.Kind == field.VisitInspection {
			p.inspect[id.String()] = true
		}
	}
	return p, nil
}

// begun finds the visits that the person signed in began on a day.
func (p *planner) begun(day string) (b begun, err error) {
	b, ok := p.days[day]
	if !ok {
		b, err = visitsOn(p.ctx, p.tx, p.me, day, p.clock)
		p.days[day] = b
	}
	return b, err
}

func (p *planner) fill(d *Day) (err error) {
	d.QuarterEnds = p.ends
	if d.Requests, err = sumRequests(p.ctx, p.tx, p.me, p.clock.Shows); err != nil { // by which the times of requests are shown
		return err
	}
	if d.Conflicts, err = countConflicts(p.ctx, p.tx); err != nil {
		return err
	}
	if err := p.jobs(d); err != nil {
		return err
	}
	if err := p.route(d); err != nil {
		return err
	}
	if err := p.other(d); err != nil {
		return err
	}
	if err := p.fresh(d); err != nil {
		return err
	}
	if err := p.overdue(d); err != nil {
		return err
	}
	if len(d.Route) > 0 {
		return nil
	}
	if err := p.suggest(d); err != nil {
		return err
	}
	return p.nearest(d)
}

func (p *planner) jobs(d *Day) error {
	tasks, err := queryIDs(p.ctx, p.tx, `SELECT id FROM task WHERE manager = $1 AND kind = $2 AND closed = 0
		ORDER BY due_ms = 0, due_ms, id`, p.me, field.TaskInstant)
	if err != nil {
		return err
	}
	for _, id := range tasks {
		r, _, err := ledger.Load(p.ctx, p.tx, id)
		if err != nil {
			return err
		}
		t := field.TaskOf(r)
		j := Job{Task: id, Title: t.Title, Text: t.Text, DueMS: t.DueMS}
		fresh := false
		for _, store := range t.Stores {
			s, ok, err := p.stop(store, id, "")
			if err != nil {
				return err
			}
			if ok {
				j.Stops = append(j.Stops, s)
				fresh = fresh || s.today
			}
		}
		if len(j.Stops) == 0 || j.Done() && !fresh {
			continue
		}
		p.order(j.Stops)
		d.Jobs = append(d.Jobs, j)
	}
	return nil
}

func (p *planner) route(d *Day) error {
	tasks, err := queryIDs(p.ctx, p.tx, `SELECT id FROM task WHERE manager = $1 AND day = $2 AND kind = $3 AND closed = 0 ORDER BY id`,
		p.me, d.Day, field.TaskRoute)
	if err != nil {
		return err
	}
	for _, id := range tasks {
		r, _, err := ledger.Load(p.ctx, p.tx, id)
		if err != nil {
			return err
		}
		t := field.TaskOf(r)
		d.Title = cmp.Or(d.Title, t.Title)
		for _, store := range t.Stores {
			s, ok, err := p.stop(store, id, d.Day)
			if err != nil {
				return err
			}
			if ok {
				d.Route = append(d.Route, s)
				p.listed[store] = true
			}
		}
	}
	p.order(d.Route)
	return nil
}

// other lists what was done without a plan.
func (p *planner) other(d *Day) error {
	stores, err := queryIDs(p.ctx, p.tx, `SELECT v.store FROM visit v WHERE `+ofBegun+`
		UNION SELECT store FROM visit INDEXED BY visit_open WHERE manager = $2 AND check_out_ms = 0`, p.days[p.today].list(), p.me)
	if err != nil {
		return err
	}
	for _, j := range d.Jobs {
		for _, s := range j.Stops {
			p.listed[s.Store] = true
		}
	}
	if d.Other, err = p.stops(stores, p.today); err != nil {
		return err
	}
	slices.SortFunc(d.Other, func(a, b Stop) int { return cmp.Compare(b.LastMS, a.LastMS) })
	return nil
}

// fresh finds the new stores, which are visited at once.
func (p *planner) fresh(d *Day) error {
	const isNew = ` FROM store s WHERE s.opened >= $1 AND s.opened <= $2 AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.store = s.id)`
	since := field.DayOf(p.now.AddDate(0, 0, -newDays))
	if err := p.tx.QueryRowContext(p.ctx, `SELECT count(*)`+isNew, since, p.today).Scan(&d.NewAll); err != nil {
		return err
	}
	stores, err := queryIDs(p.ctx, p.tx, `SELECT s.id`+isNew+` ORDER BY `+p.distance()+`, s.opened, s.id LIMIT $3`,
		since, p.today, len(p.listed)+suggestions)
	if err != nil {
		return err
	}
	d.New, err = p.stops(stores, p.today)
	d.New = d.New[:min(suggestions, len(d.New))]
	return err
}

// overdue finds the stores without an inspection this quarter.
func (p *planner) overdue(d *Day) error {
	if len(p.inspect) == 0 {
		return nil
	}
	const inspected = `(SELECT v.store FROM visit v WHERE v.check_in_ms >= $2 AND v.template IN (SELECT value FROM json_each($3))
		UNION ALL SELECT v.store FROM visit v WHERE ` + ofBegun + ` AND v.template IN (SELECT value FROM json_each($3)))`
	order, err := queryIDs(p.ctx, p.tx, `SELECT s.id FROM store s WHERE s.id NOT IN `+inspected+` ORDER BY `+p.distance()+`, s.township, s.name LIMIT $4`,
		p.days[p.today].list(), p.quarter, jsonKeys(p.inspect), len(p.listed)+suggestions)
	if err != nil {
		return err
	}
	order = slices.DeleteFunc(order, func(id uuid.UUID) bool { return p.listed[id] })
	if d.Inspect, err = p.stops(order[:min(suggestions, len(order))], p.today); err != nil {
		return err
	}
	for i := range d.Inspect {
		d.Inspect[i].Template = field.TemplateID(field.VisitInspection)
	}
	return p.tx.QueryRowContext(p.ctx, `SELECT count(*) FROM store s WHERE s.id NOT IN `+inspected, p.days[p.today].list(), p.quarter, jsonKeys(p.inspect)).Scan(&d.Inspects)
}

// suggest names stores for a day without a plan.
func (p *planner) suggest(d *Day) error {
	for _, s := range d.Other {
		p.listed[s.Store] = true
	}
	some := len(p.listed) + suggestions
	if p.at.Valid() {
		near, err := queryIDs(p.ctx, p.tx, `SELECT s.id FROM store s WHERE s.lat <> 0 OR s.lon <> 0 ORDER BY `+p.distance()+`, s.id LIMIT $1`, some)
		if err != nil {
			return err
		}
		if d.Near, err = p.stops(near, p.today); err != nil {
			return err
		}
		d.Near = d.Near[:min(suggestions, len(d.Near))]
	}
	long, err := p.longest(some)
	if err != nil {
		return err
	}
	d.Long, err = p.stops(long, p.today)
	d.Long = d.Long[:min(suggestions, len(d.Long))]
	return err
}

// longest finds the stores that were not visited for the longest time.
func (p *planner) longest(n int) ([]uuid.UUID, error) {
	came, err := lastCame(p.ctx, p.tx)
	if err != nil {
		return nil, err
	}
	type last struct {
		store uuid.UUID
		lam   int64
	}
	var all []last
	err = eachRow(p.ctx, p.tx, func(rows *sql.Rows) error {
		var l last
		err := rows.Scan(&l.store, &l.lam)
		l.lam = max(l.lam, came[l.store].lam)
		all = append(all, l)
		return err
	}, `SELECT s.id, coalesce(v.lam, 0) FROM store s LEFT JOIN (SELECT store, max(lam) AS lam FROM visit GROUP BY store) v ON v.store = s.id
		ORDER BY coalesce(v.lam, 0), s.township, s.name LIMIT $1`, n+len(came)) // who came elsewhere may make room for so many
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b last) int { return cmp.Compare(a.lam, b.lam) })
	var out []uuid.UUID
	for _, l := range all[:min(n, len(all))] {
		out = append(out, l.store)
	}
	return out, nil
}
