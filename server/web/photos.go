package web

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"time"

	"storewalk/server/store"
	"storewalk/shared/blob"
	"storewalk/shared/fault"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

type photoBody struct {
	store.PhotoRow
	Manager        store.Person
	All            []store.PhotoRow
	At             int // of All, from 1
	Previous, Next uuid.UUID
}

// photo shows one photo of a visit in full, with the others below.
func (w *Web) photo(c *gin.Context) error {
	visit, err := pathID(c, "id", "visit.not_found")
	if err != nil {
		return err
	}
	id, err := pathID(c, "photo", "photo.not_found")
	if err != nil {
		return err
	}
	d, err := w.store.VisitByID(c.Request.Context(), visit)
	if err != nil {
		return err
	}
	for i, p := range d.AllPhotos {
		if p.Photo != id {
			continue
		}
		b := photoBody{PhotoRow: p, Manager: d.Manager, All: d.AllPhotos, At: i + 1}
		if i > 0 {
			b.Previous = d.AllPhotos[i-1].Photo
		}
		if i+1 < len(d.AllPhotos) {
			b.Next = d.AllPhotos[i+1].Photo
		}
		return w.render(c, http.StatusOK, "photo", page{Title: d.StoreName, Section: "visits", Live: c.Request.URL.Path, Body: b})
	}
	return fault.New(fault.NotFound, "photo.not_found", nil)
}

// photoBytes serves a photo's bytes, which never change under their hash. Bytes that no photo record
// names are not there.
func (w *Web) photoBytes(c *gin.Context) error {
	ref, err := blob.ParseRef(c.Param("sha256"))
	if err != nil {
		return fault.New(fault.NotFound, "photo.not_found", err)
	}
	known, err := w.store.HasPhoto(c.Request.Context(), ref)
	if err != nil {
		return err
	}
	if !known {
		return fault.New(fault.NotFound, "photo.not_found", nil)
	}
	f, err := w.store.Blobs.Open(ref)
	if errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.NotFound, "photo.not_found", err)
	}
	if err != nil {
		return fmt.Errorf("web: photo: %w", err)
	}
	defer f.Close()
	picture(c, ref.String())
	http.ServeContent(c.Writer, c.Request, "", time.Time{}, f)
	return nil
}

func (w *Web) thumbnail(c *gin.Context) error {
	id, err := pathID(c, "id", "photo.not_found")
	if err != nil {
		return err
	}
	jpeg, err := w.store.Thumbnail(c.Request.Context(), id)
	if err != nil {
		return err
	}
	picture(c, id.String())
	http.ServeContent(c.Writer, c.Request, "", time.Time{}, bytes.NewReader(jpeg))
	return nil
}

// picture tells the browser that what follows is a JPEG, whatever it looks like, and may be kept for ever.
func picture(c *gin.Context, tag string) {
	h := c.Writer.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	h.Set("ETag", `"`+tag+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
}
