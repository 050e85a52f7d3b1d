package ui

import (
	"errors"

	"storewalk/shared/words"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// CannotOpen returns what a window shows when the phone's data cannot be opened, in every language, since
// the one chosen is not known yet. Nothing on the phone has been touched.
func CannotOpen(err error) fyne.CanvasObject {
	var said []fyne.CanvasObject
	book, bookErr := words.Load()
	look, lookErr := newLook(lookDay)
	if bookErr != nil || lookErr != nil {
		return container.NewCenter(newText(errors.Join(err, bookErr, lookErr).Error(), typeface{}))
	}
	fyne.CurrentApp().Settings().SetTheme(look)
	for _, lang := range words.Langs() {
		said = append(said, newText(book.In(lang).Fault(err), typeface{size: sizeTitle, bold: lang == words.ZH}))
	}
	return container.NewVScroll(padded(insets{120, margin, 24, margin}, 20, said...))
}
