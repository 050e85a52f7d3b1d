package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"storewalk/shared/field"
)

// A Plan is what the office wants done and told. Keys are short names that the office gives, so that the same file
// read again changes what it said before.
type Plan struct {
	Templates     []PlanTemplate     `json:"templates"`
	Tasks         []PlanTask         `json:"tasks"`
	Announcements []PlanAnnouncement `json:"announcements"`
}

// A PlanTemplate is a template under its key.
type PlanTemplate struct {
	Key string `json:"key"`
	field.Template
}

// A PlanTask names people by their logins and stores by their licences.
type PlanTask struct {
	Key       string    `json:"key"` // of an instant task; a route is known by its manager and day
	Kind      string    `json:"kind"`
	Territory string    `json:"territory"` // short name
	Manager   string    `json:"manager"`
	Day       string    `json:"day"` // of a route, 2026-11-22
	Stores    []string  `json:"stores"`
	Title     string    `json:"title"`
	Text      string    `json:"text"`
	Due       time.Time `json:"due,omitzero"`
	Template  string    `json:"template"` // key; "" for the routine one
	Closed    bool      `json:"closed"`
}

// A PlanAnnouncement is told in a territory, or everywhere.
type PlanAnnouncement struct {
	Key       string     `json:"key"`
	Territory string     `json:"territory"` // short name; "" everywhere
	Title     field.Text `json:"title"`
	Text      field.Text `json:"text"`
	From      time.Time  `json:"from"`
	Until     time.Time  `json:"until,omitzero"`
	Stores    []string   `json:"stores"` // licences; none: all
	Closed    bool       `json:"closed"`
}

// ReadPlan reads a plan from a JSON file. When there is a problem, it returns no plan.
func ReadPlan(r io.Reader) (Plan, []Problem) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return Plan{}, []Problem{{Code: "file.unreadable", Value: err.Error()}}
	}
	if len(data) > maxFile {
		return Plan{}, []Problem{{Code: "file.too_large"}}
	}
	var p Plan
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields() // a misspelt word must not pass for one that was left out
	if err := in.Decode(&p); err != nil {
		return Plan{}, []Problem{{Line: lineAt(data, in.InputOffset(), err), Code: "plan.json", Value: err.Error()}}
	}
	c := planCheck{}
	c.templates(p.Templates)
	c.tasks(p.Tasks)
	for i, a := range p.Announcements {
		at := fmt.Sprintf("announcements[%d].", i)
		c.need(at+"key", a.Key)
		c.once(at+"key", a.Key)
		c.need(at+"title", a.Title.In("zh"))
		c.need(at+"text", a.Text.In("zh"))
	}
	if len(p.Templates)+len(p.Tasks)+len(p.Announcements) == 0 {
		c.problems = append(c.problems, Problem{Code: "file.empty"})
	}
	if len(c.problems) > 0 {
		return Plan{}, c.problems
	}
	return p, nil
}

// lineAt returns the line of a mistake.
func lineAt(data []byte, offset int64, err error) int {
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &typ):
		offset = typ.Offset
	}
	return 1 + bytes.Count(data[:min(int64(len(data)), offset)], []byte("\n"))
}

// A planCheck gathers problems; a place in the file is named by its path.
type planCheck struct {
	problems []Problem
	keys     map[string]bool
}

func (c *planCheck) need(path, value string) {
	if strings.TrimSpace(value) == "" {
		c.problems = append(c.problems, Problem{Code: "plan.missing", Value: path})
	}
}

func (c *planCheck) oneOf(path, value string, words ...string) {
	if !slices.Contains(words, value) {
		c.problems = append(c.problems, Problem{Code: "plan.unknown", Value: path + ": " + value, Want: strings.Join(words, ", ")})
	}
}

// once reports a name that is there twice in one list or template.
func (c *planCheck) once(path, key string) {
	list, _, _ := strings.Cut(path, "[")
	if c.keys == nil {
		c.keys = map[string]bool{}
	}
	if key != "" && c.keys[list+"\x00"+key] {
		c.problems = append(c.problems, Problem{Code: "plan.twice", Value: key})
	}
	c.keys[list+"\x00"+key] = true
}

func (c *planCheck) templates(list []PlanTemplate) {
	for i, t := range list {
		at := fmt.Sprintf("templates[%d].", i)
		c.need(at+"key", t.Key)
		c.once(at+"key", t.Key)
		c.need(at+"name", t.Name.In("zh"))
		c.oneOf(at+"kind", t.Kind, field.VisitRoutine, field.VisitInstant, field.VisitInspection, field.VisitNewStore)
		if t.Format != field.TemplateFormat {
			c.problems = append(c.problems, Problem{Code: "plan.unknown", Value: fmt.Sprintf("%sformat: %d", at, t.Format), Want: number(field.TemplateFormat)})
		}
		ids := t.Key + " "
		for j, item := range t.Items {
			at := fmt.Sprintf("%sitems[%d].", at, j)
			c.need(at+"code", item.Code)
			c.once(ids+"code[", item.Code)
			c.need(at+"name", item.Name.In("zh"))
			for k, p := range item.Photos {
				c.oneOf(fmt.Sprintf("%sphotos[%d].kind", at, k), p.Kind, field.PhotoKinds...)
			}
			c.questions(at+"questions", ids, item.Questions)
		}
		c.questions(at+"survey", ids, t.Survey)
	}
}

func (c *planCheck) questions(path, ids string, list []field.Question) {
	for i, q := range list {
		at := fmt.Sprintf("%s[%d].", path, i)
		c.need(at+"id", q.ID)
		c.once(ids+"id[", q.ID)
		c.need(at+"text", q.Text.In("zh"))
		c.oneOf(at+"kind", q.Kind, field.AskYesNo, field.AskChoice, field.AskMany, field.AskNumber, field.AskText, field.AskRating, field.AskSignature)
		if choice := q.Kind == field.AskChoice || q.Kind == field.AskMany; choice && len(q.Options) == 0 {
			c.problems = append(c.problems, Problem{Code: "plan.missing", Value: at + "options"})
		}
	}
}

func (c *planCheck) tasks(list []PlanTask) {
	for i, t := range list {
		at := fmt.Sprintf("tasks[%d].", i)
		c.oneOf(at+"kind", t.Kind, field.TaskRoute, field.TaskInstant)
		c.need(at+"territory", t.Territory)
		c.need(at+"manager", t.Manager)
		if len(t.Stores) == 0 {
			c.problems = append(c.problems, Problem{Code: "plan.missing", Value: at + "stores"})
		}
		if t.Kind == field.TaskInstant {
			c.need(at+"key", t.Key)
			c.once(at+"key", t.Key)
			c.need(at+"title", t.Title)
		} else if _, err := time.Parse(time.DateOnly, t.Day); err != nil {
			c.problems = append(c.problems, Problem{Code: "date.invalid", Value: at + "day: " + t.Day})
		}
	}
}
