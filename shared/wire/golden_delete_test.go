package wire_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/record"
)

// A goldenDelete is two copies of a record of which somebody deleted one, and what every client makes of them.
type goldenDelete struct {
	Why    string          `json:"why"`
	A      json.RawMessage `json:"a"`
	B      json.RawMessage `json:"b"`
	Joined json.RawMessage `json:"joined"`
	Fate   string          `json:"fate"`   // "live", "gone" or "disputed"
	Unseen []string        `json:"unseen"` // the fields that hold what no delete saw
}

var goldenFates = map[record.Fate]string{record.Live: "live", record.Gone: "gone", record.Disputed: "disputed"}

// goldenDeletes makes the cases anew, as their file shows them.
func goldenDeletes(t *testing.T) (out []goldenDelete) {
	t.Helper()
	note := func(writes ...set) record.Record {
		return goldenMake(t, goldenVisit, field.TypeNote, goldenWest, record.Place{N: 1}, writes...)
	}
	saw := func(r record.Record) json.RawMessage { return record.DeleteValue(r.Context()) }
	del := func(r record.Record, s set) record.Record {
		s.field, s.seen = record.Deleted, r.Seen(record.Deleted)
		if s.value == nil {
			s.value = saw(r)
		}
		more := goldenMake(t, r.ID, r.Type, r.Territory, r.Place, s)
		e, _ := more.Winner(record.Deleted)
		return r.Set(record.Deleted, e, s.seen)
	}
	first := set{rid: goldenOwn, n: 1, field: "text", value: "1"}
	base := note(first)
	edited := note(first, set{rid: goldenOther, n: 900, lam: 2, field: "text", value: "2", seen: []record.Dot{{Replica: goldenOwn, N: 1}}})
	gone := del(base, set{rid: goldenOwn, n: 2})
	kept := del(gone, set{rid: goldenOther, n: 900, lam: 3, value: record.UndeleteValue})
	both := record.Join(gone, edited)
	for _, c := range []struct {
		why  string
		a, b record.Record
	}{
		{"A delete that saw everything hides the record from all.", base, gone},
		{"An edit that the delete did not see leaves the record in sight.", gone, edited},
		{"Two who delete it apart: what either saw is hidden.", del(edited, set{rid: goldenOther, n: 901, lam: 3}), gone},
		{"Deleted again by one who saw the edit.", del(both, set{rid: goldenOffice, n: 7, lam: 4}), both},
		{"Taken back by one who saw the delete.", gone, kept},
		{"Taken back by one, deleted again by another who did not know.", del(gone, set{rid: goldenOwn, n: 3}), kept},
		{"A word of a later version beside a delete was not seen by it.", gone,
			del(base, set{rid: goldenOther, n: 900, lam: 2, value: json.RawMessage(`{"until":5}`)})},
	} {
		j := record.Join(c.a, c.b)
		g := goldenDelete{Why: c.why, A: c.a.Encode(), B: c.b.Encode(), Joined: j.Encode(), Unseen: []string{}}
		judged := j.Judge()
		g.Fate = goldenFates[judged.Fate]
		for _, u := range judged.Unseen {
			g.Unseen = append(g.Unseen, u.Field)
		}
		out = append(out, g)
	}
	return out
}

func TestEveryClientJudgesDeletesAlike(t *testing.T) {
	t.Parallel()
	var want []goldenDelete
	b, err := os.ReadFile(filepath.Join(golden, "deletes.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	made := goldenDeletes(t)
	if len(made) != len(want) {
		t.Fatalf("%d cases, the file has %d", len(made), len(want))
	}
	for i, w := range want {
		if m := made[i]; !bytes.Equal(m.A, w.A) || !bytes.Equal(m.B, w.B) || !bytes.Equal(m.Joined, w.Joined) || m.Fate != w.Fate || !slices.Equal(m.Unseen, w.Unseen) {
			t.Errorf("%s: now %s %q\n%s\n%s\n%s", w.Why, m.Fate, m.Unseen, m.A, m.B, m.Joined)
		}
		a, errA := record.Decode(w.A)
		b, errB := record.Decode(w.B)
		if errA != nil || errB != nil {
			t.Error(w.Why, errA, errB)
			continue
		}
		for _, j := range []record.Record{record.Join(a, b), record.Join(b, a)} {
			if !bytes.Equal(j.Encode(), w.Joined) || goldenFates[j.Judge().Fate] != w.Fate {
				t.Error(w.Why, j.Judge())
			}
			if err := field.Validate(j, record.Record{}); err != nil && goldenFates[j.Judge().Fate] != "disputed" {
				t.Error(w.Why, err)
			}
		}
	}
}
