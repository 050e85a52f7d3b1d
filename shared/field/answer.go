package field

import (
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// A FreeAnswer is text in place of an answer to a question whose kind the app did not know. A reader who knows the kind
// sees that the answer is not of it.
type FreeAnswer struct {
	Free string `json:"free"`
}

// Freely reads an answer given in free text; ok is false for every other answer.
func Freely(answer json.RawMessage) (text string, ok bool) {
	parts := object(answer)
	if len(parts) != 1 {
		return "", false
	}
	return whole[string](parts["free"])
}

// answer checks a value under AnswerPrefix. The kind of its question is in another record, so that all there is to see is
// its own shape; one that this version does not know is a newer app's.
func answer(value json.RawMessage) error {
	text, isText := whole[string](value)
	if free, ok := Freely(value); ok {
		text, isText = free, true
	}
	switch {
	case isText && utf8.RuneCountInString(text) > MaxNoteRunes:
		return errors.New("too long")
	case signed(value):
		var s Signature
		if err := json.Unmarshal(value, &s); err != nil {
			return err
		}
		return s.Validate()
	}
	return nil
}
