package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"storewalk/server/importer"
	"storewalk/server/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

type importPlan struct {
	data
	File string `arg:"" help:"JSON file; - reads the standard input."`
}

// Run imports templates, tasks and announcements, or reports every mistake in the file and changes nothing.
func (i *importPlan) Run(ctx context.Context, c *console) error {
	plans, err := read(c, i.File, func(r io.Reader) ([]importer.Plan, []importer.Problem) {
		plan, problems := importer.ReadPlan(r)
		return []importer.Plan{plan}, problems
	})
	if err != nil {
		return err
	}
	return i.with(ctx, func(st *store.Store) error {
		return putPlan(ctx, st, c, plans[0])
	})
}

func putPlan(ctx context.Context, st *store.Store, c *console, plan importer.Plan) error {
	storeOf, err := st.StoresByLicence(ctx)
	if err != nil {
		return err
	}
	p := planned{ctx: ctx, st: st, storeOf: storeOf}
	p.templates(plan.Templates)
	p.tasks(plan.Tasks)
	p.announcements(plan.Announcements)
	if p.err != nil {
		return p.err
	}
	return counted(c, "plan")(st.ImportPlan(ctx, p.out))
}

// A planned turns what people call things into records. All that it does not find is told at once.
type planned struct {
	ctx context.Context
	st  *store.Store
	out []store.Planned
	err error

	storeOf func(licence string) uuid.UUID
}

func (p *planned) wrong(what string, err error) {
	p.err = errors.Join(p.err, fmt.Errorf("%s: %w", what, err))
}

// planID makes the id of what the office knows by a key.
func planID(typ, key string) uuid.UUID { return uuid.NewSHA1(field.TemplateID(typ), []byte(key)) }

func (p *planned) templates(list []importer.PlanTemplate) {
	for _, t := range list {
		p.out = append(p.out, store.Planned{ID: field.TemplateID(t.Key), Type: field.TypeTemplate, Territory: field.Common, Key: t.Key, Values: t.Fields()})
	}
}

func (p *planned) tasks(list []importer.PlanTask) {
	for _, t := range list {
		manager, err := p.st.AccountByLogin(p.ctx, t.Manager)
		if err != nil {
			p.wrong(t.Manager, err)
		}
		task := field.Task{Kind: t.Kind, Manager: manager.ID, Day: t.Day, Stores: p.stores(t.Stores), Title: t.Title, Text: t.Text, DueMS: ms(t.Due), Closed: t.Closed}
		if t.Template != "" {
			task.Template = field.TemplateID(t.Template)
		}
		id, key := planID(field.TypeTask, t.Key), t.Key
		if t.Kind == field.TaskRoute {
			id, key = field.RouteID(manager.ID, t.Day), t.Manager+" "+t.Day
		}
		p.out = append(p.out, store.Planned{ID: id, Type: field.TypeTask, Territory: field.TerritoryID(t.Territory), Key: key, Values: task.Fields()})
	}
}

func (p *planned) announcements(list []importer.PlanAnnouncement) {
	for _, a := range list {
		territory := field.Common
		if a.Territory != "" {
			territory = field.TerritoryID(a.Territory)
		}
		told := field.Announcement{Title: a.Title, Text: a.Text, FromMS: ms(a.From), UntilMS: ms(a.Until), Stores: p.stores(a.Stores), Closed: a.Closed}
		p.out = append(p.out, store.Planned{ID: planID(field.TypeAnnouncement, a.Key), Type: field.TypeAnnouncement, Territory: territory, Key: a.Key, Values: told.Fields()})
	}
}

func (p *planned) stores(licences []string) []uuid.UUID {
	out := make([]uuid.UUID, 0, len(licences))
	for _, licence := range licences {
		id := p.storeOf(licence)
		if err := p.st.HasStore(p.ctx, id); err != nil {
			p.wrong(licence, err)
		}
		out = append(out, id)
	}
	return out
}

// ms returns Unix milliseconds, 0 for no time.
func ms(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMilli()
}
