package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"storewalk/mobile/capture"
	"storewalk/mobile/store"
	"storewalk/mobile/syncer"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// An action is what a person does on a phone: one line of the phone process's standard input.
type action struct {
	Do       string          `json:"do"` // a key of actions
	Store    uuid.UUID       `json:"store,omitzero"`
	Visit    uuid.UUID       `json:"visit,omitzero"`
	Product  uuid.UUID       `json:"product,omitzero"`
	Line     field.CountLine `json:"line,omitzero"`
	Field    string          `json:"field,omitempty"` // of a store
	Text     string          `json:"text,omitempty"`  // a note, or the field's value
	Value    json.RawMessage `json:"value,omitempty"` // of an answer, or of a field of news
	News     uuid.UUID       `json:"news,omitzero"`
	Kind     string          `json:"kind,omitempty"` // of a photo
	File     string          `json:"file,omitempty"` // the picture the camera gives
	Position field.Position  `json:"pos,omitzero"`
	Server   string          `json:"server,omitempty"`
	Login    string          `json:"login,omitempty"`
	Password string          `json:"password,omitempty"`
}

// An ack is a line of the process's standard output: first one with Began for an action that was read, then
// one that says how it went. Once that says OK, the phone has promised to keep what was entered.
type ack struct {
	Began  bool      `json:"began,omitempty"`
	OK     bool      `json:"ok,omitempty"`
	Code   string    `json:"code,omitempty"` // fault code when not OK
	Err    string    `json:"err,omitempty"`
	ID     uuid.UUID `json:"id,omitzero"`     // of what was made, or of the user after enrolling
	Ref    blob.Ref  `json:"sha256,omitzero"` // of a photo
	AtMS   int64     `json:"at,omitempty"`    // of a check-in or check-out, by the phone's clock
	Status status    `json:"status,omitzero"`
}

// A status is what the phone knows: it comes with every ack of a round.
type status struct {
	Waiting   wire.Waiting `json:"waiting"`
	Bytes     int64        `json:"bytes"` // of photos, not yet sent
	Stores    int          `json:"stores"`
	Conflicts int          `json:"conflicts"`
}

type phoneCommand struct {
	Data string `help:"The phone's folder." required:""`
}

// Run is the life of the phone's process, until its standard input ends or it is killed.
func (p *phoneCommand) Run(ctx context.Context) (err error) {
	st, err := store.Open(ctx, p.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	ph := &phone{st: st, sync: syncer.New(st, "storewalk demo", slog.New(slog.DiscardHandler))}
	ph.sync.Room = st.Room
	out := json.NewEncoder(os.Stdout)
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var a action
		if err := json.Unmarshal(in.Bytes(), &a); err != nil {
			return fmt.Errorf("phone: %w", err)
		}
		if err := out.Encode(ack{Began: true}); err != nil {
			return err
		}
		if err := out.Encode(ph.do(ctx, a)); err != nil {
			return err
		}
	}
	return in.Err()
}

// A phone is the app without its screens.
type phone struct {
	st   *store.Store
	sync *syncer.Syncer
}

// actions are what a tap does. Each calls what the screens call, with what they would show.
var actions = map[string]func(*phone, context.Context, action, *ack) error{
	"enrol":   (*phone).enrol,
	"round":   (*phone).round,
	"checkin": (*phone).checkIn,
	"photo":   (*phone).photo,
	"count":   (*phone).count,
	"note":    (*phone).note,
	"answer":  (*phone).answer,
	"news":    (*phone).news,
	"ask":     (*phone).ask,
	"profile": (*phone).profile,
	"leave":   (*phone).checkOut,
}

func (p *phone) do(ctx context.Context, a action) ack {
	var out ack
	do, ok := actions[a.Do]
	if !ok {
		return ack{Code: "internal", Err: "no action " + a.Do}
	}
	if err := do(p, ctx, a, &out); err != nil {
		_, out.Code = fault.Of(err)
		out.Err = err.Error()
		return out
	}
	out.OK = true
	return out
}

func (p *phone) enrol(ctx context.Context, a action, out *ack) error {
	if err := p.sync.Enrol(ctx, a.Server, a.Login, a.Password, "phone of "+a.Login); err != nil {
		return err
	}
	account, _, err := p.st.Account(ctx)
	out.ID = account.User
	return err
}

