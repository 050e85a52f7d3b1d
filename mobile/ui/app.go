// Package ui is what a person sees and touches: screens, navigation, theme, font and words.
//
// Every screen is drawn from the database on the phone and never waits for the network. A page reads
// in fetch, which returns finished text, and draws in show; everything a person does is queued as a
// write the moment it is done. There is no Save button.
package ui

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/mobile"

	"storewalk/mobile/store"
	"storewalk/shared/field"
	"storewalk/shared/words"
)

//go:embed words
var wordFiles embed.FS

// Words returns the folder of the app's own words, for words.Load.
func Words() (fs.FS, error) { return fs.Sub(wordFiles, "words") }

// What is kept in Fyne's preferences, which are not written atomically: nothing that matters.
const (
	preferLang  = "lang"
	preferLook  = "look"
	preferSize  = "text_size"
	preferPhone = "phone_text_size" // what the phone was set to last, to begin with
)

// An App is the whole user interface of one phone. Create it with New, give it a window with Start.
type App struct {
	words.Words
	deps      Deps
	book      *words.Book
	look      *look
	ctx       context.Context
	cancel    context.CancelFunc
	group     sync.WaitGroup
	writes    *writes
	nav       *nav
	win       fyne.Window
	following bool
	account   store.Account
	locked    bool              // the person signed out: nothing but lockRoute and sign-in is shown
	pictures  *writes           // photos, which take seconds: counting goes on beside them
	asked     asked             // of a slow camera, last
	askedAt   time.Time         // and when
	places    *writes           // where the person was, see Bookmark
	typed     map[string]string // what was typed at sign-in, kept while the language changes
	typing    typing
	passing   passing
	handing   *committing       // the field whose text is being handed over, if any
	variant   fyne.ThemeVariant // day or night, as all that is seen was drawn for
	drawing   *fyne.Animation   // until what a person did is on the screen, see drawFirst; nil when it is
	stale     bool              // the page in front is to be read again then
}

// New builds the app. Call it after the Fyne app exists; Close ends what it started.
func New(ctx context.Context, deps Deps) (*App, error) {
	w, look, err := dress()
	if err != nil {
		return nil, err
	}
	book, err := loadBook()
	if err != nil {
		return nil, err
	}
	a := &App{Words: w, deps: deps, book: book, look: look, typed: map[string]string{}}
	a.ctx, a.cancel = context.WithCancel(ctx)
	if a.deps.Do == nil {
		a.deps.Do = fyne.Do
	}
	if a.deps.Go == nil {
		a.deps.Go = func(f func()) { a.group.Go(f) }
	}
	if a.deps.Now == nil {
		a.deps.Now = time.Now
	}
	if a.deps.After == nil {
		a.deps.After = func(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }
	}
	a.passing.app = a
	fyne.CurrentApp().Settings().SetTheme(look)
	a.variant = fyne.CurrentApp().Settings().ThemeVariant()
	fyne.CurrentApp().Settings().AddListener(a.restyled)
	a.writes = newWrites(context.WithoutCancel(a.ctx), a.deps.Go, a.deps.Do, a.refresh)
	a.pictures = newWrites(context.WithoutCancel(a.ctx), a.deps.Go, a.deps.Do, a.refresh)
	a.places = newWrites(context.WithoutCancel(a.ctx), a.deps.Go, a.deps.Do, func() {})
	a.nav = newNav(a)
	a.typing = typing{a, a.deps.Store.Typing()}
	return a, nil
}

// Content returns what fills the window.
func (a *App) Content() fyne.CanvasObject { return a.nav.root }

// Start shows the first screen in w. It may be called again for a new window of the same process,
// as Android does.
func (a *App) Start(w fyne.Window) error {
	a.win = w
	a.passing.seen(true)
	w.SetPadded(false)
	w.SetContent(a.nav.root)
	w.Canvas().SetOnTypedKey(func(ev *fyne.KeyEvent) {
		if ev.Name == mobile.KeyBack || ev.Name == fyne.KeyEscape {
			a.Back()
		}
	})
	a.nav.gate = nil
	known, err := a.whoAmI()
	if err == nil {
		a.locked, err = a.deps.Store.Locked(a.ctx)
	}
	switch {
	case !known:
		a.nav.gate = &place{route: signInRoute{}}
	case a.locked || err != nil: // closed while nobody knows
		a.locked, a.nav.gate = true, &place{route: lockRoute{}}
	default:
		a.nav.reopen()
	}
	a.nav.show()
	a.watchSync()
	a.follow()
	return err
}

// whoAmI reads the account and reports whether there is one.
func (a *App) whoAmI() (known bool, err error) {
	a.account, known, err = a.deps.Store.Account(a.ctx)
	if err != nil {
		return false, fmt.Errorf("ui: %w", err)
	}
	return known, nil
}

// follow reads the page in front again whenever the database changed.
func (a *App) follow() {
	if a.following {
		return
	}
	a.following = true
	for _, changes := range a.deps.Changes {
		a.group.Go(func() {
			for {
				select {
				case <-a.ctx.Done():
					return
				case <-changes:
					a.Changed()
				}
			}
		})
	}
}

// signInAgain asks for a password anew; everything on the phone stays.
func (a *App) signInAgain() {
	a.nav.leave()
	a.nav.gate = &place{route: signInRoute{again: true}}
	a.nav.show()
}

