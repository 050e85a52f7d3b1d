package ui

import (
	"context"
	"encoding/json"
	"image"
	"io"
	"time"

	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/record"
)

// Deps is what the app needs from the rest of the phone.
type Deps struct {
	Store   Store
	Sync    Syncer
	Camera  Camera              // it may be a SlowCamera; nil: choose a file, which counts as imported
	Where   func() field.Moment // the last known place at once, or why there is none, without a time; may be nil
	Near    func(ask bool)      // a place will be needed soon; with ask the person may be asked for it. May be nil
	Version string
	// TextScale is how many times larger than usual the phone is set to draw texts. 0 when it does not say. It waits for
	// the system. nil: this machine has no such setting.
	TextScale func() float64
	Server    string // address to offer at the first sign-in; may be ""

	// Enrol signs this phone in at a server and keeps the account. It is the one thing that needs the network.
	Enrol func(ctx context.Context, server, login, password string) error
	// TakePhoto keeps a picture as a photo of a visit: durable when it returns nil.
	TakePhoto func(ctx context.Context, visit uuid.UUID, shot Shot, picture io.Reader) (Taken, error)
	// ReadCode reads the bar codes of products from a picture: those it is sure of, and those it only guesses. It may
	// take a second. nil: there is no such reader.
	ReadCode func(ctx context.Context, picture io.Reader) (sure, guessed []string, err error)
	// DrawCode draws a text as a code that another phone's camera reads, one pixel a module, with its white border. nil: this
	// app can not.
	DrawCode func(text string) (image.Image, error)
	// TakeEvidence keeps a picture as evidence of an application: durable when it returns nil.
	TakeEvidence func(ctx context.Context, application uuid.UUID, shot Shot, picture io.Reader) (Taken, error)
	// Changes get a value after each change of what screens show: the database, and whether an exchange is
	// under way.
	Changes []<-chan struct{}

	Do  func(func())     // runs work on the UI goroutine; nil: fyne.Do
	Go  func(func())     // runs work off the UI goroutine; nil: a goroutine that Close waits for
	Now func() time.Time // nil: time.Now
	// After calls f when d has passed, on any goroutine, unless stop is called before. nil: time.AfterFunc
	After func(d time.Duration, f func()) (stop func() bool)
}

// Store is the device database as the screens see it.
type Store interface {
	accountReader
	dayReader
	storeReader
	storeWriter
	applicant
	requester
	visitReader
	visitWriter
	shooter
	listKeeper
	bookmarker
	noteWriter
	newsWriter
	phraseKeeper
	remover
	countKeeper
	settler
	waitReader
	sentReader
	receiptReader
	locker
}

type accountReader interface {
	Account(ctx context.Context) (store.Account, bool, error)
}

type dayReader interface {
	Today(ctx context.Context, day string, at field.Position) (store.Day, error)
	Map(ctx context.Context) (store.Map, error)
}

type storeReader interface {
	Stores(ctx context.Context, typed string) ([]store.StoreRow, error)
	StorePage(ctx context.Context, id uuid.UUID) (store.StorePage, error)
}

type storeWriter interface {
	SetStoreText(ctx context.Context, id uuid.UUID, name, value string, seen store.Seen) error
	SetWindow(ctx context.Context, id uuid.UUID, from, to string, seenFrom, seenTo store.Seen) error
	SetCare(ctx context.Context, id uuid.UUID, flags []string, seen store.Seen) error
	SetPlace(ctx context.Context, store uuid.UUID, at field.Moment, seen store.Seen) error
	RestorePlace(ctx context.Context, store uuid.UUID, was field.Position, seen store.Seen) error
}

type applicant interface {
	Applications(ctx context.Context) ([]store.Application, error)
	Application(ctx context.Context, id uuid.UUID) (store.Application, error)
	BeginApplication(ctx context.Context, store uuid.UUID, kind string) (uuid.UUID, error)
	SetApplicationText(ctx context.Context, id uuid.UUID, name, value string) error
	SetApplicationReason(ctx context.Context, id uuid.UUID, reason string) error
	SetEvidence(ctx context.Context, id, photo uuid.UUID, on bool) error
	SubmitApplication(ctx context.Context, id uuid.UUID) error
}

type requester interface {
	Requests(ctx context.Context, of uuid.UUID, which string) (store.RequestList, error)
	RequestPage(ctx context.Context, q store.Asking) (store.RequestPage, error)
	FindProducts(ctx context.Context, typed string) ([]store.RequestProduct, error)
	SetRequest(ctx context.Context, q store.Asking, name string, value any, seen store.Seen) error
	SetRequestLink(ctx context.Context, q store.Asking, to uuid.UUID, kind string) error
	SetRequestDraft(ctx context.Context, id uuid.UUID, d store.RequestDraft) error
	AddRequestEvent(ctx context.Context, id uuid.UUID, kind string, d store.RequestDraft) error
	UndoRequestEvent(ctx context.Context, id, event uuid.UUID) error
}

type visitReader interface {
	Visits(ctx context.Context, limit int) ([]store.VisitRow, error)
	DayVisits(ctx context.Context) (store.DayVisits, error)
	VisitPage(ctx context.Context, id uuid.UUID) (store.VisitPage, error)
	OpenPhoto(ref blob.Ref) (io.ReadCloser, error)
}

