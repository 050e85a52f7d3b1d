package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// complaint is what a person is asked when a store complains in a visit.
func complaint(visit uuid.UUID) Asking {
	return Asking{ID: uuid.New(), Store: shop, Visit: visit, Kind: field.RequestComplaint, SpokeMS: time.Now().UnixMilli()}
}

func requestPage(t testing.TB, s *Store, id uuid.UUID) RequestPage {
	t.Helper()
	p, err := s.RequestPage(t.Context(), Asking{ID: id})
	must(t, err)
	return p
}

// asked takes a complaint down and says what it is about.
func asked(t testing.TB, s *Store, text string) Asking {
	t.Helper()
	q := complaint(uuid.Nil)
	must(t, s.SetRequest(t.Context(), q, "text", text, nil))
	return q
}

func happens(t testing.TB, s *Store, id uuid.UUID, kinds ...string) {
	t.Helper()
	for _, kind := range kinds {
		must(t, s.AddRequestEvent(t.Context(), id, kind, RequestDraft{Text: "说明" + kind, Rating: 4}))
	}
}

// story says what became of each event, in order.
func story(p RequestPage) (out []string) {
	for _, ev := range p.Story {
		word := map[bool]string{true: "", false: " not applied, found " + ev.Found}[ev.Applied]
		if ev.Undone {
			word = " undone"
		}
		out = append(out, ev.Who+" "+ev.Kind+word)
	}
	return out
}

func TestARequestIsKeptFromItsFirstLetterAndWithoutAnyNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	q := complaint(visit)
	for name, nothing := range map[string]any{"text": " ", "promise": "", "urgent": false} {
		must(t, s.SetRequest(t.Context(), q, name, nothing, nil))
	}
	must(t, s.SetRequestLink(t.Context(), q, furong, ""))
	if p, err := s.RequestPage(t.Context(), q); err != nil || p.Exists || p.StoreName != "重庆长乐便利店" || !p.Mine || p.Kind != field.RequestComplaint {
		t.Fatalf("%+v %v", p, err)
	}
	must(t, s.SetRequest(t.Context(), q, "text", "送", nil))
	s = reopen(t, s) // the app was killed
	must(t, s.SetRequest(t.Context(), q, "text", "送来的货和公告不一样", requestPage(t, s, q.ID).Parts["text"].Seen))
	must(t, s.SetRequest(t.Context(), q, "promise", "明天来点货", nil))
	must(t, s.SetRequest(t.Context(), q, "urgent", true, nil))
	shelf, _, err := addPhoto(t.Context(), s, visit, "shelf")
	must(t, err)
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{OutOfStock: true}, nil))
	p := requestPage(t, s, q.ID)
	equal(t, []int{len(p.Photos), len(p.Counts), len(p.Products)}, []int{1, 1, 1}) // offered
	must(t, s.SetRequestLink(t.Context(), q, shelf, field.LinkPhoto))
	must(t, s.SetRequestLink(t.Context(), q, visit, field.LinkCount))
	must(t, s.SetRequestLink(t.Context(), q, furong, field.LinkProduct))
	p = requestPage(t, s, q.ID)
	equal(t, fmt.Sprint(p.Photos[0].Linked, p.Counts[0].Linked, p.Counts[0].Lines, p.Products[0].Linked, p.Products[0].Name), "true true 1 true芙蓉王(硬)")
	equal(t, fmt.Sprint(p.Request.Text, p.Request.Promise, p.Request.Urgent, p.Owner, p.Sent, len(p.Differ)), "送来的货和公告不一样明天来点货true李明false 0")
	equal(t, visitPage(t, s, visit).Row.Requests, 1)
	equal(t, visitPage(t, s, visit).Requests[0].Next, field.EventStart)

	// All of it taken away again: no list has it, on the phone or in the office.
	for name, nothing := range map[string]any{"text": "", "promise": " ", "urgent": false} {
		must(t, s.SetRequest(t.Context(), q, name, nothing, requestPage(t, s, q.ID).Parts[name].Seen))
	}
	for _, id := range []uuid.UUID{shelf, visit, furong} {
		must(t, s.SetRequestLink(t.Context(), q, id, ""))
	}
	o.exchange(t, s)
	equal(t, field.RequestOf(o.load(t, q.ID)).Empty(), true)
	equal(t, visitPage(t, s, visit).Row.Requests, 0)
	l, err := s.Requests(t.Context(), uuid.Nil, RequestsAll)
	must(t, err)
	equal(t, len(l.Rows)+l.All+l.Mine, 0)
	_, err = s.RequestPage(t.Context(), Asking{ID: visit})
	wantFault(t, err, "request.not_found")
}