// width is the width of the window in device-independent pixels.
func (a *App) width() float32 {
	if w := a.nav.root.Size().Width; w > 0 {
		return w
	}
	return defaultWidth
}

// where is the last known place, without a time.
func (a *App) where() field.Moment {
	if a.deps.Where == nil {
		return field.Moment{}
	}
	return a.deps.Where()
}

// near says that a place will be needed soon; with ask that the person sees what for.
func (a *App) near(ask bool) {
	if a.deps.Near != nil {
		a.deps.Near(ask)
	}
}

// Back goes back one page; on the first page it leaves the app to the phone.
func (a *App) Back() {
	if a.nav.pop() || a.win == nil {
		return
	}
	a.Save()
	if d, ok := fyne.CurrentApp().Driver().(mobile.Driver); ok {
		d.GoBack()
	}
}

// Changed tells the app that the database changed, as after a sync. Any goroutine may call it.
func (a *App) Changed() { a.deps.Do(a.refresh) }

// Away tells the app that it went to the background, from where it may be ended: all is saved before Away returns.
func (a *App) Away() {
	a.passing.seen(false)
	a.Save()
}

// Save puts everything a person did into the database before it returns.
func (a *App) Save() {
	if a.win != nil {
		a.win.Canvas().Unfocus()
	}
	if a.nav.top != nil {
		a.nav.top.stop()
		a.nav.note()
	}
	a.writes.flush()
	a.pictures.flush()
	a.places.flush()
}

// Close saves, ends all reading and waits for it.
func (a *App) Close() error {
	a.Away()
	a.cancel()
	a.group.Wait()
	return nil
}

// Screen names what is in front, for tests: the type of its route.
func (a *App) Screen() string { return reflect.TypeOf(a.nav.current().route).Name() }

// SetLang switches the language of every screen at once and for the next start.
func (a *App) SetLang(l words.Lang) {
	fyne.CurrentApp().Preferences().SetString(preferLang, string(l))
	a.Words = a.book.In(l)
	a.nav.rebuild()
}

// setLook switches between daylight and night colours.
func (a *App) setLook(mode string) {
	fyne.CurrentApp().Preferences().SetString(preferLook, mode)
	a.look.mode = mode
	a.redraw()
}

// redraw draws everything anew after a change of the look.
func (a *App) redraw() {
	fyne.CurrentApp().Settings().SetTheme(a.look)
	a.nav.rebuild()
}

// restyled draws everything anew when the phone turns to its night or day colours: a plate keeps the colour it was made with.
func (a *App) restyled(s fyne.Settings) {
	variant := s.ThemeVariant()
	a.deps.Do(func() {
		if a.variant == variant || a.ctx.Err() != nil {
			return
		}
		a.variant = variant
		if a.look.mode == lookAuto && a.win != nil {
			a.nav.rebuild()
		}
	})
}

// Front tells the app that it came to the front: what a page says of the time may be another by now, and the person may have
// set something on the phone.
func (a *App) Front() {
	a.deps.Do(func() { a.passing.seen(true) })
	if a.deps.TextScale == nil {
		return
	}
	a.deps.Go(func() {
		if times := a.deps.TextScale(); times > 0 {
			a.deps.Do(func() { a.setPhoneSize(nearestSize(times)) })
		}
	})
}

// setPhoneSize is told which size of texts is as the phone is set.
func (a *App) setPhoneSize(name string) {
	if name == a.look.phone || a.ctx.Err() != nil {
		return
	}
	fyne.CurrentApp().Preferences().SetString(preferPhone, name)
	a.look.phone = name
	if a.look.size == sizeAuto {
		a.redraw()
	}
}

// setTextSize makes every text larger or smaller, at once and for the next start.
func (a *App) setTextSize(name string) {
	fyne.CurrentApp().Preferences().SetString(preferSize, name)
	a.look.size = name
	a.redraw()
}

// refresh lets the page in front read again.
func (a *App) refresh() {
	if a.stale = a.drawing != nil; a.stale || a.nav.top == nil || a.ctx.Err() != nil {
		return
	}
	a.nav.start()
	a.watchSync()
}

// drawFirst has what a page shows already drawn before anything is read again to confirm it: both would want the processors
// at once. An animation hears when a frame is begun; by the second time the first is drawn.
func (a *App) drawFirst() {
	a.drawn()
	frames := 0
	a.drawing = fyne.NewAnimation(time.Minute, func(done float32) {
		if frames++; frames == 2 || done == 1 { // done at once where nothing moves, as in tests
			if a.drawn(); a.stale {
				a.refresh()
			}
		}
	})
	a.drawing.Start()
}

// drawn ends that: it is on the screen, or its page is left.
func (a *App) drawn() {
	if a.drawing != nil {
		a.drawing.Stop()
		a.drawing = nil
	}
}

// write queues what a person did; after, unless it is nil, is told how that ended: also that it was saved.
func (a *App) write(job func(context.Context) error, after func(error)) {
	if a.nav.cancel != nil { // what is being read is older than this
		a.nav.cancel()
		a.nav.cancel = nil
	}
	from, of := a.nav.top, a.handing
	if of != nil {
		of.written = true
	}
	a.writes.push(job, func(err error) {
		a.wrote(from, of, err)
		if after != nil && !errors.Is(err, context.Canceled) {
			after(err)
		}
	})
}

// remember keeps a text typed at sign-in, before there is an account to keep it in.
func (a *App) remember(key string) func(string) {
	return func(text string) { a.typed[key] = text }
}
