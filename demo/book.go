package main

import (
	"slices"
	"sync"

	"storewalk/shared/blob"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// A book is the story's own account of everything that a phone promised to keep. Nothing in it comes from
// a database: only from what phones acknowledged.
type book struct {
	mu     sync.Mutex
	phones map[uuid.UUID]bool // by user
	visits []bookVisit
	photos []bookPhoto
	values []bookValue
}

// A bookVisit is a visit from check-in to check-out.
type bookVisit struct {
	id, store, user   uuid.UUID
	inMS, outMS       int64
	storeName, player string
}

// A bookPhoto is a photo that a phone keeps.
type bookPhoto struct {
	id, visit uuid.UUID
	ref       blob.Ref
}

// A bookValue is the last that one person entered in one field.
type bookValue struct {
	what   string // for people
	record uuid.UUID
	note   uuid.UUID // of a note: its visit, because the phone makes the note's id
	field  string
	user   uuid.UUID
	value  any
}

func (b *book) phone(user uuid.UUID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.phones == nil {
		b.phones = map[uuid.UUID]bool{}
	}
	b.phones[user] = true
}

func (b *book) checkIn(v bookVisit) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.visits = append(b.visits, v)
}

func (b *book) checkOut(id uuid.UUID, atMS int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.visits {
		if b.visits[i].id == id {
			b.visits[i].outMS = atMS
		}
	}
}

func (b *book) photo(p bookPhoto) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.photos = append(b.photos, p)
}

func (b *book) value(v bookValue) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.values = slices.DeleteFunc(b.values, func(old bookValue) bool {
		return old.record == v.record && old.note == v.note && old.field == v.field && old.user == v.user
	})
	b.values = append(b.values, v)
}

func (b *book) count(user, visit, product uuid.UUID, what string, line field.CountLine) {
	b.value(bookValue{what: what, record: field.CountID(visit), field: field.LineField(product), user: user, value: line})
}

func (b *book) noted(user, visit uuid.UUID, what, text string) {
	b.value(bookValue{what: what, note: visit, field: "text", user: user, value: text})
}

func (b *book) profile(user, store uuid.UUID, what, name, text string) {
	b.value(bookValue{what: what, record: store, field: name, user: user, value: text})
}

func (b *book) asked(user, request uuid.UUID, what, text string) {
	b.value(bookValue{what: what, record: request, field: "text", user: user, value: text})
}
