package field

import (
	"slices"
	"time"
)

// The clocks of a complaint (rules of the trade): answered, on site and solved within these times of when the store
// spoke. Whatever else is asked is answered within AnswerOther.
const (
	AnswerComplaint = 2 * time.Hour
	OnSiteComplaint = 24 * time.Hour
	SolveComplaint  = 48 * time.Hour
	AnswerOther     = 24 * time.Hour
)

// Due returns what is to happen next and by when, Unix milliseconds; 0 when no clock runs.
func (q Request) Due() (event string, atMS int64) {
	after := func(d time.Duration) int64 { return q.spoke() + d.Milliseconds() }
	complaint := q.Kind == RequestComplaint
	switch {
	case q.State == RequestOpen && complaint:
		return EventStart, after(AnswerComplaint)
	case q.State == RequestOpen:
		return EventStart, after(AnswerOther)
	case q.State == RequestStarted && complaint:
		return EventArrive, after(OnSiteComplaint)
	case q.State == RequestStarted || q.State == RequestOnSite:
		return EventSolve, after(SolveComplaint)
	case q.State == RequestSolved:
		return EventFollowUp, 0
	}
	return "", 0
}

// LatestDue is the latest time at which anything can be due: no clock that began by now runs longer.
func LatestDue(nowMS int64) int64 { return nowMS + SolveComplaint.Milliseconds() + 2*60_000 }

// DueByAWrongClock reports whether a time at which something is due can not be: the clock that said when it began was ahead,
// or this one has gone back since. How much time is left nobody knows.
func DueByAWrongClock(dueMS, nowMS int64) bool { return dueMS > LatestDue(nowMS) }

// clockTolerance is how far two clocks may be apart without one of them being called wrong.
const clockTolerance = 2 * 60_000

// ByAWrongClock says of each event whether its time can not be when it happened: it is still to come at nowMS, or before
// what the event came after for certain — that the store spoke, and for a follow-up and a reopening that it was solved. By
// which of two clocks that do not agree the event was timed is all that is known then. Of other events nobody knows which
// their writers had seen.
func (q Request) ByAWrongClock(nowMS int64) []bool {
	out := make([]bool, len(q.Events))
	var spoke, solved int64
	if q.SpokeMS <= nowMS+clockTolerance {
		spoke = q.SpokeMS
	}
	for i, ev := range q.Events {
		after := spoke
		if ev.Kind == EventFollowUp || ev.Kind == EventReopen {
			after = max(after, solved)
		}
		out[i] = ev.AtMS > nowMS+clockTolerance || ev.AtMS < after-clockTolerance
		if ev.Kind == EventSolve && ev.Applied && !out[i] {
			solved = ev.AtMS
		}
	}
	return out
}

// spoke is when the clocks began.
func (q Request) spoke() int64 {
	if q.AgainMS != 0 {
		return q.AgainMS
	}
	return q.SpokeMS
}

// By returns the request with its times by another clock: at translates the time in the field with a name.
func (q Request) By(at func(name string, ms int64) int64) Request {
	q.SpokeMS, q.Events = at("spoke", q.SpokeMS), slices.Clone(q.Events)
	for i, ev := range q.Events {
		q.Events[i].AtMS = at(EventPrefix+ev.ID.String(), ev.AtMS)
	}
	q.State, q.AgainMS, q.EndedMS, q.Rating = RequestOpen, 0, 0, 0
	q.fold()
	return q
}

// A Clock is one time within which something is to be done.
type Clock struct {
	Event  string
	DueMS  int64
	DoneMS int64 // when it, or what comes after it, was done; 0: not yet
}

// Late reports whether it was done too late, or is too late now.
func (c Clock) Late(nowMS int64) bool {
	if c.DoneMS != 0 {
		return c.DoneMS > c.DueMS
	}
	return nowMS > c.DueMS
}

// stages are what the clocks measure, in their order: who has solved something has answered too.
var stages = []string{EventStart, EventArrive, EventSolve}

// Clocks lists the clocks of the request since the store spoke, or spoke again.
func (q Request) Clocks() []Clock {
	after := func(event string, d time.Duration) Clock {
		return Clock{Event: event, DueMS: q.spoke() + d.Milliseconds()}
	}
	out := []Clock{after(EventStart, AnswerOther), after(EventSolve, SolveComplaint)}
	if q.Kind == RequestComplaint {
		out = []Clock{after(EventStart, AnswerComplaint), after(EventArrive, OnSiteComplaint), after(EventSolve, SolveComplaint)}
	}
	begin := 0
	for i, ev := range q.Events {
		if ev.Applied && ev.Kind == EventReopen {
			begin = i
		}
	}
	for _, ev := range q.Events[begin:] {
		at := slices.Index(stages, ev.Kind)
		if !ev.Applied || ev.Undone || at < 0 {
			continue
		}
		for i, c := range out {
			if c.DoneMS == 0 && slices.Index(stages, c.Event) <= at {
				out[i].DoneMS = max(1, ev.AtMS)
			}
		}
	}
	return out
}
