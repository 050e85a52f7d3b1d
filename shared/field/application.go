package field

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

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
		return []string{"name", "owner", "address", "township", "business_type", "grade", "integrity_grade"}
	case ApplyLicence:
		return []string{"licence_no", "owner", "opened"}
	case ApplyTerminal:
		return []string{"terminal_level"}
	case ApplyClosure:
		return []string{"closed"}
	case ApplyNewStore:
		return []string{"name", "owner", "licence_no", "phone", "address", "township", "business_type", "opened"}
	}
	return nil
}

// AppliedFields are the fields of a store that change by an application alone, in the order in which a person looks for them.
var AppliedFields = []string{"name", "owner", "licence_no", "address", "township", "business_type", "grade", "integrity_grade", "terminal_level", "opened", "closed"}

// ApplicationFor returns the kind of application that changes a field of a store; "" when none does.
func ApplicationFor(name string) string {
	for _, kind := range []string{ApplyInfo, ApplyLicence, ApplyTerminal, ApplyClosure} {
		if slices.Contains(ApplicationFields(kind), name) {
			return kind
		}
	}
	return ""
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

	odd map[string]json.RawMessage // what Change holds as it was written, because it is no text
}

// A Decision ends an application.
type Decision struct {
	State string `json:"state"` // "", DecisionApproved or DecisionRejected
	Text  string `json:"text,omitempty"`
	AtMS  int64  `json:"at,omitempty"`
	// Wrote names the fields that the approval wrote into the store; nil from a server that does not say. What was approved
	// and is not named changed nothing: the server did not know it.
	Wrote []string `json:"wrote,omitempty"`
}

// The decisions.
const (
	DecisionApproved = "approved"
	DecisionRejected = "rejected"
)

// ApplicationOf reads an application record.
func ApplicationOf(r record.Record) Application {
	a := Application{Store: get[uuid.UUID](r, "store"), Visit: get[uuid.UUID](r, "visit"), Kind: get[string](r, "kind"),
		Reason: get[string](r, "reason"), Photos: get[[]uuid.UUID](r, "photos"),
		MadeMS: get[int64](r, "made"), Decision: get[Decision](r, "decision")}
	if e, ok := r.Winner("change"); ok {
		a.Change, a.odd = changeOf(e.Value)
	}
	return a
}

// ChangesOf reads the changes that an application wants: several, when two phones wrote it apart. The first is its Change.
func ChangesOf(r record.Record) (out []map[string]string) {
	for _, e := range r.Siblings("change") {
		change, _ := changeOf(e.Value)
		out = append(out, change)
	}
	return out
}

// ChangeOf reads what an application wants of each field of the store; ok is false for what is no change.
func ChangeOf(value json.RawMessage) (change map[string]string, ok bool) {
	change, _ = changeOf(value)
	return change, change != nil
}

// changeOf reads what is wanted of each field. What is no text, as a newer version may write it, is there as it was written.
func changeOf(value json.RawMessage) (change map[string]string, odd map[string]json.RawMessage) {
	var raw map[string]json.RawMessage
	if json.Unmarshal(value, &raw) != nil {
		return nil, nil
	}
	change, odd = map[string]string{}, map[string]json.RawMessage{}
	for name, wanted := range raw {
		var text *string
		if json.Unmarshal(wanted, &text) == nil && text != nil {
			change[name] = *text
		} else {
			change[name], odd[name] = string(wanted), wanted
		}
	}
	return change, odd
}

// With returns the change with text wanted of a field, nil for nothing. What is not known here stays as it was written.
func (a Application) With(name string, text *string) map[string]any {
	out := map[string]any{}
	for other, wanted := range a.Change {
		if out[other] = wanted; a.odd[other] != nil {
			out[other] = a.odd[other]
		}
	}
	if delete(out, name); text != nil {
		out[name] = *text
	}
	return out
}

// Unknown lists what the application would change and this version cannot write: fields that a newer one asks for, values that
// are no text, and fields that no application of the kind may change. They are shown to whoever decides, and never approved unread.
func (a Application) Unknown() (out []string) {
	for name := range a.Change {
		if !slices.Contains(ApplicationFields(a.Kind), name) || a.odd[name] != nil {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// IntegrityGrades are the grades of integrity (诚信等级), the best first.
var IntegrityGrades = []string{"A", "B", "C", "D"}

// MaxGrade is the highest grade (档位) there is.
const MaxGrade = maxGrade

// AppliedDays are the first and the last day that make sense for a field of a store that is a day: a shop has opened, and a
// closure is near. A day is midnight UTC, as time.DateOnly is parsed.
func AppliedDays(name string, now time.Time) (from, until time.Time) {
	today, _ := time.Parse(time.DateOnly, DayOf(now))
	if name == "closed" {
		return today.AddDate(-2, 0, 0), today.AddDate(2, 0, 0)
	}
	return time.Date(1949, 10, 1, 0, 0, 0, 0, time.UTC), today
}

// ValidateAppliedDay checks that what an application wants of a field that is a day lies within AppliedDays: "day.far". It says nothing
// of what is no day, and of other fields.
func ValidateAppliedDay(name, text string, now time.Time) error {
	day, err := time.Parse(time.DateOnly, text)
	if name != "opened" && name != "closed" || err != nil {
		return nil
	}
	if from, until := AppliedDays(name, now); day.Before(from) || day.After(until) {
		return fault.New(fault.Invalid, "day.far", nil)
	}
	return nil
}

// ValidateApplied checks what an application wants of a field of a store: the faults of ValidateStoreText, "grade.invalid"
// for what is no grade, "day.invalid" for what is no day, "value.unknown" for what is none of the values there are. No value
// at all is valid: it takes away the one there is.
func ValidateApplied(name, text string) error {
	if err := ValidateStoreText(name, text); err != nil || text == "" {
		return err
	}
	switch name {
	case "grade":
		if n, err := strconv.Atoi(text); err != nil || n < 1 || n > maxGrade {
			return fault.New(fault.Invalid, "grade.invalid", err)
		}
	case "integrity_grade":
		if !slices.Contains(IntegrityGrades, text) {
			return fault.New(fault.Invalid, "value.unknown", nil)
		}
	case "township":
		if len(text) > maxCode || strings.Trim(text, "0123456789") != "" {
			return fault.New(fault.Invalid, "value.unknown", nil)
		}
	case "opened", "closed":
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return fault.New(fault.Invalid, "day.invalid", err)
		}
	}
	return nil
}

// AppliedValue is the value that a field of a store gets when an application is approved that wants text: what is wanted is
// text, the field may be a number.
func AppliedValue(name, text string) (any, error) {
	if err := ValidateApplied(name, text); err != nil {
		return nil, err
	}
	if name != "grade" {
		return text, nil
	}
	n, _ := strconv.Atoi(text) // "" is 0, which is no grade
	return n, nil
}
