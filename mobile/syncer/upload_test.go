package syncer

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"storewalk/mobile/store"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/wire"
)

// withPhotos gives a phone photos of the sizes, in one visit.
func withPhotos(t testing.TB, s *told, sizes ...int) (sy *Syncer, st *store.Store, refs []blob.Ref) {
	t.Helper()
	sy, st = newPhone(t, s)
	withStore(t, s, sy)
	visit, err := st.CheckIn(t.Context(), corner, field.Moment{}, store.Purpose{})
	if err != nil {
		t.Fatal(err)
	}
	for i, size := range sizes {
		ref := randomPhoto(t, st, byte(i+1), size)
		refs = append(refs, ref)
		if _, err := st.AddPhoto(t.Context(), visit, field.Photo{Kind: "shelf", Ref: ref, Size: int64(size)}, []byte("thumb"), store.Sequel{}); err != nil {
			t.Fatal(err)
		}
	}
	return sy, st, refs
}

func refusals(t testing.TB, st *store.Store) string {
	t.Helper()
	page, err := st.SyncPage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range page.Refused {
		out = append(out, fmt.Sprint(r.Type, " ", r.Code, " ", r.N))
	}
	return strings.Join(out, ", ")
}

func TestOnePhotoTheServerCanNotTakeHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st, refs := withPhotos(t, s, 1000, 1100, 1200)
	bad := wire.PathBlobs + refs[0].String()
	s.patch = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == bad {
			s.reply(w, 500, wire.Error{Kind: fault.Internal, Code: "internal"})
			return
		}
		s.held(r.URL.Path).ReadFrom(r.Body)
		s.offset(w, s.held(r.URL.Path).Len())
	}
	if err := sy.Round(t.Context()); !fault.Is(err, "internal") {
		t.Fatal("the failure was not told:", err)
	}
	if w := waiting(t, st); w.Photos != 1 {
		t.Fatalf("%+v", w)
	}
	s.patch = nil
	if err := sy.Round(t.Context()); err != nil || waiting(t, st).Photos != 0 {
		t.Fatal(err)
	}
}

func TestAServerThatTakesNoPhotoIsNotSentThemAll(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st, _ := withPhotos(t, s, 100, 101, 102, 103, 104, 105)
	s.patch = func(w http.ResponseWriter, r *http.Request) {
		s.reply(w, 503, wire.Error{Kind: fault.Unavailable, Code: "disk.full"})
	}
	if err := sy.Round(t.Context()); !fault.Is(err, "disk.full") {
		t.Fatal(err)
	}
	if n := s.asked(http.MethodPatch); n != maxFailed || waiting(t, st).Photos != 6 {
		t.Fatal(n)
	}
}

func TestAServerThatKeepsChangingItsMindAboutAnOffsetIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st, refs := withPhotos(t, s, 1000)
	s.patch = func(w http.ResponseWriter, r *http.Request) {
		have := s.held(r.URL.Path) // whatever the phone believes, it is another offset
		if have.WriteString("x"); have.Len() > 3 {
			have.Reset()
		}
		s.reply(w, 409, wire.Error{Kind: fault.Conflict, Code: "blob.offset"})
	}
	if err := sy.Round(t.Context()); !fault.Is(err, "blob.offset") {
		t.Fatal(err)
	}
	if n := s.asked(http.MethodPatch); n > 2 {
		t.Fatal(n, "times")
	}
	s.patch = nil
	s.bytes[wire.PathBlobs+refs[0].String()].Reset()
	if err := sy.Round(t.Context()); err != nil || waiting(t, st).Photos != 0 {
		t.Fatal(err)
	}
}

func TestAnOffsetThatCanNotBeIsNotBelieved(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st, _ := withPhotos(t, s, 1000)
	for _, offset := range []int{0, 1001, 1 << 40} {
		s.patch = func(w http.ResponseWriter, r *http.Request) { s.offset(w, offset) }
		if err := sy.Round(t.Context()); err == nil {
			t.Error(offset, "was believed")
		}
	}
	for _, offset := range []int64{-1, 1001} {
		s.answer = func(req wire.SyncRequest, r *wire.SyncResponse) {
			r.Blobs = []wire.BlobHeld{{Ref: req.Blobs[0].Ref, Offset: offset}}
		}
		if err := sy.Round(t.Context()); !fault.Is(err, "network.not_storewalk") {
			t.Error(offset, err)
		}
	}
	if waiting(t, st).Photos != 1 {
		t.Fatal("called sent")
	}
	s.patch, s.answer = nil, nil
	if err := sy.Round(t.Context()); err != nil || waiting(t, st).Photos != 0 {
		t.Fatal(err)
	}
}