func TestARequestGoesStepByStepToItsRatedEnd(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	q := asked(t, s, "货不对板")
	wantFault(t, s.AddRequestEvent(t.Context(), q.ID, field.EventFollowUp, RequestDraft{Rating: 5}), "request.not_now")
	wantFault(t, s.AddRequestEvent(t.Context(), q.ID, field.EventComment, RequestDraft{Text: " "}), "request.no_words")
	must(t, s.SetRequestDraft(t.Context(), q.ID, RequestDraft{Text: "已经电话"}))
	s = reopen(t, s) // killed while writing
	d := requestPage(t, s, q.ID).Draft
	equal(t, d.Text, "已经电话")
	u, err := s.Unfinished(t.Context())
	must(t, err)
	page, err := s.SyncPage(t.Context())
	must(t, err)
	if u.Drafts != 1 || page.Drafts[0].Request != q.ID || page.Drafts[0].StoreName != "重庆长乐便利店" {
		t.Fatalf("%+v %+v", u, page.Drafts)
	}
	must(t, s.AddRequestEvent(t.Context(), q.ID, field.EventStart, d))
	happens(t, s, q.ID, field.EventArrive, field.EventSolve)
	wantFault(t, s.AddRequestEvent(t.Context(), q.ID, field.EventFollowUp, RequestDraft{Text: "店主说行"}), "request.rating")
	wantFault(t, s.AddRequestEvent(t.Context(), q.ID, field.EventStart, RequestDraft{}), "request.not_now")
	must(t, s.AddRequestEvent(t.Context(), q.ID, field.EventFollowUp, RequestDraft{Text: "店主说行", Rating: 4}))
	p := requestPage(t, s, q.ID)
	equal(t, story(p), []string{"李明 start", "李明 arrive", "李明 solve", "李明 follow_up"})
	equal(t, fmt.Sprint(p.Request.State, p.Request.Rating, p.Story[0].Text, p.Draft), "closed4已经电话{ 0}")
	l, err := s.Requests(t.Context(), shop, RequestsClosed)
	must(t, err)
	equal(t, fmt.Sprint(l.All, l.Closed, l.Rows[0].Rating, l.StoreName), "0 1 4重庆长乐便利店")
	happens(t, s, q.ID, field.EventReopen)
	equal(t, requestPage(t, s, q.ID).Request.State, field.RequestOpen)
}

func TestASlipOfTheThumbIsTakenBackAndItsWordsAreADraftAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	q := asked(t, s, "缺货")
	happens(t, s, q.ID, field.EventStart)
	must(t, s.AddRequestEvent(t.Context(), q.ID, field.EventSolve, RequestDraft{Text: "补了两条"}))
	p := requestPage(t, s, q.ID)
	equal(t, []bool{p.Story[0].MayUndo, p.Story[1].MayUndo}, []bool{false, true}) // the last that counts
	wantFault(t, s.UndoRequestEvent(t.Context(), q.ID, p.Story[0].ID), "request.no_undo")
	must(t, s.UndoRequestEvent(t.Context(), q.ID, p.Story[1].ID))
	must(t, s.UndoRequestEvent(t.Context(), q.ID, p.Story[1].ID)) // tapped twice
	s = reopen(t, s)
	p = requestPage(t, s, q.ID)
	equal(t, story(p), []string{"李明 start", "李明 solve undone", "李明 undo"})
	equal(t, fmt.Sprint(p.Request.State, p.Draft.Text, p.Story[0].MayUndo), "started补了两条true")
	o.exchange(t, s)
	other := newPhone(t, o, wang)
	p = requestPage(t, other, q.ID)
	equal(t, p.Request.State, field.RequestStarted)
	wantFault(t, other.UndoRequestEvent(t.Context(), q.ID, p.Story[0].ID), "request.no_undo") // not hers
}

