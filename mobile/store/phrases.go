package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// Phrases lists the ready sentences that the person signed in made for their own notes, in their order.
func (s *Store) Phrases(ctx context.Context) (out []field.OwnPhrase, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		who, err := s.loadPeople(ctx, tx)
		if err != nil {
			return err
		}
		r, _, err := ledger.Load(ctx, tx, field.PhrasesID(who.me))
		out = field.Phrases(r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: phrases: %w", err)
	}
	return out, nil
}

// SetPhrase changes a sentence, or what it is for. One that is not there yet, under a field of its own, is added after the
// others. Faults: "phrase.empty", "text.too_long", "phrase.too_many".
func (s *Store) SetPhrase(ctx context.Context, was field.OwnPhrase, item, text string) error {
	return s.changePhrases(ctx, func(own *ownPhrases) error {
		was, to := own.now(was), field.Phrase{Item: item, Text: text, Rank: was.Rank}
		n := len(own.list)
		known := slices.ContainsFunc(own.list, func(p field.OwnPhrase) bool { return p.Field == was.Field })
		switch {
		case known:
		case n >= field.MaxPhrases:
			return fault.New(fault.Invalid, "phrase.too_many", nil)
		case n > 0:
			to.Rank = own.list[n-1].Rank + 1
		default:
			to.Rank = 1
		}
		return own.put(was, &to)
	})
}

// RemovePhrase takes a sentence off the list; RestorePhrase brings it back.
func (s *Store) RemovePhrase(ctx context.Context, was field.OwnPhrase) error {
	return s.changePhrases(ctx, func(own *ownPhrases) error { return own.put(own.now(was), nil) })
}

// RestorePhrase brings a sentence back that was removed.
func (s *Store) RestorePhrase(ctx context.Context, was field.OwnPhrase) error {
	return s.changePhrases(ctx, func(own *ownPhrases) error { return own.put(own.now(was), &was.Phrase) })
}

// RaisePhrase puts a sentence before the one above it.
func (s *Store) RaisePhrase(ctx context.Context, was field.OwnPhrase) error {
	return s.changePhrases(ctx, func(own *ownPhrases) error {
		was = own.now(was)
		at := slices.IndexFunc(own.list, func(p field.OwnPhrase) bool { return p.Field == was.Field })
		if at <= 0 {
			return nil
		}
		order := slices.Clone(own.list)
		order[at-1], order[at] = order[at], order[at-1]
		for i, p := range order {
			to := p.Phrase
			if to.Rank = float64(i + 1); to.Rank == p.Rank {
				continue
			}
			if err := own.put(p, &to); err != nil {
				return err
			}
		}
		return nil
	})
}

// ownPhrases are a person's phrases while they are changed.
type ownPhrases struct {
	list  []field.OwnPhrase
	edits []ledger.Edit
	edit  ledger.Edit       // of the record, without a field
	split map[string]string // by field and text: where what stood beside another text is now
}

func (s *Store) changePhrases(ctx context.Context, change func(*ownPhrases) error) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		w, err := s.writer(ctx, tx)
		if err != nil {
			return err
		}
		own := ownPhrases{edit: ledger.Edit{ID: field.PhrasesID(w.Author), Type: field.TypePhrases, Territory: field.Personal(w.Author)}, split: map[string]string{}}
		r, _, err := ledger.Load(ctx, tx, own.edit.ID)
		if err != nil {
			return err
		}
		own.list = field.Phrases(r)
		if err := own.part(); err != nil {
			return err
		}
		if err := change(&own); err != nil {
			return err
		}
		_, err = ledger.Write(ctx, tx, w, own.edits...)
		return err
	})
}

// part gives each of several texts that stand beside each other in one field a field of its own: whoever changes one of
// them changes no other. The ids follow from the texts, so that two phones that do so do the same.
func (o *ownPhrases) part() error {
	first := map[string]int{}
	for i, p := range o.list {
		at, several := first[p.Field]
		if !several {
			first[p.Field] = i
			continue
		}
		for _, k := range []int{at, i} {
			q := o.list[k]
			if k == i {
				o.list[i].Field = field.PhraseField(uuid.NewSHA1(o.edit.ID, []byte(q.Field+"\x00"+q.Item+"\x00"+q.Text)))
			}
			o.list[k].Seen = nil
			o.split[q.Field+"\x00"+q.Text] = o.list[k].Field
			q.Field = o.list[k].Field
			if err := o.put(q, &q.Phrase); err != nil {
				return err
			}
			o.edits[len(o.edits)-1].SeenAll = true
		}
	}
	return nil
}

// now is where a phrase is that a person was shown.
func (o *ownPhrases) now(was field.OwnPhrase) field.OwnPhrase {
	if name, ok := o.split[was.Field+"\x00"+was.Text]; ok {
		was.Field, was.Seen = name, nil
	}
	return was
}

// put sets a phrase, or removes it when to is nil.
func (o *ownPhrases) put(p field.OwnPhrase, to *field.Phrase) error {
	e := o.edit
	e.Field, e.Seen = p.Field, p.Seen
	if to != nil {
		phrase := *to
		if phrase.Text = strings.TrimSpace(phrase.Text); phrase.Text == "" {
			return fault.New(fault.Invalid, "phrase.empty", nil)
		}
		if utf8.RuneCountInString(phrase.Text) > field.MaxTextRunes {
			return fault.New(fault.Invalid, "text.too_long", nil)
		}
		e.Value = phrase
	}
	o.edits = append(o.edits, e)
	return nil
}
