package county

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"storewalk/demo/shelf"
	"storewalk/mobile/photo"
	"storewalk/mobile/store"
	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/sqldb"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// A shot is a photo on the disk and its thumbnail.
type shot struct {
	ref   blob.Ref
	size  int64
	thumb []byte
}

// large is how many of the newest photos are whole pictures of 1,600 pixels. The bytes of the others are small ones: what
// screens read of them is the record, the thumbnail and whether the file is there.
const large = 60

// drawn is how many different pictures there are.
const drawn = 12

// unsynced lets the files be written at the pace of memory: if the machine loses its power, the county is built again.
type unsynced struct{ blob.File }

// Sync implements blob.File.
func (unsynced) Sync() error { return nil }

// pictures puts the bytes of all photos into their folder, each under a hash of its own.
func (m *maker) pictures(ctx context.Context) error {
	blobs, err := blob.OpenDir(filepath.Join(m.dir, "photos"))
	if err != nil {
		return err
	}
	defer blobs.Close()
	blobs.Through = func(f blob.File) blob.File { return unsynced{f} }
	var whole [drawn][]byte
	var thumbs [drawn][]byte
	for i := range drawn {
		raw, err := shelf.Draw(shelf.Options{Kind: shelf.Kind(i % 3), Seed: uint64(i), Width: 1600, Height: 1200})
		if err != nil {
			return err
		}
		p, err := photo.Take(ctx, bytes.NewReader(raw), blobs, photo.Wish{})
		if err != nil {
			return err
		}
		thumbs[i] = p.Thumb
		f, err := blobs.Open(p.Ref)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		_, err = b.ReadFrom(f)
		if f.Close(); err != nil {
			return err
		}
		whole[i] = b.Bytes()
		if err := blobs.Remove(p.Ref); err != nil {
			return err
		}
	}
	for i := range m.size.Photos() {
		picture := thumbs[i%drawn]
		if i >= m.size.Photos()-large {
			picture = whole[i%drawn]
		}
		// What follows the end of a JPEG is no part of the picture, but of its hash.
		ref, size, err := blobs.Add(bytes.NewReader(fmt.Appendf(bytes.Clone(picture), "%08d", i)))
		if err != nil {
			return err
		}
		m.shots = append(m.shots, shot{ref, size, thumbs[i%drawn]})
	}
	return nil
}

// A sheet of edits of one record.
type sheet []ledger.Edit

func edits(id uuid.UUID, typ string, territory uuid.UUID, values ...field.Value) (out sheet) {
	for _, v := range values {
		out = append(out, ledger.Edit{ID: id, Type: typ, Territory: territory, Field: v.Field, Value: v.Value})
	}
	return out
}

// past is half a year of visits, some thirty a day, and what came of them.
func (m *maker) past(ctx context.Context) error {
	shots, photos := m.shots, 0
	return m.inside(ctx, func(db *sqldb.DB) error {
		err := inParts(ctx, db, m.size.Visits, func(tx *sql.Tx, i int) error {
			v := m.visit(i)
			all := v.records(m)
			n := photosPerVisit
			switch {
			case i == m.size.Visits-1:
				n = crowd
			case i < crowd/photosPerVisit-1:
				n = 0
			}
			for j := range n {
				all = append(all, v.photo(j, shots[photos])...)
				if err := queue(ctx, tx, shots[photos]); err != nil {
					return err
				}
				photos++
			}
			_, err := ledger.Write(ctx, tx, ledger.Writer{Author: me, WallMS: v.at.UnixMilli()}, all...)
			return err
		})
		if err != nil {
			return err
		}
		if photos != m.size.Photos() {
			return fmt.Errorf("%d photos", photos)
		}
		return inParts(ctx, db, m.size.Requests, func(tx *sql.Tx, i int) error {
			_, err := ledger.Write(ctx, tx, ledger.Writer{Author: me, WallMS: m.day.UnixMilli()}, m.work(i)...)
			return err
		})
	})
}

