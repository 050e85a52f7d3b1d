package ui

import (
	"bytes"
	"context"
	"errors"
	"image"
	"io/fs"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"storewalk/mobile/store"
)

// A pairView is the state before a change and after it, with their pictures where there are any.
type pairView struct {
	store.Pair
	ok            bool // there is one
	before, after image.Image
}

// fetchPair finds the counterpart of a photo, and reads the pictures of both when they are wanted.
func (a *App) fetchPair(ctx context.Context, v *photoView, both bool, w, h int) (err error) {
	if v.pair.Pair, v.pair.ok, err = a.deps.Store.PhotoPair(ctx, v.row.ID); err != nil || !both || !v.pair.ok {
		return err
	}
	if v.pair.before, _, err = a.pictureOf(v.pair.Before, w, h); err != nil {
		return err
	}
	v.pair.after, _, err = a.pictureOf(v.pair.After, w, h)
	return err
}

// pictureOf reads a photo and shrinks it to fit w × h pixels. The bytes may be on another phone, or damaged: then it is the
// thumbnail, not the whole, and nil when there is none.
func (a *App) pictureOf(row store.PhotoRow, w, h int) (img image.Image, whole bool, err error) {
	src, err := a.deps.Store.OpenPhoto(row.Ref)
	switch {
	case err == nil:
		defer src.Close()
		if img, err = shrunk(src, w, h); err == nil {
			return img, true, nil
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, false, err
	}
	if len(row.Thumb) == 0 {
		return nil, false, nil
	}
	img, err = shrunk(bytes.NewReader(row.Thumb), w, h)
	return img, false, err
}

// stage shows both states beside each other; wide pictures stand one above the other, where they are larger.
func (v pairView) stage(a *App) fyne.CanvasObject {
	half := func(name string, row store.PhotoRow, img image.Image) fyne.CanvasObject {
		words := newText(joined(" · ", a.Enum("photo_kind", row.Kind), a.ShortDateTime(row.TakenMS)),
			typeface{bold: true, color: colOnStage, align: fyne.TextAlignCenter}).id(name)
		if img == nil {
			return container.NewBorder(padded(padXY(6, 8), 0, words), nil, nil, nil, newCentred(0, icon(theme.BrokenImageIcon(), colOnStage, 64)))
		}
		picture := canvas.NewImageFromImage(img)
		picture.FillMode = canvas.ImageFillContain
		return container.NewBorder(padded(padXY(6, 8), 0, words), nil, nil, nil, picture)
	}
	before, after := half("photo.pair.before", v.Before, v.before), half("photo.pair.after", v.After, v.after)
	if v.after != nil && v.after.Bounds().Dx() > v.after.Bounds().Dy() {
		return container.NewGridWithRows(2, before, after)
	}
	return container.NewGridWithColumns(2, before, after)
}

// drawPair offers to see the state before a change and after it together.
func (p *photoPage) drawPair() {
	if !p.last.pair.ok {
		return
	}
	name, word := "photo.pair", p.app.T("shot.pair")
	if p.both {
		name, word = "photo.single", p.app.T("shot.single")
	}
	p.bar.Objects = append(p.bar.Objects, newButton(name, word, nil, quiet, func() {
		p.both, p.near = !p.both, false
		p.app.refresh()
	}))
}
