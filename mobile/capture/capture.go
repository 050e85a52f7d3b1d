// Package capture takes a picture from the shutter to the database: the bytes are on the disk under their
// hash before the record that names them is written.
package capture

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"storewalk/mobile/photo"
	"storewalk/mobile/photo/exif"
	"storewalk/mobile/store"
	"storewalk/shared/field"
	"storewalk/shared/words"

	"github.com/google/uuid"
)

// A Shot says what a picture is.
type Shot struct {
	Kind     string // of field.PhotoKinds, or what a template asks for
	Item     string // code of the service item it is for; "" for none
	Imported bool   // from the gallery or a file: not taken here and now
	// Position is where the phone is; zero when unknown. Then, and for imports, it is what the picture says.
	Position     field.Position
	Mocked       bool // the system says that Position is made up
	store.Sequel      // of keeping it
}

// A Taken is a photo that is safely kept.
type Taken struct {
	Photo uuid.UUID
	photo.Quality
}

// Photo keeps a picture as a photo of a visit; when it returns nil the photo is durable, with its stamp and its place in
// the phone's chain. The faults are those of photo.Take and store.AddPhoto; after any of them the visit is as it was.
func Photo(ctx context.Context, st *store.Store, visit uuid.UUID, shot Shot, picture io.Reader) (Taken, error) {
	plan, err := st.ShotPlan(ctx, visit, shot.Kind, shot.Item)
	if err != nil {
		return Taken{}, fmt.Errorf("capture: %w", err)
	}
	f, p, err := keep(ctx, st, plan, shot, time.Now(), picture)
	if err != nil {
		return Taken{}, fmt.Errorf("capture: %w", err)
	}
	id, err := st.AddPhoto(ctx, visit, f, p.Thumb, shot.Sequel)
	if err != nil {
		return Taken{}, err
	}
	return Taken{id, p.Quality}, nil
}

// keepAwaited keeps a picture that was asked of the camera earlier, as Photo or Evidence do. Its time, unless the picture says it
// itself, and its place are those of when it was asked for. Keeping it again changes nothing.
func keepAwaited(ctx context.Context, st *store.Store, a store.Awaited, picture io.Reader) (Taken, error) {
	var plan store.ShotPlan
	var err error
	if a.Application != uuid.Nil {
		plan, err = st.EvidencePlan(ctx, a.Application)
	} else {
		plan, err = st.ShotPlan(ctx, a.Visit, a.Kind, a.Item)
	}
	if err != nil {
		return Taken{}, fmt.Errorf("capture: %w", err)
	}
	shot := Shot{Kind: a.Kind, Item: a.Item, Position: a.Position, Mocked: a.Mocked}
	f, p, err := keep(ctx, st, plan, shot, time.UnixMilli(a.AskedMS), picture)
	if err != nil {
		return Taken{}, fmt.Errorf("capture: %w", err)
	}
	return Taken{a.ID, p.Quality}, st.KeepAwaited(ctx, a.ID, f, p.Thumb)
}

// Evidence is Photo for an application.
func Evidence(ctx context.Context, st *store.Store, application uuid.UUID, shot Shot, picture io.Reader) (Taken, error) {
	plan, err := st.EvidencePlan(ctx, application)
	if err != nil {
		return Taken{}, fmt.Errorf("capture: %w", err)
	}
	f, p, err := keep(ctx, st, plan, shot, time.Now(), picture)
	if err != nil {
		return Taken{}, fmt.Errorf("capture: %w", err)
	}
	id, err := st.AddEvidence(ctx, application, f, p.Thumb, shot.Sequel)
	if err != nil {
		return Taken{}, err
	}
	return Taken{id, p.Quality}, nil
}

// keep brings the bytes of a picture to the disk and says what its record is to hold. at is when it was taken, unless the
// picture says that.
func keep(ctx context.Context, st *store.Store, plan store.ShotPlan, shot Shot, at time.Time, picture io.Reader) (field.Photo, photo.Picture, error) {
	f := field.Photo{Kind: shot.Kind, Item: shot.Item, Imported: shot.Imported}
	say, err := chinese()
	if err != nil {
		return f, photo.Picture{}, err
	}
	if err := st.UseReserve(); err != nil {
		return f, photo.Picture{}, err
	}
	p, err := photo.Take(ctx, picture, st.Blobs, photo.Wish{Detail: plan.Detail, Stamp: func(tags exif.Tags) []string {
		place(&f, shot, tags, at)
		return stamp(say, plan, f)
	}})
	f.Ref, f.Size, f.Width, f.Height = p.Ref, p.Size, p.Width, p.Height
	return f, p, err
}

// place fills in when and where a photo was taken. The time is the picture's own, if it has one, else at. The position is the
// phone's, if it knows one and took the picture itself, else the picture's own, if it has one.
func place(f *field.Photo, shot Shot, tags exif.Tags, at time.Time) {
	f.TakenMS = at.UnixMilli()
	if !tags.Taken.IsZero() {
		f.TakenMS = tags.Taken.UnixMilli()
	}
	switch {
	case !shot.Imported && shot.Position.Valid(): // which says how exact it is, and whether it is made up
		f.Position, f.Mocked = shot.Position, shot.Mocked
	case tags.HasPosition:
		f.Position = field.Position{Lat: tags.Lat, Lon: tags.Lon}
	}
}

// stamp is what is written on a photo: at which store, when, by whom and where.
func stamp(say words.Words, plan store.ShotPlan, f field.Photo) []string {
	where := say.T("stamp.nowhere")
	if f.Position.Valid() {
		where = fmt.Sprintf("%.5f, %.5f", f.Position.Lat, f.Position.Lon)
	}
	if f.Position.Acc > 0 {
		where += fmt.Sprintf(" ±%.0f m", f.Position.Acc)
	}
	if f.Mocked {
		where += " · " + say.T("stamp.mocked")
	}
	if f.Imported {
		where += " · " + say.T("stamp.imported")
	}
	return []string{plan.Store, say.DateTime(f.TakenMS) + " · " + plan.Manager, where}
}

// chinese are the words of a stamp, whatever the screens speak: photos are evidence for the office.
var chinese = sync.OnceValues(func() (words.Words, error) {
	book, err := words.Load()
	if err != nil {
		return words.Words{}, err
	}
	return book.In(words.ZH), nil
})
