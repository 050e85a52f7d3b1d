package web

import (
	"net/http"
	"net/url"
	"time"

	"storewalk/server/store"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/words"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

type visitsBody struct {
	Query     visitQuery
	Managers  []store.Person
	Townships []string
	Calendar  []calendarDay
	Today     store.Summary
	Days      []visitDay
	Older     string // address of the next page
	First     bool   // this is the newest page
}

// A visitDay is the visits that arrived on one day.
type visitDay struct {
	Label string // "" for today, otherwise the date
	Rows  []store.VisitRow
}

// A calendarDay is a day to choose in the filter.
type calendarDay struct{ Value, Text string }

const calendarDays = 31

// calendar is the last days, today first, and the chosen one when it is older.
func calendar(now time.Time, chosen string, say words.Words) []calendarDay {
	out := make([]calendarDay, 0, calendarDays+1)
	for i := range calendarDays {
		day := now.AddDate(0, 0, -i)
		text := say.T("weekday."+day.Weekday().String()) + " · " + shortDay(day, say)
		if i < 2 {
			text = say.T([]string{"filter.today", "filter.yesterday"}[i])
		}
		out = append(out, calendarDay{day.Format(time.DateOnly), text})
	}
	if day, err := time.ParseInLocation(time.DateOnly, chosen, field.Zone); err == nil && chosen < out[len(out)-1].Value {
		out = append(out, calendarDay{chosen, say.Date(day.UnixMilli())})
	}
	return out
}

// shortDay is a day of this year.
func shortDay(day time.Time, say words.Words) string {
	if say.Lang() == words.EN {
		return day.Format("2 Jan")
	}
	return day.Format("1月2日")
}

// A visitQuery is the list's filter as it stands in the address.
type visitQuery struct {
	Manager, Text, Township, Day string
	Out, Conflict                bool
	Before                       string
}

func readVisitQuery(c *gin.Context) visitQuery {
	return visitQuery{
		Manager: c.Query("manager"), Text: c.Query("q"), Township: c.Query("township"), Day: c.Query("day"),
		Out: c.Query("out") != "", Conflict: c.Query("conflict") != "", Before: c.Query("before"),
	}
}

// Any reports whether the filter keeps something out.
func (q visitQuery) Any() bool {
	q.Before = ""
	return q != visitQuery{}
}

func (q visitQuery) address() string {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("manager", q.Manager)
	set("q", q.Text)
	set("township", q.Township)
	set("day", q.Day)
	set("before", q.Before)
	if q.Out {
		v.Set("out", "1")
	}
	if q.Conflict {
		v.Set("conflict", "1")
	}
	if len(v) == 0 {
		return "/visits"
	}
	return "/visits?" + v.Encode()
}

// filter ignores what is no id and no day, as a half-typed address has it.
func (q visitQuery) filter() store.VisitFilter {
	f := store.VisitFilter{Text: q.Text, Township: q.Township, Conflicts: q.Conflict, OutOfStock: q.Out, Before: q.Before}
	f.Manager, _ = uuid.Parse(q.Manager)
	if day, err := time.ParseInLocation(time.DateOnly, q.Day, field.Zone); err == nil {
		f.Day = day
	}
	return f
}

func (w *Web) visits(c *gin.Context) error {
	ctx, q := c.Request.Context(), readVisitQuery(c)
	list, err := w.store.Visits(ctx, q.filter())
	if err != nil {
		return err
	}
	b := visitsBody{Query: q, First: q.Before == ""}
	now := time.Now().In(field.Zone)
	y, m, d := now.Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, field.Zone)
	if b.Today, err = w.store.Arrived(ctx, midnight.UnixMilli()); err != nil {
		return err
	}
	if b.Managers, err = w.store.Managers(ctx); err != nil {
		return err
	}
	if b.Townships, err = w.store.Townships(ctx); err != nil {
		return err
	}
	b.Calendar = calendar(now, q.Day, w.book.In(language(c)))
	b.Days = byArrival(list.Rows, midnight, w.book.In(language(c)))
	if list.Older != "" {
		next := q
		next.Before = list.Older
		b.Older = next.address()
	}
	return w.render(c, http.StatusOK, "visits", page{Title: "term.visits", Section: "visits", Live: q.address(), Body: b})
}

// byArrival cuts the list where one day of arrival ends.
func byArrival(rows []store.VisitRow, midnight time.Time, say words.Words) []visitDay {
	var out []visitDay
	for _, r := range rows {
		label := say.Date(r.ArrivedMS)
		if r.ArrivedMS >= midnight.UnixMilli() {
			label = ""
		}
		if len(out) == 0 || out[len(out)-1].Label != label {
			out = append(out, visitDay{Label: label})
		}
		last := &out[len(out)-1]
		last.Rows = append(last.Rows, r)
	}
	return out
}

type visitBody struct {
	store.VisitDetail
	Requests []store.RequestRow
	Events   []event
}

func (w *Web) visit(c *gin.Context) error {
	id, err := pathID(c, "id", "visit.not_found")
	if err != nil {
		return err
	}
	d, err := w.store.VisitByID(c.Request.Context(), id)
	if err != nil {
		return err
	}
	requests, err := w.store.Requests(c.Request.Context(), store.RequestFilter{Visit: id, Any: true, Limit: maxOfOne})
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, "visit", page{
		Title: d.StoreName, Section: "visits", Live: c.Request.URL.Path, Body: visitBody{d, requests.Rows, events(d.History)},
	})
}

// pathID reads an id from the address; anything that is not an id is a page that does not exist.
func pathID(c *gin.Context, name, code string) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Param(name))
	if err != nil {
		return id, fault.New(fault.NotFound, code, err)
	}
	return id, nil
}
