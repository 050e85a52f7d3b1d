package field

import (
	"fmt"
	"unicode/utf8"

	"storewalk/shared/fault"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Moment is when something was done by the clock of the device that did it, which may be wrong.
type Moment struct {
	AtMS     int64    `json:"at"` // Unix milliseconds
	Position Position `json:"pos,omitzero"`
}

// A Visit (拜访) runs from check-in to check-out at one store.
type Visit struct {
	Store    uuid.UUID
	Manager  uuid.UUID
	CheckIn  Moment
	CheckOut Moment // zero while the visit is open
}

// VisitOf reads a visit record.
func VisitOf(r record.Record) Visit {
	return Visit{Store: get[uuid.UUID](r, "store"), Manager: get[uuid.UUID](r, "manager"),
		CheckIn: get[Moment](r, "check_in"), CheckOut: get[Moment](r, "check_out")}
}

// A Note (拜访记录) is what was said and seen. After check-out it does not change: a correction is a new
// note that names the one it corrects.
type Note struct {
	Visit    uuid.UUID
	Store    uuid.UUID
	Text     string
	Corrects uuid.UUID
}

// NoteOf reads a note record.
func NoteOf(r record.Record) Note {
	return Note{Visit: get[uuid.UUID](r, "visit"), Store: get[uuid.UUID](r, "store"),
		Text: get[string](r, "text"), Corrects: get[uuid.UUID](r, "corrects")}
}

// ValidateNote returns a fault "note.too_long" for a text above MaxNoteRunes.
func ValidateNote(text string) error {
	if n := utf8.RuneCountInString(text); n > MaxNoteRunes {
		return fault.New(fault.Invalid, "note.too_long", fmt.Errorf("%d characters", n))
	}
	return nil
}
