package field

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"storewalk/shared/record"

	"github.com/google/uuid"
)

// happened adds events to a request, each with the Lamport time of its place in the list.
func happened(t *testing.T, r record.Record, order []int, kinds ...string) record.Record {
	t.Helper()
	for _, i := range order {
		v, err := record.Value(RequestEvent{Kind: kinds[i], AtMS: int64(i), Rating: i})
		if err != nil {
			t.Fatal(err)
		}
		e := record.Entry{Dot: record.Dot{Replica: record.Replica{byte(1 + i%2)}, N: uint64(100 + i)}, Lam: uint64(100 + i), Value: v}
		r = r.Set(EventPrefix+uuid.NewSHA1(uuid.Nil, []byte{byte(i)}).String(), e, nil)
	}
	return r
}

func TestARequestHasTheSameStateInWhateverOrderItsEventsCame(t *testing.T) {
	t.Parallel()
	kinds := []string{EventStart, EventSolve, EventStart, EventComment, EventFollowUp, EventReopen}
	base := of(t, TypeRequest, "kind", RequestComplaint)
	want := RequestOf(happened(t, base, []int{0, 1, 2, 3, 4, 5}, kinds...))
	if want.State != RequestOpen || want.Rating != 4 || len(want.Events) != 6 {
		t.Fatalf("%+v", want)
	}
	for i, ev := range want.Events {
		if applied := i != 2; ev.Applied != applied {
			t.Errorf("event %d, %s: applied %v: nobody starts what is solved, and what came too late is kept", i, ev.Kind, ev.Applied)
		}
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		got := RequestOf(happened(t, base, rnd.Perm(len(kinds)), kinds...))
		if got.State != want.State || got.Rating != want.Rating {
			t.Fatalf("%+v", got)
		}
	}
}

func TestTheClockOfAComplaintRunsFromWhenTheStoreSpoke(t *testing.T) {
	t.Parallel()
	spoke := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		q     Request
		event string
		after time.Duration
	}{
		{Request{Kind: RequestComplaint, State: RequestOpen}, EventStart, 2 * time.Hour},
		{Request{Kind: RequestComplaint, State: RequestStarted}, EventArrive, 24 * time.Hour},
		{Request{Kind: RequestComplaint, State: RequestOnSite}, EventSolve, 48 * time.Hour},
		{Request{Kind: RequestEnquiry, State: RequestOpen}, EventStart, 24 * time.Hour},
		{Request{Kind: RequestSupply, State: RequestStarted}, EventSolve, 48 * time.Hour},
	} {
		tt.q.SpokeMS = spoke.UnixMilli()
		if event, at := tt.q.Due(); event != tt.event || at != spoke.Add(tt.after).UnixMilli() {
			t.Errorf("%s %s: %s in %s", tt.q.Kind, tt.q.State, event, time.UnixMilli(at).Sub(spoke))
		}
	}
	if event, at := (Request{State: RequestClosed}).Due(); event != "" || at != 0 {
		t.Errorf("what is closed is due for %s at %d", event, at)
	}
}

// told writes events one after the other, each by its author at an hour of the day.
func told(t *testing.T, r record.Record, events ...RequestEvent) record.Record {
	t.Helper()
	for i, ev := range events {
		if ev.AtMS == 0 {
			ev.AtMS = int64(i+1) * time.Hour.Milliseconds()
		}
		v, err := record.Value(ev)
		if err != nil {
			t.Fatal(err)
		}
		e := record.Entry{Dot: record.Dot{Replica: record.Replica{9}, N: uint64(200 + i)}, Lam: uint64(200 + i), Author: ev.Author, Value: v}
		r = r.Set(EventPrefix+ev.ID.String(), e, nil)
	}
	return r
}

func eventID(n byte) uuid.UUID { return uuid.NewSHA1(uuid.Nil, []byte{n}) }

func TestAnEventIsTakenBackByItsAuthorAloneAndWhatWasBuiltOnItNoLongerHolds(t *testing.T) {
	t.Parallel()
	base := of(t, TypeRequest, "kind", RequestComplaint)
	solved := []RequestEvent{{Kind: EventStart, ID: eventID(1), Author: "li"}, {Kind: EventSolve, ID: eventID(2), Author: "li"},
		{Kind: EventFollowUp, ID: eventID(3), Author: "wang", Rating: 5}}
	for _, tt := range []struct {
		by, state string
		rating    int
		late      string // what became of the follow-up: the state that it came to
	}{{"li", RequestStarted, 0, RequestStarted}, {"wang", RequestClosed, 5, RequestSolved}} {
		q := RequestOf(told(t, base, append(solved, RequestEvent{Kind: EventUndo, ID: eventID(4), Author: tt.by, Undoes: eventID(2)})...))
		follow := q.Events[2]
		if q.State != tt.state || q.Rating != tt.rating || follow.Found != tt.late || follow.Applied != (tt.by == "wang") || follow.FoundBy != "li" {
			t.Errorf("taken back by %s: %s, rated %d, %+v", tt.by, q.State, q.Rating, follow)
		}
		if undo := q.Events[3]; undo.Applied != (tt.by == "li") || q.Events[1].Undone != (tt.by == "li") || len(q.Events) != 4 {
			t.Errorf("taken back by %s: %+v", tt.by, q.Events)
		}
	}
}

