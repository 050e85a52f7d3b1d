package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// dirVariable makes this test binary a phone that works in the folder it names until it is killed.
const dirVariable = "STOREWALK_TEST_PHONE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(dirVariable); dir != "" {
		if err := workUntilKilled(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// A did is one line the phone prints: with Done when a call has returned, and from then on it may not be
// lost; without Done just before the call.
type did struct {
	What    string
	Done    bool
	Visit   uuid.UUID
	Photo   uuid.UUID       `json:",omitzero"`
	Ref     blob.Ref        `json:",omitzero"`
	Product uuid.UUID       `json:",omitzero"`
	Line    field.CountLine `json:",omitzero"`
	Text    string          `json:",omitempty"`
}

func workUntilKilled(dir string) error {
	ctx := context.Background()
	s, err := Open(ctx, dir)
	if err != nil {
		return err
	}
	if _, known, err := s.Account(ctx); err != nil {
		return err
	} else if !known {
		if err := s.SignIn(ctx, accounts[li]); err != nil {
			return err
		}
	}
	feed, err := os.ReadFile(filepath.Join(dir, "feed.json"))
	if err != nil {
		return err
	}
	var resp wire.SyncResponse
	if err := json.Unmarshal(feed, &resp); err != nil {
		return err
	}
	if err := s.Apply(ctx, nil, resp); err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	act := func(d did, do func(d *did) error) error {
		if err := out.Encode(d); err != nil {
			return err
		}
		if err := do(&d); err != nil {
			return err
		}
		d.Done = true
		return out.Encode(d)
	}
	for {
		var visit uuid.UUID
		err := act(did{What: "visit"}, func(d *did) (err error) {
			visit, err = s.CheckIn(ctx, shop, nowhere, Purpose{})
			d.Visit = visit
			return err
		})
		for i := 0; i < 12 && err == nil; i++ {
			line := field.CountLine{Cartons: rand.IntN(field.MaxCount), Packs: i}
			switch product := []uuid.UUID{furong, zhonghu}[i%2]; i % 4 {
			case 0:
				err = act(did{What: "photo", Visit: visit}, func(d *did) (err error) {
					d.Photo, d.Ref, err = addPhoto(ctx, s, visit, fmt.Sprint(visit, rand.Int()))
					return err
				})
			case 1, 2:
				err = act(did{What: "count", Visit: visit, Product: product, Line: line}, func(d *did) error {
					return s.SetCount(ctx, visit, product, line, nil)
				})
			case 3:
				err = act(did{What: "note", Visit: visit, Text: fmt.Sprint("缺货 ", rand.Int())}, func(d *did) error {
					return s.SetNote(ctx, visit, uuid.Nil, d.Text, nil)
				})
			}
		}
		if err == nil {
			err = act(did{What: "left", Visit: visit}, func(*did) error { return s.CheckOut(ctx, visit, nowhere) })
		}
		if err != nil {
			return err
		}
	}
}

func TestWhatWasAcknowledgedSurvivesKillMinusNine(t *testing.T) {
	t.Parallel()
	const rounds, limit = 25, 60
	rnd := rand.New(rand.NewPCG(9, 9))
	o := newOffice(t)
	dir := t.TempDir()
	blank := openStore(t, t.TempDir())
	feed, err := json.Marshal(o.news(t, blank, wire.SyncResponse{}))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "feed.json"), feed, 0o600))

	d := diary{photos: map[uuid.UUID]did{}, lines: map[[2]uuid.UUID]field.CountLine{}, notes: map[uuid.UUID]string{}, left: map[uuid.UUID]bool{}}
	for round := range rounds {
		// Some rounds die while opening, signing in or applying; the others somewhere in a visit.
		n := rnd.IntN(limit)
		if round%6 == 0 {
			n = 0
		}
		d.add(t, killAfter(t, dir, n, time.Duration(rnd.IntN(8_000))*time.Microsecond))
		d.check(t, dir)
	}
	t.Logf("%d visits, %d photos, %d lines; %d calls had happened though the phone died before it could say so", len(d.visits), len(d.photos), len(d.lines), d.unsaid)
	if len(d.photos) < 20 || len(d.left) < 3 {
		t.Fatal("too little happened")
	}
}

