package web

import (
	"strings"
	"testing"
	"time"

	"storewalk/demo/shelf"
	"storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/words"

	"github.com/google/uuid"
)

func TestThePagesSayWhatWasFoundOfAPhotosProof(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	begun := time.Now().Add(-time.Hour)
	v := ma.visit(shops[0], begun, 20*time.Minute)
	shot := o.draw(shelf.Options{Kind: shelf.Shelf, Seed: 1})
	take := func(change func(*field.Photo)) uuid.UUID {
		f := field.Photo{Visit: v, Store: shops[0], Kind: "shelf", Ref: sha(shot.full), Size: int64(len(shot.full)), Width: 800, Height: 600, TakenMS: begun.UnixMilli()}
		f = ma.sign(f, begun)
		change(&f)
		return ma.photoOf(f, shot.thumb, begun)
	}
	good := take(func(*field.Photo) {})
	back := take(func(f *field.Photo) {
		f.TakenMS -= 3_600_000
		f.Mocked = true
		f.Sign(ma.key)
		ma.last = *f
	})
	bad := take(func(f *field.Photo) { f.Kind = "before" })
	none := take(func(f *field.Photo) { f.Proof = nil })
	ma.sync()
	c := o.client(true)
	if _, body := o.get(c, "/visits/"+v.String()); strings.Count(body, "凭证待查") != 2 {
		t.Error("the visit's page marks other photos than the two")
	}
	for photo, want := range map[uuid.UUID][]string{
		good: {"flash--good", "凭证有效", "签名于"},
		back: {"flash--bad", "手机时钟当时显示", "定位是模拟的"},
		bad:  {"flash--bad", "凭证无效"},
		none: {"flash--wait", "没有凭证"},
	} {
		_, body := o.get(c, "/visits/"+v.String()+"/photos/"+photo.String())
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("the photo's page lacks %s", w)
			}
		}
	}
}

func TestEveryFindingHasItsWords(t *testing.T) {
	t.Parallel()
	book, err := words.Load(Words())
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range words.Langs() {
		for _, f := range []string{"", store.ProofNone, store.ProofGood, store.ProofGap, store.ProofForked, store.ProofOrder, store.ProofUnknown, store.ProofBad} {
			for _, p := range []store.Proof{{Finding: f}, {Finding: f, FromMS: 1, ToMS: 1, Doubtful: true, Imported: true}, {Finding: f, FromMS: 1, ToMS: 2, Mocked: true}, {Finding: f, ToMS: 2}} {
				for _, line := range (view{Words: book.In(lang)}).proof(p).Lines {
					if line == "" || strings.HasPrefix(line, "proof.") {
						t.Errorf("%s: %+v: %q", lang, p, line)
					}
				}
			}
		}
	}
}
