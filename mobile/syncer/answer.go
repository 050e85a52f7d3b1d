package syncer

import (
	"errors"
	"fmt"
	"slices"

	"storewalk/shared/wire"
)

// check refuses what can not be an answer to req, before any of it counts as a confirmation.
func check(req wire.SyncRequest, resp wire.SyncResponse) error {
	if resp.ServerMS == 0 || len(resp.Receipts) != len(req.Push) {
		return notStorewalk(errors.New("not an answer to this request"))
	}
	for _, r := range resp.Receipts {
		switch r.Status {
		case wire.Applied, wire.Same, wire.Merged, wire.Quarantined, wire.Elsewhere:
		case wire.Later: // only once: the next request knows the history
			if !anotherHistory(req.Cursors, resp.Feeds) {
				return notStorewalk(errors.New("nothing taken, and no reason why"))
			}
		default:
			return notStorewalk(fmt.Errorf("receipt %.20q", r.Status))
		}
	}
	for _, b := range resp.Blobs {
		asked := slices.ContainsFunc(req.Blobs, func(a wire.BlobAsk) bool { return a.Ref == b.Ref && b.Offset >= 0 && b.Offset <= a.Size })
		if !asked {
			return notStorewalk(fmt.Errorf("%d bytes of a photo %s", b.Offset, b.Ref))
		}
	}
	return nil
}

// anotherHistory reports whether a feed is of another history of the server than the one that was read before.
func anotherHistory(before []wire.Cursor, feeds []wire.Feed) bool {
	return slices.ContainsFunc(feeds, func(f wire.Feed) bool {
		return slices.ContainsFunc(before, func(c wire.Cursor) bool { return c.Territory == f.Territory && c.Epoch != f.Epoch })
	})
}

// moreToRead reports whether another exchange brings more of the feeds. A server that says so without having
// moved on would be asked for ever.
func moreToRead(before []wire.Cursor, feeds []wire.Feed) bool {
	var more, moved bool
	for _, f := range feeds {
		more = more || f.More
		at := slices.IndexFunc(before, func(c wire.Cursor) bool { return c.Territory == f.Territory && c.Epoch == f.Epoch })
		moved = moved || f.Seq > 0 && (at < 0 || f.Seq != before[at].Seq)
	}
	return more && moved
}
