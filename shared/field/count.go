package field

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"storewalk/shared/fault"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// A CountLine (盘点行) is what was found of one product in one visit.
type CountLine struct {
	Cartons    int  `json:"cartons"` // 条, 10 packs
	Packs      int  `json:"packs"`   // 包, loose
	OnDisplay  bool `json:"display"`
	OutOfStock bool `json:"out"`

	Facings   int    `json:"facings,omitempty"`   // 陈列面
	PriceFen  int64  `json:"price,omitempty"`     // observed retail price of one pack in fen
	Delivered int    `json:"delivered,omitempty"` // packs that came since the last count, as the store says; 0 when nobody asked
	Why       string `json:"why,omitempty"`       // one of KeptReasons or NotCountedReasons, or a text from a newer app
}

// PacksPerCarton converts cartons to packs.
const PacksPerCarton = 10

// Total returns the number of packs.
func (l CountLine) Total() int { return l.Cartons*PacksPerCarton + l.Packs }

// Validate returns a fault "count.out_of_range" when a number is negative or above its limit.
func (l CountLine) Validate() error {
	if min(l.Cartons, l.Packs, l.Facings, l.Delivered) < 0 || max(l.Cartons, l.Packs, l.Facings, l.Delivered) > MaxCount ||
		l.PriceFen < 0 || l.PriceFen > MaxPriceFen || utf8.RuneCountInString(l.Why) > MaxTextRunes {
		return fault.New(fault.Invalid, "count.out_of_range", fmt.Errorf("%+v", l))
	}
	return nil
}

// Skipped reports whether the line says only why the product could not be counted: its zeros are no count.
func (l CountLine) Skipped() bool {
	return l == CountLine{Why: l.Why} && slices.Contains(NotCountedReasons, l.Why)
}

// A Count is the sheet of one visit.
type Count struct {
	Visit      uuid.UUID
	Store      uuid.UUID
	NotCounted string // why nothing could be counted: one of NotCountedReasons; "" when it could
}

// NotCountedReasons are why a store, or one product, could not be counted: refused, closed, or the stock is kept elsewhere.
var NotCountedReasons = []string{"refused", "closed", "stored_elsewhere"}

// CountOf reads a count sheet's header; Line reads its lines.
func CountOf(r record.Record) Count {
	return Count{Visit: get[uuid.UUID](r, "visit"), Store: get[uuid.UUID](r, "store"), NotCounted: get[string](r, "not_counted")}
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
	if l, ok := plainLine(value); ok {
		return l, nil
	}
	var l CountLine
	err := json.Unmarshal(value, &l)
	return l, err
}

// plainLine reads a line as this version writes it: of all values there are most of these.
func plainLine(value []byte) (l CountLine, ok bool) {
	number := func(name string, into *int) bool {
		rest, found := bytes.CutPrefix(value, []byte(name))
		n := 0
		for n < len(rest) && n < 9 && '0' <= rest[n] && rest[n] <= '9' {
			*into = *into*10 + int(rest[n]-'0')
			n++
		}
		value = rest[n:]
		return found && n > 0 && (n == 1 || rest[0] != '0')
	}
	word := func(name string, into *bool) bool {
		rest, found := bytes.CutPrefix(value, []byte(name))
		value, *into = bytes.CutPrefix(rest, []byte("true"))
		if !*into {
			var no bool
			value, no = bytes.CutPrefix(rest, []byte("false"))
			return found && no
		}
		return found
	}
	ok = number(`{"cartons":`, &l.Cartons) && number(`,"packs":`, &l.Packs) && word(`,"display":`, &l.OnDisplay) &&
		word(`,"out":`, &l.OutOfStock) && string(value) == "}"
	return l, ok
}
