package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"storewalk/server/auth"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/wire"

	"github.com/gin-gonic/gin"
)

// The photo bytes speak tus 1.0 core (https://tus.io/protocols/resumable-upload): the address is known
// from the hash, and the resource exists once the photo's record does, so there is no creation step whose
// answer could be lost.
const tusVersion = "1.0.0"

func (a *API) blobOptions(c *gin.Context) error {
	c.Header("Tus-Version", tusVersion)
	c.Header("Tus-Max-Size", strconv.Itoa(field.MaxPhotoBytes))
	c.Status(http.StatusNoContent)
	return nil
}

// blobOffset answers HEAD. Whoever asks has lost the connection that was sending, so what that one still
// has in hand is written first.
func (a *API) blobOffset(c *gin.Context, p auth.Principal) error {
	ref, size, err := a.photo(c, p)
	if err != nil {
		return err
	}
	a.store.Blobs.Interrupt(ref)
	offset, err := a.store.Blobs.Partial(ref, size)
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "no-store")
	c.Header("Upload-Length", strconv.FormatInt(size, 10))
	c.Header("Upload-Offset", strconv.FormatInt(offset, 10))
	c.Status(http.StatusOK)
	return nil
}

// blobAppend answers PATCH. The offset it states is on the disk. At the last byte the hash is checked: bytes
// that are not the photo's are dropped and the answer is "blob.corrupt".
func (a *API) blobAppend(c *gin.Context, p auth.Principal) error {
	ref, size, err := a.photo(c, p)
	if err != nil {
		return err
	}
	if c.ContentType() != "application/offset+octet-stream" {
		c.AbortWithStatusJSON(http.StatusUnsupportedMediaType, wire.Error{Kind: fault.Invalid, Code: "request.malformed"})
		return nil
	}
	from, err := strconv.ParseInt(c.GetHeader("Upload-Offset"), 10, 64)
	if err != nil || from < 0 {
		return fault.New(fault.Invalid, "request.malformed", err)
	}
	offset, err := a.store.Blobs.Append(c.Request.Context(), ref, size, from, c.Request.Body)
	switch {
	case errors.Is(err, blob.ErrOffset):
		return fault.New(fault.Conflict, "blob.offset", err)
	case errors.Is(err, blob.ErrSuperseded):
		return fault.New(fault.Conflict, "blob.superseded", err)
	case errors.Is(err, blob.ErrCorrupt):
		return fault.New(fault.Invalid, "blob.corrupt", err)
	case err != nil && (offset == from || offset == size): // nothing new is on the disk, or it could not be made whole
		return err
	}
	if from < size && offset == size {
		if err := a.store.PhotoArrived(context.WithoutCancel(c.Request.Context()), p.Device); err != nil {
			return err
		}
	}
	c.Header("Upload-Offset", strconv.FormatInt(offset, 10))
	c.Status(http.StatusNoContent)
	return nil
}

// photo finds the photo that the address names.
func (a *API) photo(c *gin.Context, p auth.Principal) (ref blob.Ref, size int64, err error) {
	if ref, err = blob.ParseRef(c.Param("sha256")); err != nil {
		return ref, 0, fault.New(fault.NotFound, "blob.unknown", err)
	}
	size, err = a.store.PhotoSize(c.Request.Context(), p, wire.BlobAsk{Ref: ref})
	return ref, size, err
}

// tus states the version in every answer, refusals too, and answers a client of another version as tus wants.
func (a *API) tus(h func(*gin.Context) error) func(*gin.Context) error {
	return func(c *gin.Context) error {
		c.Header("Tus-Resumable", tusVersion)
		if c.Request.Method != http.MethodOptions && c.GetHeader("Tus-Resumable") != tusVersion {
			c.Header("Tus-Version", tusVersion)
			c.AbortWithStatusJSON(http.StatusPreconditionFailed, wire.Error{Kind: fault.Invalid, Code: "proto.unsupported"})
			return nil
		}
		return h(c)
	}
}
