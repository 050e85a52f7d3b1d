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
	Mocked   bool     `json:"mock,omitempty"` // the system says that the position is made up
	Lack     string   `json:"lack,omitempty"` // why there is no position: LackRefused or LackSignal; "" when that is not known
}

// Why a moment has no position.
const (
	LackRefused = "refused" // the person does not let the app know
	LackSignal  = "signal"  // the phone does not know either
)

// A Visit (拜访) runs from check-in to check-out at one store.
type Visit struct {
	Store    uuid.UUID
	Manager  uuid.UUID
	CheckIn  Moment
	CheckOut Moment // zero while the visit is open

	Task     uuid.UUID   // what it is made for; nil when it was not planned
	Template uuid.UUID   // what has to be done; nil: no list
	Trigger  string      // VisitRoutine or VisitInstant 常规 / 即时; "" is routine
	Channel  string      // OnSite or ByPhone 线下 / 线上; "" is on site
	Group    bool        // 团访: several stores in one place, see Attendance; else 专访
	With     []uuid.UUID // 协同: who came along; none: 独立
}

// The channels of a visit.
const (
	OnSite  = "on_site"
	ByPhone = "by_phone"
)

// VisitOf reads a visit record.
func VisitOf(r record.Record) Visit {
	return Visit{Store: get[uuid.UUID](r, "store"), Manager: get[uuid.UUID](r, "manager"),
		CheckIn: get[Moment](r, "check_in"), CheckOut: get[Moment](r, "check_out"),
		Task: get[uuid.UUID](r, "task"), Template: get[uuid.UUID](r, "template"), Trigger: get[string](r, "trigger"),
		Channel: get[string](r, "channel"), Group: get[bool](r, "group"), With: get[[]uuid.UUID](r, "with")}
}

// A Note (拜访记录) is what was said and seen. After check-out it does not change: a correction is a new
// note that names the one it corrects.
type Note struct {
	Visit    uuid.UUID
	Store    uuid.UUID
	Text     string
	Corrects uuid.UUID

	Kind     string    // NoteMarket or NoteCompetitor; "" is a note of the visit
	Brand    string    // of a competitor
	What     string    // of a competitor: one of CompetitorMoves
	PriceFen int64     // of a competitor: what a pack costs here, in fen; 0 when nobody saw it
	Photo    uuid.UUID // of the visit, that shows it; nil for none
}

// The kinds of news, which are notes with an id of their own: a visit may have several.
const (
	NoteMarket     = "market"     // 市场信息
	NoteCompetitor = "competitor" // 竞品动态
)

// CompetitorMoves are what a competitor does: another price, a promotion, a new product, more or less supply.
var CompetitorMoves = []string{"price", "promotion", "new_product", "supply"}

// NoteFields are the fields of a note that a person writes.
var NoteFields = []string{"text", "brand", "what", "price", "photo"}

// NoteOf reads a note record.
func NoteOf(r record.Record) Note {
	return Note{Visit: get[uuid.UUID](r, "visit"), Store: get[uuid.UUID](r, "store"),
		Text: get[string](r, "text"), Corrects: get[uuid.UUID](r, "corrects"), Kind: get[string](r, "kind"),
		Brand: get[string](r, "brand"), What: get[string](r, "what"), PriceFen: get[int64](r, "price"), Photo: get[uuid.UUID](r, "photo")}
}

// Empty reports whether nobody has written anything into it.
func (n Note) Empty() bool {
	return n.Text == "" && n.Brand == "" && n.What == "" && n.PriceFen == 0 && n.Photo == uuid.Nil
}

// ValidateNote returns a fault "note.too_long" for a text above MaxNoteRunes.
func ValidateNote(text string) error {
	if n := utf8.RuneCountInString(text); n > MaxNoteRunes {
		return fault.New(fault.Invalid, "note.too_long", fmt.Errorf("%d characters", n))
	}
	return nil
}
