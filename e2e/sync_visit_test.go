package e2e

import (
	"testing"

	"storewalk/shared/fault"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

func TestSyncAFirstSignInBringsEverythingAPersonNeeds(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p := w.phone("ma")
	stores, err := p.Stores(t.Context(), "")
	if err != nil || len(stores) != 3 {
		t.Fatal(stores, err)
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM product`: 4, `SELECT count(*) FROM person`: 3, `SELECT count(*) FROM territory`: 2,
		`SELECT count(*) FROM store WHERE territory = '` + syncEast.String() + `'`: 0,
	} {
		if got := syncCount(t, p.dir, query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	if a, ok, err := p.Account(t.Context()); err != nil || !ok || a.User != w.users["ma"] || a.Name != "经理ma" || a.Token == "" {
		t.Fatal(a.User, a.Name, ok, err)
	}
	w.settled(p)
}

func TestSyncAWrongPasswordIsSaidAndGuessingIsBraked(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p := newSyncPhone(t, t.TempDir())
	guess := func(login, password string) error {
		return p.Enrol(t.Context(), w.line.url(), login, password, "phone")
	}
	braked := func() bool {
		t.Helper()
		err := guess("ma", "wrong horse")
		for n := 0; fault.Is(err, "auth.wrong_password") && n < 50; n++ {
			err = guess("ma", "wrong horse")
		}
		for _, login := range []string{"ma", "MA", " ma "} {
			if !fault.Is(err, "auth.too_many") {
				t.Fatal(login, err)
			}
			if err = guess(login, syncPassword); err == nil {
				return false
			}
		}
		return true
	}
	for n := 0; !braked(); n++ { // on a busy machine one guess more is allowed meanwhile
		if n == 10 {
			t.Fatal("whoever guesses is not braked")
		}
		p = newSyncPhone(t, t.TempDir())
	}
	if err := p.Enrol(t.Context(), w.line.url(), "li", syncPassword, "phone"); err != nil {
		t.Fatal("the brake stopped somebody else:", err)
	}
}

func TestSyncAPhoneWithUnsentWorkTakesNoOtherUser(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p := w.phone("ma")
	p.visit(1000)
	if err := p.Enrol(t.Context(), w.line.url(), "li", syncPassword, "phone"); !fault.Is(err, "auth.other_user") {
		t.Fatal(err)
	}
	if a, _, err := p.Account(t.Context()); err != nil || a.Login != "ma" || a.Token == "" {
		t.Fatal(a.Login, err)
	}
	p.round()
	if err := p.Enrol(t.Context(), w.line.url(), "li", syncPassword, "phone"); err != nil {
		t.Fatal(err)
	}
	p.round()
	w.settled(p)
}

func TestSyncAVisitReachesTheServerAndTheOtherPhone(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a, b := w.phone("ma"), w.phone("li")
	visit := a.visit(100_000)
	a.waits(5, 1)
	a.round()
	b.round()
	w.settled(a, b)
	page, err := b.VisitPage(t.Context(), visit)
	if err != nil || page.Row.Manager != "经理ma" || len(page.Photos) != 1 || string(page.Photos[0].Thumb) != "thumb" || page.Counted != 2 ||
		len(page.Notes) != 1 || page.Notes[0].Text.Value != "缺货 <两条> & 补货" || page.Row.CheckOutMS == 0 {
		t.Fatalf("%+v %v", page, err)
	}
	if rows, err := a.Visits(t.Context(), 1); err != nil || rows[0].ConfirmedMS == 0 || rows[0].Waiting != 0 {
		t.Fatal(rows, err)
	}
	if size, ok := w.store.Blobs.Has(page.Photos[0].Ref); !ok || size != 100_000 {
		t.Fatal(size, ok)
	}
}

func TestSyncARoundWithoutNewsIsOneSmallRequest(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	p := w.phone("ma")
	p.visit(50_000)
	p.round()
	requests := w.requests.Load()
	up, down := w.line.carried()
	p.round()
	u, d := w.line.carried()
	t.Logf("nothing new: %d request, %d bytes up, %d down", w.requests.Load()-requests, u-up, d-down)
	if w.requests.Load()-requests != 1 || u-up > 800 || d-down > 800 {
		t.Fatal("not small")
	}
	// One edit: what a person waits for in the field.
	requests, up, down = w.requests.Load(), u, d
	p.try(p.SetStoreText(t.Context(), syncCorner, "phone", "0954-2", syncSeen(t, p, syncCorner, "phone")))
	p.round()
	u, d = w.line.carried()
	t.Logf("one edit: %d request, %d bytes up, %d down", w.requests.Load()-requests, u-up, d-down)
	if w.requests.Load()-requests != 1 {
		t.Fatal("one edit took more than one request")
	}
	requests, up, down = w.requests.Load(), u, d
	p.visit(50_000)
	p.round()
	u, d = w.line.carried()
	t.Logf("one visit with a photo of 50,000 B: %d requests, %d bytes up, %d down", w.requests.Load()-requests, u-up, d-down)
}

func syncSeen(t testing.TB, p *syncPhone, id uuid.UUID, name string) (seen []record.Dot) {
	t.Helper()
	return syncRecord(t, p.dir, id).Seen(name)
}

func TestSyncTextsWithSignsOfMarkupStayOneValue(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t)
	a, b := w.phone("ma"), w.phone("li")
	const text = "a<b> & \u2028 \"x\" \\ \x01 😀"
	a.try(a.SetStoreText(t.Context(), syncCorner, "note", text, nil))
	a.round()
	b.round()
	b.try(b.SetStoreText(t.Context(), syncCorner, "phone", "1", syncSeen(t, b, syncCorner, "phone")))
	b.round()
	a.round()
	w.settled(a, b)
	for _, p := range []*syncPhone{a, b} {
		if page, err := p.StorePage(t.Context(), syncCorner); err != nil || page.Note.Value != text || len(page.Note.Siblings) != 1 {
			t.Fatal(page.Note, err)
		}
		if all, err := p.Conflicts(t.Context()); err != nil || len(all) != 0 {
			t.Fatal("a conflict nobody made: ", all, err)
		}
	}
}
