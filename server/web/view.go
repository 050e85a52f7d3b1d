package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	"time"

	"storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/words"

	"github.com/google/uuid"
)

//go:embed templates
var templateFiles embed.FS

// parse makes the templates of every page in every language: the functions of a template speak one.
func (w *Web) parse() (map[words.Lang]map[string]*template.Template, error) {
	names, err := fs.Glob(templateFiles, "templates/page_*.html")
	if err != nil {
		return nil, err
	}
	out := map[words.Lang]map[string]*template.Template{}
	for _, lang := range words.Langs() {
		out[lang] = map[string]*template.Template{}
		v := view{w.book.In(lang).Guarded(isolate), w.townships}
		for _, file := range names {
			t, err := template.New("").Funcs(v.funcs(w.assets)).ParseFS(templateFiles, "templates/layout.html", "templates/part_*.html", file)
			if err != nil {
				return nil, err
			}
			name := strings.TrimSuffix(strings.TrimPrefix(file, "templates/page_"), ".html")
			out[lang][name] = t
		}
	}
	return out, nil
}

// view turns what the store says into text of one language.
type view struct {
	words.Words
	townships map[string]string
}

func (v view) funcs(a assets) template.FuncMap {
	return template.FuncMap{
		"t": v.T, "n": v.N, "enum": v.Enum, "faultText": v.FaultCode, "asset": a.address,
		"datetime": v.DateTime, "short": v.ShortDateTime, "clock": v.Clock, "date": v.Date, "dayOf": v.Day,
		"ago":      func(ms int64) string { return v.Ago(time.Now(), ms) },
		"township": v.township, "duration": v.duration, "rail": newRail, "line": v.line, "besides": v.besides, "change": v.change,
		"value": v.value, "fieldName": v.FieldName, "storeField": v.storeField, "wanted": v.wanted, "moved": v.moved, "seen": store.FormatSeen, "initial": initial, "who": v.who,
		"asideText": v.asideText, "alarmText": v.alarmText, "otherDay": v.otherDay,
		"langs": words.Langs, "clockOff": v.clockOff, "size": size, "day": func(ms int64) string { return shortDay(time.UnixMilli(ms).In(field.Zone), v.Words) },
		"sub":     func(a, b int) int { return a - b },
		"add":     func(a, b int64) int64 { return a + b },
		"mayType": store.MayType, "isLine": isLine,
		"tab": func(icon, to, text string, on bool, n int) tab { return tab{icon, to, text, on, n} },
		"inVisit": func(c store.Conflict, p page) conflictView {
			return conflictView{c, p.Live, false, newLineForm(c, p.Query), p.Fault}
		},
		"inList": func(c store.Conflict, p page) conflictView {
			return conflictView{c, "/conflicts", true, newLineForm(c, p.Query), p.Fault}
		},
		"isVisit": func(c store.Conflict) bool { return c.Visit != uuid.Nil },
		"isSet":   func(id uuid.UUID) bool { return id != uuid.Nil },
		"text":    v.text, "modes": v.modes, "place": v.place, "answer": v.answer, "gap": v.gap, "reason": v.reason,
		"signature": v.signature, "newsLine": v.newsLine, "removedOf": removedOf, "proof": v.proof,
		"requestDue": v.requestDue, "requestClock": v.requestClock, "whyNot": v.whyNot,
		"contact": v.contact, "agreed": v.agreed, "profile": v.profile,
		"created": v.created, "late": late, "newest": func(q visitQuery) string { q.Before = ""; return q.address() },
	}
}

// A tab is an entry of the navigation; N is how much waits there.
type tab struct {
	Icon, To, Text string
	On             bool
	N              int
}

// A conflictView is a conflict with where its form leads back to. Place: it says which store it is about.
type conflictView struct {
	store.Conflict
	Next  string
	Place bool
	Line  lineForm
	Fault string // why what was typed into Line was refused
}

// late reports whether something reached the server well after it was written.
func late(atMS, receivedMS int64) bool { return receivedMS-atMS > 5*60*1000 }

// created lists what was new in one arrival.
func (v view) created(n created) string {
	var parts []string
	add := func(yes bool, text string) {
		if yes {
			parts = append(parts, text)
		}
	}
	add(n.Profile, v.T("history.profile"))
	add(n.CheckIn, v.T("history.checkin"))
	add(n.Photos > 0, v.N("unit.photos", n.Photos))
	add(n.Lines > 0, v.N("unit.lines", n.Lines))
	add(n.Notes > 0, v.N("history.notes", n.Notes))
	add(n.CheckOut, v.T("history.checkout"))
	return v.T("history.created", "List", strings.Join(parts, v.T("history.separator")))
}

func (v view) township(code string) string {
	if name, ok := v.townships[code]; ok {
		return name
	}
	return code
}

// who names a person; what nobody did, the server or an import did.
func (v view) who(p store.Person) string {
	switch {
	case p.Name != "":
		return isolate(p.Name)
	case p.ID == (store.Person{}).ID:
		return v.T("who.office")
	}
	return v.T("who.unknown")
}

// asideText says to the office why something was put aside: the words for the code itself are the manager's.
func (v view) asideText(code string) string {
	if key := "aside.why." + code; v.Has(key) {
		return v.T(key)
	}
	return v.T("aside.why", "Code", code)
}

// alarmText says what was noticed about a phone, and what to do.
func (v view) alarmText(a store.Alarm) string {
	if v.Has(a.Code) {
		return v.T(a.Code, "Detail", a.Detail, "Here", a.Found.Here, "There", a.Found.There, "Differ", a.Found.Differ, "Damaged", a.Found.Damaged)
	}
	return v.T("alarm.unknown", "Code", a.Code)
}

