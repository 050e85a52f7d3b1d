package capture

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"strings"
	"testing"
	"time"

	"storewalk/mobile/photo/exif"
	"storewalk/mobile/store"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// inVisit opens a phone whose owner is in a visit of a store.
func inVisit(t *testing.T) (*store.Store, uuid.UUID) { return inVisitAt(t, t.TempDir()) }

// inVisitAt is inVisit with the data in a folder.
func inVisitAt(t *testing.T, dir string) (*store.Store, uuid.UUID) {
	t.Helper()
	s, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	shop := record.Record{ID: uuid.New(), Type: field.TypeStore, Territory: field.TerritoryID("north"), Place: record.Place{N: 1}}
	name, err := record.Value("三营老买综合商店")
	if err != nil {
		t.Fatal(err)
	}
	shop = shop.Set("name", record.Entry{Dot: record.Dot{Replica: record.Replica{1}, N: 1}, Lam: 1, Value: name}, nil)
	feed := wire.Feed{Territory: shop.Territory, Epoch: record.Replica{1}, Seq: 1}
	feed.Puts = append(feed.Puts, shop.Encode())
	if err := errors.Join(s.SignIn(t.Context(), store.Account{User: uuid.New(), Name: "李娜", Device: uuid.UUID{9}, Token: "t"}),
		s.Apply(t.Context(), nil, wire.SyncResponse{ServerMS: time.Now().UnixMilli(), Feeds: []wire.Feed{feed}})); err != nil {
		t.Fatal(err)
	}
	visit, err := s.CheckIn(t.Context(), shop.ID, field.Moment{}, store.Purpose{})
	if err != nil {
		t.Fatal(err)
	}
	return s, visit
}

func picture(t *testing.T, tags exif.Tags) io.Reader {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 800, 600))
	for i := range img.Pix {
		img.Pix[i] = 128
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	out, err := exif.Insert(b.Bytes(), tags)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(out)
}

// recordOf returns the photo's record as it goes to the server.
func recordOf(t *testing.T, s *store.Store, id uuid.UUID) field.Photo {
	t.Helper()
	out, err := s.NextPush(t.Context(), wire.MaxBudget)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range out {
		if o.ID == id {
			r, err := record.Decode(o.Body)
			if err != nil {
				t.Fatal(err)
			}
			return field.PhotoOf(r)
		}
	}
	t.Fatal("the photo does not wait to be sent")
	return field.Photo{}
}

func TestAPhotoIsStampedSignedAndMeasured(t *testing.T) {
	t.Parallel()
	s, visit := inVisit(t)
	taken, err := Photo(t.Context(), s, visit, Shot{Kind: "shelf", Item: "image", Position: field.Position{Lat: 36.0158, Lon: 106.2426, Acc: 12}, Mocked: true},
		picture(t, exif.Tags{Orientation: 6}))
	if err != nil || !taken.Blurred() || taken.Dark() {
		t.Fatal(taken, err)
	}
	p := recordOf(t, s, taken.Photo)
	if !p.SignedBy(s.Key.Public().(ed25519.PublicKey)) || p.Proof.Device != (uuid.UUID{9}) || p.Item != "image" || !p.Mocked || p.Imported ||
		p.Position.Acc != 12 || p.Width != 600 || time.Since(time.UnixMilli(p.TakenMS)) > time.Minute {
		t.Fatalf("%+v", p)
	}
	f, err := s.OpenPhoto(p.Ref)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	ink := 0
	for x := range 600 {
		for y := 700; y < 800; y++ {
			if r, _, _, _ := img.At(x, y).RGBA(); r > 0xe000 {
				ink++
			}
		}
	}
	if ink < 300 {
		t.Fatal("nothing is written on it")
	}
}

func TestAPictureFromTheGallerySaysSoAndClaimsNoPlace(t *testing.T) {
	t.Parallel()
	s, visit := inVisit(t)
	at := time.Date(2025, 3, 9, 14, 5, 7, 0, exif.China)
	taken, err := Photo(t.Context(), s, visit, Shot{Kind: "shelf", Imported: true, Position: field.Position{Lat: 36, Lon: 106}}, picture(t, exif.Tags{Taken: at}))
	if err != nil {
		t.Fatal(err)
	}
	p := recordOf(t, s, taken.Photo)
	if !p.Imported || p.TakenMS != at.UnixMilli() || p.Position.Valid() || p.Proof.AtMS == p.TakenMS {
		t.Fatalf("%+v", p)
	}
}

func TestAStampSaysStoreTimeManagerAndPlace(t *testing.T) {
	t.Parallel()
	say, err := chinese()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 22, 9, 14, 0, 0, exif.China).UnixMilli()
	plan := store.ShotPlan{Store: "三营老买综合商店", Manager: "李娜"}
	for want, f := range map[string]field.Photo{
		"三营老买综合商店|2026年11月22日 09:14 · 李娜|36.01580, 106.24260 ±12 m":  {TakenMS: at, Position: field.Position{Lat: 36.0158, Lon: 106.2426, Acc: 12}},
		"三营老买综合商店|2026年11月22日 09:14 · 李娜|无定位":                        {TakenMS: at},
		"三营老买综合商店|2026年11月22日 09:14 · 李娜|无定位 · 相册选取":                 {TakenMS: at, Imported: true},
		"三营老买综合商店|2026年11月22日 09:14 · 李娜|36.00000, 106.00000 · 模拟定位": {TakenMS: at, Position: field.Position{Lat: 36, Lon: 106}, Mocked: true},
	} {
		if got := strings.Join(stamp(say, plan, f), "|"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestAPlaceThatIsMadeUpIsCalledThatAlsoWhenThePictureNamesOne(t *testing.T) {
	t.Parallel()
	s, visit := inVisit(t)
	here := field.Position{Lat: 36.01, Lon: 106.24, Acc: 9}
	tags := exif.Tags{Lat: 35.5, Lon: 105.5, HasPosition: true}
	for _, c := range []struct {
		shot Shot
		want field.Position
	}{
		{Shot{Kind: "shelf", Position: here, Mocked: true}, here},
		{Shot{Kind: "stock"}, field.Position{Lat: 35.5, Lon: 105.5}},
		{Shot{Kind: "display", Position: here, Mocked: true, Imported: true}, field.Position{Lat: 35.5, Lon: 105.5}},
	} {
		taken, err := Photo(t.Context(), s, visit, c.shot, picture(t, tags))
		if err != nil {
			t.Fatal(err)
		}
		got := recordOf(t, s, taken.Photo)
		if got.Position.Metres(c.want) > 1 || got.Position.Acc != c.want.Acc || got.Mocked != (c.want == here) {
			t.Errorf("%s: %+v", c.shot.Kind, got)
		}
	}
}
