package field

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"storewalk/shared/fault"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A Store (零售户) is a licensed retailer. Its field names are the JSON names below.
type Store struct {
	LicenceNo      string
	Name           string
	Owner          string
	Phone          string
	BackupPhone    string
	BusinessType   string
	MarketType     string
	Grade          int // 1–30: how much the store may order
	TerminalLevel  string
	IntegrityGrade string
	DistrictType   string
	Township       string // nine-digit division code
	Address        string
	Position       Position
	Note           string // standing remark, not a visit note
	CareFlags      []string
	WindowFrom     string // 约定拜访时段: "15:00", or ""
	WindowTo       string
	Opened         string // day of the licence, as in DayOf; "" when not known
	Closed         string // day from which it is closed for good (停业), "" while it is open; written with an approved application
}

// Text returns the value of a field that an application may change, see ApplicationFields; "" for any other.
func (s Store) Text(name string) string {
	switch name {
	case "name":
		return s.Name
	case "owner":
		return s.Owner
	case "licence_no":
		return s.LicenceNo
	case "address":
		return s.Address
	case "phone":
		return s.Phone
	case "business_type":
		return s.BusinessType
	case "terminal_level":
		return s.TerminalLevel
	case "closed":
		return s.Closed
	case "township":
		return s.Township
	case "integrity_grade":
		return s.IntegrityGrade
	case "opened":
		return s.Opened
	case "grade":
		if s.Grade != 0 {
			return strconv.Itoa(s.Grade)
		}
	}
	return ""
}

// PlacedPrefix begins the name of a PlacedField; the id of the person follows.
const PlacedPrefix = "placed:"

// PlacedField is the field of a store that holds, as a Moment, what the phone of a person said who wanted to fix where the
// store is and could not: a position that was mocked, or why there was none. Each person has their own, so that two of them
// are no conflict.
func PlacedField(person uuid.UUID) string { return PlacedPrefix + person.String() }

// PlacedBy returns whose PlacedField it is.
func PlacedBy(name string) (person uuid.UUID, ok bool) {
	text, ok := strings.CutPrefix(name, PlacedPrefix)
	if !ok {
		return uuid.Nil, false
	}
	person, err := uuid.Parse(text)
	return person, err == nil
}

// CareFlagCodes are what to have in mind with an owner: disabled, elderly, laid off, low literacy.
var CareFlagCodes = []string{"disabled", "elderly", "laid_off", "low_literacy"}

// StoreOf reads a store record.
func StoreOf(r record.Record) Store {
	return Store{
		LicenceNo: get[string](r, "licence_no"), Name: get[string](r, "name"), Owner: get[string](r, "owner"),
		Phone: get[string](r, "phone"), BackupPhone: get[string](r, "backup_phone"),
		BusinessType: get[string](r, "business_type"), MarketType: get[string](r, "market_type"),
		Grade: get[int](r, "grade"), TerminalLevel: get[string](r, "terminal_level"),
		IntegrityGrade: get[string](r, "integrity_grade"), DistrictType: get[string](r, "district_type"),
		Township: get[string](r, "township"), Address: get[string](r, "address"),
		Position: get[Position](r, "position"), Note: get[string](r, "note"), CareFlags: get[[]string](r, "care"),
		WindowFrom: get[string](r, "window_from"), WindowTo: get[string](r, "window_to"), Opened: get[string](r, "opened"),
		Closed: get[string](r, "closed"),
	}
}

// Fields returns the store as field values, for a new record or an import.
func (s Store) Fields() []Value {
	return []Value{
		{"licence_no", s.LicenceNo}, {"name", s.Name}, {"owner", s.Owner}, {"phone", s.Phone},
		{"backup_phone", s.BackupPhone}, {"business_type", s.BusinessType}, {"market_type", s.MarketType},
		{"grade", s.Grade}, {"terminal_level", s.TerminalLevel}, {"integrity_grade", s.IntegrityGrade},
		{"district_type", s.DistrictType}, {"township", s.Township}, {"address", s.Address}, {"position", s.Position},
		{"care", s.CareFlags}, {"window_from", s.WindowFrom}, {"window_to", s.WindowTo}, {"opened", s.Opened},
	}
}

// EditableStoreFields are the fields of a store that a manager may change without an application.
var EditableStoreFields = []string{"phone", "backup_phone", "note"}

// ValidateStoreText checks a new value of one of EditableStoreFields: "text.too_long", "phone.invalid".
func ValidateStoreText(name, text string) error {
	if utf8.RuneCountInString(text) > MaxTextRunes {
		return fault.New(fault.Invalid, "text.too_long", nil)
	}
	if strings.HasSuffix(name, "phone") && strings.Trim(text, "0123456789+-() ") != "" {
		return fault.New(fault.Invalid, "phone.invalid", nil)
	}
	return nil
}

// ValidateWindow checks when an owner wants to be visited, "" being any time: "window.invalid" when one of the two is no
// time of a day or the end is not after the beginning.
func ValidateWindow(from, to string) error {
	for _, at := range []string{from, to} {
		if _, err := time.Parse("15:04", at); err != nil && at != "" {
			return fault.New(fault.Invalid, "window.invalid", err)
		}
	}
	if from != "" && to != "" && from >= to {
		return fault.New(fault.Invalid, "window.invalid", nil)
	}
	return nil
}
