package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"storewalk/shared/words"
)

// CannotOpen returns what fills the window when the phone's data cannot be opened: why, and what to
// do, in the language chosen before.
func CannotOpen(err error) fyne.CanvasObject {
	w, look, broken := dress()
	if broken != nil {
		return container.NewStack(canvas.NewText(err.Error(), theme.Color(theme.ColorNameForeground)))
	}
	fyne.CurrentApp().Settings().SetTheme(look)
	paper := canvas.NewRectangle(theme.Color(colPaper))
	return container.NewStack(paper, newEmpty(iconAlarm, w.T("cannot.title"), w.Fault(err), nil))
}

// Opening returns what fills the window while the phone's data is being opened: after an update that may take seconds.
func Opening() fyne.CanvasObject {
	w, look, broken := dress()
	if broken != nil { // ui.New says the same as soon as the data is open
		return container.NewStack()
	}
	fyne.CurrentApp().Settings().SetTheme(look)
	paper := canvas.NewRectangle(theme.Color(colPaper))
	return container.NewStack(paper, newEmpty(iconStore, w.T("opening.title"), w.T("opening.text"), nil))
}

// dress loads the words and the theme as they were last chosen.
func dress() (words.Words, *look, error) {
	book, err := loadBook()
	if err != nil {
		return words.Words{}, nil, err
	}
	chosen := fyne.CurrentApp().Preferences().StringWithFallback
	look := newLook(chosen(preferLook, lookDay), chosen(preferSize, sizeAuto))
	look.phone = chosen(preferPhone, sizeStandard)
	return book.In(words.ParseLang(chosen(preferLang, string(words.ZH)))), look, nil
}

func loadBook() (*words.Book, error) {
	own, err := Words()
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	book, err := words.Load(own)
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	return book, nil
}