// round exchanges once. The server's address is where the phone reaches it today: the line it has.
func (p *phone) round(ctx context.Context, a action, out *ack) error {
	account, _, err := p.st.Account(ctx)
	if err == nil && account.Server != a.Server {
		account.Server = a.Server
		err = p.st.SignIn(ctx, account)
	}
	if err != nil {
		return err
	}
	err = p.sync.Round(ctx)
	page, pageErr := p.st.SyncPage(ctx)
	stores, storesErr := p.st.Stores(ctx, "")
	conflicts, conflictsErr := p.st.Conflicts(ctx)
	out.Status = status{Waiting: page.Waiting, Bytes: page.WaitingBytes, Stores: len(stores), Conflicts: len(conflicts)}
	for _, r := range page.Refused {
		err = errors.Join(err, fmt.Errorf("%d of %s refused: %s", r.N, r.Type, r.Code))
	}
	return errors.Join(err, pageErr, storesErr, conflictsErr)
}

func (p *phone) checkIn(ctx context.Context, a action, out *ack) (err error) {
	if out.ID, err = p.st.CheckIn(ctx, a.Store, field.Moment{Position: a.Position}, store.Purpose{}); err != nil {
		return err
	}
	page, err := p.st.VisitPage(ctx, out.ID)
	out.AtMS = page.Row.CheckInMS
	return err
}

func (p *phone) checkOut(ctx context.Context, a action, out *ack) error {
	if err := p.st.CheckOut(ctx, a.Visit, field.Moment{Position: a.Position}); err != nil {
		return err
	}
	page, err := p.st.VisitPage(ctx, a.Visit)
	out.AtMS = page.Row.CheckOutMS
	return err
}

func (p *phone) photo(ctx context.Context, a action, out *ack) error {
	f, err := os.Open(a.File)
	if err != nil { // it was there when the story began
		return fault.New(fault.NotFound, "photo.not_found", err)
	}
	defer f.Close()
	taken, err := capture.Photo(ctx, p.st, a.Visit, capture.Shot{Kind: a.Kind, Position: a.Position}, f)
	if err != nil {
		return err
	}
	out.ID = taken.Photo
	page, err := p.st.VisitPage(ctx, a.Visit)
	for _, row := range page.Photos {
		if row.ID == out.ID {
			out.Ref = row.Ref
		}
	}
	return err
}

func (p *phone) count(ctx context.Context, a action, _ *ack) error {
	sheet, err := p.st.CountSheet(ctx, a.Visit)
	if err != nil {
		return err
	}
	for _, row := range sheet {
		if row.Product == a.Product {
			return p.st.SetCount(ctx, a.Visit, a.Product, a.Line, row.Seen)
		}
	}
	return fmt.Errorf("product %s is not on the sheet", a.Product)
}

func (p *phone) note(ctx context.Context, a action, _ *ack) error {
	page, err := p.st.VisitPage(ctx, a.Visit)
	if err != nil {
		return err
	}
	return p.st.SetNote(ctx, a.Visit, uuid.Nil, a.Text, page.MyNote.Text.Seen)
}

// ask takes down a complaint made just now, with the count of the visit as its proof.
func (p *phone) ask(ctx context.Context, a action, out *ack) error {
	out.ID = uuid.New()
	q := store.Asking{ID: out.ID, Store: a.Store, Visit: a.Visit, Kind: field.RequestComplaint, SpokeMS: time.Now().UnixMilli()}
	if err := p.st.SetRequest(ctx, q, "text", a.Text, nil); err != nil {
		return err
	}
	return p.st.SetRequestLink(ctx, q, a.Visit, field.LinkCount)
}

func (p *phone) profile(ctx context.Context, a action, _ *ack) error {
	page, err := p.st.StorePage(ctx, a.Store)
	if err != nil {
		return err
	}
	texts := map[string]store.Text{"phone": page.Phone, "backup_phone": page.BackupPhone, "note": page.Note}
	return p.st.SetStoreText(ctx, a.Store, a.Field, a.Text, texts[a.Field].Seen)
}
