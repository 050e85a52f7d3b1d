package ui_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"storewalk/demo/guyuan"
	"storewalk/demo/shelf"
	"storewalk/mobile/photo"
	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/wire"
)

// furnish gives the phone the territory of the demonstration: its stores and products, and what Li did there this
// week. Nobody's names are awkward here; fill has those.
func (w *world) furnish() {
	w.t.Helper()
	week := now.AddDate(0, 0, -7)
	w.office(uuid.Nil, week, territory, field.TypeTerritory, field.Territory{Name: "原州一片区", County: guyuan.TerritoryCounty}.Fields()...)
	w.office(uuid.Nil, week, liMing, field.TypeUser, field.User{Login: "liming", Name: "李明", Role: field.RoleManager}.Fields()...)
	w.office(uuid.Nil, week, wangFang, field.TypeUser, field.User{Login: "wangfang", Name: "王芳", Role: field.RoleManager}.Fields()...)
	for i, s := range w.shops() {
		w.office(uuid.Nil, week, id("store", i), field.TypeStore, field.Store{LicenceNo: s.LicenceNo, Name: s.Name, Owner: s.Owner,
			Phone: s.Phone, BackupPhone: s.BackupPhone, BusinessType: s.BusinessType, MarketType: s.MarketType, Grade: s.Grade,
			TerminalLevel: s.TerminalLevel, IntegrityGrade: s.IntegrityGrade, DistrictType: s.DistrictType, Address: s.Address}.Fields()...)
	}
	w.office(uuid.Nil, week, id("store", 0), field.TypeStore, field.Value{Field: "note", Value: "下午三点后老板在店；卷帘门旁有狗。"})
	for i, p := range guyuan.Products() {
		w.office(uuid.Nil, week, id("product", i), field.TypeProduct, field.Product{Code: p.Code, Name: p.Name,
			PriceClass: p.PriceClass, GuidePriceFen: int64(p.GuidePriceFen), Status: p.Status}.Fields()...)
	}
	notes := []string{"货源正常，陈列整齐。下周要补红塔山。", "老板娘说中支卖得快，想多订两条。", "价签缺三张，已当场补齐。", "新品已上柜，放在收银台旁。"}
	n := 0
	visit := func(shop int, at time.Time, minutes int, kinds ...string) {
		w.shotsOf(shop, n, at, time.Duration(minutes)*time.Minute, notes[n%len(notes)], kinds)
		n++
	}
	morning := func(daysAgo int, hour, minute int) time.Time {
		d := now.In(field.Zone).AddDate(0, 0, -daysAgo)
		return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, field.Zone)
	}
	visit(0, morning(7, 10, 22), 18, "storefront", "shelf")
	for i, at := range []time.Time{morning(1, 9, 4), morning(1, 9, 51), morning(1, 10, 40), morning(1, 14, 16), morning(1, 15, 8)} {
		visit(i+1, at, 17+i*3, [][]string{{"storefront", "shelf", "price_tag"}, {"shelf", "price_tag"}, {"storefront", "display", "shelf", "stock"}}[i%3]...)
	}
	for i := range 4 { // this morning, as far as it is over
		if at := morning(0, 8, 35+i*47); at.Before(now.Add(-30 * time.Minute)) {
			visit(i+6, at, 21, "storefront", "shelf", "price_tag")
		}
	}
	w.arrive()
}

// shops are the first stores of the demonstration's territory.
func (w *world) shops() []guyuan.Store { return guyuan.Stores()[:40] }

// shotsOf is a visit with photos, a count and a note that Li made with another phone and the server holds.
func (w *world) shotsOf(shop, n int, at time.Time, long time.Duration, note string, kinds []string) {
	w.lam++
	visit, store := id("visit", n), id("store", shop)
	m := func(d time.Duration) field.Moment { return field.Moment{AtMS: at.Add(d).UnixMilli()} }
	w.office(liMing, at, visit, field.TypeVisit, field.Value{Field: "store", Value: store}, field.Value{Field: "manager", Value: liMing},
		field.Value{Field: "check_in", Value: m(0)}, field.Value{Field: "check_out", Value: m(long)})
	values := []field.Value{{Field: "visit", Value: visit}, {Field: "store", Value: store}}
	for i := range guyuan.Products() {
		if (i*7+n)%5 < 2 {
			values = append(values, field.Value{Field: field.LineField(id("product", i)),
				Value: field.CountLine{Cartons: (i*3 + n) % 6, Packs: (i*7 + 3*n) % 10, OnDisplay: i%4 != 2, OutOfStock: (i+n)%17 == 4}})
		}
	}
	w.office(liMing, at, field.CountID(visit), field.TypeCount, values...)
	w.office(liMing, at, id("note", n), field.TypeNote, field.Value{Field: "visit", Value: visit}, field.Value{Field: "store", Value: store},
		field.Value{Field: "text", Value: note})
	for i, kind := range kinds {
		shot := id("shot", n*10+i)
		ref := blob.Ref(sha256.Sum256(shot[:]))
		w.office(liMing, at, shot, field.TypePhoto, field.Value{Field: "photo", Value: field.Photo{Visit: visit, Store: store, Kind: kind,
			Ref: ref, Size: 214<<10 + int64(n*7919+i*4099), Width: 1600, Height: 1200, TakenMS: at.Add(time.Duration(i+2) * time.Minute).UnixMilli()}})
		w.office(liMing, at, field.ThumbnailID(shot), field.TypeThumbnail, field.Value{Field: "thumbnail",
			Value: field.Thumbnail{Photo: shot, JPEG: drawn(w.t, kind, uint64(n%3)).thumb}})
	}
}

