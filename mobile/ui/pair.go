package ui

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"io/fs"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/draw"

	"storewalk/mobile/store"
)

// A pairView is the state before a change and after it, or at the visit before and now, with their pictures where there are any.
type pairView struct {
	store.Pair
	ok            bool // there is one
	before, after image.Image
	ghost         image.Image // both, one through the other
}

// fetchPair finds the counterpart of a photo, and reads the pictures of both when they are wanted.
func (a *App) fetchPair(ctx context.Context, v *photoView, both bool, w, h int) (err error) {
	if v.pair.Pair, v.pair.ok, err = a.deps.Store.PhotoPair(ctx, v.row.ID); err != nil || !both || !v.pair.ok {
		return err
	}
	if v.pair.before, _, err = a.pictureOf(v.pair.Before, w, h); err != nil {
		return err
	}
	if v.pair.after, _, err = a.pictureOf(v.pair.After, w, h); err != nil {
		return err
	}
	v.pair.ghost = blend(v.pair.before, v.pair.after)
	return nil
}

// blend shows one picture through the other, in the size of the second: who stands where one stood before sees edges once.
func blend(before, after image.Image) image.Image {
	if before == nil || after == nil {
		return nil
	}
	dst := image.NewRGBA(image.Rect(0, 0, after.Bounds().Dx(), after.Bounds().Dy()))
	draw.Draw(dst, dst.Rect, after, after.Bounds().Min, draw.Src)
	half := &draw.Options{DstMask: image.NewUniform(color.Alpha{A: 128})}
	draw.ApproxBiLinear.Scale(dst, dst.Rect, before, before.Bounds(), draw.Over, half)
	return dst
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

// stage shows both states beside each other; wide pictures stand one above the other, where they are larger. As ghost one is
// shown through the other.
func (v pairView) stage(a *App, ghost bool) fyne.CanvasObject {
	if ghost && v.ghost != nil {
		picture := canvas.NewImageFromImage(v.ghost)
		picture.FillMode = canvas.ImageFillContain
		words := newText(joined(" / ", a.ShortDateTime(v.Before.TakenMS), a.ShortDateTime(v.After.TakenMS)),
			typeface{bold: true, color: colOnStage, align: fyne.TextAlignCenter}).id("photo.pair.ghost")
		return container.NewBorder(padded(padXY(6, 8), 0, words), nil, nil, nil, picture)
	}
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

// drawPair offers to see both photos of a pair together.
func (p *photoPage) drawPair() {
	if !p.last.pair.ok {
		return
	}
	a := p.app
	see := func(name, word string, both, ghost bool) fyne.CanvasObject {
		return newButton(name, word, nil, quiet, func() {
			p.both, p.ghost, p.near = both, ghost, false
			a.refresh()
		})
	}
	word := a.T("shot.last")
	if k := p.last.row.Kind; k == "before" || k == "after" {
		word = a.T("shot.pair")
	}
	switch {
	case !p.both:
		p.bar.Objects = append(p.bar.Objects, see("photo.pair", word, true, false))
	case p.ghost:
		p.bar.Objects = append(p.bar.Objects, equal(10, see("photo.pair", a.T("shot.beside"), true, false), see("photo.single", a.T("shot.single"), false, false)))
	default:
		p.bar.Objects = append(p.bar.Objects, equal(10, see("photo.ghost", a.T("shot.through"), true, true), see("photo.single", a.T("shot.single"), false, false)))
	}
}
