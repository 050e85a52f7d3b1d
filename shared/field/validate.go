package field

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"storewalk/shared/fault"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// Validate checks the shown values of a record that arrived from elsewhere. An unknown type is valid, and
// so is an unknown field. A value with another shape than this version knows is a fault "record.bad_value":
// keep the record aside and let a person look.
//
// A time by a clock that is years off is valid: the work was done, whenever that was. What known, the copy that is
// here already, holds is not looked at again: a rule that came later stops nobody who edits something else.
func Validate(r, known record.Record) error {
	for name, e := range r.All() {
		if known.Holds(name, e) {
			continue
		}
		if err := validateEntry(r.Type, name, e.Value); err != nil {
			return err
		}
		if !saneTime(e.Wall) {
			return bad(r.Type, name, errors.New("no time that a clock shows"))
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
	case typ == TypeRequest && strings.HasPrefix(name, EventPrefix):
		err = requestEvent(name, value)
	case typ == TypeRequest && strings.HasPrefix(name, LinkPrefix):
		err = requestLink(name, value)
	case typ == TypeNote && name == "text":
		var text string
		if err = json.Unmarshal(value, &text); err == nil {
			return ValidateNote(text)
		}
	case typ == TypeChecklist && strings.HasPrefix(name, AnswerPrefix):
		err = answer(value)
	case typ == TypeStore && strings.HasPrefix(name, PlacedPrefix):
		err = moment(value)
	case typ == TypePhrases && strings.HasPrefix(name, PhrasePrefix):
		err = phrase(value)
	default:
		if check, known := checks[typ+"."+name]; known {
			err = check(value)
		}
	}
	if err != nil {
		return bad(typ, name, err)
	}
	return nil
}

func bad(typ, name string, cause error) error {
	return fault.New(fault.Invalid, "record.bad_value", fmt.Errorf("%s.%.40s: %w", typ, name, cause))
}

// checks say of each known field whether a value can be one.
var checks = map[string]func(json.RawMessage) error{
	"store.licence_no": line, "store.name": line, "store.owner": line, "store.phone": line, "store.backup_phone": line,
	"store.business_type": line, "store.market_type": line, "store.terminal_level": line, "store.integrity_grade": line,
	"store.district_type": line, "store.township": township, "store.address": line, "store.note": line,
	"store.grade": grade, "store.position": position,
	"visit.store": id, "visit.manager": id, "visit.check_in": moment, "visit.check_out": moment,
	"count.store": id, "count.visit": id,
	"count.not_counted": line,
	"note.store":        id, "note.visit": id, "note.corrects": id,
	"note.kind": line, "note.brand": line, "note.what": line, "note.price": price, "note.photo": id,
	"store.window_from": line, "store.window_to": line, "store.opened": line, "store.closed": line,
	"visit.task": id, "visit.template": id, "visit.trigger": line, "visit.channel": line,
	"checklist.visit": id, "checklist.store": id, "checklist.template": id, "walk.store": id,
	"request.store": id, "request.visit": id, "request.owner": id, "request.kind": line, "request.text": prose,
	"request.promise": prose, "request.spoke": instant, "request.urgent": yesNo,
	"application.store": id, "application.visit": id, "application.kind": line, "application.reason": prose,
	"application.made":   instant,
	"territory.outlines": checkOutlines,
	"photo.photo":        photo, "thumbnail.thumbnail": thumbnail,
	TypePhoto + "." + record.Deleted: deletion, TypeNote + "." + record.Deleted: deletion,
	TypeRequest + "." + record.Deleted: deletion,
}

// line is one line of a store's profile. A later version may make something else of it, of no greater size.
func line(value json.RawMessage) error {
	var text string
	if json.Unmarshal(value, &text) != nil {
		text = string(value)
	}
	if utf8.RuneCountInString(text) > MaxTextRunes {
		return errors.New("too long")
	}
	return nil
}

// prose is as long as a note may be.
func prose(value json.RawMessage) error {
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		return err
	}
	if utf8.RuneCountInString(text) > MaxNoteRunes {
		return errors.New("too long")
	}
	return nil
}

// instant is a time by some clock.
func instant(value json.RawMessage) error {
	var ms int64
	if err := json.Unmarshal(value, &ms); err != nil {
		return err
	}
	if !saneTime(ms) {
		return errors.New("no time that a clock shows")
	}
	return nil
}

// price is one of a pack, in fen.
func price(value json.RawMessage) error {
	var fen int64
	if err := json.Unmarshal(value, &fen); err != nil {
		return err
	}
	if fen < 0 || fen > MaxPriceFen {
		return errors.New("no price")
	}
	return nil
}

// township is a division code.
func township(value json.RawMessage) error {
	var code string
	if err := json.Unmarshal(value, &code); err != nil {
		return err
	}
	return divisionCode(code)
}

func divisionCode(code string) error {
	if len(code) > maxCode || strings.Trim(code, "0123456789") != "" {
		return errors.New("no division code")
	}
	return nil
}

const (
	maxCode  = 12 // digits of the longest division code, a village's
	maxGrade = 30
)

func grade(value json.RawMessage) error {
	var n int
	if err := json.Unmarshal(value, &n); err != nil {
		return err
	}
	if n < 0 || n > maxGrade {
		return errors.New("no grade")
	}
	return nil
}

func id(value json.RawMessage) error {
	var id uuid.UUID
	if decodeID(value, &id) {
		return nil
	}
	return json.Unmarshal(value, &id)
}

func position(value json.RawMessage) error {
	var p Position
	if err := json.Unmarshal(value, &p); err != nil {
		return err
	}
	return p.validate()
}

func (p Position) validate() error {
	if p != (Position{Acc: p.Acc}) && !p.Valid() {
		return errors.New("no place on the earth")
	}
	return nil
}

func moment(value json.RawMessage) error {
	var m Moment
	if err := json.Unmarshal(value, &m); err != nil {
		return err
	}
	if !saneTime(m.AtMS) {
		return errors.New("no time that a clock shows")
	}
	return m.Position.validate()
}

// maxSide is the largest width and height of a JPEG.
const maxSide = 65_535

func photo(value json.RawMessage) error {
	p, err := DecodePhoto(value)
	switch {
	case err != nil:
		return err
	case p.Ref.IsZero() || p.Size <= 0 || p.Size > MaxPhotoBytes:
		return errors.New("no bytes")
	case min(p.Width, p.Height) < 0 || max(p.Width, p.Height) > maxSide:
		return errors.New("no picture is that large")
	case !saneTime(p.TakenMS):
		return errors.New("no time that a clock shows")
	case max(utf8.RuneCountInString(p.Kind), utf8.RuneCountInString(p.Item)) > MaxTextRunes:
		return errors.New("too long")
	}
	return errors.Join(p.Position.validate(), p.Proof.validate())
}

func thumbnail(value json.RawMessage) error {
	var t Thumbnail
	if err := json.Unmarshal(value, &t); err != nil {
		return err
	}
	if len(t.JPEG) > MaxThumbnail {
		return errors.New("too large")
	}
	return nil
}

// latest is the year 2200: no clock that works shows more.
var latest = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()

// saneTime reports whether a clock can have shown the time, right or wrong; 0 is no time at all.
func saneTime(ms int64) bool { return ms >= 0 && ms < latest }
