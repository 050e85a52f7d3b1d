package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	phonestore "storewalk/mobile/store"
	"storewalk/mobile/syncer"
	"storewalk/server/api"
	"storewalk/server/auth"
	serverstore "storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

// The places and things of every sync test.
var (
	syncWest    = field.TerritoryID("west")
	syncEast    = field.TerritoryID("east")
	syncCorner  = field.StoreID("640402100001")
	syncProduct = field.ProductID("6901028000001")
)

const syncPassword = "correct horse"

func init() { gin.SetMode(gin.TestMode) }

// A syncWorld is a real server behind a line that a test may break.
type syncWorld struct {
	t     testing.TB
	dir   string // the server's data
	store *serverstore.Store
	line  *syncLine
	users map[string]uuid.UUID

	requests atomic.Int64
	http     *http.Server
	served   chan struct{}
}

// newSyncWorld starts a server with two territories. ma and li hold the west, wang the east.
func newSyncWorld(t testing.TB) *syncWorld {
	t.Helper()
	withinADay(t, time.Minute)
	w := &syncWorld{t: t, dir: t.TempDir(), users: map[string]uuid.UUID{}}
	w.line = newSyncLine(t)
	w.start()
	t.Cleanup(w.stop)
	syncSeed(t, w.store, w.users)
	return w
}

func syncSeed(t testing.TB, st *serverstore.Store, users map[string]uuid.UUID) {
	t.Helper()
	ctx := t.Context()
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for slug, licence := range map[string]string{"west": "6404021000", "east": "6404022000"} {
		try(st.EnsureTerritory(ctx, slug, slug, "640402"))
		var stores []field.Store
		for _, n := range []string{"01", "02", "03"} {
			stores = append(stores, field.Store{LicenceNo: licence + n, Name: "固原 <A&B> 商店" + n, Phone: "0954-1", Grade: 5})
		}
		_, _, _, err := st.ImportStores(ctx, field.TerritoryID(slug), stores)
		try(err)
	}
	var products []field.Product
	for _, n := range []string{"1", "2", "3", "4"} {
		products = append(products, field.Product{Code: "690102800000" + n, Name: "烟" + n, PriceClass: 2, GuidePriceFen: 2500, Status: "normal"})
	}
	_, _, _, err := st.ImportProducts(ctx, products)
	try(err)
	for login, territory := range map[string]uuid.UUID{"ma": syncWest, "li": syncWest, "wang": syncEast} {
		users[login], err = st.AddAccount(ctx, serverstore.NewAccount{Login: login, Name: "经理" + login, Role: field.RoleManager,
			Password: syncPassword, Territories: []uuid.UUID{territory}})
		try(err)
	}
}

// start serves the world's data on a free port and leads the line there.
func (w *syncWorld) start() {
	w.t.Helper()
	log := slog.New(slog.DiscardHandler)
	st, err := serverstore.Open(context.WithoutCancel(w.t.Context()), w.dir, log)
	if err != nil {
		w.t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	handler := syncHandler(st, log)
	srv := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.requests.Add(1)
		handler.ServeHTTP(rw, r)
	})}
	w.store, w.http, w.served = st, srv, make(chan struct{})
	served := w.served
	go func() {
		defer close(served)
		srv.Serve(ln)
	}()
	w.line.lead(ln.Addr().String())
}

func syncHandler(st *serverstore.Store, log *slog.Logger) http.Handler {
	engine := gin.New()
	api.New(st, log).Register(engine)
	return auth.SameOrigin(engine)
}

// stop ends the server; start brings it back with the same data.
func (w *syncWorld) stop() {
	if w.http == nil {
		return
	}
	w.line.lead("") // whoever has its port next is not taken for it
	w.http.Close()
	<-w.served
	if err := w.store.Close(); err != nil {
		w.t.Error(err)
	}
	w.http = nil
}

// A syncPhone is a real phone: its database and its syncer.
type syncPhone struct {
	*phonestore.Store
	*syncer.Syncer
	t   testing.TB
	dir string
}

// newSyncPhone opens the data in dir.
func newSyncPhone(t testing.TB, dir string) *syncPhone {
	t.Helper()
	st, err := phonestore.Open(context.WithoutCancel(t.Context()), dir)
	if err != nil {
		t.Fatal(err)
	}
	p := &syncPhone{st, syncer.New(st, "storewalk test", slog.New(slog.DiscardHandler)), t, dir}
	var once sync.Once
	t.Cleanup(func() { once.Do(p.close) })
	return p
}

func (p *syncPhone) close() { p.Store.Close() }

// phone signs a new phone in and brings it up to date.
func (w *syncWorld) phone(login string) *syncPhone {
	w.t.Helper()
	p := newSyncPhone(w.t, w.t.TempDir())
	if err := p.Enrol(w.t.Context(), w.line.url(), login, syncPassword, login+"'s phone"); err != nil {
		w.t.Fatal(err)
	}
	p.round()
	return p
}

