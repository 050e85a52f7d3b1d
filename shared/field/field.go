// Package field is the field work: stores, visits, photos, counts and notes as typed views over records,
// with the rules their values keep. A view shows the winner of each field; conflicts stay in the record.
package field

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// The record types of this version. A type that is not here is stored and passed on, not understood.
const (
	TypeTerritory = "territory"
	TypeUser      = "user"
	TypeProduct   = "product"
	TypeStore     = "store"
	TypeVisit     = "visit"
	TypeCount     = "count" // the count sheet of one visit
	TypeNote      = "note"
	TypePhoto     = "photo"
	TypeThumbnail = "thumbnail" // the small picture of a photo: a record of its own, so that it can follow later
)

// Types lists the record types this version understands.
var Types = []string{TypeTerritory, TypeUser, TypeProduct, TypeStore, TypeVisit, TypeCount, TypeNote, TypePhoto, TypeThumbnail}

// OfficeOwned reports whether records of the type are decided by the office: a phone never writes them.
func OfficeOwned(typ string) bool {
	return typ == TypeTerritory || typ == TypeUser || typ == TypeProduct
}

// Limits of what a person enters.
const (
	MaxCount     = 9_999   // cartons or packs in one line
	MaxNoteRunes = 10_000  // characters of one note
	MaxTextRunes = 200     // characters of one line of a store's profile
	MaxThumbnail = 8 << 10 // bytes of a thumbnail
)

// namespace makes the ids below; it is random and fixed for ever.
var namespace = uuid.MustParse("5d1c0c6e-3c27-4b8e-9d0a-8f1f6f0b7a11")

func derived(kind string, parts ...string) uuid.UUID {
	return uuid.NewSHA1(namespace, []byte(kind+"\x00"+strings.Join(parts, "\x00")))
}

// Common is the territory of what every phone holds: products, users and territories.
var Common = derived("territory", "common")

// TerritoryID returns the id of the territory with the given short name.
func TerritoryID(slug string) uuid.UUID { return derived(TypeTerritory, slug) }

// StoreID returns the id of the store that holds a licence. Importing the same store twice meets the same record.
func StoreID(licenceNo string) uuid.UUID { return derived(TypeStore, licenceNo) }

// ProductID returns the id of the product with a bar code.
func ProductID(code string) uuid.UUID { return derived(TypeProduct, code) }

// CountID returns the id of a visit's count sheet, so that two people who start counting the same visit
// offline write one sheet.
func CountID(visit uuid.UUID) uuid.UUID { return derived(TypeCount, visit.String()) }

// ThumbnailID returns the id of a photo's thumbnail.
func ThumbnailID(photo uuid.UUID) uuid.UUID { return derived(TypeThumbnail, photo.String()) }

// A Position is a place on the earth in degrees (WGS 84).
type Position struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
	Acc float64 `json:"acc,omitempty"` // accuracy in metres, 0 when unknown
}

// Valid reports whether p can be a place.
func (p Position) Valid() bool {
	return p.Lat >= -90 && p.Lat <= 90 && p.Lon >= -180 && p.Lon <= 180 && (p.Lat != 0 || p.Lon != 0)
}

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
}

// StoreOf reads a store record.
func StoreOf(r record.Record) Store {
	return Store{
		LicenceNo: get[string](r, "licence_no"), Name: get[string](r, "name"), Owner: get[string](r, "owner"),
		Phone: get[string](r, "phone"), BackupPhone: get[string](r, "backup_phone"),
		BusinessType: get[string](r, "business_type"), MarketType: get[string](r, "market_type"),
		Grade: get[int](r, "grade"), TerminalLevel: get[string](r, "terminal_level"),
		IntegrityGrade: get[string](r, "integrity_grade"), DistrictType: get[string](r, "district_type"),
		Township: get[string](r, "township"), Address: get[string](r, "address"),
		Position: get[Position](r, "position"), Note: get[string](r, "note"),
	}
}