func TestLiClosesAndWangStartsOfflineAndAllSeeTheSameStory(t *testing.T) {
	t.Parallel()
	for name, order := range map[string][]int{"Li comes home first": {0, 1}, "Wang comes home first": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			phones := []*Store{newPhone(t, o, li), newPhone(t, o, wang)}
			q := asked(t, phones[0], "货不对板")
			o.settled(t, phones...)
			happens(t, phones[0], q.ID, field.EventSolve, field.EventFollowUp)
			for n := range 9 { // a busy day: Wang's start is later than all that Li did
				must(t, phones[1].SetStoreText(t.Context(), grocer, "note", fmt.Sprint("第", n, "次"), page(t, phones[1], grocer).Note.Seen))
			}
			happens(t, phones[1], q.ID, field.EventStart)
			for _, i := range order {
				o.exchange(t, phones[i])
			}
			o.settled(t, phones...)
			want := []string{"李明 solve", "李明 follow_up", "王芳 start not applied, found closed"}
			for _, s := range phones {
				p := requestPage(t, s, q.ID)
				equal(t, story(p), want)
				equal(t, fmt.Sprint(p.Request.State, p.Request.Rating, p.Story[2].FoundBy), "closed4李明")
				equal(t, len(p.Differ), 0)
			}
			equal(t, field.RequestOf(o.load(t, q.ID)).State, field.RequestClosed)
			equal(t, loadRecord(t, phones[0].db, q.ID).Version(), loadRecord(t, phones[1].db, q.ID).Version())
		})
	}
}

func TestARemovedRequestComesBackByAnUndoOrWhenSomebodyActsOnIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	phones := []*Store{newPhone(t, o, li), newPhone(t, o, wang)}
	q := asked(t, phones[0], "写错了店")
	o.settled(t, phones...)
	equal(t, requestPage(t, phones[1], q.ID).May, false) // not hers
	p := requestPage(t, phones[0], q.ID)
	must(t, phones[0].Remove(t.Context(), q.ID, p.Saw))
	l, err := phones[0].Requests(t.Context(), shop, RequestsAll)
	must(t, err)
	if l.All != 0 || len(l.Removed) != 1 || l.Removed[0].Text != "写错了店" || !l.Removed[0].Gone || !l.Removed[0].MayRestore {
		t.Fatalf("%+v", l)
	}
	equal(t, requestPage(t, phones[0], q.ID).Removal.By, "李明")
	must(t, phones[0].Restore(t.Context(), q.ID, l.Removed[0].Saw))
	equal(t, len(page(t, phones[0], shop).Requests), 1)

	p = requestPage(t, phones[0], q.ID)
	must(t, phones[0].Remove(t.Context(), q.ID, p.Saw))
	happens(t, phones[1], q.ID, field.EventStart) // without knowing of that
	o.settled(t, phones...)
	for _, s := range phones {
		p := requestPage(t, s, q.ID)
		equal(t, fmt.Sprint(p.Request.State, p.Removal.Gone, p.Removal.Other, len(page(t, s, shop).Requests)), "startedfalse王芳1")
	}
	wantFault(t, phones[0].Remove(t.Context(), q.ID, requestPage(t, phones[0], q.ID).Saw), "removal.closed")
}

