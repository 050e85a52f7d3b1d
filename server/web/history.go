package web

import (
	"encoding/json"
	"slices"

	"storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// An event is what a history shows as one entry: a change of one value, or all that came new at once.
type event struct {
	Author     store.Person
	AtMS       int64 // of a change, by its writer's clock
	ReceivedMS int64
	Change     *store.Change // nil when the entry is about what came new, or was removed
	Word       string        // the key of what was done with a whole photo or note; "" when it is about something else
	Created    created
}

// created counts what was new in one arrival.
type created struct {
	CheckIn, CheckOut    bool
	Photos, Lines, Notes int
	Profile              bool // a store's own fields
}

// events turns changes into entries, the newest first.
func events(changes []store.Change) []event {
	type arrival struct {
		author     uuid.UUID
		receivedMS int64
	}
	var out []event
	first := map[arrival]int{}
	made := arrival{} // of a store's profile: it came with the licence number
	if i := slices.IndexFunc(changes, func(c store.Change) bool { return c.Type == field.TypeStore && c.Field == "licence_no" }); i >= 0 {
		made = arrival{changes[i].Author.ID, changes[i].ReceivedMS}
	}
	for i := range changes {
		c := &changes[i]
		if c.Field == record.Deleted && field.Deletable(c.Type) {
			out = append(out, event{Author: c.Author, AtMS: c.Wall.AtMS, ReceivedMS: c.ReceivedMS, Word: removalWord(c)})
			continue
		}
		key := arrival{c.Author.ID, c.ReceivedMS}
		_, placed := field.PlacedBy(c.Field) // news each time, never part of what a store began with
		if c.Type == field.TypeStore && c.Old == nil && !c.Disputed && !placed && key != made {
			c.Old = json.RawMessage("null") // the store was there, and the field was empty
		}
		if c.Old != nil || c.Disputed || placed {
			out = append(out, event{Author: c.Author, AtMS: c.Wall.AtMS, ReceivedMS: c.ReceivedMS, Change: c})
			continue
		}
		at, seen := first[key]
		if !seen {
			at = len(out)
			first[key] = at
			out = append(out, event{Author: c.Author, ReceivedMS: c.ReceivedMS})
		}
		out[at].Created.add(c)
	}
	slices.SortStableFunc(out, func(a, b event) int { return int(b.ReceivedMS - a.ReceivedMS) })
	return out
}

func (n *created) add(c *store.Change) {
	switch {
	case c.Type == field.TypePhoto:
		n.Photos++
	case c.Type == field.TypeNote:
		if c.Field == "text" { // each note has one
			n.Notes++
		}
	case c.Type == field.TypeCount:
		n.Lines++
	case c.Type == field.TypeStore:
		n.Profile = true
	case c.Field == "check_in":
		n.CheckIn = true
	case c.Field == "check_out":
		n.CheckOut = true
	}
}
