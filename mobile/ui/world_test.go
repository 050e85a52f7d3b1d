package ui_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"storewalk/mobile/photo"
	"storewalk/mobile/store"
	"storewalk/mobile/ui"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
	"storewalk/shared/password"
	"storewalk/shared/record"
	"storewalk/shared/wire"
)

// A world is one phone's data folder and an office that sends it records.
type world struct {
	t     *testing.T
	store *store.Store
	dir   string
	sync  *quietSync
	rid   record.Replica
	n     uint64
	seq   int64
	lam   uint64        // added to the logical time of what the office writes
	later time.Duration // that has passed since the world began
	ahead time.Duration // how far the phone's clock was set ahead
	boot  string        // the start of the phone; "" where it has no clock that nobody sets
	on    *uitest.Phone // on which time passes besides, see clocked; may be nil
	recs  map[uuid.UUID]record.Record
	ends  func() // after everything; may be nil
}

// quietSync stands for an exchange that goes on elsewhere: it counts how often it was asked to hurry.
type quietSync struct {
	woken   int
	running bool
	next    time.Time
}

func (s *quietSync) Wake()         { s.woken++ }
func (s *quietSync) Running() bool { return s.running }

func (s *quietSync) NextTry() time.Time { return s.next }

var (
	territory = field.TerritoryID("yuanzhou-1")
	liMing    = uuid.MustParse("11111111-1111-4111-8111-111111111111")
	wangFang  = uuid.MustParse("22222222-2222-4222-8222-222222222222")
)

const (
	nameMeili = "三营镇兴隆百货超市"
	nameLong  = "宁夏固原市原州区三营镇黄铎堡村马家河湾综合便民服务连锁加盟示范店（第二分店）"
)

func newWorld(t *testing.T) *world {
	t.Helper()
	now = wall()
	dir := filepath.Join(t.TempDir(), "phone")
	w := &world{t: t, dir: dir, boot: "ten", sync: &quietSync{}, rid: record.Replica{9}, recs: map[uuid.UUID]record.Record{}}
	var err error
	if w.store, err = w.open(dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
		if w.ends != nil {
			w.ends()
		}
	})
	return w
}

// filled is a world in which Li Ming has signed in and the phone holds its territory.
func filled(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.signIn()
	w.fill()
	return w
}

// verifier is of the password "secret", hashed once.
var verifier = password.Hash("secret")

// signIn makes Li Ming the person of this phone.
func (w *world) signIn() {
	w.t.Helper()
	if err := w.store.SignIn(w.t.Context(), w.account()); err != nil {
		w.t.Fatal(err)
	}
}

// account is Li Ming's.
func (w *world) account() store.Account {
	return store.Account{Server: "https://visit.guyuan.example", Login: "liming",
		ServerID: serverID, Verifier: verifier, User: liMing, Name: "李明", Device: uuid.MustParse("7c9e6679-7425-40de-944b-e07fc1f90ae7"), Token: "t"}
}

// office writes fields of a record as somebody in the office who saw only what the office sent before.
func (w *world) office(author uuid.UUID, at time.Time, id uuid.UUID, typ string, values ...field.Value) {
	r, ok := w.recs[id]
	if !ok {
		r = record.Record{ID: id, Type: typ, Territory: territory, Place: record.Place{N: 1}}
	}
	for _, v := range values {
		value, err := record.Value(v.Value)
		if err != nil {
			w.t.Fatal(err)
		}
		w.n++
		r = r.Set(v.Field, record.Entry{Dot: record.Dot{Replica: w.rid, N: w.n}, Lam: r.MaxLam() + 1 + w.lam,
			Author: author.String(), Wall: at.UnixMilli(), Value: value}, r.Seen(v.Field))
	}
	w.recs[id] = r
}

// arrive brings everything the office wrote to the phone.
func (w *world) arrive() {
	w.t.Helper()
	w.seq++
	f := wire.Feed{Territory: territory, Epoch: w.rid, Seq: w.seq}
	for _, r := range w.recs {
		f.Puts = append(f.Puts, json.RawMessage(r.Encode()))
	}
	if err := w.store.Apply(w.t.Context(), nil, wire.SyncResponse{Feeds: []wire.Feed{f}}); err != nil {
		w.t.Fatal(err)
	}
}