func TestFieldsThatTwoPeopleChangedAreSettledAndTheRequestsThatAreDueFirstAreOnTop(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	phones := []*Store{newPhone(t, o, li), newPhone(t, o, wang)}
	late, soon := asked(t, phones[0], "早上说的"), asked(t, phones[0], "刚说的")
	must(t, phones[0].SetRequest(t.Context(), late, "spoke", time.Now().Add(-3*time.Hour).UnixMilli(), requestPage(t, phones[0], late.ID).Parts["spoke"].Seen))
	solved := asked(t, phones[1], "已经办了")
	happens(t, phones[1], solved.ID, field.EventSolve)
	o.settled(t, phones...)
	l, err := phones[0].Requests(t.Context(), uuid.Nil, RequestsAll)
	must(t, err)
	equal(t, []uuid.UUID{l.Rows[0].ID, l.Rows[1].ID, l.Rows[2].ID}, []uuid.UUID{late.ID, soon.ID, solved.ID})
	equal(t, fmt.Sprint(l.All, l.Mine, l.Closed, l.Rows[2].Next, l.Rows[2].Owner), "3 2 0follow_up王芳")
	l, err = phones[0].Requests(t.Context(), uuid.Nil, RequestsMine)
	must(t, err)
	equal(t, len(l.Rows), 2)
	d := today(t, phones[0], "", field.Position{})
	equal(t, fmt.Sprint(d.Requests.All, d.Requests.Mine, d.Requests.Late, d.Requests.Next), "3 2 1start")

	for i, promise := range []string{"明天送", "后天送"} {
		must(t, phones[i].SetRequest(t.Context(), soon, "promise", promise, nil))
	}
	o.settled(t, phones...)
	p := requestPage(t, phones[1], soon.ID)
	if len(p.Differ) != 1 || p.Differ[0].Field != "promise" || len(p.Parts["promise"].Siblings) != 2 {
		t.Fatalf("%+v", p.Differ)
	}
	all, err := phones[1].Conflicts(t.Context())
	must(t, err)
	must(t, phones[1].Settle(t.Context(), soon.ID, "promise", quoted("明天送"), all[0].Seen))
	o.settled(t, phones...)
	equal(t, requestPage(t, phones[0], soon.ID).Request.Promise, "明天送")
}

func TestRequestsGoFirstThenTheCountOfTheLatestVisitThenTheRest(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	first := checkIn(t, s, grocer)
	must(t, s.SetCount(t.Context(), first, furong, field.CountLine{Packs: 1}, nil))
	must(t, s.CheckOut(t.Context(), first, nowhere))
	_, _, err := addPhoto(t.Context(), s, first, "photo")
	must(t, err)
	visit := checkIn(t, s, shop)
	must(t, s.SetNote(t.Context(), visit, uuid.Nil, "都好", nil))
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: 2}, nil))
	soon := asked(t, s, "刚说的")
	late := asked(t, s, "早上说的")
	must(t, s.SetRequest(t.Context(), late, "spoke", time.Now().Add(-3*time.Hour).UnixMilli(), requestPage(t, s, late.ID).Parts["spoke"].Seen))
	out, err := s.NextPush(t.Context(), wire.MaxBudget)
	must(t, err)
	var ids []uuid.UUID
	for _, o := range out {
		ids = append(ids, o.ID)
	}
	equal(t, ids[:3], []uuid.UUID{late.ID, soon.ID, field.CountID(visit)})
	types := []string{}
	for _, id := range ids {
		types = append(types, loadRecord(t, s.db, id).Type)
	}
	if !slices.IsSortedFunc(types, func(a, b string) int { return pushRank(a) - pushRank(b) }) || len(slices.Compact(slices.Sorted(slices.Values(types)))) < 6 {
		t.Fatal(types)
	}
	one, err := s.NextPush(t.Context(), 1) // a budget for less than one record
	must(t, err)
	equal(t, len(one), 1)
	equal(t, one[0].ID, late.ID)
}

func pushRank(typ string) int {
	return map[string]int{field.TypeRequest: -1, field.TypePhoto: 1, field.TypeThumbnail: 2}[typ]
}

func TestProductsAreFoundByNameAndPinyin(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	for typed, want := range map[string]uuid.UUID{"芙蓉": furong, "zh": zhonghu} {
		found, err := s.FindProducts(t.Context(), typed)
		must(t, err)
		if len(found) != 1 || found[0].ID != want {
			t.Errorf("%s: %+v", typed, found)
		}
	}
	if found, err := s.FindProducts(t.Context(), " "); err != nil || found != nil {
		t.Error(found, err)
	}
}