type shooter interface {
	Shots(ctx context.Context, visit uuid.UUID) ([]store.Shot, error)
	ReservePhotos(n int) (room int, err error)
	PhotoRoom() (int, error)
	ForgetAwaited(ctx context.Context, id uuid.UUID) error
	PhotoPair(ctx context.Context, photo uuid.UUID) (pair store.Pair, ok bool, err error)
}

type visitWriter interface {
	CheckIn(ctx context.Context, id uuid.UUID, at field.Moment, why store.Purpose) (uuid.UUID, error)
	CheckOut(ctx context.Context, visit uuid.UUID, at field.Moment) error
}

type listKeeper interface {
	Checklist(ctx context.Context, visit uuid.UUID) (store.Checklist, error)
	SetTick(ctx context.Context, visit uuid.UUID, name string, done bool, seen store.Seen) error
	SetAnswer(ctx context.Context, visit uuid.UUID, question string, answer any, seen store.Seen) error
	SetGap(ctx context.Context, visit uuid.UUID, what, reason string, seen store.Seen) error
	SetAttendance(ctx context.Context, visit, id uuid.UUID, a *field.Attendance, seen store.Seen) error
	SetMode(ctx context.Context, visit uuid.UUID, name string, value any, seen store.Seen) error
}

type bookmarker interface {
	Bookmark(ctx context.Context) (store.Bookmark, error)
	SetBookmark(ctx context.Context, b store.Bookmark) error
	Typing() []store.Typing
	SetTyping(all []store.Typing) error
}

type noteWriter interface {
	SetNote(ctx context.Context, visit, correction uuid.UUID, value string, seen store.Seen) error
	SplitNoteDraft(ctx context.Context, visit uuid.UUID, seen store.Seen) error
	DropNoteDraft(ctx context.Context, visit uuid.UUID) error
	RestoreNoteDraft(ctx context.Context, visit uuid.UUID) error
}

type newsWriter interface {
	SetNews(ctx context.Context, visit uuid.UUID, n store.NewsEdit) error
	Brands(ctx context.Context) ([]string, error)
}

type phraseKeeper interface {
	Phrases(ctx context.Context) ([]field.OwnPhrase, error)
	SetPhrase(ctx context.Context, was field.OwnPhrase, item, text string) error
	RaisePhrase(ctx context.Context, p field.OwnPhrase) error
	RemovePhrase(ctx context.Context, p field.OwnPhrase) error
	RestorePhrase(ctx context.Context, p field.OwnPhrase) error
}

type remover interface {
	Remove(ctx context.Context, record uuid.UUID, saw record.Vector) error
	Restore(ctx context.Context, record uuid.UUID, saw record.Vector) error
}

type countKeeper interface {
	CountHead(ctx context.Context, visit uuid.UUID) (store.CountHead, error)
	CountSheet(ctx context.Context, visit uuid.UUID) ([]store.CountRow, error)
	Walk(ctx context.Context, visit uuid.UUID) (store.Walk, error)
	SetWalk(ctx context.Context, visit uuid.UUID, w store.Walk) error
	SetNotCounted(ctx context.Context, visit uuid.UUID, reason string, seen store.Seen) error
	SetCount(ctx context.Context, visit, product uuid.UUID, line field.CountLine, seen store.Seen) error
}

type settler interface {
	Conflicts(ctx context.Context) ([]store.Conflict, error)
	OpenConflicts(ctx context.Context) (int, error)
	Conflict(ctx context.Context, record uuid.UUID, name string) (store.Conflict, error)
	Settle(ctx context.Context, record uuid.UUID, name string, value json.RawMessage, seen store.Seen) error
}

type waitReader interface {
	SyncPage(ctx context.Context) (store.SyncPage, error)
	Unfinished(ctx context.Context) (store.Unfinished, error)
	RetryRefused(ctx context.Context) error
}

type sentReader interface {
	CountPhotos(ctx context.Context) (store.PhotoCount, error)
	Photos(ctx context.Context, unsafe bool, offset, limit int) ([]store.SentPhoto, error)
}

type locker interface {
	Locked(ctx context.Context) (bool, error)
	Lock(ctx context.Context) error
	Unlock(ctx context.Context, password string) (wait time.Duration, err error)
}

type receiptReader interface {
	DayEnd(ctx context.Context) (store.DayEnd, error)
	Receipts(ctx context.Context) ([]store.Receipt, error)
	// Damaged lists what the disk damaged before it was sent. SeeDamaged notes that the person has looked at it, or has not.
	Damaged(ctx context.Context) ([]store.Damaged, error)
	SeeDamaged(ctx context.Context, key string, seen bool) error
	ReceiptOf(ctx context.Context, day string) (r store.Receipt, ok bool, err error)
}

// A Shot says what a picture is.
type Shot struct {
	Kind         string
	Item         string // code of the service item it is for; "" for none
	Imported     bool   // chosen from files: not taken here and now
	At           field.Moment
	store.Sequel // of keeping it
}

// A Taken is a photo that was kept, and how well it can be seen.
type Taken struct {
	Photo         uuid.UUID
	Blurred, Dark bool
}

// A Camera gets one picture from the person: it returns nil, nil when they changed their mind.
type Camera interface {
	Picture(ctx context.Context) (io.ReadCloser, error)
}

// A Syncer exchanges with the server by itself; the app only asks it to hurry.
type Syncer interface {
	Wake()         // soon; never blocks
	Running() bool // an exchange is under way
	// NextTry is when it will try again by itself; zero when nobody knows.
	NextTry() time.Time
}
