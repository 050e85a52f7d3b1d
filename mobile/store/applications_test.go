package store

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

func begin(t *testing.T, s *Store, about uuid.UUID, kind string) uuid.UUID {
	t.Helper()
	id, err := s.BeginApplication(t.Context(), about, kind)
	must(t, err)
	return id
}

func application(t *testing.T, s *Store, id uuid.UUID) Application {
	t.Helper()
	a, err := s.Application(t.Context(), id)
	must(t, err)
	return a
}

func TestAnApplicationIsKeptFromItsFirstLetterAndFixedWhenItIsSubmitted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	shelf, _, err := addPhoto(t.Context(), s, visit, "shelf")
	must(t, err)
	id := begin(t, s, shop, field.ApplyInfo)
	wantFault(t, s.SubmitApplication(t.Context(), id), "application.empty")
	must(t, s.SetApplicationText(t.Context(), id, "owner", "王小堃"))
	must(t, s.SetApplicationText(t.Context(), id, "name", "别的名字"))
	must(t, s.SetApplicationText(t.Context(), id, "name", "重庆长乐便利店")) // as it is: no change
	wantFault(t, s.SetApplicationText(t.Context(), id, "name", strings.Repeat("长", field.MaxTextRunes+1)), "text.too_long")
	must(t, s.SetApplicationReason(t.Context(), id, "儿子接手"))
	equal(t, len(application(t, s, id).Others), 1)
	must(t, s.SetEvidence(t.Context(), id, shelf, true))
	taken, err := s.AddEvidence(t.Context(), id, field.Photo{Kind: "evidence", Size: 1, TakenMS: 1}, []byte("thumb"), Sequel{})
	must(t, err)

	s = reopen(t, s) // the app was killed
	equal(t, begin(t, s, shop, field.ApplyInfo), id)
	a := application(t, s, id)
	equal(t, a.Change, map[string]string{"owner": "王小堃"})
	equal(t, []any{a.Reason, a.StoreName, a.Mine, a.Submitted(), a.Sent}, []any{"儿子接手", "重庆长乐便利店", true, false, false})
	equal(t, a.Photos, []uuid.UUID{shelf, taken})
	equal(t, []int{len(a.Evidence), len(a.Others)}, []int{2, 0})
	equal(t, string(a.Evidence[1].Thumb), "thumb")

	must(t, s.SubmitApplication(t.Context(), id))
	must(t, s.SubmitApplication(t.Context(), id)) // tapped twice
	wantFault(t, s.SetApplicationReason(t.Context(), id, "不对"), "application.submitted")
	equal(t, page(t, s, shop).Profile.Owner, "王堃") // only the office changes it
	if next := begin(t, s, shop, field.ApplyInfo); next == id {
		t.Error("a submitted application is written on")
	}
	o.exchange(t, s)
	equal(t, application(t, s, id).Sent, true)
}

func TestThePhoneShowsWhatTheOfficeDecided(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	id := begin(t, s, shop, field.ApplyTerminal)
	must(t, s.SetApplicationText(t.Context(), id, "terminal_level", "modern"))
	must(t, s.SubmitApplication(t.Context(), id))
	o.exchange(t, s)
	o.write(t, ledger.Edit{ID: id, Field: "decision", Value: field.Decision{State: field.DecisionRejected, Text: "面积不够", AtMS: 7}})
	o.exchange(t, s)
	pending := page(t, s, shop).Pending
	if len(pending) != 1 || pending[0].Decision.Text != "面积不够" || pending[0].Decision.State != field.DecisionRejected {
		t.Errorf("%+v", pending)
	}
}

func TestANewStoreIsAppliedForWithANameALicenceAndPhotos(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	id := begin(t, s, uuid.Nil, field.ApplyNewStore)
	must(t, s.SetApplicationText(t.Context(), id, "name", "新开的店"))
	wantFault(t, s.SubmitApplication(t.Context(), id), "application.incomplete")
	must(t, s.SetApplicationText(t.Context(), id, "licence_no", "640402109999"))
	_, err := s.AddEvidence(t.Context(), id, field.Photo{Kind: "evidence", Size: 1, TakenMS: 1}, []byte("thumb"), Sequel{})
	must(t, err)
	must(t, s.SubmitApplication(t.Context(), id))
	all, err := s.Applications(t.Context())
	must(t, err)
	if len(all) != 1 || all[0].StoreName != "新开的店" || all[0].Store != uuid.Nil {
		t.Errorf("%+v", all)
	}
	o.exchange(t, s)
	equal(t, o.load(t, id).Territory, town)
}

func TestAClosureNamesTheDay(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	id := begin(t, s, shop, field.ApplyClosure)
	must(t, s.SubmitApplication(t.Context(), id))
	if day := application(t, s, id).Change["closed"]; len(day) != len("2026-11-22") {
		t.Errorf("%q", day)
	}
}

