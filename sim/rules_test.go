package sim

import (
	"encoding/json"
	"slices"
	"testing"

	"storewalk/shared/record"
	"storewalk/shared/wire"
)

// A rule is one of those that keep anything from being lost. The simulation can break it where it holds both ends:
// on the line, and in the files.
type rule struct {
	name    string
	profile func(*profile)
	request func(*world, *phone, *wire.SyncRequest)
	answer  func(*world, *phone, *wire.SyncResponse)
	remove  func(*world, record.Vector) record.Vector // what a delete claims to have seen
	// A server that is rolled back with its epoch file takes what it lost for its own future.
	sameHistory bool
}

// mostSeeds is how many seeds may pass before a broken rule shows.
const mostSeeds = 40

// often makes a run that is all about a few things.
func often(set func(*profile)) func(*profile) {
	return func(p *profile) {
		p.meanwhile, p.office, p.photos = 0.2, 0.15, 0.3
		set(p)
	}
}

var rules = []*rule{
	{name: "a double is told by its tokens", profile: often(func(p *profile) { p.wholeFolders, p.rollback, p.clone = true, 0.12, 0.06 }), request: hideTokens},
	{name: "whole records travel", request: stripFields},
	{name: "a feed leaves nothing out", answer: func(w *world, _ *phone, r *wire.SyncResponse) {
		for i := range r.Feeds {
			if n := len(r.Feeds[i].Puts); n > 0 && w.chance(0.2) {
				r.Feeds[i].Puts = r.Feeds[i].Puts[:n-1]
			}
		}
	}},
	{name: "a phone hears what has left", profile: often(func(p *profile) { p.move = 0.15 }), answer: func(_ *world, _ *phone, r *wire.SyncResponse) {
		for i := range r.Feeds {
			r.Feeds[i].Outs = nil
		}
	}},
	{name: "a phone hears what was taken away", profile: often(func(p *profile) { p.grant = 0.1 }), answer: func(_ *world, _ *phone, r *wire.SyncResponse) {
		r.Revoked = nil
	}},
	{name: "a receipt means that it is on the disk", request: hidePush, answer: func(_ *world, p *phone, r *wire.SyncResponse) {
		if p.hidden {
			r.Receipts = append(r.Receipts, wire.Receipt{Status: wire.Same})
		}
	}},
	{name: "an offset means that it is on the disk", profile: often(func(p *profile) { p.photos, p.cut, p.lose = 1, 0.2, 0.2 }),
		request: func(_ *world, p *phone, r *wire.SyncRequest) { p.asks = r.Blobs },
		answer: func(_ *world, p *phone, r *wire.SyncResponse) {
			for i := range r.Blobs {
				for _, ask := range p.asks {
					if ask.Ref == r.Blobs[i].Ref {
						r.Blobs[i].Offset = ask.Size
					}
				}
			}
		}},
	{name: "a delete hides only what it saw", profile: often(func(p *profile) { p.removes, p.clone, p.wholeFolders = 0.3, 0.1, false }), remove: seeAll},
	{name: "a restored server begins a new history", profile: often(func(p *profile) { p.backup, p.restore = 0.1, 0.1 }), sameHistory: true},
}

func TestEveryRuleIsNeeded(t *testing.T) {
	template := newTemplate(t)
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for seed := uint64(1); seed <= mostSeeds; seed++ {
				if out := simulate(t, template, seed, r); out.violation != "" {
					t.Logf("seed %d: %.120s", seed, out.violation)
					return
				}
			}
			t.Errorf("broken, and %d seeds did not notice", mostSeeds)
		})
	}
}

// hideTokens lets every request pass for the one that follows the last.
func hideTokens(w *world, _ *phone, r *wire.SyncRequest) {
	if w.sent == nil {
		w.sent = map[record.Replica][]string{}
	}
	r.Was = slices.Clone(w.sent[r.Replica])
	sent := append(w.sent[r.Replica], r.Next)
	w.sent[r.Replica] = sent[max(0, len(sent)-wire.MaxWas):]
}

// stripFields leaves out of each pushed record the fields that have no new value of the phone's.
func stripFields(w *world, _ *phone, r *wire.SyncRequest) {
	for i, raw := range r.Push {
		rec, err := record.Decode(raw)
		w.must(err)
		var body, fields map[string]json.RawMessage
		w.must(json.Unmarshal(raw, &body))
		w.must(json.Unmarshal(body["f"], &fields))
		for _, name := range rec.Names() {
			own := slices.ContainsFunc(rec.Entries(name), func(e record.Entry) bool { return e.Dot.Replica == r.Replica && e.Dot.N > r.Confirmed })
			if !own {
				delete(fields, name)
			}
		}
		body["f"], err = json.Marshal(fields)
		w.must(err)
		r.Push[i], err = json.Marshal(body)
		w.must(err)
	}
}

// hidePush keeps a record from the server, whose answer then says that it has it.
func hidePush(w *world, p *phone, r *wire.SyncRequest) {
	n := len(r.Push)
	p.hidden = n > 0 && w.chance(0.2)
	if p.hidden {
		r.Push = r.Push[:n-1]
	}
}