// killAfter runs a phone and kills it a moment after the n-th line it printed; it returns all it printed.
func killAfter(t *testing.T, dir string, n int, moment time.Duration) []did {
	t.Helper()
	exe, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), dirVariable+"="+dir)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	pipe, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	kill := func() { time.AfterFunc(moment, func() { cmd.Process.Kill() }) }
	if n == 0 {
		kill()
	}
	var out []did
	for lines := bufio.NewReader(pipe); ; {
		line, err := lines.ReadBytes('\n')
		if err != nil { // what was printed without its end was not acknowledged
			if !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
			break
		}
		var d did
		must(t, json.Unmarshal(line, &d))
		if out = append(out, d); len(out) == n {
			kill()
		}
	}
	if err := cmd.Wait(); err == nil || stderr.Len() > 0 {
		t.Fatalf("the phone was not killed: %v %s", err, stderr.String())
	}
	return out
}

// A diary is all that a phone acknowledged, over all its lives.
type diary struct {
	visits  []uuid.UUID
	open    bool // the last of visits is in progress
	photos  map[uuid.UUID]did
	lines   map[[2]uuid.UUID]field.CountLine // by visit and product
	notes   map[uuid.UUID]string
	left    map[uuid.UUID]bool
	pending did // the call that was running when the phone died: it happened or it did not
	unsaid  int // how often it had happened
}

func (m *diary) add(t *testing.T, all []did) {
	t.Helper()
	m.pending = did{}
	for _, d := range all {
		if m.pending = d; d.Done {
			m.note(t, d)
			m.pending = did{}
		}
	}
}

func (m *diary) note(t *testing.T, d did) {
	t.Helper()
	switch d.What {
	case "visit":
		if m.open && d.Visit != m.visits[len(m.visits)-1] {
			t.Fatalf("visit %s is in progress, and %s was begun beside it", m.visits[len(m.visits)-1], d.Visit)
		}
		if !m.open {
			m.visits, m.open = append(m.visits, d.Visit), true
		}
	case "photo":
		m.photos[d.Photo] = d
	case "count":
		m.lines[[2]uuid.UUID{d.Visit, d.Product}] = d.Line
	case "note":
		m.notes[d.Visit] = d.Text
	case "left":
		m.left[d.Visit], m.open = true, false
	}
}

// check opens the folder and looks for everything acknowledged.
func (m *diary) check(t *testing.T, dir string) {
	t.Helper()
	s, err := Open(t.Context(), dir) // fails when the dead process still held the lock
	must(t, err)
	defer s.Close()
	var integrity string
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		return tx.QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&integrity)
	}))
	equal(t, integrity, "ok")
	if m.pending.What == "left" && visitPage(t, s, m.pending.Visit).Row.CheckOutMS != 0 {
		m.happened(t)
	}
	if m.pending.What == "visit" && !m.open {
		if m.pending.Visit = page(t, s, shop).OpenVisit; m.pending.Visit != uuid.Nil {
			m.happened(t)
		}
	}
	if m.open {
		equal(t, page(t, s, shop).OpenVisit, m.visits[len(m.visits)-1])
	}
	for _, visit := range m.visits {
		m.checkVisit(t, s, visit)
	}
	if n := len(chainOf(t, s)); n < len(m.photos) {
		t.Fatalf("%d links for %d photos", n, len(m.photos))
	}
}

func (m *diary) happened(t *testing.T) {
	t.Helper()
	m.note(t, m.pending)
	m.pending = did{}
	m.unsaid++
}

func (m *diary) checkVisit(t *testing.T, s *Store, visit uuid.UUID) {
	t.Helper()
	p := visitPage(t, s, visit)
	equal(t, p.Row.CheckOutMS != 0, m.left[visit])
	photos := map[uuid.UUID]PhotoRow{}
	for _, row := range p.Photos {
		photos[row.ID] = row
	}
	for id, d := range m.photos {
		if got := photos[id]; d.Visit == visit && (got.Ref != d.Ref || !got.Here || len(got.Thumb) == 0) {
			t.Fatalf("photo %s of visit %s: %+v", id, visit, got)
		}
	}
	for _, product := range []uuid.UUID{furong, zhonghu} {
		key, row := [2]uuid.UUID{visit, product}, sheetRow(t, s, visit, product)
		if m.pending.What == "count" && m.pending.Visit == visit && m.pending.Product == product && row.Line == m.pending.Line {
			m.happened(t)
		}
		equal(t, row.Line, m.lines[key])
		if len(row.Siblings) > 1 {
			t.Fatalf("one phone disagrees with itself: %s", shown(row.Siblings))
		}
	}
	if m.pending.What == "note" && m.pending.Visit == visit && p.MyNote.Text.Value == m.pending.Text {
		m.happened(t)
	}
	equal(t, p.MyNote.Text.Value, m.notes[visit])
}
