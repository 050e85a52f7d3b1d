package e2e

import (
	"fmt"
	"testing"
	"time"

	phonestore "storewalk/mobile/store"
	serverstore "storewalk/server/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// syncStory says what became of each event of a request, in order.
func syncStory(q field.Request) (out []string) {
	for _, ev := range q.Events {
		word := ev.Kind
		if !ev.Applied {
			word += " not applied, found " + ev.Found
		}
		out = append(out, word)
	}
	return append(out, q.State)
}

// One closes a request while the other, who knows nothing of that, starts on it: whoever comes home first, both phones and
// the office end with the same story, and what came too late is in it.
func TestSyncTwoWhoWorkOnOneRequestOfflineEndWithOneStory(t *testing.T) {
	t.Parallel()
	for name, order := range syncOrders {
		for _, busy := range []string{"ma", "li"} {
			t.Run(name+", the day of "+busy+" was busy", func(t *testing.T) {
				t.Parallel()
				w := newSyncWorld(t)
				a, b := w.phone("ma"), w.phone("li")
				q := phonestore.Asking{ID: uuid.New(), Store: syncCorner, Kind: field.RequestComplaint, SpokeMS: time.Now().UnixMilli()}
				a.try(a.SetRequest(t.Context(), q, "text", "货不对板", nil))
				a.round()
				b.round()
				for n := range 9 { // what is written last has the higher Lamport time
					p := map[string]*syncPhone{"ma": a, "li": b}[busy]
					p.try(p.SetStoreText(t.Context(), syncCorner, "note", fmt.Sprint("第", n, "次"), syncSeen(t, p, syncCorner, "note")))
				}
				happens := func(p *syncPhone, kind string) {
					p.try(p.AddRequestEvent(t.Context(), q.ID, kind, phonestore.RequestDraft{Rating: 4}))
				}
				happens(a, field.EventSolve)
				happens(a, field.EventFollowUp)
				happens(b, field.EventStart)
				for _, p := range order(a, b) {
					p.round()
				}
				a.round()
				b.round()
				w.settled(a, b)
				want := []string{"start", "solve", "follow_up", "closed"} // her start is before all that he did
				if busy == "li" {
					want = []string{"solve", "follow_up", "start not applied, found closed", "closed"}
				}
				for dir, who := range map[string]string{w.dir: "the office", a.dir: "ma", b.dir: "li"} {
					if got := syncStory(field.RequestOf(syncRecord(t, dir, q.ID))); fmt.Sprint(got) != fmt.Sprint(want) {
						t.Errorf("%s: %v, want %v", who, got, want)
					}
				}
				for _, p := range []*syncPhone{a, b} {
					page, err := p.RequestPage(t.Context(), phonestore.Asking{ID: q.ID})
					if p.try(err); len(page.Story) != 3 || page.Request.Rating != 4 || len(page.Differ) != 0 || !page.Sent {
						t.Errorf("%+v", page)
					}
				}
				d, err := w.store.RequestByID(t.Context(), q.ID)
				a.try(err)
				if d.State != field.RequestClosed || d.Owner.Name != "经理ma" || len(d.Story) != 3 {
					t.Errorf("%+v", d)
				}
				late, err := w.store.Requests(t.Context(), serverstore.RequestFilter{})
				if a.try(err); late.All != 0 {
					t.Errorf("%+v", late)
				}
			})
		}
	}
}