func TestAWholePhotoOfWhichOtherBytesArrivedIsNeverGivenUp(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st, _ := withPhotos(t, s, 1000)
	s.patch = func(w http.ResponseWriter, r *http.Request) {
		s.reply(w, 400, wire.Error{Kind: fault.Invalid, Code: "blob.corrupt"})
	}
	for round := range 5 {
		if err := sy.Round(t.Context()); !fault.Is(err, "blob.corrupt") || refusals(t, st) != "" || waiting(t, st).Photos != 1 {
			t.Fatal(round, err, refusals(t, st)) // the error makes the next round wait, and the sync page says it
		}
	}
	s.patch = nil
	if err := sy.Round(t.Context()); err != nil || waiting(t, st).Photos != 0 {
		t.Fatal(err)
	}
}

func TestPhotosThatArriveAsOtherBytesDoNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st, refs := withPhotos(t, s, 1000, 1001, 1002, 1003)
	spoilt := map[string]bool{}
	for _, ref := range refs[:maxFailed] {
		spoilt[wire.PathBlobs+ref.String()] = true
	}
	s.patch = func(w http.ResponseWriter, r *http.Request) {
		if spoilt[r.URL.Path] {
			s.reply(w, 400, wire.Error{Kind: fault.Invalid, Code: "blob.corrupt"})
			return
		}
		s.held(r.URL.Path).ReadFrom(r.Body)
		s.offset(w, s.held(r.URL.Path).Len())
	}
	for range 2 {
		if err := sy.Round(t.Context()); !fault.Is(err, "blob.corrupt") || refusals(t, st) != "" {
			t.Fatal(err, refusals(t, st))
		}
	}
	if got := waiting(t, st).Photos; got != maxFailed {
		t.Fatal("still wait: ", got)
	}
}

func TestAPhotoDamagedOrMissingOnThePhoneIsSaidAndStopsNoOther(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st, refs := withPhotos(t, s, 1000, 1001, 1002)
	path := func(ref blob.Ref) string {
		f, err := st.Blobs.Open(ref)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		link, err := filepath.EvalSymlinks(fmt.Sprintf("/proc/self/fd/%d", f.Fd()))
		if err != nil {
			t.Skip("no /proc here")
		}
		return link
	}
	if err := os.WriteFile(path(refs[0]), make([]byte, 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path(refs[1])); err != nil {
		t.Fatal(err)
	}
	bad := wire.PathBlobs + refs[0].String()
	s.patch = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == bad {
			s.reply(w, 400, wire.Error{Kind: fault.Invalid, Code: "blob.corrupt"})
			return
		}
		s.held(r.URL.Path).ReadFrom(r.Body)
		s.offset(w, s.held(r.URL.Path).Len())
	}
	if err := sy.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := refusals(t, st); got != "photo blob.corrupt 1, photo blob.missing 1" || waiting(t, st).Photos != 2 {
		t.Fatal(got, waiting(t, st))
	}
}

func TestRecordsGoBeforeThePhotoBytesThatAreUnderWay(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st, _ := withPhotos(t, s, 3*piece)
	s.patch = func(w http.ResponseWriter, r *http.Request) {
		if have := s.held(r.URL.Path); have.Len() == 0 { // a person writes while the first piece goes
			edit(t, st, "urgent")
		}
		s.held(r.URL.Path).ReadFrom(r.Body)
		s.offset(w, s.held(r.URL.Path).Len())
	}
	var order []string
	s.answer = func(req wire.SyncRequest, _ *wire.SyncResponse) {
		for _, raw := range req.Push {
			var r struct{ Type string }
			json.Unmarshal(raw, &r)
			order = append(order, fmt.Sprint(r.Type, " after ", len(s.requests)))
		}
	}
	if err := sy.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	last := s.requests[len(s.requests)-1]
	if got := order[len(order)-1]; !strings.HasPrefix(got, "store") || !strings.HasPrefix(last, http.MethodPatch) || waiting(t, st) != (wire.Waiting{}) {
		t.Fatal(order, s.requests)
	}
}

func TestAPieceThatWasCutGoesOnAtOnceFromWhatArrived(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st, refs := withPhotos(t, s, 1000)
	var began []string
	s.patch = func(w http.ResponseWriter, r *http.Request) {
		began = append(began, r.Header.Get("Upload-Offset"))
		io.CopyN(s.held(r.URL.Path), r.Body, 300)
		if s.held(r.URL.Path).Len() < 1000 {
			panic(http.ErrAbortHandler)
		}
		s.offset(w, 1000)
	}
	if err := sy.Round(t.Context()); err != nil || waiting(t, st).Photos != 0 {
		t.Fatal(err)
	}
	if got := fmt.Sprint(began); got != "[0 300 600 900]" || s.bytes[wire.PathBlobs+refs[0].String()].Len() != 1000 {
		t.Fatal("sent from", got)
	}
}

func TestALineThatCarriesNothingOfAPhotoIsLeftAloneAfterOneMoreTry(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st, _ := withPhotos(t, s, 1000)
	s.patch = func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	if err := sy.Round(t.Context()); !fault.Is(err, "network.cut") || waiting(t, st).Photos != 1 {
		t.Fatal(err)
	}
	if n := s.asked(http.MethodPatch); n != 2 {
		t.Fatal(n, "times")
	}
}
