package field

import (
	"strings"

	"github.com/google/uuid"
)

// A Subject is what has to be known, in a person's words, of a field whose name or values hold codes or ids. It is zero for
// a field that says enough.
type Subject struct {
	Item     Text     // name of the service item
	Question Question // with its ID
	Told     Text     // title of the announcement
	Attendee string   // name of the store that came to a group visit
	Product  string   // name

	Names     map[uuid.UUID]Text  // of the records whose ids the values hold
	Photos    map[uuid.UUID]Photo // those of them that are photos
	Townships map[string]string   // names by division code
}

// Find looks up in the template what a field of a checklist is about.
func (s *Subject) Find(t Template, name string) {
	l := lackOf(name)
	for _, item := range t.Items {
		if item.Code == l.Item {
			s.Item = item.Name
		}
		for _, q := range item.Questions {
			if q.ID == l.Question {
				s.Question, s.Item = q, item.Name
			}
		}
	}
	for _, q := range t.Survey {
		if q.ID == l.Question {
			s.Question = q
		}
	}
}

// lackOf reads the item or question that a field of a checklist is about.
func lackOf(name string) Lack {
	if code, ok := strings.CutPrefix(name, ItemPrefix); ok {
		return Lack{Item: code}
	}
	if id, ok := strings.CutPrefix(name, AnswerPrefix); ok {
		return Lack{Question: id}
	}
	return LackOf(strings.TrimPrefix(name, GapPrefix))
}
