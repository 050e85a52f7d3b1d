package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"storewalk/mobile/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// retailer is what a visit asks of the one behind the counter: a rating, sometimes a signature, and what is going on in
// the market.
func (d *day) retailer(m *manager, n int, visit uuid.UUID, at field.Store) error {
	if err := d.answer(m, visit, at, "content", 3+(m.first+n)%3); err != nil {
		return err
	}
	switch n {
	case 0:
		if err := d.answer(m, visit, at, "signed", scrawl(at, m.first)); err != nil {
			return err
		}
		d.out.says(m, "hands the phone over at %s: a rating, and a signature drawn with a finger", at.Name)
	case 2:
		return d.news(m, visit, at, field.NoteCompetitor, map[string]any{"brand": "利群(新版)", "what": "price", "price": 1450 + 50*m.first,
			"text": "邻县送货上门，店主已进 5 条。"})
	case 3:
		return d.news(m, visit, at, field.NoteMarket, map[string]any{"text": "镇东工地开工，外来人员多，低价位走得快。"})
	}
	return nil
}

func (d *day) answer(m *manager, visit uuid.UUID, at field.Store, question string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if _, err = m.must(action{Do: "answer", Visit: visit, Field: question, Value: raw}); err == nil {
		d.book.value(bookValue{what: fmt.Sprintf("answer %s at %s", question, at.Name), record: field.ChecklistID(visit),
			field: field.AnswerPrefix + question, user: m.user, value: value})
	}
	return err
}

func (d *day) news(m *manager, visit uuid.UUID, at field.Store, kind string, values map[string]any) error {
	id := uuid.New()
	for name, value := range values {
		raw, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if _, err := m.must(action{Do: "news", Visit: visit, News: id, Kind: kind, Field: name, Value: raw}); err != nil {
			return err
		}
		d.book.value(bookValue{what: fmt.Sprintf("news at %s", at.Name), record: id, field: name, user: m.user, value: value})
	}
	return nil
}

// scrawl is a name as a hand draws it.
func scrawl(at field.Store, seed int) field.Signature {
	s := field.Signature{Name: at.Owner, W: 716, H: 900}
	for n := range 5 + seed%3 {
		var line [][2]int
		for i := range 14 {
			a := float64(i)*0.45 + float64(n*seed)
			line = append(line, [2]int{90 + n%3*180 + i*11, 260 + n/3*130 + int(48*math.Sin(a))})
		}
		s.Lines = append(s.Lines, line)
	}
	return s
}

func (p *phone) answer(ctx context.Context, a action, _ *ack) error {
	return p.st.SetAnswer(ctx, a.Visit, a.Field, a.Value, nil)
}

func (p *phone) news(ctx context.Context, a action, _ *ack) error {
	return p.st.SetNews(ctx, a.Visit, store.NewsEdit{ID: a.News, Kind: a.Kind, Field: a.Field, Value: a.Value})
}
