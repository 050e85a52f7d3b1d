package store

import (
	"bytes"
	"strings"
	"testing"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

// shoot takes a made-up photo of a kind at an instant.
func shoot(t *testing.T, s *Store, visit uuid.UUID, kind, item string, takenMS int64) uuid.UUID {
	t.Helper()
	content := []byte(visit.String() + kind + item + string(rune(takenMS)))
	ref, size, err := s.Blobs.Add(bytes.NewReader(content))
	must(t, err)
	id, err := s.AddPhoto(t.Context(), visit, field.Photo{Kind: kind, Item: item, Ref: ref, Size: size, Width: 4, Height: 3, TakenMS: takenMS}, []byte(kind+string(rune(takenMS))), Sequel{})
	must(t, err)
	return id
}

func depart(t *testing.T, s *Store, visit uuid.UUID) {
	t.Helper()
	must(t, s.CheckOut(t.Context(), visit, field.Moment{}))
}

func shotOf(t *testing.T, s *Store, visit uuid.UUID, kind string) Shot {
	t.Helper()
	shots, err := s.Shots(t.Context(), visit)
	must(t, err)
	for _, shot := range shots {
		if shot.Kind == kind {
			return shot
		}
	}
	t.Fatalf("no kind %s", kind)
	return Shot{}
}

func TestTheLastPhotoOfTheKindSaysWhereToStand(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	first := checkIn(t, s, shop)
	shoot(t, s, first, "shelf", "", 'a')
	shoot(t, s, first, "shelf", "", 'c')
	shoot(t, s, first, "shelf", "", 'b')
	depart(t, s, first)
	elsewhere := checkIn(t, s, grocer)
	shoot(t, s, elsewhere, "shelf", "", 'z')
	depart(t, s, elsewhere)
	visit := checkIn(t, s, shop)
	shoot(t, s, visit, "shelf", "", 'y')
	equal(t, string(shotOf(t, s, visit, "shelf").Last), "shelfc") // not of this visit, nor of another store
	equal(t, shotOf(t, s, visit, "storefront").Last == nil, true)
	equal(t, shotOf(t, s, visit, "after").Last == nil, true)
	shoot(t, s, visit, "before", "", 'd')
	equal(t, string(shotOf(t, s, visit, "after").Last), "befored") // the change is seen from where it was seen before
	equal(t, shotOf(t, s, visit, "before").Last == nil, true)
	shots, err := s.Shots(t.Context(), visit)
	must(t, err)
	equal(t, len(shots), len(field.PhotoKinds))
}

func TestATemplateSaysHowManyPhotosWhetherLargeAndWhetherFromTheGallery(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	tmpl := field.Template{Format: 1, Kind: field.VisitRoutine, Items: []field.TemplateItem{
		{Code: "image", Photos: []field.PhotoNeed{{Kind: "storefront", Least: 1}, {Kind: "shelf", Least: 2, Detail: true}}},
		{Code: "collection", Photos: []field.PhotoNeed{{Kind: "shelf", Least: 1, Import: true}, {Kind: "licence", Least: 1}}},
	}}
	o.decide(t, field.TemplateID(field.VisitRoutine), field.Common, field.TypeTemplate, tmpl.Fields()...)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	shelf := shotOf(t, s, visit, "shelf")
	equal(t, [4]any{shelf.Missing, shelf.Item, shelf.Import, shotOf(t, s, visit, "storefront").Import}, [4]any{3, "image", true, false})
	equal(t, shotOf(t, s, visit, "licence").Missing, 1) // a kind that this app does not know is asked for
	for range 2 {
		shoot(t, s, visit, "shelf", "image", int64('a'+shotOf(t, s, visit, "shelf").Missing))
	}
	shelf = shotOf(t, s, visit, "shelf")
	equal(t, [2]any{shelf.Missing, shelf.Item}, [2]any{1, "collection"})
	for item, want := range map[string]bool{"image": true, "collection": false, "": true} {
		plan, err := s.ShotPlan(t.Context(), visit, "shelf", item)
		must(t, err)
		equal(t, plan, ShotPlan{Store: "重庆长乐便利店", Manager: "李明", Detail: want})
	}
}

func TestAPhotoAfterAChangeStandsBesideTheOneBefore(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	first := checkIn(t, s, shop)
	other := shoot(t, s, first, "before", "image", 'a')
	before := shoot(t, s, first, "before", "market", 'b')
	depart(t, s, first)
	visit := checkIn(t, s, shop)
	after := shoot(t, s, visit, "after", "image", 'c')
	shelf := shoot(t, s, visit, "shelf", "", 'd')
	for photo, want := range map[uuid.UUID][2]uuid.UUID{after: {other, after}, other: {other, after}, before: {before, after}} {
		pair, ok, err := s.PhotoPair(t.Context(), photo)
		must(t, err)
		equal(t, ok, true)
		equal(t, [2]uuid.UUID{pair.Before.ID, pair.After.ID}, want)
	}
	_, ok, err := s.PhotoPair(t.Context(), shelf)
	must(t, err)
	equal(t, ok, false)
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	next := checkIn(t, s, shop)
	again := shoot(t, s, next, "shelf", "", 'e')
	pair, ok, err := s.PhotoPair(t.Context(), again) // as it was, and as it is
	must(t, err)
	equal(t, ok, true)
	equal(t, [2]uuid.UUID{pair.Before.ID, pair.After.ID}, [2]uuid.UUID{shelf, again})
	shots, err := s.Shots(t.Context(), next)
	must(t, err)
	for _, shot := range shots {
		if shot.Kind == "shelf" {
			equal(t, [2]uuid.UUID{shot.LastVisit, shot.LastPhoto}, [2]uuid.UUID{visit, shelf})
		}
	}
}

func TestAPhotoIsKeptTogetherWithWhatFollowsOrNotAtAll(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	old := shoot(t, s, visit, "shelf", "", 'a')
	again := func(q Asking) (uuid.UUID, error) {
		ref, size, err := s.Blobs.Add(strings.NewReader("taken again"))
		must(t, err)
		return s.AddPhoto(t.Context(), visit, field.Photo{Kind: "shelf", Ref: ref, Size: size, TakenMS: 'b'}, []byte("thumb"), Sequel{Replaces: old, Asking: &q})
	}
	_, err := again(Asking{ID: visit}) // which is no request
	wantFault(t, err, "request.not_found")
	p := visitPage(t, s, visit)
	if len(p.Photos) != 1 || p.Photos[0].ID != old || len(p.Removed) != 0 {
		t.Fatalf("%+v", p)
	}
	q := complaint(visit)
	photo, err := again(q)
	must(t, err)
	p = visitPage(t, s, visit)
	if len(p.Photos) != 1 || p.Photos[0].ID != photo || len(p.Removed) != 1 || p.Removed[0].Record != old {
		t.Fatalf("%+v", p)
	}
	if got := requestPage(t, s, q.ID).Photos; len(got) != 1 || got[0].ID != photo || !got[0].Linked {
		t.Errorf("the request has %+v", got)
	}
}
