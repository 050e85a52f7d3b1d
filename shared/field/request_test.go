package field

import (
	"math/rand/v2"
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
