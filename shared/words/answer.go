package words

import (
	"encoding/json"
	"strconv"

	"storewalk/shared/field"
)

// Answer says the answer to a question in words.
func (w Words) Answer(q field.Question, answer json.RawMessage) string {
	label := func(code string) string {
		for _, o := range q.Options {
			if o.Code == code {
				return firstOf(w.text(o.Text), code)
			}
		}
		return code
	}
	if text, ok := field.Freely(answer); ok {
		return w.T("answer.free", "Text", text)
	}
	if s, ok := field.SignatureOf(answer); ok {
		return w.T("answer.signed", "Who", firstOf(s.Name, w.T("answer.somebody")))
	}
	if q.Kind == field.AskSignature && answer != nil {
		return w.T("answer.unreadable")
	}
	var value any
	if answer == nil || json.Unmarshal(answer, &value) != nil {
		return w.T("answer.none")
	}
	switch value := value.(type) {
	case nil:
		return w.T("answer.none")
	case bool:
		if value {
			return w.T("answer.yes")
		}
		return w.T("answer.no")
	case string: // also what was written in place of a number
		return label(value)
	case float64:
		if score := int(value); q.Kind == field.AskRating && float64(score) == value {
			return w.Rating(score)
		}
		return strconv.FormatFloat(value, 'f', -1, 64)
	case []any:
		var out []string
		for _, one := range value {
			if code, ok := one.(string); ok {
				out = append(out, label(code))
			}
		}
		return w.list(out)
	}
	return w.T("answer.given")
}

// Rating says how good a score is; one that this version does not know is a number.
func (w Words) Rating(score int) string {
	n := strconv.Itoa(score)
	if !w.Has("rating." + n) {
		return n
	}
	return w.T("rating.of", "Word", w.Enum("rating", n), "N", n)
}
