package field

import (
	"encoding/json"
	"strings"

	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Checklist is what was done in one visit: one field for each thing, so that two people in one visit merge.
type Checklist struct {
	Visit    uuid.UUID
	Store    uuid.UUID
	Template uuid.UUID
}

// ChecklistOf reads a checklist's header; TickOf, Answer and Gap read its fields.
func ChecklistOf(r record.Record) Checklist {
	return Checklist{Visit: get[uuid.UUID](r, "visit"), Store: get[uuid.UUID](r, "store"), Template: get[uuid.UUID](r, "template")}
}

// ChecklistID returns the id of a visit's checklist.
func ChecklistID(visit uuid.UUID) uuid.UUID { return derived(TypeChecklist, visit.String()) }

// The fields of a checklist: a prefix and what they are about.
const (
	ItemPrefix     = "item:"     // + code of a service item: a Tick
	AnswerPrefix   = "answer:"   // + id of a question: its answer
	GapPrefix      = "gap:"      // + what is missing at check-out, see Lack: the reason as text, "" when none was given
	ToldPrefix     = "told:"     // + id of an announcement: a Tick
	AttendeePrefix = "attendee:" // + id of a store that came to a group visit: an Attendance
)

// A Tick says whether something was done, and when.
type Tick struct {
	Done bool  `json:"done"`
	AtMS int64 `json:"at"`
}

// An Attendance is the outcome of a group visit for one store.
type Attendance struct {
	Came    bool   `json:"came"`
	Outcome string `json:"outcome,omitempty"`
}

// TickOf reads a field of a checklist; ok is false when there is none.
func TickOf(r record.Record, name string) (t Tick, ok bool) {
	_, ok = r.Winner(name)
	return get[Tick](r, name), ok
}

// Answer returns the shown answer to a question; ok is false when there is none.
func Answer(r record.Record, question string) (value json.RawMessage, ok bool) {
	name := AnswerPrefix + question
	if Void(r, name) {
		return nil, false
	}
	e, _ := r.Winner(name)
	return e.Value, true
}

// Gap returns the reason that was given for what is missing.
func Gap(r record.Record, what string) string { return get[string](r, GapPrefix+what) }

// AttendanceOf returns what a group visit was for a store; ok is false when the store is not on the list.
func AttendanceOf(r record.Record, store uuid.UUID) (a Attendance, ok bool) {
	name := AttendeePrefix + store.String()
	_, held := r.Winner(name)
	return get[Attendance](r, name), held && !Void(r, name)
}

// Void reports whether a field was taken back: it holds null, or was never written.
func Void(r record.Record, name string) bool {
	e, ok := r.Winner(name)
	return !ok || string(e.Value) == "null"
}

// Told returns the announcement of a field name.
func Told(name string) (uuid.UUID, bool) {
	rest, ok := strings.CutPrefix(name, ToldPrefix)
	if !ok {
		return uuid.Nil, false
	}
	id, err := uuid.Parse(rest)
	return id, err == nil
}

// Attendee returns the store of a field name that holds its Attendance.
func Attendee(name string) (uuid.UUID, bool) {
	rest, ok := strings.CutPrefix(name, AttendeePrefix)
	if !ok {
		return uuid.Nil, false
	}
	id, err := uuid.Parse(rest)
	return id, err == nil
}

// A Walk is the order in which the products of one store are met along its shelves.
type Walk struct {
	Store    uuid.UUID
	Order    []uuid.UUID
	Sections []Section
}

// A Section is a shelf: it begins with the product First and ends where the next begins.
type Section struct {
	Name  string    `json:"name"`
	First uuid.UUID `json:"first"`
}

// WalkOf reads a walk record.
func WalkOf(r record.Record) Walk {
	return Walk{Store: get[uuid.UUID](r, "store"), Order: get[[]uuid.UUID](r, "order"), Sections: get[[]Section](r, "sections")}
}

// WalkID returns the id of a store's walk.
func WalkID(store uuid.UUID) uuid.UUID { return derived(TypeWalk, store.String()) }
