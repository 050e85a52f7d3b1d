package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
)

// choices are the codes of the fields of a store that are chosen, not typed.
var choices = map[string][]string{
	"terminal_level": {"ordinary", "modern", "franchise"},
	"business_type":  {"convenience", "supermarket", "grocery", "tobacco_liquor", "entertainment", "other"},
	"market_type":    {"urban", "rural"},
	"district_type":  {"residential", "commercial", "school", "transport", "tourist", "rural"},
}

// A chosen edits one field of a store that has one of some codes, by tapping.
type chosen struct {
	app    *App
	id     uuid.UUID
	name   string
	codes  map[string]*toggle
	now    string
	seen   store.Seen
	fault  *banner
	differ *fyne.Container
	box    fyne.CanvasObject
}

func newChosen(a *App, id uuid.UUID, name string) *chosen {
	c := &chosen{app: a, id: id, name: name, codes: map[string]*toggle{}, fault: newBanner(a, "edit."+name+".fault", markAlarm), differ: column(0)}
	var objs []fyne.CanvasObject
	for _, code := range choices[name] {
		t := newChoice("edit."+name+"."+code, a.Enum(name, code))
		t.onChange = func(bool) { c.save(code) }
		c.codes[code], objs = t, append(objs, t)
	}
	c.box = labelled(a.fieldWord(name), grid(2, gap, objs...), c.differ, c.fault)
	return c
}

func (c *chosen) show(t store.Text) {
	c.now, c.seen = t.Value, whatWasSeen(t.Seen, t.Siblings)
	c.draw()
	c.app.differIn(c.differ, c.id, c.name, len(t.Siblings))
}

func (c *chosen) draw() {
	for code, t := range c.codes {
		t.set(code == c.now)
	}
}

func (c *chosen) save(code string) {
	c.now = code
	c.draw()
	seen := c.seen
	c.app.write(func(ctx context.Context) error { return c.app.deps.Store.SetStoreText(ctx, c.id, c.name, code, seen) }, c.fault.did)
}
