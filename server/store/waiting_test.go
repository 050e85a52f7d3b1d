package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"storewalk/server/auth"
	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// announce pushes as a phone does that says what it holds, and returns what the office then sees of it.
func (c *caller) announce(t *testing.T, s *Store, w wire.Waiting, asks []wire.BlobAsk, raws ...[]byte) wire.Waiting {
	t.Helper()
	req := wire.SyncRequest{Proto: wire.Proto, Replica: c.rid, Cur: c.link, Next: rand.Text(), ClockMS: time.Now().UnixMilli(), Waiting: w, Blobs: asks}
	c.link = req.Next
	for _, raw := range raws {
		req.Push = append(req.Push, json.RawMessage(raw))
	}
	if _, err := s.Sync(t.Context(), c.Principal, req); err != nil {
		t.Fatal(err)
	}
	return waitingOf(t, s, c.Principal)
}

func waitingOf(t *testing.T, s *Store, p auth.Principal) wire.Waiting {
	t.Helper()
	phones, err := s.Phones(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, phone := range phones {
		if phone.ID == p.Device {
			return wire.Waiting{Records: phone.WaitingRecords, Photos: phone.WaitingPhotos}
		}
	}
	t.Fatal("no such phone")
	return wire.Waiting{}
}

// picture makes a photo's bytes, its record and its thumbnail's.
func (c *caller) picture(t *testing.T, text string) (ref blob.Ref, photo, thumbnail record.Record) {
	t.Helper()
	ref = sha256.Sum256([]byte(text))
	in := record.Record{ID: uuid.New(), Type: field.TypePhoto, Territory: north, Place: record.Place{N: 1}}
	photo = c.set(t, in, "photo", field.Photo{Kind: "shelf", Ref: ref, Size: int64(len(text)), TakenMS: 1})
	in = record.Record{ID: field.ThumbnailID(photo.ID), Type: field.TypeThumbnail, Territory: north, Place: record.Place{N: 1}}
	thumbnail = c.set(t, in, "thumbnail", field.Thumbnail{Photo: photo.ID, JPEG: []byte("small")})
	return ref, photo, thumbnail
}

// TestWhatAPhoneStillHoldsIsLessWhatItHasJustSent: a phone announces before it pushes, and calls no more when
// it has the last receipt.
func TestWhatAPhoneStillHoldsIsLessWhatItHasJustSent(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	ref, photo, thumbnail := ma.picture(t, "the picture")
	bad := ma.note(t, strings.Repeat("长", field.MaxNoteRunes+1))
	got := ma.announce(t, s, wire.Waiting{Records: 5, Photos: 2}, nil,
		ma.note(t, "1").Encode(), ma.note(t, "2").Encode(), bad.Encode(), []byte(`{}`), photo.Encode(), thumbnail.Encode())
	if got != (wire.Waiting{Records: 1, Photos: 2}) {
		t.Fatalf("after the records: %+v", got)
	}
	if err := s.Blobs.Put(ref, strings.NewReader("the picture")); err != nil {
		t.Fatal(err)
	}
	s.PhotoArrived(t.Context(), ma.Device)
	if got := waitingOf(t, s, ma.Principal); got != (wire.Waiting{Records: 1, Photos: 1}) {
		t.Fatalf("after a photo's last byte: %+v", got)
	}
	// The answer to that byte was lost: the phone asks, and is told that all is here.
	if got = ma.announce(t, s, wire.Waiting{Photos: 1}, []wire.BlobAsk{{Ref: ref, Size: 11}}); got != (wire.Waiting{}) {
		t.Fatalf("after it was told that the photo is here: %+v", got)
	}
	// The same picture in another visit: nothing but its records are sent.
	_, photo, thumbnail = ma.picture(t, "the picture")
	if got = ma.announce(t, s, wire.Waiting{Photos: 1}, nil, photo.Encode(), thumbnail.Encode()); got != (wire.Waiting{}) {
		t.Fatalf("after the records of a known picture: %+v", got)
	}
	if got = ma.announce(t, s, wire.Waiting{}, nil, ma.note(t, "written meanwhile").Encode()); got != (wire.Waiting{}) {
		t.Fatalf("less than nothing: %+v", got)
	}
	s.PhotoArrived(t.Context(), ma.Device)
	if got := waitingOf(t, s, ma.Principal); got != (wire.Waiting{}) {
		t.Fatalf("less than nothing: %+v", got)
	}
}

// TestTheSizeOfAPhotoIsTheOneItCameWithFirst: a record that says another size of the same bytes would stop
// the bytes from ever being whole.
func TestTheSizeOfAPhotoIsTheOneItCameWithFirst(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma, li := newCaller(t, s, "ma"), newCaller(t, s, "li")
	ref, photo, _ := ma.picture(t, "the picture")
	ma.push(t, s, photo.Encode())
	for i := range 8 {
		in := record.Record{ID: uuid.New(), Type: field.TypePhoto, Territory: north, Place: record.Place{N: 1}}
		if i == 0 { // the colleague's own value in ma's record
			in = photo
		}
		other := li.set(t, in, "photo", field.Photo{Kind: fmt.Sprint(i), Ref: ref, Size: int64(i + 1)})
		if got := li.push(t, s, other.Encode()).Receipts[0]; got != (wire.Receipt{Status: wire.Quarantined, Code: "record.bad_value"}) {
			t.Fatal(i, got)
		}
	}
	_, again, _ := li.picture(t, "the picture")
	if got := li.push(t, s, again.Encode()).Receipts[0]; got.Status != wire.Applied {
		t.Fatal("the same picture in another visit:", got)
	}
	if n, err := s.PhotoSize(t.Context(), li.Principal, wire.BlobAsk{Ref: ref}); n != 11 || err != nil {
		t.Fatal(n, err)
	}
}

// TestBytesThatAreHereSayHowLargeAPhotoIs also when the first record of them was wrong.
func TestBytesThatAreHereSayHowLargeAPhotoIs(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	ref, photo, _ := ma.picture(t, "the picture")
	if err := s.Blobs.Put(ref, strings.NewReader("the picture")); err != nil {
		t.Fatal(err)
	}
	wrong := ma.set(t, record.Record{ID: uuid.New(), Type: field.TypePhoto, Territory: north, Place: record.Place{N: 1}}, "photo", field.Photo{Ref: ref, Size: 3})
	got := ma.push(t, s, wrong.Encode(), photo.Encode()).Receipts
	if got[0].Status != wire.Quarantined || got[1].Status != wire.Applied {
		t.Fatal(got)
	}
}
