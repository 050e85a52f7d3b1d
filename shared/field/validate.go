package field

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"storewalk/shared/fault"
	"storewalk/shared/record"
)

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
