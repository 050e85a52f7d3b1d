package field

import (
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// The kinds of task.
const (
	TaskRoute   = "route"   // 常规: the stores of one day in the order they are visited
	TaskInstant = "instant" // 即时: sent now, to be done until it is due
)

// A Task (任务) is work that the office gives to a manager.
type Task struct {
	Kind     string
	Manager  uuid.UUID
	Day      string // of a route, as in DayOf
	Stores   []uuid.UUID
	Title    string
	Text     string
	DueMS    int64     // of an instant task, Unix milliseconds; 0 is no hurry
	Template uuid.UUID // what a visit for it has to do; nil for the routine one
	Closed   bool      // the office took it back
}

// TaskOf reads a task record.
func TaskOf(r record.Record) Task {
	return Task{Kind: get[string](r, "kind"), Manager: get[uuid.UUID](r, "manager"), Day: get[string](r, "day"),
		Stores: get[[]uuid.UUID](r, "stores"), Title: get[string](r, "title"), Text: get[string](r, "text"),
		DueMS: get[int64](r, "due"), Template: get[uuid.UUID](r, "template"), Closed: get[bool](r, "closed")}
}

// Fields returns the task as field values.
func (t Task) Fields() []Value {
	return []Value{{"kind", t.Kind}, {"manager", t.Manager}, {"day", t.Day}, {"stores", t.Stores}, {"title", t.Title},
		{"text", t.Text}, {"due", t.DueMS}, {"template", t.Template}, {"closed", t.Closed}}
}

// RouteID returns the id of a manager's route on a day, so that planning the day twice changes one plan.
func RouteID(manager uuid.UUID, day string) uuid.UUID {
	return derived(TypeTask, manager.String()+"\x00"+day)
}

// An Announcement (公告) is what managers tell the stores that never go online.
type Announcement struct {
	Title   Text
	Text    Text
	FromMS  int64
	UntilMS int64       // 0: until it is taken back
	Stores  []uuid.UUID // none: all of the territory
	Closed  bool
}

// AnnouncementOf reads an announcement record.
func AnnouncementOf(r record.Record) Announcement {
	return Announcement{Title: get[Text](r, "title"), Text: get[Text](r, "text"), FromMS: get[int64](r, "from"),
		UntilMS: get[int64](r, "until"), Stores: get[[]uuid.UUID](r, "stores"), Closed: get[bool](r, "closed")}
}

// Fields returns the announcement as field values.
func (a Announcement) Fields() []Value {
	return []Value{{"title", a.Title}, {"text", a.Text}, {"from", a.FromMS}, {"until", a.UntilMS}, {"stores", a.Stores}, {"closed", a.Closed}}
}
