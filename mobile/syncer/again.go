package syncer

import (
	"context"
	"slices"

	"storewalk/mobile/store"
	"storewalk/shared/wire"
)

// ask adds to an exchange the question how much of the next photos the server holds, if it carries the last records that wait.
// Photos are sent after all records: an earlier answer would be out of date by then, and finding those photos among thousands
// whose records wait would be wasted work.
func (s *Syncer) ask(ctx context.Context, req *wire.SyncRequest) error {
	if more, err := s.store.HasPush(ctx, len(req.Push)); err != nil || more {
		return err
	}
	photos, err := s.store.NextUploads(ctx, asks)
	for _, p := range photos {
		req.Blobs = append(req.Blobs, wire.BlobAsk{Ref: p.Ref, Size: p.Size})
	}
	return err
}

// askAgain lets an exchange that compares ask also about some photos that the server has confirmed. A sum covers records
// only, and bytes that a disk loses are nowhere but on the phone that took them. It returns those it asks about.
func (s *Syncer) askAgain(ctx context.Context, req *wire.SyncRequest) ([]store.Upload, error) {
	compares := slices.ContainsFunc(req.Cursors, func(c wire.Cursor) bool { return c.Sum != nil })
	if !compares || req.Waiting.Photos > 0 { // photos that wait come first, and the server counts by the questions how many still do
		return nil, nil
	}
	done, err := s.store.SomeUploaded(ctx, asks)
	for _, p := range done {
		req.Blobs = append(req.Blobs, wire.BlobAsk{Ref: p.Ref, Size: p.Size})
	}
	return done, err
}

// sendAgain puts back into the queue those of the photos in done that the server turns out not to hold whole.
func (s *Syncer) sendAgain(ctx context.Context, done []store.Upload, held []wire.BlobHeld) error {
	for _, p := range done {
		for _, b := range held {
			if b.Ref != p.Ref || b.Offset >= p.Size {
				continue
			}
			s.log.WarnContext(ctx, "The server has lost a photo's bytes", "photo", p.Ref)
			if err := s.store.LostUpload(ctx, p.Ref, b.Offset); err != nil {
				return err
			}
		}
	}
	return nil
}
