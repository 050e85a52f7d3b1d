package web

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/jpeg"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"storewalk/demo/guyuan"
	"storewalk/demo/shelf"
	"storewalk/e2e/browser"
	"storewalk/migrations"
	"storewalk/server/auth"
	"storewalk/server/store"
	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/sqldb"
	"storewalk/shared/wire"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"golang.org/x/image/draw"
)

const password = "六盘山 office"

var north = field.TerritoryID("north")

// An office is a running server on a real database, without any phone yet.
type office struct {
	t     *testing.T
	store *store.Store
	url   string
	boss  uuid.UUID
	dir   string
}

func openOffice(t *testing.T) *office {
	t.Helper()
	gin.SetMode(gin.TestMode)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	dir := t.TempDir()
	s, err := store.Open(t.Context(), dir, log)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, town := range guyuan.Townships() {
		names[town.Code] = town.Name
	}
	w, err := New(Config{Store: s, Log: log, Townships: names})
	if err != nil {
		t.Fatal(err)
	}
	engine := gin.New()
	w.Register(engine)
	engine.NoRoute(w.NotFound)
	server := httptest.NewServer(auth.SameOrigin(engine))
	t.Cleanup(func() {
		server.CloseClientConnections() // ends the streams of events, as the server's main does
		server.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &office{t: t, store: s, url: server.URL, dir: dir}
	o.boss = o.account("zhou", "周敏", field.RoleSupervisor)
	return o
}

func (o *office) check(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) account(login, name, role string) uuid.UUID {
	o.t.Helper()
	id, err := o.store.AddAccount(o.t.Context(), store.NewAccount{Login: login, Name: name, Role: role, Password: password, Territories: []uuid.UUID{north}})
	o.check(err)
	return id
}

// signIn opens a browser at the list of visits.
func (o *office) signIn() *browser.Desk {
	o.t.Helper()
	desk := browser.NewDesk(o.t)
	desk.Open(o.url + "/visits")
	desk.Type("[name=login]", "zhou")
	desk.Type("[name=password]", password)
	desk.Click(".card .primary")
	desk.WaitFor("location.pathname === '/visits' && document.readyState === 'complete'")
	return desk
}

// A phone is a manager's: a database as phones have, whose records reach the office through Store.Sync.
type phone struct {
	o     *office
	owner uuid.UUID
	me    auth.Principal
	db    *sqldb.DB
	ahead int64 // its clock, ms
	key   ed25519.PrivateKey
	last  field.Photo // the end of its chain
}

func (o *office) phone(login, name string) *phone {
	o.t.Helper()
	owner := o.account(login, name, field.RoleManager)
	public, key, err := ed25519.GenerateKey(nil)
	o.check(err)
	token, _, err := o.store.EnrolDevice(o.t.Context(), owner, base64.StdEncoding.EncodeToString(public), name+"的手机")
	o.check(err)
	me, err := o.store.DeviceByToken(o.t.Context(), token)
	o.check(err)
	db, err := sqldb.Open(o.t.Context(), filepath.Join(o.t.TempDir(), "phone.db"), migrations.Device())
	o.check(err)
	o.t.Cleanup(func() { db.Close() })
	p := &phone{o: o, owner: owner, me: me, db: db, key: key}
	p.tx(func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.Exec(`INSERT INTO replica (one, rid, counter, lam, opens) VALUES (1, $1, 0, 0, 1)`, ledger.NewReplica().String()); err != nil {
			return err
		}
		return ledger.Prepare(ctx, tx)
	})
	return p
}

func (p *phone) tx(fn func(context.Context, *sql.Tx) error) {
	p.o.t.Helper()
	ctx := p.o.t.Context()
	p.o.check(p.db.Tx(ctx, func(tx *sql.Tx) error { return fn(ctx, tx) }))
}

// at makes edits by the phone's clock.
func (p *phone) at(when time.Time, edits ...ledger.Edit) {
	p.o.t.Helper()
	for i := range edits {
		edits[i].Territory, edits[i].SeenAll = north, true
	}
	p.tx(func(ctx context.Context, tx *sql.Tx) error {
		_, err := ledger.Write(ctx, tx, ledger.Writer{Author: p.owner, WallMS: when.UnixMilli() + p.ahead}, edits...)
		return err
	})
}

func edit(id uuid.UUID, typ, name string, value any) ledger.Edit {
	return ledger.Edit{ID: id, Type: typ, Field: name, Value: value}
}

// sync exchanges everything: what the phone has goes, what its territory has comes.
func (p *phone) sync() {
	p.o.t.Helper()
	req := wire.SyncRequest{Proto: wire.Proto, Replica: record.Replica{2}, Next: "same", App: "1.0.0", ClockMS: time.Now().UnixMilli() + p.ahead, Budget: wire.MaxBudget}
	rows, err := p.db.Read.Query(`SELECT body FROM record WHERE type NOT IN ('user', 'product', 'territory') ORDER BY id`)
	p.o.check(err)
	defer rows.Close()
	for rows.Next() {
		var body []byte
		p.o.check(rows.Scan(&body))
		req.Push = append(req.Push, json.RawMessage(body))
	}
	p.o.check(rows.Err())
	for more := true; more; {
		resp, err := p.o.store.Sync(p.o.t.Context(), p.me, req)
		p.o.check(err)
		req.Push, req.Cursors, more = nil, nil, false
		p.tx(func(ctx context.Context, tx *sql.Tx) error {
			for _, f := range resp.Feeds {
				req.Cursors = append(req.Cursors, wire.Cursor{Territory: f.Territory, Epoch: f.Epoch, Seq: f.Seq})
				more = more || f.More
				for _, raw := range f.Puts {
					rec, err := record.Decode(raw)
					if err != nil {
						return err
					}
					if _, err := ledger.Join(ctx, tx, rec); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
}

// visit checks in for half an hour.
func (p *phone) visit(shop uuid.UUID, in time.Time, took time.Duration) uuid.UUID {
	p.o.t.Helper()
	v := uuid.New()
	p.at(in, edit(v, field.TypeVisit, "store", shop), edit(v, field.TypeVisit, "manager", p.owner),
		edit(v, field.TypeVisit, "check_in", field.Moment{AtMS: in.UnixMilli() + p.ahead}))
	if took > 0 {
		p.at(in.Add(took), edit(v, field.TypeVisit, "check_out", field.Moment{AtMS: in.Add(took).UnixMilli() + p.ahead}))
	}
	return v
}

func (p *phone) count(visit, shop, product uuid.UUID, line field.CountLine, at time.Time) {
	p.o.t.Helper()
	sheet := field.CountID(visit)
	p.at(at, edit(sheet, field.TypeCount, "visit", visit), edit(sheet, field.TypeCount, "store", shop),
		edit(sheet, field.TypeCount, field.LineField(product), line))
}

func (p *phone) note(visit, shop uuid.UUID, text string, corrects uuid.UUID, at time.Time) uuid.UUID {
	p.o.t.Helper()
	n := uuid.New()
	p.at(at, edit(n, field.TypeNote, "visit", visit), edit(n, field.TypeNote, "store", shop), edit(n, field.TypeNote, "text", text))
	if corrects != uuid.Nil {
		p.at(at, edit(n, field.TypeNote, "corrects", corrects))
	}
	return n
}

// A drawnPicture is a drawn photo with its thumbnail.
type drawnPicture struct{ full, thumb []byte }

// drawn keeps what was drawn: the same options are the same picture.
var drawn sync.Map // shelf.Options → drawnPicture

func (o *office) draw(options shelf.Options) drawnPicture {
	o.t.Helper()
	options.Width, options.Height = 800, 600
	if p, ok := drawn.Load(options); ok {
		return p.(drawnPicture)
	}
	full, err := shelf.Draw(options)
	o.check(err)
	decoded, err := jpeg.Decode(bytes.NewReader(full))
	o.check(err)
	small := image.NewRGBA(image.Rect(0, 0, 256, 192))
	draw.ApproxBiLinear.Scale(small, small.Rect, decoded, decoded.Bounds(), draw.Src, nil)
	var thumb bytes.Buffer
	for quality := 70; thumb.Len() == 0 || thumb.Len() > field.MaxThumbnail; quality -= 10 {
		thumb.Reset()
		o.check(jpeg.Encode(&thumb, small, &jpeg.Options{Quality: quality}))
	}
	p := drawnPicture{full, thumb.Bytes()}
	drawn.Store(options, p)
	return p
}

// photo takes a picture; its bytes are on the server only when whole.
func (p *phone) photo(visit, shop uuid.UUID, kind string, o shelf.Options, at time.Time, whole bool) uuid.UUID {
	p.o.t.Helper()
	shot := p.o.draw(o)
	ref := blob.Ref(sha(shot.full))
	if whole {
		p.o.check(p.o.store.Blobs.Put(ref, bytes.NewReader(shot.full)))
	}
	f := field.Photo{Visit: visit, Store: shop, Kind: kind, Ref: ref, Size: int64(len(shot.full)), Width: 800, Height: 600, TakenMS: at.UnixMilli() + p.ahead}
	return p.photoOf(p.sign(f, at), shot.thumb, at)
}

// sign makes f the next of the phone's chain. The phone was started an hour before, when it heard the server.
func (p *phone) sign(f field.Photo, at time.Time) field.Photo {
	hour := time.Hour.Milliseconds()
	f.Proof = &field.Proof{Device: p.me.Device, Day: "2026-11-22", N: 1, AtMS: f.TakenMS, BootID: at.String(), BootMS: hour + 1,
		ServerMS: at.UnixMilli() - hour, HeardMS: 1}
	if p.last.Proof != nil {
		f.Proof.Prev, f.Proof.N = p.last.Link(), p.last.Proof.N+1
	}
	f.Sign(p.key)
	p.last = f
	return f
}

func (p *phone) photoOf(f field.Photo, thumb []byte, at time.Time) uuid.UUID {
	p.o.t.Helper()
	id := uuid.New()
	p.at(at, edit(id, field.TypePhoto, "photo", f),
		edit(field.ThumbnailID(id), field.TypeThumbnail, "thumbnail", field.Thumbnail{Photo: id, JPEG: thumb}))
	return id
}
