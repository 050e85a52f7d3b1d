package store

import (
	"strings"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// putAside is a round in which the server puts aside everything that is sent.
func putAside(t *testing.T, o *office, s *Store) {
	t.Helper()
	sent, err := s.NextPush(t.Context(), wire.MaxBudget)
	must(t, err)
	var resp wire.SyncResponse
	for range sent {
		resp.Receipts = append(resp.Receipts, wire.Receipt{Status: wire.Quarantined, Code: "record.out_of_scope"})
	}
	must(t, s.Apply(t.Context(), sent, o.news(t, s, resp)))
}

func storeRow(t *testing.T, s *Store, id uuid.UUID) StoreRow {
	t.Helper()
	rows, err := s.Stores(t.Context(), "")
	must(t, err)
	for _, r := range rows {
		if r.ID == id {
			return r
		}
	}
	t.Fatal("no such store")
	return StoreRow{}
}

func TestWhatTheServerPutAsideIsNeitherWaitingNorDoneAndIsSentAgainWhenAsked(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	must(t, s.SetNote(t.Context(), visit, uuid.Nil, "缺货", nil))
	_, _, err := addPhoto(t.Context(), s, visit, "aside")
	must(t, err)
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	putAside(t, o, s)
	row := visitPage(t, s, visit).Row
	if row.Refused != 4 || row.ConfirmedMS != 0 {
		t.Fatalf("the visit, its note, a photo and its thumbnail were put aside: %+v", row)
	}
	equal(t, storeRow(t, s, shop).Refused, 4)
	equal(t, storeRow(t, s, grocer).Refused, 0)
	equal(t, page(t, s, shop).Refused, 4)
	wantFault(t, s.SignIn(t.Context(), accounts[wang]), "auth.other_user")

	must(t, s.RetryRefused(t.Context()))
	waits(t, s, 2, 1)
	o.exchange(t, s)
	row = visitPage(t, s, visit).Row
	equal(t, row.Refused, 0)
	equal(t, o.load(t, visit).ID, visit)
	u, err := s.Unfinished(t.Context())
	must(t, err)
	equal(t, u, Unfinished{Waiting: wire.Waiting{Photos: 1}})
}

func TestNobodyElseTakesAPhoneOnWhichRecordsWerePutAside(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	checkIn(t, s, shop)
	putAside(t, o, s)
	waits(t, s, 0, 0)
	wantFault(t, s.SignIn(t.Context(), accounts[wang]), "auth.other_user")
	must(t, s.SignIn(t.Context(), accounts[li]))
}

func TestATextThatCouldNotBeSavedKeepsItsVisitFromBeingDone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	wantFault(t, s.SetNote(t.Context(), visit, uuid.Nil, strings.Repeat("长", field.MaxNoteRunes+1), nil), "note.too_long")
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	o.exchange(t, s)
	waits(t, s, 0, 0)
	row := visitPage(t, s, visit).Row
	if !row.Draft || row.ConfirmedMS != 0 {
		t.Fatalf("%+v", row)
	}
	wantFault(t, s.SetStoreText(t.Context(), grocer, "phone", "问老板娘", nil), "phone.invalid")
	p, err := s.SyncPage(t.Context())
	must(t, err)
	equal(t, p.Drafts, []Draft{{Store: shop, StoreName: "重庆长乐便利店", Visit: visit, Field: "text"}, {Store: grocer, StoreName: "100%_真食杂店", Field: "phone"}})
	u, err := s.Unfinished(t.Context())
	must(t, err)
	equal(t, u, Unfinished{Drafts: 2})
	wantFault(t, s.SignIn(t.Context(), accounts[wang]), "auth.other_user")

	must(t, s.DropNoteDraft(t.Context(), visit))
	must(t, s.SetStoreText(t.Context(), grocer, "phone", "13909540002", page(t, s, grocer).Phone.Seen))
	row = visitPage(t, s, visit).Row
	if row.Draft || row.ConfirmedMS == 0 {
		t.Fatalf("%+v", row)
	}
	must(t, s.SignIn(t.Context(), accounts[wang]))
}

func TestPhotosOfAnotherPhoneAreNotSaidToBeOnTheServer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := newPhone(t, o, li), newPhone(t, o, li)
	visit := checkIn(t, a, shop)
	_, _, err := addPhoto(t.Context(), a, visit, "on the other phone")
	must(t, err)
	o.settled(t, a, b)
	equal(t, visitPage(t, a, visit).Row.Elsewhere, 0)
	equal(t, visitPage(t, b, visit).Row.Elsewhere, 1)
	equal(t, visitPage(t, b, visit).Row.Waiting, 0)
}