// round is a Round that must succeed.
func (p *syncPhone) round() {
	p.t.Helper()
	if err := p.Round(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

// waits fails unless this and no more waits to be sent.
func (p *syncPhone) waits(records, photos int) {
	p.t.Helper()
	if got, err := p.Waiting(p.t.Context()); err != nil || got != (wire.Waiting{Records: records, Photos: photos}) {
		p.t.Fatalf("waiting: %+v %v, want %d and %d", got, err, records, photos)
	}
}

// visit makes one visit: check-in, two lines, a note, one photo of size bytes, check-out.
func (p *syncPhone) visit(size int) uuid.UUID {
	p.t.Helper()
	ctx := p.t.Context()
	visit, err := p.CheckIn(ctx, syncCorner, field.Moment{Position: field.Position{Lat: 36, Lon: 106.2, Acc: 12}}, phonestore.Purpose{})
	p.try(err)
	p.try(p.SetCount(ctx, visit, syncProduct, field.CountLine{Cartons: 3, Packs: 4, OnDisplay: true}, nil))
	p.try(p.SetCount(ctx, visit, field.ProductID("6901028000002"), field.CountLine{OutOfStock: true}, nil))
	p.try(p.SetNote(ctx, visit, uuid.Nil, "缺货 <两条> & 补货", nil))
	p.photo(visit, size)
	p.try(p.CheckOut(ctx, visit, field.Moment{}))
	return visit
}

// photo adds size random bytes as a photo.
func (p *syncPhone) photo(visit uuid.UUID, size int) field.Photo {
	p.t.Helper()
	b := make([]byte, size)
	var seed [32]byte
	copy(seed[:], visit[:])
	copy(seed[16:], p.dir[len(p.dir)-16:])
	rand.NewChaCha8(seed).Read(b)
	ref, n, err := p.Blobs.Add(bytes.NewReader(b))
	p.try(err)
	f := field.Photo{Kind: field.PhotoKinds[0], Ref: ref, Size: n, Width: 3, Height: 4, TakenMS: 1}
	_, err = p.AddPhoto(p.t.Context(), visit, f, []byte("thumb"), phonestore.Sequel{})
	p.try(err)
	return f
}

func (p *syncPhone) try(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// record reads one record of a database, also while a phone or a server works on it.
func syncRecord(t testing.TB, dir string, id uuid.UUID) (r record.Record) {
	t.Helper()
	db := syncOpen(t, dir)
	defer db.Close()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	r, ok, err := ledger.Load(t.Context(), tx, id)
	if err != nil || !ok {
		t.Fatal(id, ok, err)
	}
	return r
}

func syncOpen(t testing.TB, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "storewalk.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// syncCount asks a database for one number.
func syncCount(t testing.TB, dir, query string, args ...any) (n int) {
	t.Helper()
	db := syncOpen(t, dir)
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(query, err)
	}
	return n
}

// versions reads the version of every record of a territory.
func syncVersions(t testing.TB, dir string, territory uuid.UUID) map[string]string {
	t.Helper()
	db := syncOpen(t, dir)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `SELECT id, version FROM record WHERE territory = $1`, territory.String())
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var id string
		var version []byte
		if err := rows.Scan(&id, &version); err != nil {
			t.Fatal(err)
		}
		out[id] = hex.EncodeToString(version)
	}
	return out
}

// equal fails unless the server and the phones hold the same versions of the same records.
func (w *syncWorld) equal(phones ...*syncPhone) {
	w.t.Helper()
	for _, territory := range []uuid.UUID{syncWest, field.Common} {
		want := syncVersions(w.t, w.dir, territory)
		for _, p := range phones {
			if got := syncVersions(w.t, p.dir, territory); len(got) == 0 || !maps.Equal(got, want) {
				w.t.Errorf("a phone holds other versions than the server: %d and %d records", len(got), len(want))
			}
		}
	}
}

// settled fails unless everything is on the server exactly once.
func (w *syncWorld) settled(phones ...*syncPhone) {
	w.t.Helper()
	for _, p := range phones {
		p.waits(0, 0)
		if n := syncCount(w.t, p.dir, `SELECT count(*) FROM record WHERE version IS NOT acked OR refused <> ''`); n != 0 {
			w.t.Errorf("%d records are not confirmed", n)
		}
	}
	w.equal(phones...)
	if n := syncCount(w.t, w.dir, `SELECT count(*) FROM (SELECT rid, n FROM write_log GROUP BY rid, n HAVING count(*) > 1)`); n != 0 {
		w.t.Errorf("%d writes came with two contents", n)
	}
	if n := syncCount(w.t, w.dir, `SELECT count(*) FROM quarantine`); n != 0 {
		w.t.Errorf("%d records were put aside", n)
	}
}

// holds fails unless the server has the photo's bytes.
func (w *syncWorld) holds(f field.Photo) {
	w.t.Helper()
	file, err := w.store.Blobs.Open(f.Ref)
	if err != nil {
		w.t.Fatal(err)
	}
	defer file.Close()
	h := sha256.New()
	if _, err := file.WriteTo(h); err != nil || !bytes.Equal(h.Sum(nil), f.Ref[:]) {
		w.t.Fatal("other bytes", err)
	}
}
