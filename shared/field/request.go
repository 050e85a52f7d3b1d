package field

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

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
	Visit   uuid.UUID
	Kind    string
	Urgent  bool
	Text    string
	Promise string      // what the store was told
	SpokeMS int64       // when the store spoke: its clocks run from here
	Owner   uuid.UUID   // nil: who wrote it
	Links   []uuid.UUID // photos, counts and visits that prove it
	Events  []RequestEvent
	State   string // as the events have it
	Rating  int    // 1 to 5 by the store at the follow-up, 0 without
}

// The states of a request.
const (
	RequestOpen    = "open"    // nobody has answered yet
	RequestStarted = "started" // answered: somebody is on it
	RequestOnSite  = "on_site" // somebody was there
	RequestSolved  = "solved"
	RequestClosed  = "closed" // followed up with the store (回访)
)

// The kinds of event. All but a comment lead to a state.
const (
	EventStart    = "start"
	EventArrive   = "arrive"
	EventSolve    = "solve"
	EventFollowUp = "follow_up"
	EventReopen   = "reopen"
	EventComment  = "comment"
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
	Kind   string `json:"kind"`
	AtMS   int64  `json:"at"`
	Text   string `json:"text,omitempty"`
	Rating int    `json:"rating,omitempty"` // with a follow-up

	Author  string `json:"-"` // id of who wrote it, as in record.Entry
	Applied bool   `json:"-"` // false: it came when the state it builds on no longer held
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
		SpokeMS: get[int64](r, "spoke"), Owner: get[uuid.UUID](r, "owner"), Links: get[[]uuid.UUID](r, "links"), State: RequestOpen}
	var entries []record.Entry
	for _, name := range r.Names() {
		if strings.HasPrefix(name, EventPrefix) {
			entries = append(entries, r.Entries(name)...)
		}
	}
	slices.SortFunc(entries, record.Entry.Compare)
	for _, e := range entries {
		var ev RequestEvent
		if json.Unmarshal(e.Value, &ev) != nil {
			continue // a shape from a newer version: the record keeps it
		}
		ev.Author = e.Author
		if step, ok := leads[ev.Kind]; !ok {
			ev.Applied = ev.Kind == EventComment
		} else if slices.Contains(step.from, q.State) {
			ev.Applied, q.State = true, step.to
			if ev.Kind == EventFollowUp {
				q.Rating = ev.Rating
			}
		}
		q.Events = append(q.Events, ev)
	}
	return q
}

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
	after := func(d time.Duration) int64 { return q.SpokeMS + d.Milliseconds() }
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

// The kinds of application.
const (
	ApplyInfo     = "info"     // 信息变更: name, owner, address
	ApplyLicence  = "licence"  // 许可证变更
	ApplyTerminal = "terminal" // 终端类型变更
	ApplyNewStore = "new_store"
	ApplyClosure  = "closure" // 停业
)

// ApplicationKinds lists the kinds in the order in which a person is asked.
var ApplicationKinds = []string{ApplyTerminal, ApplyInfo, ApplyLicence, ApplyClosure, ApplyNewStore}

// ApplicationFields lists the fields of the store that an application of a kind may change.
func ApplicationFields(kind string) []string {
	switch kind {
	case ApplyInfo:
		return []string{"name", "owner", "address", "business_type"}
	case ApplyLicence:
		return []string{"licence_no", "owner"}
	case ApplyTerminal:
		return []string{"terminal_level"}
	case ApplyClosure:
		return []string{"closed"}
	case ApplyNewStore:
		return []string{"name", "owner", "licence_no", "phone", "address", "business_type"}
	}
	return nil
}

// An Application (流程) asks the office for a change that a manager can not make alone.
type Application struct {
	Store    uuid.UUID // nil for a new store
	Visit    uuid.UUID
	Kind     string
	Change   map[string]string // field of the store → wanted value
	Reason   string
	Photos   []uuid.UUID // evidence
	MadeMS   int64       // when the office was asked; 0: it is still being written
	Decision Decision    // written by the office alone
}

// A Decision ends an application.
type Decision struct {
	State string `json:"state"` // "", DecisionApproved or DecisionRejected
	Text  string `json:"text,omitempty"`
	AtMS  int64  `json:"at,omitempty"`
}

// The decisions.
const (
	DecisionApproved = "approved"
	DecisionRejected = "rejected"
)

// ApplicationOf reads an application record.
func ApplicationOf(r record.Record) Application {
	return Application{Store: get[uuid.UUID](r, "store"), Visit: get[uuid.UUID](r, "visit"), Kind: get[string](r, "kind"),
		Change: get[map[string]string](r, "change"), Reason: get[string](r, "reason"), Photos: get[[]uuid.UUID](r, "photos"),
		MadeMS: get[int64](r, "made"), Decision: get[Decision](r, "decision")}
}
