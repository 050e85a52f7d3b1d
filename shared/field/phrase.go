package field

import (
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"storewalk/shared/record"

	"github.com/google/uuid"
)

// Personal is the territory of what belongs to one person and to all phones of that person, and to nobody else's.
func Personal(user uuid.UUID) uuid.UUID { return derived("territory", "person "+user.String()) }

// PhrasesID returns the id of a person's own phrases, so that all phones of that person write one record.
func PhrasesID(user uuid.UUID) uuid.UUID { return derived(TypePhrases, user.String()) }

// A Phrase is a ready sentence that a person made for their own notes and requests.
type Phrase struct {
	Item string  `json:"item,omitempty"` // code of the service item it is for, or PhraseOfRequest; "" for any
	Text string  `json:"text"`
	Rank float64 `json:"rank"` // they are offered by it, the smallest first
}

// PhraseOfRequest is what a phrase is for that belongs into requests, and not into notes.
const PhraseOfRequest = "request"

// MaxPhrases is how many a person may have: more nobody finds in time.
const MaxPhrases = 60

// An OwnPhrase is a phrase and the field that holds it.
type OwnPhrase struct {
	Field string
	Phrase
	Seen []record.Dot // of this text; what two phones made of one phrase stands beside each other as two
}

// PhrasePrefix begins the name of a phrase's field; its id follows.
const PhrasePrefix = "phrase:"

// PhraseField returns the name of the field that holds a phrase.
func PhraseField(id uuid.UUID) string { return PhrasePrefix + id.String() }

// Phrases lists the phrases of a record in their order. A removed one is null.
func Phrases(r record.Record) (out []OwnPhrase) {
	for _, name := range r.Names() {
		if !strings.HasPrefix(name, PhrasePrefix) {
			continue
		}
		for _, e := range r.Entries(name) {
			p, ok := whole[Phrase](e.Value)
			if !ok || p.Text == "" {
				continue
			}
			same := func(o OwnPhrase) bool { return o.Field == name && o.Text == p.Text && o.Item == p.Item }
			if i := slices.IndexFunc(out, same); i >= 0 {
				out[i].Seen = append(out[i].Seen, e.Dot)
				continue
			}
			out = append(out, OwnPhrase{name, p, []record.Dot{e.Dot}})
		}
	}
	slices.SortStableFunc(out, func(a, b OwnPhrase) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Text, b.Text))
	})
	return out
}

// phrase checks a value under PhrasePrefix; null is one that was removed.
func phrase(value json.RawMessage) error {
	if string(value) == "null" {
		return nil
	}
	var p Phrase
	if err := json.Unmarshal(value, &p); err != nil {
		return err
	}
	if max(utf8.RuneCountInString(p.Text), utf8.RuneCountInString(p.Item)) > MaxTextRunes || math.Abs(p.Rank) > 1e12 {
		return errors.New("no phrase")
	}
	return nil
}