func TestADayThatMakesNoSenseIsNotAppliedFor(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	licence, closure := begin(t, s, shop, field.ApplyLicence), begin(t, s, shop, field.ApplyClosure)
	now := time.Now()
	wantFault(t, s.SetApplicationText(t.Context(), licence, "opened", field.DayOf(now.AddDate(0, 0, 2))), "day.far")
	wantFault(t, s.SetApplicationText(t.Context(), closure, "closed", field.DayOf(now.AddDate(3, 0, 0))), "day.far")
	must(t, s.SetApplicationText(t.Context(), licence, "opened", field.DayOf(now)))
	must(t, s.SetApplicationText(t.Context(), closure, "closed", field.DayOf(now.AddDate(1, 0, 0))))
	equal(t, []string{application(t, s, licence).Change["opened"], application(t, s, closure).Change["closed"]}, []string{field.DayOf(now), field.DayOf(now.AddDate(1, 0, 0))})
}

func TestTheLastApplicationForEachFieldIsKnownUntilItIsApproved(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s, other := newPhone(t, o, li), newPhone(t, o, wang)
	o.put(t, town, field.TypeTerritory, field.Value{Field: "townships", Value: map[string]string{"640402100": "三营镇", "640402101": "官厅镇"}})
	o.exchange(t, s)
	looked := begin(t, s, shop, field.ApplyLicence) // and nothing was written
	if p := page(t, s, shop); len(p.Asked) > 0 || len(p.Pending) > 0 {
		t.Errorf("%+v", p.Pending)
	}
	id := begin(t, s, shop, field.ApplyInfo)
	for name, text := range map[string]string{"grade": "20", "integrity_grade": "B", "township": "640402101"} {
		must(t, s.SetApplicationText(t.Context(), id, name, text))
	}
	wantFault(t, s.SetApplicationText(t.Context(), id, "grade", "31"), "grade.invalid")
	wantFault(t, s.SetApplicationText(t.Context(), looked, "opened", "2024-13-01"), "day.invalid")
	asked := page(t, s, shop).Asked
	if a := asked["grade"]; len(asked) != 3 || a.ID != id || a.Change["grade"] != "20" || a.Townships["640402101"] != "官厅镇" {
		t.Errorf("%+v", asked)
	}
	o.exchange(t, s)
	o.exchange(t, other)
	if asked := page(t, other, shop).Asked; len(asked) > 0 { // somebody else is still writing it
		t.Errorf("%+v", asked)
	}
	must(t, s.SubmitApplication(t.Context(), id))
	o.exchange(t, s)
	o.exchange(t, other)
	equal(t, page(t, other, shop).Asked["township"].ID, id)
	o.write(t, ledger.Edit{ID: id, Field: "decision", Value: field.Decision{State: field.DecisionRejected, AtMS: 7}})
	o.exchange(t, s)
	equal(t, page(t, s, shop).Asked["grade"].Decision.State, field.DecisionRejected)
	again := begin(t, s, shop, field.ApplyInfo)
	must(t, s.SetApplicationText(t.Context(), again, "grade", "19"))
	equal(t, page(t, s, shop).Asked["grade"].ID, again)
	equal(t, page(t, s, shop).Asked["township"].ID, id)
	must(t, s.SubmitApplication(t.Context(), again))
	o.exchange(t, s)
	o.write(t, ledger.Edit{ID: shop, Field: "grade", Value: 19}, ledger.Edit{ID: again, Field: "decision", Value: field.Decision{State: field.DecisionApproved, AtMS: 8}})
	o.exchange(t, s)
	if _, still := page(t, s, shop).Asked["grade"]; still {
		t.Error("what was approved is still asked for")
	}
}

func TestAClosureThatSomebodyOnlyLookedAtIsOfTodayAndOneWhoseDayWasChosenIsListed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	id := begin(t, s, shop, field.ApplyClosure)
	longAgo := time.Now().AddDate(0, 0, -20)
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error { // looked at then
		_, err := ledger.Write(t.Context(), tx, ledger.Writer{Author: li, WallMS: longAgo.UnixMilli()},
			with(ledger.Edit{ID: id}, "change", map[string]string{"closed": field.DayOf(longAgo)}))
		return err
	}))
	equal(t, len(page(t, s, shop).Pending), 0)
	equal(t, begin(t, s, shop, field.ApplyClosure), id)
	equal(t, application(t, s, id).Change["closed"], field.DayOf(time.Now()))
	equal(t, len(page(t, s, shop).Pending), 0)

	must(t, s.SetApplicationText(t.Context(), id, "closed", "2026-01-31"))
	equal(t, begin(t, s, shop, field.ApplyClosure), id)
	equal(t, application(t, s, id).Change["closed"], "2026-01-31")
	equal(t, len(page(t, s, shop).Pending), 1)
	all, err := s.Applications(t.Context())
	must(t, err)
	equal(t, len(all), 1)
}