// Fields returns the store as field values, for a new record or an import.
func (s Store) Fields() []Value {
	return []Value{
		{"licence_no", s.LicenceNo}, {"name", s.Name}, {"owner", s.Owner}, {"phone", s.Phone},
		{"backup_phone", s.BackupPhone}, {"business_type", s.BusinessType}, {"market_type", s.MarketType},
		{"grade", s.Grade}, {"terminal_level", s.TerminalLevel}, {"integrity_grade", s.IntegrityGrade},
		{"district_type", s.DistrictType}, {"township", s.Township}, {"address", s.Address}, {"position", s.Position},
	}
}

// A Value is one field of a record to be written.
type Value struct {
	Field string
	Value any
}

// A Product (品规) is something stores sell.
type Product struct {
	Code          string // EAN-13
	Name          string
	PriceClass    int   // 1–5, 一类…五类
	GuidePriceFen int64 // guide price of one pack in fen
	Status        string
}

// ProductOf reads a product record.
func ProductOf(r record.Record) Product {
	return Product{
		Code: get[string](r, "code"), Name: get[string](r, "name"), PriceClass: get[int](r, "price_class"),
		GuidePriceFen: get[int64](r, "guide_price_fen"), Status: get[string](r, "status"),
	}
}

// Fields returns the product as field values.
func (p Product) Fields() []Value {
	return []Value{{"code", p.Code}, {"name", p.Name}, {"price_class", p.PriceClass},
		{"guide_price_fen", p.GuidePriceFen}, {"status", p.Status}}
}

// A User is a person who may sign in. Secrets are not in the record.
type User struct {
	Login string
	Name  string
	Role  string // RoleManager or RoleSupervisor
}

// The roles.
const (
	RoleManager    = "manager"    // 客户经理: has a phone, sees the territories granted
	RoleSupervisor = "supervisor" // 市场经理: reads and corrects in the office
)

// UserOf reads a user record.
func UserOf(r record.Record) User {
	return User{Login: get[string](r, "login"), Name: get[string](r, "name"), Role: get[string](r, "role")}
}

// Fields returns the user as field values.
func (u User) Fields() []Value {
	return []Value{{"login", u.Login}, {"name", u.Name}, {"role", u.Role}}
}

// A Territory (片区) is what one manager owns and one phone holds.
type Territory struct {
	Name   string
	County string // six-digit division code
}

// TerritoryOf reads a territory record.
func TerritoryOf(r record.Record) Territory {
	return Territory{Name: get[string](r, "name"), County: get[string](r, "county")}
}

// Fields returns the territory as field values.
func (t Territory) Fields() []Value { return []Value{{"name", t.Name}, {"county", t.County}} }

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

// The kinds of photo.
var PhotoKinds = []string{"storefront", "display", "shelf", "price_tag", "stock", "before", "after", "evidence"}

// A Photo (照片) says what was photographed, where and when; its bytes are a blob. It never changes.
type Photo struct {
	Visit    uuid.UUID `json:"visit"`
	Store    uuid.UUID `json:"store"`
	Kind     string    `json:"kind"`
	Ref      blob.Ref  `json:"sha256"`
	Size     int64     `json:"size"` // bytes
	Width    int       `json:"w"`
	Height   int       `json:"h"`
	TakenMS  int64     `json:"taken"` // when the picture was taken, Unix milliseconds
	Position Position  `json:"pos,omitzero"`
}

// PhotoOf reads a photo record.
func PhotoOf(r record.Record) Photo { return get[Photo](r, "photo") }

// A Thumbnail is the small JPEG of a photo. It never changes.
type Thumbnail struct {
	Photo uuid.UUID `json:"photo"`
	JPEG  []byte    `json:"jpeg"`
}

// ThumbnailOf reads a thumbnail record.
func ThumbnailOf(r record.Record) Thumbnail { return get[Thumbnail](r, "thumbnail") }