// sent confirms everything the phone has written, as the server would.
func (w *world) sent() {
	w.t.Helper()
	out, err := w.store.NextPush(w.t.Context(), 1<<20)
	if err != nil {
		w.t.Fatal(err)
	}
	ok := make([]wire.Receipt, len(out))
	for i := range ok {
		ok[i].Status = wire.Applied
	}
	if err := w.store.Apply(w.t.Context(), out, wire.SyncResponse{Receipts: ok}); err != nil {
		w.t.Fatal(err)
	}
}

// now is when the world of this test began, and what its phone's clock showed then.
var now time.Time

// began is when the tests did.
var began = time.Now()

// wall is what the phones' clocks show where no test sets them. It was ten in the morning in China when the tests began, whenever that really was: none
// goes on over midnight without wanting to.
func wall() time.Time {
	y, m, d := began.In(field.Zone).Date()
	return time.Date(y, m, d, 10, 0, 0, 0, field.Zone).Add(time.Since(began))
}

// passed is how much time has, since the world began.
func (w *world) passed() time.Duration {
	if w.on != nil {
		return w.later + w.on.Passed()
	}
	return w.later
}

// wall is what the phone's clock shows.
func (w *world) wall() time.Time { return now.Add(w.passed() + w.ahead) }

// open opens the data of the phone.
func (w *world) open(dir string) (*store.Store, error) {
	return store.OpenBy(w.t.Context(), dir, w.wall, func() store.Boot { return store.Boot{ID: w.boot, MS: (time.Hour + w.passed()).Milliseconds()} })
}

func id(kind string, n int) uuid.UUID {
	return uuid.NewSHA1(uuid.Nil, fmt.Appendf(nil, "%s %d", kind, n))
}

// fill gives the phone a territory: stores, products, an earlier visit with its count.
func (w *world) fill() {
	w.t.Helper()
	week := now.AddDate(0, 0, -7)
	w.office(uuid.Nil, week, territory, field.TypeTerritory, field.Territory{Name: "原州一片区", County: "640402"}.Fields()...)
	for login, u := range map[string]struct {
		id   uuid.UUID
		name string
	}{"liming": {liMing, "李明"}, "wangfang": {wangFang, "王芳"}} {
		w.office(uuid.Nil, week, u.id, field.TypeUser, field.User{Login: login, Name: u.name, Role: field.RoleManager}.Fields()...)
	}
	names := []struct{ name, owner, address string }{
		{nameMeili, "马建国", "三营镇兴隆街 12 号"},
		{nameLong, "阿卜杜热合曼·买买提依明江", "黄铎堡镇黄铎堡村三组，村委会向东 200 米路北第二家"},
		{"平安烟酒店", "杨秀兰", "南关街道文化西路 88 号"},
		{"Family Mart Everyday Convenience & Grocery Store of Guyuan Railway Station Square East", "Ma Xiaohong", "Railway Station Square East Gate 3"},
		{"重庆小面旁便利店", "穆罕默德·丁", "开城镇开城村"},
		{"寨科乡老马食杂店", "马德福", "寨科乡李岔村"},
		{"河川综合商店", "虎玉芳", "河川乡寨洼村"},
		{"张易镇惠民超市", "张晓军", "张易镇红庄村"},
		{"中河乡丰堡小卖部", "李国栋", "中河乡丰堡村"},
	}
	for i, s := range names {
		phone := fmt.Sprintf("1389540%04d", 1000+i)
		w.office(uuid.Nil, week, id("store", i), field.TypeStore, field.Store{LicenceNo: fmt.Sprintf("6404021%05d", 20+i), Name: s.name, Owner: s.owner,
			Phone: phone, BusinessType: "grocery", MarketType: "rural", Grade: 8 + i, TerminalLevel: "ordinary", IntegrityGrade: "A",
			DistrictType: "rural", Address: s.address}.Fields()...)
	}
	w.office(uuid.Nil, week, id("store", 0), field.TypeStore, field.Value{Field: "note", Value: "下午三点后老板在店；卷帘门旁有狗。"})
	products := []string{"兰州(硬珍品)", "云烟(软珍品)", "中华(软)", "黄鹤楼(硬奇景)", "白沙(和天下尊享典藏版中支礼盒)", "红塔山(硬经典)", "利群(新版)",
		"玉溪(软)", "黄金叶(天叶)", "芙蓉王(硬)", "延安(硬红)", "Nanjing (Rosy Clouds, slim, limited anniversary edition)"}
	for i, name := range products {
		status := "normal"
		switch i {
		case 3:
			status = "new"
		case 5:
			status = "scarce"
		}
		w.office(uuid.Nil, week, id("product", i), field.TypeProduct, field.Product{Code: fmt.Sprintf("69010280%05d", i), Name: name,
			PriceClass: i%5 + 1, GuidePriceFen: 1300, Status: status}.Fields()...)
	}
	for i := range 2 {
		w.earlier(id("visit", i), id("store", i), week.Add(time.Duration(i)*26*time.Hour))
	}
	w.arrive()
}

