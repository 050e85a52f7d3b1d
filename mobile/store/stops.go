package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// stops reads stores that are not planned, without those on the list already.
func (p *planner) stops(stores []uuid.UUID, day string) (out []Stop, err error) {
	for _, id := range stores {
		if p.listed[id] {
			continue
		}
		s, ok, err := p.stop(id, uuid.Nil, day)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, s)
		}
	}
	for i := range out {
		out[i].Metres, out[i].FromHere = p.away(out[i])
	}
	return out, nil
}

// stop reads one store. It is done by a finished visit of the person signed in, made for the task or begun on the day, there
// or elsewhere with a group to which the store came;
// ok is false when this phone does not hold the store.
func (p *planner) stop(id, task uuid.UUID, day string) (s Stop, ok bool, err error) {
	r, ok, err := ledger.Load(p.ctx, p.tx, id)
	if err != nil || !ok || r.Type != field.TypeStore {
		return s, false, err
	}
	f := field.StoreOf(r)
	s = Stop{Store: id, Name: f.Name, Address: f.Address, WindowFrom: f.WindowFrom, WindowTo: f.WindowTo, Task: task, Metres: -1,
		Inspect: len(p.inspect) > 0, at: f.Position}
	s.New = f.Opened >= field.DayOf(p.now.AddDate(0, 0, -newDays)) && f.Opened <= p.today
	if err := p.visited(&s, day); err != nil {
		return s, false, err
	}
	err = p.tx.QueryRowContext(p.ctx, `SELECT count(*) FROM request WHERE store = $1 AND state NOT IN ($2, $3)`,
		id.String(), field.RequestSolved, field.RequestClosed).Scan(&s.Requests)
	return s, err == nil, err
}

// A call is a visit as the list of a day needs it.
type call struct {
	visit, store            uuid.UUID
	manager, task, template string
	in, out, lam            int64
}

// calls reads the visits at a store, and those of groups elsewhere that have it on their list, newest first.
func (p *planner) calls(store uuid.UUID) (out []call, err error) {
	err = eachRow(p.ctx, p.tx, func(rows *sql.Rows) error {
		var v call
		err := rows.Scan(&v.visit, &v.store, &v.manager, &v.task, &v.template, &v.in, &v.out, &v.lam)
		out = append(out, v)
		return err
	}, `SELECT id, store, manager, task, template, check_in_ms, check_out_ms, lam FROM visit WHERE store = $1 UNION ALL
		SELECT v.id, v.store, v.manager, v.task, v.template, v.check_in_ms, v.check_out_ms, v.lam FROM attendance a JOIN visit v ON v.id = a.visit
		WHERE a.store = $1 AND v.store <> $1 ORDER BY lam DESC`, store.String())
	if err != nil {
		return nil, fmt.Errorf("visits of %s: %w", store, err)
	}
	for i, v := range out {
		if at, ok := p.days[p.today][v.visit]; ok {
			out[i].in = at
		}
	}
	return out, nil
}

// visited reads what the visits of a store say of it, newest first. To come to a group visit elsewhere is to be visited,
// but nobody saw the shop: it stays new, and its inspection due.
func (p *planner) visited(s *Stop, day string) error {
	calls, err := p.calls(s.Store)
	if err != nil {
		return err
	}
	begun, err := p.begun(day)
	if err != nil {
		return err
	}
	for _, v := range calls {
		forIt := s.Task != uuid.Nil && v.task == s.Task.String()
		does := v.manager == p.me && v.out != 0 && s.State == StopLeft && (forIt || begun.has(v.visit))
		if v.store != s.Store {
			if s.LastMS != 0 && !does { // it would change nothing
				continue
			}
			a, err := attended(p.ctx, p.tx, v.visit, s.Store)
			if err != nil {
				return err
			}
			if a == nil || !a.Came {
				continue
			}
		} else {
			s.New = false
			if p.inspect[v.template] && v.in >= p.quarter {
				s.Inspect = false
			}
			if v.manager == p.me && v.out == 0 && s.State != StopOpen {
				s.State, s.Visit = StopOpen, v.visit
			}
		}
		if s.LastMS == 0 {
			s.LastMS = v.in
			s.today = p.days[p.today].has(v.visit) || v.manager != p.me && field.DayOf(time.UnixMilli(v.in)) == p.today
		}
		if does {
			s.State, s.Visit = StopDone, v.visit
		}
	}
	return nil
}

// nearest finds the planned day that is nearest to the one without a plan; of two the later.
func (p *planner) nearest(d *Day) error {
	asked, err := time.Parse(time.DateOnly, d.Day)
	if err != nil {
		return fmt.Errorf("day %q: %w", d.Day, err)
	}
	rows, err := p.tx.QueryContext(p.ctx, `SELECT DISTINCT day FROM task WHERE manager = $1 AND kind = $2 AND closed = 0 AND day <> $3 ORDER BY day DESC`,
		p.me, field.TaskRoute, d.Day)
	if err != nil {
		return err
	}
	defer rows.Close()
	least := time.Duration(math.MaxInt64)
	for rows.Next() {
		var day string
		if err := rows.Scan(&day); err != nil {
			return err
		}
		planned, err := time.Parse(time.DateOnly, day)
		if err != nil {
			continue // not a day: nobody can be shown its plan
		}
		if away := planned.Sub(asked).Abs(); away < least {
			least, d.Nearest = away, day
		}
	}
	return rows.Err()
}

// order measures the way along stops: from here when that is known, else from the stop before.
func (p *planner) order(stops []Stop) {
	var before field.Position
	for i := range stops {
		s := &stops[i]
		if s.Metres, s.FromHere = p.away(*s); !s.FromHere && before.Valid() && s.at.Valid() {
			s.Metres = metres(before, s.at)
		}
		if s.at.Valid() {
			before = s.at
		}
	}
}

// away is how far a stop is from here.
func (p *planner) away(s Stop) (m float64, known bool) {
	if !p.at.Valid() || !s.at.Valid() {
		return -1, false
	}
	return metres(p.at, s.at), true
}

// distance orders stores s by how near they are, those without a place last; without a place of its own, not at all.
func (p *planner) distance() string {
	if !p.at.Valid() {
		return `NULL`
	}
	k := math.Cos(p.at.Lat * math.Pi / 180)
	return fmt.Sprintf(`s.lat = 0 AND s.lon = 0, (s.lat - %[1]f) * (s.lat - %[1]f) + (s.lon - %[2]f) * (s.lon - %[2]f) * %[3]f`,
		p.at.Lat, p.at.Lon, k*k)
}

// metres is the way between two places as a bird flies, on a round earth.
func metres(a, b field.Position) float64 {
	const radius, rad = 6_371_000, math.Pi / 180
	lat, lon := (b.Lat-a.Lat)*rad/2, (b.Lon-a.Lon)*rad/2
	h := math.Sin(lat)*math.Sin(lat) + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*math.Sin(lon)*math.Sin(lon)
	return 2 * radius * math.Asin(math.Sqrt(min(1, h)))
}

func jsonKeys(set map[string]bool) string {
	b, err := json.Marshal(slices.Sorted(maps.Keys(set)))
	if err != nil { // cannot be: these are strings
		return "[]"
	}
	return string(b)
}
