package field

import (
	"encoding/json"
	"slices"
	"strings"

	"storewalk/shared/record"

	"github.com/google/uuid"
)

// The kinds of request.
const (
	RequestEnquiry    = "enquiry"    // 咨询
	RequestComplaint  = "complaint"  // 投诉
	RequestSuggestion = "suggestion" // 建议
	RequestSupply     = "supply"     // 货源
)

// RequestKinds lists the kinds in the order in which a person is asked.
var RequestKinds = []string{RequestSupply, RequestComplaint, RequestEnquiry, RequestSuggestion}

// A Request (诉求) is what a store asked for. The first person asked owns it to the end (首问负责).
type Request struct {
	Store   uuid.UUID
	Visit   uuid.UUID // nil when it was asked by phone
	Kind    string
	Urgent  bool
	Text    string
	Promise string    // what the store was told
	SpokeMS int64     // when the store spoke: its clocks run from here
	AgainMS int64     // when it spoke again, which reopened it: they run from here since; 0 when it did not
	Owner   uuid.UUID // who was asked first
	Links   []RequestLink
	Events  []RequestEvent
	State   string // as the events have it
	Rating  int    // 1 to 5 by the store at the follow-up, 0 without
	EndedMS int64  // when the follow-up closed it; 0 while it is not closed
}

// Empty reports whether nothing has been written down: who asks about nothing leaves nothing behind.
func (q Request) Empty() bool {
	return strings.TrimSpace(q.Text) == "" && strings.TrimSpace(q.Promise) == "" && !q.Urgent && len(q.Links)+len(q.Events) == 0
}

// A RequestLink names what a request is about, or what proves it.
type RequestLink struct {
	To   uuid.UUID
	Kind string
}

// The kinds of link.
const (
	LinkPhoto   = "photo"
	LinkVisit   = "visit"
	LinkCount   = "count" // To is the visit that it belongs to
	LinkProduct = "product"
)

// LinkPrefix begins the name of a link's field; the id that it leads to follows. Its value is the kind of link, "" when it
// was taken away: two people who link different things do not contradict each other.
const LinkPrefix = "link:"

// The states of a request.
const (
	RequestOpen    = "open"    // nobody has answered yet
	RequestStarted = "started" // answered: somebody is on it
	RequestOnSite  = "on_site" // somebody was there
	RequestSolved  = "solved"
	RequestClosed  = "closed" // followed up with the store (回访)
)

// The kinds of event. All but a comment and an undo lead to a state.
const (
	EventStart    = "start"
	EventArrive   = "arrive"
	EventSolve    = "solve"
	EventFollowUp = "follow_up"
	EventReopen   = "reopen"
	EventComment  = "comment"
	EventUndo     = "undo" // takes back one that its author added by mistake
)

// leads says to which state an event leads and from which it may.
var leads = map[string]struct {
	to   string
	from []string
}{
	EventStart:    {RequestStarted, []string{RequestOpen}},
	EventArrive:   {RequestOnSite, []string{RequestOpen, RequestStarted}},
	EventSolve:    {RequestSolved, []string{RequestOpen, RequestStarted, RequestOnSite}},
	EventFollowUp: {RequestClosed, []string{RequestSolved}},
	EventReopen:   {RequestOpen, []string{RequestSolved, RequestClosed}},
}

// A RequestEvent is one thing that happened to a request. Events are added, never changed.
type RequestEvent struct {
	Kind   string    `json:"kind"`
	AtMS   int64     `json:"at"`
	Text   string    `json:"text,omitempty"`
	Rating int       `json:"rating,omitempty"` // with a follow-up
	Undoes uuid.UUID `json:"undoes,omitzero"`  // of an undo: the event taken back

	ID      uuid.UUID `json:"-"` // as in the name of its field
	Author  string    `json:"-"` // id of who wrote it, as in record.Entry
	Applied bool      `json:"-"` // false: it came when the state it builds on no longer held
	Undone  bool      `json:"-"` // its author took it back
	Found   string    `json:"-"` // the state it came to
	FoundBy string    `json:"-"` // author of the event that had led there, "" when none had
}

// EventPrefix begins the name of an event's field; a random id follows.
const EventPrefix = "event:"

// Next lists the events that lead on from a state.
func Next(state string) (kinds []string) {
	for _, kind := range []string{EventStart, EventArrive, EventSolve, EventFollowUp, EventReopen} {
		if slices.Contains(leads[kind].from, state) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// RequestOf reads a request record. Its state follows from the events in the order of their Lamport times, so that
// everyone who holds the same events sees the same state.
func RequestOf(r record.Record) Request {
	q := Request{Store: get[uuid.UUID](r, "store"), Visit: get[uuid.UUID](r, "visit"), Kind: get[string](r, "kind"),
		Urgent: get[bool](r, "urgent"), Text: get[string](r, "text"), Promise: get[string](r, "promise"),
		SpokeMS: get[int64](r, "spoke"), Owner: get[uuid.UUID](r, "owner"), State: RequestOpen}
	if kind, ok := r.Winner("kind"); ok && q.Owner == uuid.Nil {
		q.Owner, _ = uuid.Parse(kind.Author)
	}
	for _, name := range r.Names() {
		text, ok := strings.CutPrefix(name, LinkPrefix)
		if to, err := uuid.Parse(text); ok && err == nil {
			if kind := get[string](r, name); kind != "" {
				q.Links = append(q.Links, RequestLink{to, kind})
			}
		}
	}
	q.Events = requestEvents(r)
	q.fold()
	return q
}

// requestEvents reads the events in their order, and finds out which were taken back: each by its own author.
func requestEvents(r record.Record) (out []RequestEvent) {
	type named struct {
		id uuid.UUID
		record.Entry
	}
	var entries []named
	for _, name := range r.Names() {
		if text, ok := strings.CutPrefix(name, EventPrefix); ok {
			id, _ := uuid.Parse(text)
			for _, e := range r.Entries(name) {
				entries = append(entries, named{id, e})
			}
		}
	}
	slices.SortFunc(entries, func(a, b named) int { return a.Compare(b.Entry) })
	for _, e := range entries {
		var ev RequestEvent
		if json.Unmarshal(e.Value, &ev) != nil {
			continue // a shape from a newer version: the record keeps it
		}
		ev.ID, ev.Author = e.id, e.Author
		out = append(out, ev)
	}
	for i := range out {
		if out[i].Kind != EventUndo {
			continue
		}
		for j := range out {
			if out[j].ID == out[i].Undoes && out[j].Author == out[i].Author && out[j].Kind != EventUndo {
				out[i].Applied, out[j].Undone = true, true
			}
		}
	}
	return out
}

// fold lets the events lead to the state.
func (q *Request) fold() {
	by := ""
	for i := range q.Events {
		ev := &q.Events[i]
		ev.Found, ev.FoundBy = q.State, by
		step, ok := leads[ev.Kind]
		switch {
		case ev.Undone || ev.Kind == EventUndo:
			continue
		case !ok:
			ev.Applied = ev.Kind == EventComment
			continue
		case !slices.Contains(step.from, q.State):
			continue
		}
		ev.Applied, q.State, by, q.EndedMS = true, step.to, ev.Author, 0
		switch ev.Kind {
		case EventFollowUp:
			q.Rating, q.EndedMS = ev.Rating, ev.AtMS
		case EventReopen:
			q.AgainMS = ev.AtMS
		}
	}
}