func TestTheClocksOfAReopenedRequestRunFromWhenTheStoreSpokeAgain(t *testing.T) {
	t.Parallel()
	hour := time.Hour.Milliseconds()
	base := of(t, TypeRequest, "kind", RequestComplaint)
	events := []RequestEvent{{Kind: EventStart, ID: eventID(1), AtMS: hour}, {Kind: EventSolve, ID: eventID(2), AtMS: 50 * hour},
		{Kind: EventReopen, ID: eventID(3), AtMS: 60 * hour}}
	late := RequestOf(told(t, base, events[:2]...)).Clocks()
	want := []Clock{{EventStart, 2 * hour, hour}, {EventArrive, 24 * hour, 50 * hour}, {EventSolve, 48 * hour, 50 * hour}}
	for i, c := range late {
		if c != want[i] || c.Late(0) != (i > 0) {
			t.Errorf("%+v, want %+v", c, want[i])
		}
	}
	q := RequestOf(told(t, base, events...))
	if event, at := q.Due(); event != EventStart || at != 62*hour {
		t.Errorf("due for %s at %d h", event, at/hour)
	}
	if c := q.Clocks()[2]; c.DoneMS != 0 || c.DueMS != 108*hour || c.Late(107*hour) || !c.Late(109*hour) {
		t.Errorf("%+v", c)
	}
	if c := (Request{Kind: RequestSupply}).Clocks(); len(c) != 2 || c[0].DueMS != 24*hour {
		t.Errorf("%+v", c)
	}
}

func TestLinksOfTwoPeopleStandBesideEachOtherAndNothingWrittenIsEmpty(t *testing.T) {
	t.Parallel()
	a, b := eventID(1), eventID(2)
	r := of(t, TypeRequest, "kind", RequestSupply)
	if !RequestOf(r).Empty() {
		t.Error("a kind alone says nothing")
	}
	link := func(r record.Record, to uuid.UUID, kind string, n uint64) record.Record {
		v, _ := record.Value(kind)
		return r.Set(LinkPrefix+to.String(), record.Entry{Dot: record.Dot{Replica: record.Replica{byte(40 + n)}, N: n}, Lam: n, Value: v}, r.Seen(LinkPrefix+to.String()))
	}
	both := record.Join(link(r, a, LinkPhoto, 1), link(r, b, LinkProduct, 2))
	if q := RequestOf(both); len(q.Links) != 2 || q.Empty() || len(both.Contested()) != 0 {
		t.Errorf("%+v", q.Links)
	}
	if q := RequestOf(link(both, a, "", 3)); len(q.Links) != 1 || q.Links[0] != (RequestLink{b, LinkProduct}) {
		t.Errorf("%+v", q.Links)
	}
}

func TestAnEventWhoseTimeCanNotBeIsKnownByWhatItCameAfter(t *testing.T) {
	t.Parallel()
	const now, hour = int64(1_800_000_000_000), int64(3600_000)
	for name, c := range map[string]struct {
		spoke  int64
		events []RequestEvent
		want   []bool
	}{
		"all in order":              {now - 5*hour, []RequestEvent{{Kind: EventStart, AtMS: now - 4*hour}, {Kind: EventComment, AtMS: now}}, []bool{false, false}},
		"a little ahead":            {now - hour, []RequestEvent{{Kind: EventStart, AtMS: now + 60_000}}, []bool{false}},
		"still to come":             {now - hour, []RequestEvent{{Kind: EventStart, AtMS: now + hour}}, []bool{true}},
		"before the store spoke":    {now - hour, []RequestEvent{{Kind: EventStart, AtMS: now - 2*hour}}, []bool{true}},
		"spoken by a wrong clock":   {now + 9000*hour, []RequestEvent{{Kind: EventStart, AtMS: now - 2*hour}}, []bool{false}},
		"written beside each other": {now - 5*hour, []RequestEvent{{Kind: EventStart, AtMS: now - hour}, {Kind: EventArrive, AtMS: now - 2*hour}}, []bool{false, false}},
		"asked before it was solved": {now - 5*hour, []RequestEvent{{Kind: EventSolve, AtMS: now - hour, Applied: true}, {Kind: EventFollowUp, AtMS: now - 2*hour}},
			[]bool{false, true}},
	} {
		if got := (Request{SpokeMS: c.spoke, Events: c.events}).ByAWrongClock(now); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
