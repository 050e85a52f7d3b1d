package field

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// requestEvent says whether a field can be an event of a request. A kind of a later version is one.
func requestEvent(name string, value json.RawMessage) error {
	var ev RequestEvent
	if err := json.Unmarshal(value, &ev); err != nil {
		return err
	}
	_, err := uuid.Parse(strings.TrimPrefix(name, EventPrefix))
	switch {
	case err != nil:
		return err
	case utf8.RuneCountInString(ev.Text) > MaxNoteRunes || utf8.RuneCountInString(ev.Kind) > MaxTextRunes:
		return errors.New("too long")
	case ev.Rating < 0 || ev.Rating > MaxRating:
		return errors.New("no rating")
	case !saneTime(ev.AtMS):
		return errors.New("no time that a clock shows")
	}
	return nil
}

// MaxRating is the best that a store can say of how it was served; 1 is the worst.
const MaxRating = 5

func requestLink(name string, value json.RawMessage) error {
	if _, err := uuid.Parse(strings.TrimPrefix(name, LinkPrefix)); err != nil {
		return err
	}
	return line(value)
}

func yesNo(value json.RawMessage) error {
	var b bool
	return json.Unmarshal(value, &b)
}
