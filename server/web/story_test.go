package web

import (
	"crypto/sha256"
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"storewalk/demo/guyuan"
	"storewalk/demo/shelf"
	"storewalk/migrations"
	"storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

func sha(b []byte) [sha256.Size]byte { return sha256.Sum256(b) }

// importTerritory gives the office the stores and products of Guyuan.
func (o *office) importTerritory() (shops, products []uuid.UUID) {
	o.t.Helper()
	o.check(o.store.EnsureTerritory(o.t.Context(), "north", "三营片区", guyuan.TerritoryCounty))
	var stores []field.Store
	for _, s := range guyuan.Stores()[:40] {
		stores = append(stores, field.Store{
			LicenceNo: s.LicenceNo, Name: s.Name, Owner: s.Owner, Phone: s.Phone, BackupPhone: s.BackupPhone, BusinessType: s.BusinessType,
			MarketType: s.MarketType, Grade: s.Grade, TerminalLevel: s.TerminalLevel, IntegrityGrade: s.IntegrityGrade,
			DistrictType: s.DistrictType, Township: s.TownshipCode, Address: s.Address, Position: field.Position{Lat: s.Lat, Lon: s.Lon},
		})
		shops = append(shops, field.StoreID(s.LicenceNo))
	}
	_, _, _, err := o.store.ImportStores(o.t.Context(), north, stores)
	o.check(err)
	var catalogue []field.Product
	for _, p := range guyuan.Products() {
		catalogue = append(catalogue, field.Product{Code: p.Code, Name: p.Name, PriceClass: p.PriceClass, GuidePriceFen: int64(p.GuidePriceFen), Status: p.Status})
		products = append(products, field.ProductID(p.Code))
	}
	_, _, _, err = o.store.ImportProducts(o.t.Context(), catalogue)
	o.check(err)
	return shops, products
}

// A story is a morning's work, for pictures and for tests of whole pages.
type story struct {
	rich  uuid.UUID // a visit with everything in it
	shop  uuid.UUID // its store
	photo uuid.UUID // one of its photos, whole on the server
	away  uuid.UUID // another, still on the phone
	ask   uuid.UUID // a request about what was found there
}

func tell(o *office) story {
	o.t.Helper()
	shops, products := o.importTerritory()
	ma, li := o.phone("ma", "马秀英"), o.phone("li", "李建国")
	now := afternoon()
	notes := []string{
		"老板反映芙蓉王走得快，周三前就卖完了，希望下周多给两条。已登记货源诉求。",
		"价签换成新的，陈列按标准整理过。",
		"新品愿意试摆一个月，先放最上面一层。",
		"店主去固原进货了，和老板娘核对的库存。",
	}
	s := story{shop: shops[6]}
	for i, shop := range shops[:9] {
		begun := now.AddDate(0, 0, -8).Add(time.Duration(i) * time.Hour / 2)
		last := store.PastVisit{ID: uuid.New(), Territory: north, Counts: map[uuid.UUID]field.CountLine{},
			Visit: field.Visit{Store: shop, Manager: ma.owner, CheckIn: moment(begun), CheckOut: moment(begun.Add(21 * time.Minute))}}
		for j := range 3 + 2*i {
			if j%3 != 2 {
				last.Counts[products[j]] = field.CountLine{Cartons: (j*7 + i) % 9, Packs: (j * 3) % 10, OnDisplay: true}
			}
		}
		_, err := o.store.AddPastVisits(o.t.Context(), []store.PastVisit{last})
		o.check(err)
	}
	ma.sync()
	li.sync()
	for i, shop := range shops[:9] {
		p := ma
		if i%3 == 2 {
			p = li
		}
		in := now.Add(-time.Duration(9-i) * 34 * time.Minute)
		v := p.visit(shop, in, time.Duration(14+i*3)*time.Minute)
		for j := range 3 + 2*i {
			line := field.CountLine{Cartons: (j*5 + i) % 7, Packs: (j*7 + i) % 10, OnDisplay: j%4 != 0}
			if (i+j)%6 == 5 {
				line = field.CountLine{OutOfStock: true}
			}
			p.count(v, shop, products[j], line, in.Add(time.Duration(j)*20*time.Second))
		}
		if i%2 == 0 {
			p.note(v, shop, notes[i/2%len(notes)], uuid.Nil, in.Add(10*time.Minute))
		}
		for j := range (i * 2) % 7 {
			kind, draw := "shelf", shelf.Shelf
			switch j % 3 {
			case 0:
				kind, draw = "storefront", shelf.Storefront
			case 2:
				kind, draw = "price_tag", shelf.Tags
			}
			id := p.photo(v, shop, kind, shelf.Options{Kind: draw, Seed: uint64(i*10 + j + 1), Sign: "利民便利店"}, in.Add(time.Duration(j)*time.Minute), i != 5 && j != 4)
			if shop == s.shop {
				if s.away = id; j == 0 { // the last is still on the phone
					s.photo = id
				}
			}
		}
		if shop == s.shop {
			s.rich = v
		}
		p.sync()
	}
	o.asked(ma, s, now.Add(-10*time.Minute))
	o.clash(&s, ma, li, products)
	o.asks(&s, ma, li, shops, products)
	o.trouble(li, shops)
	wang := o.phone("wang", "王小虎")
	wang.ahead = 3 * time.Hour.Milliseconds()
	off := wang.visit(shops[12], now.Add(-25*time.Minute), 0)
	wang.note(off, shops[12], "店里在装修，下午再来盘点。", uuid.Nil, now.Add(-20*time.Minute))
	wang.sync()
	o.silent("chen", "陈志强", 5*24*time.Hour, wire.Waiting{Records: 14, Photos: 32}, wire.Storage{Free: 700 << 20, Used: 61 << 30})
	o.silent("yang", "杨秀兰", 26*time.Hour, wire.Waiting{Records: 3}, wire.Storage{Free: 19 << 30, Used: 44 << 30})
	return s
}

// asks lets stores ask for something: one complaint runs out of time, and two phones worked on it without knowing of each
// other; one is closed.
func (o *office) asks(s *story, ma, li *phone, shops, products []uuid.UUID) {
	o.t.Helper()
	now := time.Now()
	s.ask = ma.ask(s.shop, s.rich, field.RequestComplaint, "到货和公告的不一样：说好的中支三周没到，邻店已经在卖了。", now.Add(-27*time.Hour),
		field.RequestLink{To: s.photo, Kind: field.LinkPhoto}, field.RequestLink{To: s.rich, Kind: field.LinkCount},
		field.RequestLink{To: products[2], Kind: field.LinkProduct}, field.RequestLink{To: products[5], Kind: field.LinkProduct})
	ma.at(now.Add(-27*time.Hour), edit(s.ask, field.TypeRequest, "promise", "当天答复，第二天到店点货。"), edit(s.ask, field.TypeRequest, "urgent", true))
	done := li.ask(shops[3], uuid.Nil, field.RequestEnquiry, "问许可证怎么延续", now.Add(-50*time.Hour))
	ma.ask(shops[5], uuid.Nil, field.RequestSupply, "红塔山(硬经典)每周想多订两条", now.Add(-5*time.Hour))
	li.ask(shops[8], uuid.Nil, field.RequestSuggestion, "希望把送货改到上午，下午店里没人。", now.Add(-80*time.Minute))
	ma.sync()
	li.sync()
	ma.happens(s.ask, field.RequestEvent{Kind: field.EventStart, Text: "电话里说了货源安排，约好明天上午去点货。"}, now.Add(-26*time.Hour))
	li.happens(s.ask, field.RequestEvent{Kind: field.EventStart, Text: "我路过时先去看看。"}, now.Add(-25*time.Hour))
	li.happens(done, field.RequestEvent{Kind: field.EventSolve, Text: "讲清楚了材料和时间。"}, now.Add(-30*time.Hour))
	li.happens(done, field.RequestEvent{Kind: field.EventFollowUp, Rating: 5, Text: "满意。"}, now.Add(-4*time.Hour))
	ma.sync()
	li.sync()
}

// silent is a phone that called long ago and held something then.
func (o *office) silent(login, name string, since time.Duration, holds wire.Waiting, room wire.Storage) *phone {
	o.t.Helper()
	p := o.phone(login, name)
	_, err := o.store.Sync(o.t.Context(), p.me, wire.SyncRequest{Proto: wire.Proto, App: "storewalk 0.9.2", Replica: record.Replica{4, byte(len(login)), login[0]}, Next: "1",
		ClockMS: time.Now().UnixMilli(), Waiting: holds, Storage: &room, Budget: wire.MinBudget})
	o.check(err)
	db, err := sqldb.Open(o.t.Context(), filepath.Join(o.dir, "storewalk.db"), migrations.Server())
	o.check(err)
	o.check(db.Tx(o.t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE device SET seen_ms = seen_ms - $1, storage_ms = storage_ms - $1 WHERE id = $2`, since.Milliseconds(), p.me.Device.String())
		return err
	}))
	o.check(db.Close())
	return p
}

func moment(t time.Time) field.Moment { return field.Moment{AtMS: t.UnixMilli()} }

// afternoon is the last three o'clock that was over for an hour when the tests began: what comes after it in a story is over too.
var afternoon = sync.OnceValue(func() time.Time {
	before := time.Now().Add(-time.Hour)
	y, m, d := before.In(field.Zone).Date()
	at := time.Date(y, m, d, 15, 0, 0, 0, field.Zone)
	if at.After(before) {
		at = at.AddDate(0, 0, -1)
	}
	return at
})

// clash lets two phones count one product of a visit and change one store's phone, both without signal.
func (o *office) clash(s *story, ma, li *phone, products []uuid.UUID) {
	o.t.Helper()
	now := afternoon()
	ma.sync()
	li.sync()
	li.count(s.rich, s.shop, products[1], field.CountLine{Cartons: 14, OnDisplay: true}, now.Add(-5*time.Minute))
	ma.count(s.rich, s.shop, products[1], field.CountLine{Cartons: 12, Packs: 3, OnDisplay: true}, now.Add(-6*time.Minute))
	li.at(now.Add(-4*time.Minute), edit(s.shop, field.TypeStore, "phone", "19900007788"))
	ma.at(now.Add(-3*time.Minute), edit(s.shop, field.TypeStore, "phone", "0954-2088131"))
	wrong := ma.note(s.rich, s.shop, "断货三种", uuid.Nil, now.Add(-8*time.Minute))
	ma.note(s.rich, s.shop, "断货两种，第三种在库房找到了。", wrong, now.Add(-2*time.Minute))
	ma.sync()
	li.sync()
}

func TestTheStoryIsTold(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := tell(o)
	v, err := o.store.VisitByID(t.Context(), s.rich)
	if err != nil || len(v.Open) != 1 || v.Photos == v.PhotosWhole {
		t.Fatalf("%+v %v", v, err)
	}
}
