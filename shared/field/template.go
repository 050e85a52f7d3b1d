package field

import (
	"encoding/json"

	"storewalk/shared/record"

	"github.com/google/uuid"
)

// The kinds of template: what a visit is made for.
const (
	VisitRoutine    = "routine"    // 常规
	VisitInstant    = "instant"    // 即时
	VisitInspection = "inspection" // 季度检查
	VisitNewStore   = "new_store"  // 新户
)

// TemplateFormat is the newest form of template that this version understands. Of a newer one it shows the names
// and says that the app is too old.
const TemplateFormat = 1

// A Template (服务模板) says what has to be done in a visit of one kind.
type Template struct {
	Format int            `json:"format"`
	Kind   string         `json:"kind"`
	Name   Text           `json:"name"`
	Items  []TemplateItem `json:"items"`
	Survey []Question     `json:"survey,omitempty"` // 满意度: asked of the retailer at the end
	Closed bool           `json:"closed,omitempty"`
}

// A TemplateItem is one service item (服务内容) of a visit.
type TemplateItem struct {
	Code      string      `json:"code"` // such as "information"; unique in its template
	Name      Text        `json:"name"`
	Hint      Text        `json:"hint,omitzero"`
	Required  bool        `json:"required,omitempty"`
	Photos    []PhotoNeed `json:"photos,omitempty"`
	Questions []Question  `json:"questions,omitempty"`
	Phrases   []Text      `json:"phrases,omitempty"` // ready sentences for the note
}

// A PhotoNeed asks for photos of one kind.
type PhotoNeed struct {
	Kind   string `json:"kind"`
	Least  int    `json:"least"`            // how many
	Import bool   `json:"import,omitempty"` // a picture from the gallery will do
	Detail bool   `json:"detail,omitempty"` // kept at 2,400 pixels instead of 1,600
}

// The kinds of question.
const (
	AskYesNo     = "yes_no"    // answer: bool
	AskChoice    = "choice"    // answer: the code of an option
	AskMany      = "many"      // answer: a list of codes
	AskNumber    = "number"    // answer: a number
	AskText      = "text"      // answer: a string
	AskRating    = "rating"    // answer: 1 to 5
	AskSignature = "signature" // answer: a Signature
)

// Known reports whether this version can ask the question as it is meant. Another is answered in free text, see Freely.
func (q Question) Known() bool {
	switch q.Kind {
	case AskYesNo, AskChoice, AskMany, AskNumber, AskText, AskRating, AskSignature:
		return true
	}
	return false
}

// A Question is one thing to find out.
type Question struct {
	ID       string   `json:"id"` // unique in its template
	Kind     string   `json:"kind"`
	Text     Text     `json:"text"`
	Options  []Option `json:"options,omitempty"`
	Required bool     `json:"required,omitempty"`
}

// An Option is one of the answers of a choice.
type Option struct {
	Code string `json:"code"`
	Text Text   `json:"text"`
}

// TemplateOf reads a template record. Of a newer form it reads what still has the shape that this version knows.
func TemplateOf(r record.Record) Template {
	e, ok := r.Winner("template")
	if !ok {
		return Template{}
	}
	var t Template
	if json.Unmarshal(e.Value, &t) == nil {
		return t
	}
	return salvageTemplate(e.Value)
}

// Fields returns the template as field values: the office changes it as a whole.
func (t Template) Fields() []Value { return []Value{{"template", t}} }

// TemplateID returns the id of the template with the given short name.
func TemplateID(slug string) uuid.UUID { return derived(TypeTemplate, slug) }