// A shot is a drawn picture and its thumbnail.
type shot struct{ jpeg, thumb []byte }

// The pictures are drawn once for all languages.
var shots = struct {
	sync.Mutex
	drawn map[string]shot
}{drawn: map[string]shot{}}

// drawn is a picture such as the camera gives of a kind; another seed is another shop.
func drawn(t testing.TB, kind string, seed uint64) shot {
	t.Helper()
	shots.Lock()
	defer shots.Unlock()
	key := fmt.Sprint(kind, seed)
	if s, ok := shots.drawn[key]; ok {
		return s
	}
	o := shelf.Options{Kind: shelf.Shelf, Seed: seed*10 + uint64(len(kind)), Width: 1200, Height: 900}
	switch kind {
	case "storefront":
		o.Kind, o.Sign = shelf.Storefront, guyuan.Stores()[seed].Name
	case "price_tag":
		o.Kind = shelf.Tags
	}
	picture, err := shelf.Draw(o)
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.OpenDir(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	defer blobs.Close()
	p, err := photo.Take(t.Context(), bytes.NewReader(picture), blobs, photo.Wish{})
	if err != nil {
		t.Fatal(err)
	}
	s := shot{picture, p.Thumb}
	shots.drawn[key] = s
	return s
}

// furnished is deps with a camera that sees what it is pointed at.
func (w *world) furnished() ui.Deps {
	deps := w.deps()
	take := deps.TakePhoto
	deps.TakePhoto = func(ctx context.Context, visit uuid.UUID, shot ui.Shot, _ io.Reader) (ui.Taken, error) {
		return take(ctx, visit, shot, bytes.NewReader(drawn(w.t, shot.Kind, 0).jpeg))
	}
	return deps
}

// uploaded makes the server confirm n photos, or all when n is negative.
func (w *world) uploaded(n int) {
	w.t.Helper()
	ups, err := w.store.NextUploads(w.t.Context(), 100)
	must(w.t, err)
	for i, u := range ups {
		if n >= 0 && i >= n {
			break
		}
		must(w.t, w.store.Uploaded(w.t.Context(), u.Ref, u.Size))
	}
}

// asideThenSent makes the server put the first record of all that waits aside, and take the rest.
func (w *world) asideThenSent(code string) {
	w.t.Helper()
	out, err := w.store.NextPush(w.t.Context(), 1<<20)
	must(w.t, err)
	receipts := make([]wire.Receipt, len(out))
	for i := range receipts {
		receipts[i].Status = wire.Applied
	}
	receipts[0] = wire.Receipt{Status: wire.Quarantined, Code: code}
	must(w.t, w.store.Apply(w.t.Context(), out, wire.SyncResponse{Receipts: receipts}))
}

// partly makes the server confirm 40 % of the first photo that waits.
func (w *world) partly() {
	w.t.Helper()
	ups, err := w.store.NextUploads(w.t.Context(), 1)
	must(w.t, err)
	must(w.t, w.store.Uploaded(w.t.Context(), ups[0].Ref, (ups[0].Size*2+4)/5))
}

// newest is the visit that began last.
func (w *world) newest() uuid.UUID {
	w.t.Helper()
	visits, err := w.store.Visits(w.t.Context(), 1)
	must(w.t, err)
	return visits[0].ID
}

// backup makes a backup of the server after all that has come.
func (w *world) backup() {
	w.t.Helper()
	w.seq += 2
	for _, upTo := range []int64{w.seq - 1, w.seq} {
		f := wire.Feed{Territory: territory, Epoch: w.rid, Seq: upTo, BackedUp: upTo}
		must(w.t, w.store.Apply(w.t.Context(), nil, wire.SyncResponse{Feeds: []wire.Feed{f}}))
	}
}

// asidePhoto takes a photo whose bytes the server can not take.
func (w *world) asidePhoto(code string) {
	w.t.Helper()
	visit, err := w.store.CheckIn(w.t.Context(), id("store", 2), field.Moment{}, store.Purpose{})
	must(w.t, err)
	_, err = w.furnished().TakePhoto(w.t.Context(), visit, ui.Shot{Kind: "display"}, nil)
	must(w.t, err)
	w.sent()
	ups, err := w.store.NextUploads(w.t.Context(), 1)
	must(w.t, err)
	must(w.t, w.store.RefuseUpload(w.t.Context(), ups[0].Ref, code))
}
