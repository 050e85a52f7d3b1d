package store

import (
	"fmt"
	"testing"
	"time"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

func TestTheMapShowsWhatIsDoneDueAndAskedFor(t *testing.T) {
	t.Parallel()
	now := time.Now()
	o := plannedOffice(t, field.DayOf(now), village(1), village(2))
	o.write(t, wholly(town, field.TypeTerritory, field.Territory{Name: "原州一片", County: "640402",
		Outline:   [][][2]float64{{{106, 35}, {107, 35}, {107, 37}}},
		Townships: map[string]string{"640402200": "三营镇", "640402299": "没有零售户的乡"}}.Fields())...)
	o.write(t, wholly(uuid.NewSHA1(uuid.Nil, []byte("job")), field.TypeTask, field.Task{Kind: field.TaskInstant, Manager: li, Stores: []uuid.UUID{village(1), village(5)}}.Fields())...)
	o.write(t, wholly(uuid.NewSHA1(uuid.Nil, []byte("ask")), field.TypeRequest, []field.Value{{Field: "store", Value: village(3)}, {Field: "kind", Value: field.RequestSupply},
		{Field: "text", Value: "缺货"}})...)
	s := newPhone(t, o, li)
	must(t, s.CheckOut(t.Context(), checkIn(t, s, village(1)), nowhere))
	must(t, s.CheckOut(t.Context(), checkIn(t, s, village(2)), nowhere))

	m, err := s.Map(t.Context(), now)
	must(t, err)
	states := map[uuid.UUID]DotState{}
	for _, d := range m.Dots {
		states[d.Store] = d.State
	}
	// The first village was visited for the route and is due for the instant task.
	equal(t, fmt.Sprint(states[village(0)], states[village(1)], states[village(2)], states[village(3)], states[village(5)]),
		fmt.Sprint(DotOther, DotDue, DotDone, DotRequest, DotDue))
	equal(t, len(m.Dots), 6)
	equal(t, m.Unplaced, 2)
	equal(t, len(m.Outlines), 1)
	equal(t, len(m.Towns), 1)
	equal(t, m.Towns[0].Name, "三营镇")
	equal(t, fmt.Sprintf("%.3f %.1f", m.Towns[0].Lat, m.Towns[0].Lon), "36.022 106.2")
}
