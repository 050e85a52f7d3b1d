package store

import (
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// applied is an application that the office has.
func applied(t *testing.T, o *office, s *Store, change map[string]string) uuid.UUID {
	t.Helper()
	id := begin(t, s, shop, field.ApplyInfo)
	for name, text := range change {
		must(t, s.SetApplicationText(t.Context(), id, name, text))
	}
	must(t, s.SubmitApplication(t.Context(), id))
	o.exchange(t, s)
	return id
}

// approve writes edits of the store and the decision as a server does, in one transaction; wrote is nil from one that does
// not say what it wrote.
func (o *office) approve(t *testing.T, id uuid.UUID, wrote []string, edits ...ledger.Edit) {
	t.Helper()
	o.write(t, append(edits, ledger.Edit{ID: id, Field: "decision", Value: field.Decision{State: field.DecisionApproved, AtMS: 7, Wrote: wrote}, SeenAll: true})...)
}

func wrote(id uuid.UUID, name string, value any) ledger.Edit {
	return ledger.Edit{ID: id, Type: field.TypeStore, Territory: town, Field: name, Value: value, SeenAll: true}
}

// outcome is what of an application was approved and does not stand in the store.
func outcome(t *testing.T, s *Store, id uuid.UUID, undone, coming []string) {
	t.Helper()
	a := application(t, s, id)
	equal(t, [][]string{a.Undone, a.Coming}, [][]string{undone, coming})
}

func TestAnApprovalThatWroteNothingIsNotShownAsDone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	id := applied(t, o, s, map[string]string{"grade": "20", "owner": "马小兰"})
	outcome(t, s, id, nil, nil)                        // it waits
	o.approve(t, id, nil, wrote(shop, "owner", "马小兰")) // by a server that knows no grade, and does not say so
	o.exchange(t, s)
	outcome(t, s, id, []string{"grade"}, nil)
	p := page(t, s, shop)
	if a, shown := p.Asked["grade"]; !shown || a.ID != id || len(p.Asked) != 1 {
		t.Errorf("the store's page does not say it: %+v", p.Asked)
	}
	outcome(t, reopen(t, s), id, []string{"grade"}, nil)
}

func TestAServerThatSaysWhatItWroteIsBelieved(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	id := applied(t, o, s, map[string]string{"grade": "20", "owner": "马小兰"})
	o.approve(t, id, []string{"owner"})
	resp := o.news(t, s, wire.SyncResponse{})
	resp.Feeds[0].More = true // what it wrote comes with the next answer
	must(t, s.Apply(t.Context(), nil, resp))
	outcome(t, s, id, []string{"grade"}, []string{"owner"})
	p := page(t, s, shop)
	equal(t, [][]string{p.Asked["grade"].Undone, p.Asked["grade"].Coming}, [][]string{{"grade"}, nil})
	equal(t, [][]string{p.Asked["owner"].Undone, p.Asked["owner"].Coming}, [][]string{nil, {"owner"}})
	o.write(t, wrote(shop, "owner", "马小兰"))
	o.exchange(t, s)
	outcome(t, s, id, []string{"grade"}, nil)
}

func TestAnApprovedFieldThatWasChangedSinceIsNotHeldAgainstTheServer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	stood := applied(t, o, s, map[string]string{"owner": "马小兰"})
	o.write(t, wrote(shop, "owner", "马小兰")) // somebody in the office was faster: the approval writes nothing new
	o.approve(t, stood, nil, wrote(shop, "owner", "马小兰"))
	o.exchange(t, s)
	outcome(t, s, stood, nil, nil)
	id := applied(t, o, s, map[string]string{"grade": "20", "township": "640402101"})
	o.approve(t, id, nil, wrote(shop, "grade", 20), wrote(shop, "township", "640402101"))
	o.write(t, wrote(shop, "grade", 12))
	o.write(t, wrote(shop, "owner", "马文才"))
	o.exchange(t, s)
	outcome(t, s, id, nil, nil)
	outcome(t, s, stood, nil, nil)
	again := applied(t, o, s, map[string]string{"grade": "21"})
	o.approve(t, again, nil) // not written; then it is set by hand, or by the next approval
	o.exchange(t, s)
	outcome(t, s, again, []string{"grade"}, nil)
	o.write(t, wrote(shop, "grade", 22))
	o.exchange(t, s)
	outcome(t, s, again, nil, nil)
	if p := page(t, s, shop); len(p.Asked) != 0 {
		t.Errorf("%+v", p.Asked)
	}
}

// An old server's phone may have heard of the decision before it hears of the store, when a line is cut between two answers.
func TestAnApprovalWhoseStoreHasNotArrivedIsNotHeldAgainstTheServer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	id := applied(t, o, s, map[string]string{"grade": "20"})
	o.approve(t, id, nil, wrote(shop, "grade", 20))
	o.write(t, wrote(shop, "note", "店面在翻修")) // and comes later in the feed for it
	all := o.news(t, s, wire.SyncResponse{})
	first := all
	first.Feeds = []wire.Feed{all.Feeds[0]}
	first.Feeds[0].Puts, first.Feeds[0].More = nil, true
	first.Feeds[0].Puts = append(first.Feeds[0].Puts, o.load(t, id).Encode())
	must(t, s.Apply(t.Context(), nil, first))
	outcome(t, s, id, nil, []string{"grade"})
	equal(t, page(t, s, shop).Asked["grade"].Coming, []string{"grade"})
	must(t, s.Apply(t.Context(), nil, all))
	outcome(t, s, id, nil, nil)
}

func TestAnApprovedNewStoreHasNotArrivedUntilItIsHere(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	id := begin(t, s, uuid.Nil, field.ApplyNewStore)
	change := map[string]string{"name": "新开的店", "licence_no": "640402109999"}
	for name, text := range change {
		must(t, s.SetApplicationText(t.Context(), id, name, text))
	}
	must(t, s.SubmitApplication(t.Context(), id))
	o.exchange(t, s)
	o.approve(t, id, []string{"name", "licence_no"})
	o.exchange(t, s)
	outcome(t, s, id, nil, []string{"licence_no", "name"})
	made := field.StoreID(change["licence_no"])
	o.write(t, wrote(made, "name", "新开的店"), wrote(made, "licence_no", "640402109999"))
	o.exchange(t, s)
	outcome(t, s, id, nil, nil)
}

// What a newer app asked for is not known here: whether its value stands can only be taken from there being one.
func TestAFieldThatOnlyANewerAppKnowsIsUndoneOnlyWhenTheStoreHasNothingOfIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	id := applied(t, o, s, map[string]string{"grade": "20"})
	o.write(t, ledger.Edit{ID: id, Field: "change", Value: map[string]any{"grade": "20", "solar_panel": 2}, SeenAll: true})
	o.approve(t, id, nil, wrote(shop, "grade", 20))
	o.exchange(t, s)
	outcome(t, s, id, []string{"solar_panel"}, nil)
	o.write(t, wrote(shop, "solar_panel", 2))
	o.exchange(t, s)
	outcome(t, s, id, nil, nil)
}
