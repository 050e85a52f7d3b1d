package store

import (
	"context"
	"database/sql"
	"time"

	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// A lastLink is the end of the chain of the photos that were taken on this phone.
type lastLink struct {
	Device uuid.UUID `json:"device"`
	Day    string    `json:"day"`
	N      int       `json:"n"`
	Link   string    `json:"link"`
}

// A heardTime is what the server's clock showed when it last answered, and when that was by the clocks of this phone.
type heardTime struct {
	ServerMS int64  `json:"server_ms"`
	WallMS   int64  `json:"wall_ms"`
	Boot     string `json:"boot"`
	BootMS   int64  `json:"boot_ms"`
}

// latest is the time by this phone's clock, or what that would show by now, at least, if nobody had set it back since the server
// answered. If it was ahead then, and was set back, that is no later than by the server's.
func (h heardTime) latest(now time.Time, boot Boot) time.Time {
	least := time.UnixMilli(min(h.WallMS, h.ServerMS))
	if h.running(boot) {
		least = least.Add(time.Duration(boot.MS-h.BootMS) * time.Millisecond)
	}
	if least.After(now) {
		return least
	}
	return now
}

// AddPhoto keeps a photo whose bytes are in Blobs already, with its thumbnail, signs it as the next in this phone's chain,
// and queues the bytes. It fills in Visit, Store and Proof.
func (s *Store) AddPhoto(ctx context.Context, visit uuid.UUID, p field.Photo, thumb []byte, then Sequel) (photo uuid.UUID, err error) {
	photo = uuid.New()
	return photo, s.change(ctx, func(tx *sql.Tx) error { return s.addPhoto(ctx, tx, photo, visit, p, thumb, then) })
}

func (s *Store) addPhoto(ctx context.Context, tx *sql.Tx, photo, visit uuid.UUID, p field.Photo, thumb []byte, then Sequel) error {
	v, territory, err := loadVisit(ctx, tx, visit)
	if err != nil {
		return err
	}
	p.Visit, p.Store = visit, v.Store
	if err := s.writePhoto(ctx, tx, photo, territory, p, thumb); err != nil {
		return err
	}
	if err := s.takeAway(ctx, tx, then.Replaces); err != nil {
		return err
	}
	return s.link(ctx, tx, photo, then.Asking)
}

// link makes a photo the proof of a request, unless that is nil.
func (s *Store) link(ctx context.Context, tx *sql.Tx, photo uuid.UUID, q *Asking) error {
	if q == nil {
		return nil
	}
	return s.ask(ctx, tx, *q, false, with(ledger.Edit{ID: q.ID}, field.LinkPrefix+photo.String(), field.LinkPhoto))
}

// writePhoto signs a photo and writes it with its thumbnail and what else goes with it.
func (s *Store) writePhoto(ctx context.Context, tx *sql.Tx, photo, territory uuid.UUID, p field.Photo, thumb []byte, also ...ledger.Edit) error {
	if err := s.prove(ctx, tx, &p); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO upload (sha256, size) VALUES ($1, $2) ON CONFLICT (sha256) DO UPDATE SET kept = 0`,
		p.Ref.String(), p.Size); err != nil {
		return err
	}
	return s.write(ctx, tx, append([]ledger.Edit{
		{ID: photo, Type: field.TypePhoto, Territory: territory, Field: "photo", Value: p},
		{ID: field.ThumbnailID(photo), Type: field.TypeThumbnail, Territory: territory, Field: "thumbnail",
			Value: field.Thumbnail{Photo: photo, JPEG: thumb}}}, also...)...)
}

// prove adds the photo to the chain. The end of the chain is written in the same transaction as the photo's record: a
// phone that dies in between has both or neither.
func (s *Store) prove(ctx context.Context, tx *sql.Tx, p *field.Photo) error {
	var a Account
	var last lastLink
	var heard heardTime
	for key, v := range map[string]any{metaAccount: &a, metaLink: &last, metaHeard: &heard} {
		if _, err := getMeta(ctx, tx, key, v); err != nil {
			return err
		}
	}
	if last.Device != a.Device { // enrolled anew: another device for the server, with a chain of its own
		last = lastLink{}
	}
	now, boot := s.wall(), s.boot()
	p.Proof = &field.Proof{Device: a.Device, Day: last.Day, N: last.N + 1, Prev: last.Link, AtMS: now.UnixMilli(),
		BootID: boot.ID, BootMS: boot.MS, ServerMS: heard.ServerMS}
	if day := field.DayOf(now); day > last.Day {
		p.Proof.Day, p.Proof.N = day, 1
	}
	if heard.running(boot) {
		p.Proof.HeardMS = heard.BootMS
	}
	p.Sign(s.Key)
	return setMetaJSON(ctx, tx, metaLink, lastLink{Device: a.Device, Day: p.Proof.Day, N: p.Proof.N, Link: p.Link()})
}

// hear notes what the server's clock showed just now.
func (s *Store) hear(ctx context.Context, tx *sql.Tx, serverMS int64) error {
	if serverMS == 0 {
		return nil
	}
	boot := s.boot()
	h := heardTime{ServerMS: serverMS, WallMS: s.wall().UnixMilli(), Boot: boot.ID, BootMS: boot.MS}
	if err := setMetaJSON(ctx, tx, metaHeard, h); err != nil {
		return err
	}
	s.learnt.Add(1)
	return s.mindClock(ctx, tx, time.UnixMilli(h.WallMS), boot)
}
