// Package field is the field work: stores, visits, photos, counts and notes as typed views over records,
// with the rules their values keep. A view shows the winner of each field; conflicts stay in the record.
package field

import (
	"encoding/json"
	"math"

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

	TypeTask         = "task"
	TypeTemplate     = "template"
	TypeAnnouncement = "announcement"
	TypeChecklist    = "checklist" // what was done in one visit
	TypeRequest      = "request"
	TypeApplication  = "application"
	TypeWalk         = "walk"    // the order of the products along a store's shelves
	TypePhrases      = "phrases" // the ready sentences of one person
)

// OfficeOwned reports whether records of the type are decided by the office: a phone never writes them.
func OfficeOwned(typ string) bool {
	switch typ {
	case TypeTerritory, TypeUser, TypeProduct, TypeTask, TypeTemplate, TypeAnnouncement:
		return true
	}
	return false
}

// Limits of what a person enters.
const (
	MaxCount     = 9_999 // cartons, packs or facings in one line
	MaxPriceFen  = 1_000_000
	MaxNoteRunes = 10_000  // characters of one note
	MaxTextRunes = 200     // characters of one line of a store's profile
	MaxThumbnail = 8 << 10 // bytes of a thumbnail
)

// namespace makes the ids below; it is random and fixed for ever.
var namespace = uuid.MustParse("5d1c0c6e-3c27-4b8e-9d0a-8f1f6f0b7a11")

func derived(kind, name string) uuid.UUID { return uuid.NewSHA1(namespace, []byte(kind+"\x00"+name)) }

// Common is the territory of what every phone holds: products, users, territories, templates, and what is announced to all.
var Common = derived("territory", "common")

// TerritoryID returns the id of the territory with the given short name.
func TerritoryID(slug string) uuid.UUID { return derived(TypeTerritory, slug) }

// StoreID returns the id of the store that holds a licence. Importing the same store twice meets the same record.
func StoreID(licenceNo string) uuid.UUID { return derived(TypeStore, licenceNo) }

// ProductID returns the id of the product with a bar code.
func ProductID(code string) uuid.UUID { return derived(TypeProduct, code) }

// UserID returns the id of the person with a login, so that an account made again after the server lost it is
// the same person's: their phone goes on.
func UserID(login string) uuid.UUID { return derived(TypeUser, login) }

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

// Metres is the distance between two places along the ground.
func (p Position) Metres(q Position) float64 {
	const radius, degree = 6_371_000, math.Pi / 180
	lat, lon := (q.Lat-p.Lat)*degree/2, (q.Lon-p.Lon)*degree/2
	h := math.Sin(lat)*math.Sin(lat) + math.Cos(p.Lat*degree)*math.Cos(q.Lat*degree)*math.Sin(lon)*math.Sin(lon)
	return 2 * radius * math.Asin(math.Sqrt(min(1, h)))
}

// A Value is one field of a record to be written.
type Value struct {
	Field string
	Value any
}

// get returns the shown value of a field, or zero when it is absent or of a shape this version does not know.
func get[T any](r record.Record, name string) (v T) {
	if e, ok := r.Winner(name); ok {
		if decodeID(e.Value, &v) {
			return v
		}
		if json.Unmarshal(e.Value, &v) != nil {
			var zero T
			return zero
		}
	}
	return v
}

// decodeID reads an id into v, when that is what v is, without the way through encoding/json: no other values are
// read as often.
func decodeID(value json.RawMessage, v any) bool {
	into, ok := v.(*uuid.UUID)
	const quoted = 38
	if !ok || len(value) != quoted || value[0] != '"' || value[quoted-1] != '"' {
		return false
	}
	id, err := uuid.ParseBytes(value[1 : quoted-1])
	if err == nil {
		*into = id
	}
	return err == nil
}
