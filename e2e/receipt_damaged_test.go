package e2e

import (
	"testing"
	"time"

	phonestore "storewalk/mobile/store"
	"storewalk/shared/field"
	"storewalk/shared/receipt"
)

// damaged lists what a phone's disk damaged before it was sent.
func (p *syncPhone) damaged() []phonestore.Damaged {
	p.t.Helper()
	all, err := p.Damaged(p.t.Context())
	p.try(err)
	return all
}

// One record is damaged before it is sent. There is no receipt while nobody has looked; when the person has, there is one
// for everything else, which says that this is not in it. What is left stays on the phone, and the office is told.
func TestReceiptOfEverythingButWhatWasDamagedBeforeItWasSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		damage string // of one record
		left   bool   // its fields can still be read
		day    receipt.Day
	}{
		"a letter of a number": {`UPDATE record SET body = replace(body, '"packs":4', '"packs":7') WHERE type = 'count' AND acked IS NULL`, true, receipt.Day{Visits: 2, Photos: 2, Lines: 2}},
		"half of it":           {`UPDATE record SET body = substr(body, 1, length(body) / 2) WHERE type = 'count' AND acked IS NULL`, false, receipt.Day{Visits: 2, Photos: 2, Lines: 2}},
		"its name":             {`UPDATE record SET body = replace(body, '"type":"count"', '"type":"c0unt"') WHERE type = 'count' AND acked IS NULL`, true, receipt.Day{Visits: 2, Photos: 2, Lines: 2}},
		"the visit, of which the last write is": {`UPDATE record SET body = replace(body, '"f":', '"g":') WHERE type = 'visit' AND acked IS NULL`,
			false, receipt.Day{Visits: 1, Photos: 1, Lines: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSyncWorld(t)
			a := w.phone("ma")
			a.visit(1_000)
			if a.closed() == nil {
				t.Fatal("there is no receipt before")
			}
			a.visit(2_000)
			syncHarm(t, a.dir, c.damage)
			if r := a.closed(); r != nil {
				t.Fatal("a receipt that nobody was told the limits of", r)
			}
			all := a.damaged()
			if len(all) != 1 || all[0].Seen || (len(all[0].Left) > 0) != c.left || !c.left && all[0].Raw == "" {
				t.Fatalf("%+v", all)
			}
			a.try(a.SeeDamaged(t.Context(), all[0].Key, true))
			r := a.closed()
			c.day.Date = field.DayOf(time.Now())
			v := w.verify(r)
			if !v.Whole() || v.Uncovered != 1 || v.Days[0] != c.day {
				t.Fatalf("%+v", v)
			}
			if n := syncCount(t, a.dir, `SELECT count(*) FROM damaged`); n != 1 {
				t.Fatal("what was left is gone")
			}
			if n := syncCount(t, w.dir, `SELECT count(*) FROM alarm WHERE code = 'alarm.digest' AND detail LIKE '%"damaged":1%'`); n != 1 {
				t.Fatal("the office is not told")
			}

			a.try(a.SeeDamaged(t.Context(), all[0].Key, false)) // taken back: nothing is called covered
			if d, err := a.DayEnd(t.Context()); err != nil || d.Covers {
				t.Fatal(d, err)
			}
			a.try(a.SeeDamaged(t.Context(), all[0].Key, true))
			a.visit(3_000) // the work goes on
			if v := w.verify(a.closed()); !v.Whole() || v.Uncovered != 1 || v.Days[0].Visits != c.day.Visits+1 {
				t.Fatalf("%+v", v)
			}
		})
	}
}

// What had been sent before it was written to and damaged comes back from the server as it was; what was written last is lost
// and said to be.
func TestReceiptOfARecordThatCameBackAsItWasBeforeItWasDamaged(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a := w.phone("ma")
	visit := a.visit(1_000)
	if a.closed() == nil {
		t.Fatal("there is no receipt before")
	}
	seen := syncSeen(t, a, field.CountID(visit), field.LineField(syncProduct))
	a.try(a.SetCount(t.Context(), visit, syncProduct, field.CountLine{Packs: 5}, seen))
	syncHarm(t, a.dir, `UPDATE record SET body = replace(body, '"packs":5', '"packs":6') WHERE type = 'count'`)
	a.closed()
	a.try(a.SeeDamaged(t.Context(), a.damaged()[0].Key, true))
	for range 3 { // to compare, to take what is missing, to ask
		a.compare()
		if r := a.closed(); r != nil {
			if v := w.verify(r); !v.Whole() || v.Uncovered != 1 || v.Days[0].Lines != 2 {
				t.Fatalf("%+v", v)
			}
			return
		}
	}
	d, err := a.DayEnd(t.Context())
	t.Fatalf("there is no receipt: %+v %v %+v", d, err, a.damaged())
}