// earlier is a visit with a count that Li made and the server holds.
func (w *world) earlier(visit, store uuid.UUID, at time.Time) {
	m := func(d time.Duration) field.Moment { return field.Moment{AtMS: at.Add(d).UnixMilli()} }
	w.office(liMing, at, visit, field.TypeVisit, field.Value{Field: "store", Value: store}, field.Value{Field: "manager", Value: liMing},
		field.Value{Field: "check_in", Value: m(0)}, field.Value{Field: "check_out", Value: m(11 * time.Minute)})
	values := []field.Value{{Field: "visit", Value: visit}, {Field: "store", Value: store}}
	for i := range 7 {
		values = append(values, field.Value{Field: field.LineField(id("product", i)),
			Value: field.CountLine{Cartons: i % 4, Packs: (i * 3) % 10, OnDisplay: i%3 != 2, OutOfStock: i == 4}})
	}
	w.office(liMing, at, field.CountID(visit), field.TypeCount, values...)
	w.office(liMing, at, id("note", int(at.Unix())), field.TypeNote, field.Value{Field: "visit", Value: visit}, field.Value{Field: "store", Value: store},
		field.Value{Field: "text", Value: "货源正常，陈列整齐。下周要补红塔山。"})
}

// phone opens the app on this world.
func (w *world) phone() *uitest.Phone {
	return uitest.Open(w.t, w.deps())
}

func (w *world) deps() ui.Deps {
	return ui.Deps{
		Store: w.store, Sync: w.sync, Version: "1.0.0", DrawCode: drawCode,
		Now: w.wall,
		Camera: ui.CameraFunc(func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(picture(w.t, int(w.n)))), nil
		}),
		Enrol: func(ctx context.Context, server, login, password string) error {
			w.signIn()
			return nil
		},
		TakeEvidence: func(ctx context.Context, application uuid.UUID, shot ui.Shot, src io.Reader) (ui.Taken, error) {
			p, err := photo.Take(ctx, src, w.store.Blobs, photo.Wish{})
			if err != nil {
				return ui.Taken{}, err
			}
			taken := ui.Taken{Blurred: p.Quality.Blurred(), Dark: p.Quality.Dark()}
			taken.Photo, err = w.store.AddEvidence(ctx, application, field.Photo{Kind: "evidence", Ref: p.Ref, Size: p.Size, Width: p.Width,
				Height: p.Height, TakenMS: now.UnixMilli()}, p.Thumb, shot.Sequel)
			return taken, err
		},
		TakePhoto: func(ctx context.Context, visit uuid.UUID, shot ui.Shot, src io.Reader) (ui.Taken, error) {
			w.n++
			p, err := photo.Take(ctx, src, w.store.Blobs, photo.Wish{})
			if err != nil {
				return ui.Taken{}, err
			}
			taken := ui.Taken{Blurred: p.Quality.Blurred(), Dark: p.Quality.Dark()}
			taken.Photo, err = w.store.AddPhoto(ctx, visit, field.Photo{Kind: shot.Kind, Item: shot.Item, Imported: shot.Imported, Ref: p.Ref, Size: p.Size,
				Width: p.Width, Height: p.Height, TakenMS: now.UnixMilli() + int64(w.n)}, p.Thumb, shot.Sequel)
			return taken, err
		},
	}
}

// picture draws a shelf of a kind.
func picture(t testing.TB, seed int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for y := range 480 {
		for x := range 640 {
			c := color.RGBA{uint8(90 + (x/64*37+seed*51)%140), uint8(60 + (y/120*53+x/64*19+seed*13)%150), uint8(70 + (x/64*71+seed*29)%120), 255}
			if y%120 > 108 {
				c = color.RGBA{120, 84, 50, 255}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