// A CountLine (盘点行) is what was found of one product in one visit.
type CountLine struct {
	Cartons    int  `json:"cartons"` // 条, 10 packs
	Packs      int  `json:"packs"`   // 包, loose
	OnDisplay  bool `json:"display"`
	OutOfStock bool `json:"out"`
}

// PacksPerCarton converts cartons to packs.
const PacksPerCarton = 10

// Total returns the number of packs.
func (l CountLine) Total() int { return l.Cartons*PacksPerCarton + l.Packs }

// Validate returns a fault "count.out_of_range" when a number is negative or above MaxCount.
func (l CountLine) Validate() error {
	if min(l.Cartons, l.Packs) < 0 || max(l.Cartons, l.Packs) > MaxCount {
		return fault.New(fault.Invalid, "count.out_of_range", fmt.Errorf("%+v", l))
	}
	return nil
}

// A Count is the sheet of one visit.
type Count struct {
	Visit uuid.UUID
	Store uuid.UUID
}

// CountOf reads a count sheet's header; Line reads its lines.
func CountOf(r record.Record) Count {
	return Count{Visit: get[uuid.UUID](r, "visit"), Store: get[uuid.UUID](r, "store")}
}

const linePrefix = "line:"

// LineField returns the name of the field that holds a product's line.
func LineField(product uuid.UUID) string { return linePrefix + product.String() }

// LineProduct returns the product of a line's field name.
func LineProduct(name string) (uuid.UUID, bool) {
	rest, ok := strings.CutPrefix(name, linePrefix)
	if !ok {
		return uuid.Nil, false
	}
	id, err := uuid.Parse(rest)
	return id, err == nil
}

// DecodeLine reads the value of a line's entry.
func DecodeLine(value json.RawMessage) (CountLine, error) {
	var l CountLine
	err := json.Unmarshal(value, &l)
	return l, err
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

// Validate checks the shown values of a record that arrived from elsewhere. An unknown type is valid.
// A value with another shape than this version knows is a fault "record.bad_value": keep the record
// aside and let a person look.
func Validate(r record.Record) error {
	for _, name := range r.Names() {
		for _, e := range r.Entries(name) {
			if err := validateEntry(r.Type, name, e.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

func validateEntry(typ, name string, value json.RawMessage) error {
	var err error
	switch {
	case typ == TypeCount && strings.HasPrefix(name, linePrefix):
		var l CountLine
		if l, err = DecodeLine(value); err == nil {
			if err := l.Validate(); err != nil {
				return err
			}
			if _, ok := LineProduct(name); !ok {
				err = errors.New("no product")
			}
		}
	case typ == TypeNote && name == "text":
		var text string
		if err = json.Unmarshal(value, &text); err == nil {
			return ValidateNote(text)
		}
	case typ == TypePhoto && name == "photo":
		var p Photo
		if err = json.Unmarshal(value, &p); err == nil && (p.Ref.IsZero() || p.Size <= 0 || p.Size > MaxPhotoBytes) {
			err = errors.New("no bytes")
		}
	case typ == TypeThumbnail && name == "thumbnail":
		var t Thumbnail
		if err = json.Unmarshal(value, &t); err == nil && len(t.JPEG) > MaxThumbnail {
			err = errors.New("too large")
		}
	}
	if err != nil {
		return fault.New(fault.Invalid, "record.bad_value", fmt.Errorf("%s.%.40s: %w", typ, name, err))
	}
	return nil
}

// MaxPhotoBytes is the largest photo that is kept, in bytes, after the phone has made it smaller.
const MaxPhotoBytes = 32 << 20

// get returns the shown value of a field, or zero when it is absent or of a shape this version does not know.
func get[T any](r record.Record, name string) (v T) {
	if e, ok := r.Winner(name); ok {
		if json.Unmarshal(e.Value, &v) != nil {
			var zero T
			return zero
		}
	}
	return v
}
