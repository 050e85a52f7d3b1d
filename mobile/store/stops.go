package store

import (
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

// stop reads one store. It is done by a finished visit of the person signed in, made for the task or begun on the day;
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

// visited reads what the visits at a store say of it, newest first.
func (p *planner) visited(s *Stop, day string) error {
	rows, err := p.tx.QueryContext(p.ctx, `SELECT id, manager, task, template, check_in_ms, check_out_ms FROM visit WHERE store = $1 ORDER BY lam DESC`,
		s.Store.String())
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var visit uuid.UUID
		var manager, task, template string
		var in, out int64
		if err := rows.Scan(&visit, &manager, &task, &template, &in, &out); err != nil {
			return fmt.Errorf("visits of %s: %w", s.Store, err)
		}
		if s.LastMS == 0 {
			s.LastMS = in
		}
		s.New = false
		if p.inspect[template] && in >= p.quarter {
			s.Inspect = false
		}
		if manager != p.me {
			continue
		}
		forIt := s.Task != uuid.Nil && task == s.Task.String()
		switch {
		case out == 0 && s.State != StopOpen:
			s.State, s.Visit = StopOpen, visit
		case out != 0 && s.State == StopLeft && (forIt || day != "" && day == field.DayOf(time.UnixMilli(in))):
			s.State, s.Visit = StopDone, visit
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