// queue is what store.AddPhoto does with the bytes.
func queue(ctx context.Context, tx *sql.Tx, s shot) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO upload (sha256, size) VALUES ($1, $2)`, s.ref.String(), s.size)
	return err
}

// A visit of the past.
type visit struct {
	n               int
	id, store, area uuid.UUID
	at              time.Time
	rnd             *rand.Rand
}

// visit is the nth of all. The newest was yesterday; every fiftieth is to the first store.
func (m *maker) visit(i int) visit {
	at := i * 7 % m.size.Stores
	if i%busy == 0 {
		at = 0
	}
	const perDay = 30
	back := m.size.Visits - 1 - i
	return visit{n: i, id: visitID(i), store: m.storeID(at), area: m.area(at), rnd: rand.New(rand.NewPCG(uint64(i), 1)),
		at: m.day.AddDate(0, 0, -1-back/perDay).Add(-time.Duration(back%perDay) * 10 * time.Minute)}
}

func (v visit) of(values ...field.Value) []field.Value {
	return append([]field.Value{{Field: "visit", Value: v.id}, {Field: "store", Value: v.store}}, values...)
}

// records are the visit, its count, its checklist and its note.
func (v visit) records(m *maker) sheet {
	end := v.at.Add(9 * time.Minute).UnixMilli()
	kind := field.VisitRoutine
	if v.n%3 == 0 {
		kind = field.VisitInspection
	}
	all := edits(v.id, field.TypeVisit, v.area, field.Value{Field: "store", Value: v.store}, field.Value{Field: "manager", Value: me},
		field.Value{Field: "check_in", Value: field.Moment{AtMS: v.at.UnixMilli()}}, field.Value{Field: "template", Value: field.TemplateID(kind)},
		field.Value{Field: "check_out", Value: field.Moment{AtMS: end}})
	lines := v.of()
	for j := range linesPerVisit {
		l := field.CountLine{Cartons: v.rnd.IntN(12), Packs: v.rnd.IntN(10), OnDisplay: v.rnd.IntN(4) > 0, OutOfStock: v.rnd.IntN(12) == 0, Facings: v.rnd.IntN(5)}
		if l.OutOfStock {
			l.Cartons, l.Packs = 0, 0
		}
		lines = append(lines, field.Value{Field: field.LineField(m.productID(v.n + j)), Value: l})
	}
	all = append(all, edits(field.CountID(v.id), field.TypeCount, v.area, lines...)...)
	done := field.Tick{Done: true, AtMS: end}
	all = append(all, edits(field.ChecklistID(v.id), field.TypeChecklist, v.area, v.of(field.Value{Field: "template", Value: field.TemplateID(kind)},
		field.Value{Field: field.ItemPrefix + "display", Value: done}, field.Value{Field: field.ItemPrefix + "price", Value: done},
		field.Value{Field: field.ToldPrefix + newID("announcement", v.n%12).String(), Value: done})...)...)
	return append(all, edits(uuid.NewSHA1(v.id, me[:]), field.TypeNote, v.area, v.of(field.Value{Field: "text", Value: "缺货已登记，下周二再来看看陈列。"})...)...)
}

// photo is the jth of the visit with its thumbnail.
func (v visit) photo(j int, s shot) sheet {
	id := photoID(v.n, j)
	p := field.Photo{Visit: v.id, Store: v.store, Kind: field.PhotoKinds[j%len(field.PhotoKinds)], Ref: s.ref, Size: s.size, Width: 1600, Height: 1200,
		TakenMS: v.at.Add(time.Duration(j) * time.Second).UnixMilli()}
	return append(edits(id, field.TypePhoto, v.area, field.Value{Field: "photo", Value: p}),
		edits(field.ThumbnailID(id), field.TypeThumbnail, v.area, field.Value{Field: "thumbnail", Value: field.Thumbnail{Photo: id, JPEG: s.thumb}})...)
}

// work is the ith request, of which three of ten are still open, and now and then a walk and an application.
func (m *maker) work(i int) sheet {
	v := m.visit(i * (m.size.Visits / m.size.Requests))
	spoke := m.day.Add(-time.Duration(i) * 40 * time.Minute)
	all := edits(newID("request", i), field.TypeRequest, v.area, v.of(field.Value{Field: "kind", Value: field.RequestKinds[i%4]},
		field.Value{Field: "text", Value: "要两条芙蓉王，周五前送到。"}, field.Value{Field: "spoke", Value: spoke.UnixMilli()}, field.Value{Field: "owner", Value: me})...)
	if i%10 > 2 {
		for n, kind := range []string{field.EventStart, field.EventSolve, field.EventFollowUp} {
			e := field.RequestEvent{Kind: kind, AtMS: spoke.Add(time.Duration(n+1) * time.Hour).UnixMilli()}
			all = append(all, edits(newID("request", i), field.TypeRequest, v.area, field.Value{Field: field.EventPrefix + newID(kind, i).String(), Value: e})...)
		}
	}
	if i%4 == 0 {
		var order []uuid.UUID
		for j := range linesPerVisit {
			order = append(order, m.productID(i+j))
		}
		all = append(all, edits(field.WalkID(v.store), field.TypeWalk, v.area, field.Value{Field: "store", Value: v.store}, field.Value{Field: "order", Value: order})...)
	}
	if i%20 == 0 {
		a := v.of(field.Value{Field: "kind", Value: field.ApplyInfo}, field.Value{Field: "change", Value: map[string]string{"owner": "马建国"}},
			field.Value{Field: "reason", Value: "转让"}, field.Value{Field: "photos", Value: []uuid.UUID{photoID(v.n, 0)}})
		if i%40 == 0 {
			a = append(a, field.Value{Field: "made", Value: spoke.UnixMilli()})
		}
		all = append(all, edits(newID("application", i), field.TypeApplication, v.area, a...)...)
	}
	return all
}

// disagreements is how many stores have two phone numbers.
const disagreements = 60

// disagree lets a colleague and the person of this phone write the same field without having seen each other's value.
func (m *maker) disagree(ctx context.Context) error {
	err := m.inside(ctx, func(db *sqldb.DB) error {
		return inParts(ctx, db, disagreements, func(tx *sql.Tx, i int) error {
			r, _, err := ledger.Load(ctx, tx, m.storeID(i*31))
			if err != nil {
				return err
			}
			m.theirs[r.ID] = r
			_, err = ledger.Write(ctx, tx, ledger.Writer{Author: me, WallMS: m.day.UnixMilli()},
				ledger.Edit{ID: r.ID, Type: field.TypeStore, Field: "phone", Value: fmt.Sprint("1899500", 1000+i), SeenAll: true})
			return err
		})
	})
	if err != nil {
		return err
	}
	for i := range disagreements {
		if err := m.decide(m.storeID(i*31), field.TypeStore, m.area(i*31), field.Value{Field: "phone", Value: fmt.Sprint("1778800", 2000+i)}); err != nil {
			return err
		}
	}
	return m.open(ctx, func(s *store.Store) error {
		return s.Apply(ctx, nil, wire.SyncResponse{ServerMS: m.day.UnixMilli(), Feeds: m.feeds(2, 0)})
	})
}

// settle answers the phone as the server does: it has everything on its disk, and then a backup of it.
func (m *maker) settle(ctx context.Context) error {
	return m.open(ctx, func(s *store.Store) error {
		if _, err := s.Barrier(ctx); err != nil {
			return err
		}
		for seq := int64(3); ; seq++ {
			sent, err := s.NextPush(ctx, wire.MaxBudget)
			if err != nil {
				return err
			}
			resp := wire.SyncResponse{ServerMS: m.day.UnixMilli(), Feeds: m.feeds(seq, seq-1)}
			for range sent {
				resp.Receipts = append(resp.Receipts, wire.Receipt{Status: wire.Applied})
			}
			if len(sent) == 0 {
				resp.Feeds = m.feeds(seq+2, seq+1)
				for _, p := range m.shots {
					resp.Blobs = append(resp.Blobs, wire.BlobHeld{Ref: p.ref, Offset: p.size})
				}
			}
			if err := s.Apply(ctx, sent, resp); err != nil {
				return err
			}
			if len(sent) == 0 { // bytes are in a backup that goes beyond where the feed stood when they were there
				for _, later := range []int64{4, 6} {
					if err := s.Apply(ctx, nil, wire.SyncResponse{ServerMS: m.day.UnixMilli(), Feeds: m.feeds(seq+later, seq+later-1)}); err != nil {
						return err
					}
				}
				return nil
			}
		}
	})
}
