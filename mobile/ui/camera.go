package ui

import (
	"context"
	"io"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
)

// picture lets the person take a picture with the camera or, where there is none, choose one from a file, and hands it to
// got on the UI goroutine. It is nil when they changed their mind.
func (a *App) picture(got func(picture io.ReadCloser, err error)) {
	if a.deps.Camera == nil {
		a.chooseFile(got)
		return
	}
	a.camera(got)
}

// camera is picture with the camera, which there must be.
func (a *App) camera(got func(picture io.ReadCloser, err error)) {
	a.deps.Go(func() {
		picture, err := a.deps.Camera.Picture(a.ctx)
		a.deps.Do(func() { got(picture, err) })
	})
}

// chooseFile lets the person choose a picture from the gallery or a folder; got is as in camera.
func (a *App) chooseFile(got func(io.ReadCloser, error)) {
	if a.win.Canvas().Overlays().Top() != nil { // the second tap of two quick ones
		got(nil, nil)
		return
	}
	d := dialog.NewFileOpen(func(f fyne.URIReadCloser, err error) {
		if f == nil {
			got(nil, err)
			return
		}
		got(f, err)
	}, a.win)
	d.SetFilter(storage.NewExtensionFileFilter([]string{".jpg", ".jpeg", ".png"}))
	d.Resize(a.win.Canvas().Size())
	d.Show()
}

// A CameraFunc is a Camera made of a function.
type CameraFunc func(ctx context.Context) (io.ReadCloser, error)

// Picture calls f.
func (f CameraFunc) Picture(ctx context.Context) (io.ReadCloser, error) { return f(ctx) }
