package field

import (
	"strings"

	"storewalk/shared/record"
)

// A Lack is something that a visit should have and does not. What names it after GapPrefix.
type Lack struct {
	What     string
	Item     string // code of the service item; "" for what belongs to none
	Kind     string // of the photos that are missing; "" for another lack
	Question string // id of the question that has no answer
}

// LackOf reads the name of a lack.
func LackOf(what string) Lack {
	l := Lack{What: what}
	kind, rest, _ := strings.Cut(what, ":")
	switch kind {
	case "item":
		l.Item = rest
	case "question":
		l.Question = rest
	case "photo":
		l.Item, l.Kind, _ = strings.Cut(rest, ":")
	}
	return l
}

// What a visit lacks that belongs to no service item.
const (
	LackPhotos = "photos" // any at all, where nothing says which
	LackCount  = "count"
)

// A Haul is what a visit brought besides its checklist.
type Haul struct {
	Photos  map[string]int            // by kind
	OfItem  map[string]map[string]int // those of them that were taken for a service item: by its code, by kind
	Counted bool                      // a line, or the reason why there is none
}

// Add counts n photos of a kind, taken for a service item or, for "", for none.
func (h *Haul) Add(kind, item string, n int) {
	if h.Photos == nil {
		h.Photos, h.OfItem = map[string]int{}, map[string]map[string]int{}
	}
	h.Photos[kind] += n
	if item == "" {
		return
	}
	if h.OfItem[item] == nil {
		h.OfItem[item] = map[string]int{}
	}
	h.OfItem[item][kind] += n
}

// Of returns how many photos of a kind count for a service item: those taken for it and those taken for none.
func (h Haul) Of(item, kind string) int {
	n := h.Photos[kind]
	for of, kinds := range h.OfItem {
		if of != item {
			n -= kinds[kind]
		}
	}
	return n
}

// Lacks returns what a visit lacks, in the order of the template. By phone nobody takes photos or counts, and a newer
// form of template than this version understands requires nothing.
func (t Template) Lacks(v Visit, list record.Record, haul Haul) (out []Lack) {
	away := v.Channel == ByPhone
	if t.Format > TemplateFormat {
		return nil
	}
	for _, item := range t.Items {
		before, excused := len(out), false
		for _, need := range item.Photos {
			short := haul.Of(item.Code, need.Kind) < need.Least
			if excused = excused || short && away; short && !away {
				out = append(out, Lack{What: "photo:" + item.Code + ":" + need.Kind, Item: item.Code, Kind: need.Kind})
			}
		}
		for _, q := range item.Questions {
			if _, ok := Answer(list, q.ID); !ok && q.Required {
				out = append(out, Lack{What: "question:" + q.ID, Item: item.Code, Question: q.ID})
			}
		}
		if item.Required && len(out) == before && !excused && !t.DoneItem(item, list, haul) {
			out = append(out, Lack{What: "item:" + item.Code, Item: item.Code})
		}
	}
	for _, q := range t.Survey {
		if _, ok := Answer(list, q.ID); !ok && q.Required {
			out = append(out, Lack{What: "question:" + q.ID, Question: q.ID})
		}
	}
	if !away && len(t.Items) == 0 && len(haul.Photos) == 0 {
		out = append(out, Lack{What: LackPhotos})
	}
	if !away && t.Kind != VisitInstant && !haul.Counted {
		out = append(out, Lack{What: LackCount})
	}
	return out
}

// Filled reports whether something that was missing is there by now. When the template does not ask for it (any more), it is
// there as soon as there is anything of it.
func (t Template) Filled(l Lack, v Visit, list record.Record, haul Haul) bool {
	v.Channel = OnSite // what was not asked for by phone is not there for that
	for _, now := range t.Lacks(v, list, haul) {
		if now.What == l.What {
			return false
		}
	}
	switch {
	case l.Question != "":
		_, ok := Answer(list, l.Question)
		return ok
	case l.Kind != "":
		return haul.Of(l.Item, l.Kind) > 0
	case l.Item != "":
		tick, _ := TickOf(list, ItemPrefix+l.Item)
		return tick.Done
	case l.What == LackPhotos:
		return len(haul.Photos) > 0
	}
	return haul.Counted
}

// DoneItem reports whether a service item is done: as somebody said, or else when it asks for something and all of that is
// there.
func (t Template) DoneItem(item TemplateItem, list record.Record, haul Haul) bool {
	if tick, ok := TickOf(list, ItemPrefix+item.Code); ok {
		return tick.Done
	}
	asked := false
	for _, need := range item.Photos {
		if need.Least > 0 {
			asked = true
			if haul.Of(item.Code, need.Kind) < need.Least {
				return false
			}
		}
	}
	for _, q := range item.Questions {
		_, ok := Answer(list, q.ID)
		if q.Required && !ok {
			return false
		}
		asked = asked || ok
	}
	return asked
}

// GapReasons are usual reasons why something is missing: the retailer does not want it, the store was closed, there was no
// time, there is no such thing here, it is done next time. Others are given in words.
var GapReasons = []string{"refused", "closed", "no_time", "not_here", "later"}
