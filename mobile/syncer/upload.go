package syncer

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"storewalk/mobile/store"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
)

// piece is how many bytes of a photo go in one request. The server keeps what arrived of a piece that was
// cut, so a large one costs nothing and saves round trips.
const piece = 512 << 10

// maxFailed is how many photos one round tries that the server answers with a failure: one bad photo must not
// hold up the others, and a server that takes none should not be sent them all.
const maxFailed = 3

// uploads is one round's work on photo bytes.
type uploads struct {
	*Syncer
	client *client
	failed map[blob.Ref]bool // not again in this round
	asked  map[blob.Ref]bool // the server said once where to go on
	err    error             // why the first of failed did
}

func newUploads(s *Syncer, c *client) *uploads {
	return &uploads{s, c, map[blob.Ref]bool{}, map[blob.Ref]bool{}, nil}
}

// send sends photos piece by piece. It reports whether records should go first and more may follow; the error
// of a photo that failed alone comes at the end.
func (u *uploads) send(ctx context.Context) (more bool, err error) {
	for {
		next, err := u.next(ctx)
		if err != nil || next == nil {
			return false, errors.Join(err, u.err)
		}
		if err := u.piece(ctx, *next); err != nil {
			u.failed[next.Ref] = true
			if u.err == nil {
				u.err = err
			}
			if ctx.Err() != nil || concernsAll(err) || len(u.failed) == maxFailed {
				return false, err
			}
		}
		if left, err := u.store.HasPush(ctx, 0); err != nil || left {
			return true, err
		}
	}
}

// next returns the next photo to send. Those of which other bytes arrived before come last: somebody may see to it that
// they fail again and again, and maxFailed of them end a round.
func (u *uploads) next(ctx context.Context) (last *store.Upload, err error) {
	photos, err := u.store.NextUploads(ctx, len(u.failed)+len(u.damaged)+1)
	for _, p := range photos {
		switch {
		case u.failed[p.Ref]:
		case !u.damaged[p.Ref]:
			return &p, err
		case last == nil:
			last = &p
		}
	}
	return last, err
}

// concernsAll reports whether the next photo would meet the same failure: of the network, or of this phone's
// right to send.
func concernsAll(err error) bool {
	kind, code := fault.Of(err)
	return kind == fault.Unauthorized || code == "timeout" || strings.HasPrefix(code, "network.")
}

func (u *uploads) piece(ctx context.Context, p store.Upload) error {
	f, err := u.store.Blobs.Open(p.Ref)
	if err != nil {
		u.log.ErrorContext(ctx, "Photo file can not be read", "photo", p.Ref, "error", err)
		return u.store.RefuseUpload(ctx, p.Ref, "blob.missing")
	}
	defer f.Close()
	n := min(piece, p.Size-p.Sent)
	reached, err := u.client.append(ctx, p.Ref, p.Sent, f, n)
	_, code := fault.Of(err)
	switch {
	case err == nil && reached <= p.Sent:
		return fault.New(fault.Unavailable, "network.cut", errors.New("nothing arrived"))
	case err == nil && reached > p.Sent+n:
		return notStorewalk(errors.New("more arrived than was sent"))
	case err == nil:
		return u.store.Uploaded(ctx, p.Ref, reached)
	case code == "network.cut":
		return u.goOnAfterCut(ctx, p, err)
	case code == "blob.offset" || code == "blob.superseded":
		return u.goOnElsewhere(ctx, p, err)
	case code == "blob.corrupt":
		return u.again(ctx, p, f, err)
	case code == "blob.unknown":
		return u.store.RefuseUpload(ctx, p.Ref, code)
	}
	return err // the next exchange asks what arrived
}

// goOnAfterCut asks, over a new connection, what arrived of a piece that was cut. A line that carried some of it
// works, and the rest goes at once; one that carried nothing gets one more try in a round, since it may only have been
// a kept connection that had died unnoticed.
func (u *uploads) goOnAfterCut(ctx context.Context, p store.Upload, was error) error {
	reached, err := u.client.offset(ctx, p.Ref)
	switch {
	case err != nil:
		return errors.Join(was, err)
	case reached > p.Size:
		return notStorewalk(errors.New("more than the photo"))
	case reached <= p.Sent && u.asked[p.Ref]:
		return was
	case reached <= p.Sent:
		u.asked[p.Ref] = true
	}
	return u.store.Uploaded(ctx, p.Ref, reached)
}

// goOnElsewhere asks where to go on, once in a round.
func (u *uploads) goOnElsewhere(ctx context.Context, p store.Upload, was error) error {
	if u.asked[p.Ref] {
		return was
	}
	u.asked[p.Ref] = true
	reached, err := u.client.offset(ctx, p.Ref)
	switch {
	case err != nil:
		return err
	case reached > p.Size:
		return notStorewalk(errors.New("more than the photo"))
	case reached == p.Sent:
		return was // somebody else is sending the same photo
	}
	return u.store.Uploaded(ctx, p.Ref, reached)
}

// again sends a photo from its first byte in a later round when other bytes arrived: damaged on the way, or put there by
// another phone of the territory. It gives up only when the bytes on this phone are the damaged ones.
func (u *uploads) again(ctx context.Context, p store.Upload, f *os.File, was error) error {
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("syncer: photo %s: %w", p.Ref, err)
	}
	if blob.Ref(h.Sum(nil)) != p.Ref {
		return u.store.RefuseUpload(ctx, p.Ref, "blob.corrupt")
	}
	u.damaged[p.Ref] = true
	return errors.Join(was, u.store.Uploaded(ctx, p.Ref, 0))
}
