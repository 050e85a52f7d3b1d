// Package capture takes a picture from the shutter to the database: the bytes are on the disk under their
// hash before the record that names them is written.
package capture

import (
	"context"
	"fmt"
	"io"
	"time"

	"storewalk/mobile/photo"
	"storewalk/mobile/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// Photo keeps a picture as a photo of a visit and returns its id; when it returns nil the photo is durable.
// here is where the phone is, for pictures that do not say it themselves; zero when unknown. The faults
// are those of photo.Take and store.AddPhoto; after any of them the visit is as it was.
func Photo(ctx context.Context, st *store.Store, visit uuid.UUID, kind string, picture io.Reader, here field.Position) (uuid.UUID, error) {
	p, err := photo.Take(ctx, picture, st.Blobs, photo.Wish{})
	if err != nil {
		return uuid.Nil, fmt.Errorf("capture: %w", err)
	}
	taken, at := p.TakenAt, here
	if taken.IsZero() {
		taken = time.Now()
	}
	if p.HasPosition {
		at = field.Position{Lat: p.Lat, Lon: p.Lon}
	}
	return st.AddPhoto(ctx, visit, field.Photo{
		Kind: kind, Ref: p.Ref, Size: p.Size, Width: p.Width, Height: p.Height, TakenMS: taken.UnixMilli(), Position: at,
	}, p.Thumb)
}