// otherDay is the day on which something was done when it was not the day of its arrival, otherwise "".
func (v view) otherDay(done store.Stamp, arrivedMS int64) string {
	at, arrived := time.UnixMilli(done.AtMS).In(field.Zone), time.UnixMilli(arrivedMS).In(field.Zone)
	switch {
	case done.AtMS == 0 || v.Date(done.AtMS) == v.Date(arrivedMS):
		return ""
	case at.Year() == arrived.Year():
		return shortDay(at, v.Words)
	}
	return v.Date(done.AtMS)
}

// duration is how long a visit took; "" when nobody knows.
func (v view) duration(from, to store.Stamp) string {
	minutes := int((to.AtMS - from.AtMS + 30_000) / 60_000)
	switch {
	case from.AtMS == 0 || to.AtMS < from.AtMS || from.Doubtful || to.Doubtful:
		return ""
	case minutes < 60:
		return v.N("unit.minutes", max(minutes, 1))
	}
	return v.T("duration.hours", "H", minutes/60, "M", minutes%60)
}

// clockOff says how far a phone's clock is ahead (positive) or behind, "" when it is good.
func (v view) clockOff(offsetMS int64) string {
	key := "clock.ahead"
	if offsetMS < 0 {
		key, offsetMS = "clock.behind", -offsetMS
	}
	minutes := (offsetMS + 30_000) / 60_000
	switch {
	case minutes <= 2:
		return ""
	case minutes < 120:
		return v.T(key, "By", v.T("clock.minutes", "N", minutes))
	case minutes < 48*60:
		return v.T(key, "By", v.T("clock.hours", "N", (minutes+30)/60))
	}
	return v.T(key, "By", v.T("clock.days", "N", (minutes+12*60)/(24*60)))
}

// line is a count in words: "3 条 4 包 · 断货".
func (v view) line(l field.CountLine) string {
	parts := []string{v.amount(l)}
	if l.OnDisplay {
		parts = append(parts, v.T("term.on_display"))
	}
	if l.OutOfStock {
		parts = append(parts, v.T("term.out_of_stock"))
	}
	return strings.Join(parts, " · ")
}

// besides is what was found of a product beside its numbers: facings, price, what was delivered.
func (v view) besides(c store.CountRow) string {
	var parts []string
	if c.Facings > 0 {
		parts = append(parts, v.T("count.facings", "N", c.Facings))
	}
	if c.PriceFen > 0 {
		parts = append(parts, v.T("count.price", "Price", yuan(c.PriceFen), "Guide", yuan(c.Basis.GuideFen)))
	}
	if c.Delivered > 0 {
		parts = append(parts, v.T("count.brought", "N", c.Delivered))
	}
	return strings.Join(parts, " · ")
}

func yuan(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }

func (v view) amount(l field.CountLine) string {
	switch {
	case l.Cartons == 0:
		return v.N("unit.packs", l.Packs)
	case l.Packs == 0:
		return v.N("unit.cartons", l.Cartons)
	}
	return v.N("unit.cartons", l.Cartons) + " " + v.N("unit.packs", l.Packs)
}

// A delta is how a count differs from the one before.
type delta struct {
	Up, Down bool
	Text     string
}

func (v view) change(now field.CountLine, before *field.CountLine) delta {
	if before == nil {
		return delta{Text: v.T("count.first")}
	}
	switch diff := now.Total() - before.Total(); {
	case diff > 0:
		return delta{Up: true, Text: "+" + v.amount(field.CountLine{Cartons: diff / field.PacksPerCarton, Packs: diff % field.PacksPerCarton})}
	case diff < 0:
		return delta{Down: true, Text: "−" + v.amount(field.CountLine{Cartons: -diff / field.PacksPerCarton, Packs: -diff % field.PacksPerCarton})}
	}
	return delta{Text: v.T("count.same")}
}

// value is the value of a field in words. The office knows the townships of all territories.
func (v view) value(typ, name string, s field.Subject, raw json.RawMessage) string {
	s.Townships = v.townships
	return v.FieldValue(typ, name, s, raw)
}

func isLine(name string) bool {
	_, ok := field.LineProduct(name)
	return ok
}

// initial is what stands in a person's mark.
func initial(name string) string {
	for _, r := range name {
		return string(r)
	}
	return "·"
}

func size(bytes int64) string {
	switch {
	case bytes < 1<<20:
		return fmt.Sprintf("%d KB", max(1, bytes>>10))
	case 100<<20 <= bytes && bytes < 1<<30:
		return fmt.Sprintf("%d MB", bytes>>20)
	case bytes < 1<<30:
		return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
	}
	return fmt.Sprintf("%.1f GB", float64(bytes)/(1<<30))
}

// A rail shows where in the working day a visit lay, as a bar from 8 to 19 o'clock in railWidth units.
type rail struct{ X, Width int }

const (
	railWidth           = 100
	barLeast            = 4
	dayStart, dayLength = 8 * 60, 11 * 60 // minutes
)

func newRail(in, out store.Stamp) rail {
	at := func(s store.Stamp) int {
		t := time.UnixMilli(s.AtMS).In(field.Zone)
		return min(max((t.Hour()*60+t.Minute()-dayStart)*railWidth/dayLength, 0), railWidth-barLeast)
	}
	if in.AtMS == 0 || in.Doubtful {
		return rail{}
	}
	r := rail{X: at(in), Width: barLeast}
	if out.AtMS > in.AtMS {
		r.Width = max(barLeast, at(out)-r.X)
	}
	return r
}
