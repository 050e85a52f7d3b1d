package crash

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"storewalk/mobile/identity"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/sim/drive"

	"github.com/google/uuid"
)

// lines is how many records a phone has to write.
const lines = 1500

// A phone is one of a desk's phones, with the person who works on it.
type phone struct {
	w         *world
	desk      *desk
	name      string // of the phone and of its account
	territory string
	user      uuid.UUID
	dir       string
	replica   record.Replica // what it is called, from its enrolment on
	rnd       *rand.Rand     // of its worker

	life   *life
	opened bool // in this life
	file   string
	lines  []line
	loaded int  // lines given to it, with or without an answer
	edits  int  // edits tried
	owes   bool // an edit was acknowledged and not synced yet
	albums int

	mu    sync.Mutex
	acked acked
}

// A line is one record of the phone's file.
type line struct {
	id     uuid.UUID
	typ    string
	fields map[string]string // what its writes must be, as JSON
	packs  int               // of a count
	text   []byte
}

// acked is what a phone has answered "ok" to.
type acked struct {
	records []line
	edits   map[string]int // by tag: how many counts
	photos  int
	syncs   int
}

func (a *acked) add(b acked) {
	a.records = append(a.records, b.records...)
	if a.edits == nil {
		a.edits = map[string]int{}
	}
	for tag, n := range b.edits {
		a.edits[tag] += n
	}
	a.photos += b.photos
	a.syncs += b.syncs
}

// String sums it up.
func (a *acked) String() string {
	edits := 0
	for _, n := range a.edits {
		edits += n
	}
	return fmt.Sprintf("%d records, %d edits and %d photos acknowledged in %d syncs", len(a.records), edits, a.photos, a.syncs)
}

// A promise is one thing that a phone has answered "ok" to.
type promise struct {
	Phone   string
	From, N int    // records of its file, or how many an edit changed
	Tag     string // of an edit
	Photos  int
	Syncs   int
}

// promised takes notice of it.
func (p *phone) promised(m promise) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.acked.photos += m.Photos
	p.acked.syncs += m.Syncs
	if m.Tag != "" {
		p.acked.edits[m.Tag] = m.N
	} else {
		p.acked.records = append(p.acked.records, p.lines[m.From:m.From+m.N]...)
	}
	if m.Phone = p.name; p.w.note != nil {
		p.w.note(m)
	}
}

func newPhone(w *world, d *desk, name, territory string) *phone {
	p := &phone{w: w, desk: d, name: name, territory: territory, dir: filepath.Join(w.dir, name)}
	h := fnv.New64()
	fmt.Fprint(h, name)
	p.rnd = rand.New(rand.NewPCG(w.seed, h.Sum64()))
	p.acked.edits = map[string]int{}
	p.plan()
	return p
}

// plan makes what the phone will write: a visit, a note on it, and then its counts.
func (p *phone) plan() {
	visit, shop := p.id(), p.id()
	for i := range lines {
		l := line{id: p.id(), typ: field.TypeCount, fields: map[string]string{}}
		m := map[string]any{"id": l.id, "store": shop, "visit": visit}
		switch i % 30 {
		case 0:
			visit, shop = l.id, p.id()
			l.typ = field.TypeVisit
			m = map[string]any{"id": l.id, "store": shop, "check_in": map[string]int64{"at": 1_760_000_000_000 + int64(i)}}
		case 1:
			l.typ = field.TypeNote
			m["text"] = strings.Repeat(fmt.Sprintf("老板不在，%s 的第 %d 条。", p.name, i), 3)
		default:
			l.packs = p.rnd.IntN(20)
			m["product"], m["quantity"], m["batch"] = p.id(), l.packs, strings.Repeat("x", 100)
		}
		for _, name := range []string{"store", "visit", "text", "check_in"} {
			if v, ok := m[name]; ok {
				l.fields[name] = string(p.json(v))
			}
		}
		m["type"] = l.typ
		l.text = p.json(m)
		p.lines = append(p.lines, l)
	}
}

// write makes the phone's file of records.
func (p *phone) write() {
	p.w.t.Helper()
	var text bytes.Buffer
	for _, l := range p.lines {
		text.Write(append(l.text, '\n'))
	}
	p.file = p.dir + ".jsonl"
	p.w.try(os.WriteFile(p.file, text.Bytes(), 0o600))
}

// id makes an id that follows the seed.
func (p *phone) id() (id uuid.UUID) {
	for i := range id {
		id[i] = byte(p.rnd.Uint32())
	}
	return id
}

func (p *phone) json(v any) []byte {
	b, err := json.Marshal(v)
	p.w.try(err)
	return b
}

// fail is for what must not happen; unlike a test's Fatal it may be called from any goroutine.
func (p *phone) fail(format string, args ...any) {
	p.w.t.Errorf("%s %d, %s: %s", p.w.fault, p.w.at.Load(), p.name, fmt.Sprintf(format, args...))
}

// enrol signs the phone in, before anything is killed.
func (p *phone) enrol() {
	p.w.t.Helper()
	for _, c := range []drive.Command{p.open(), {Cmd: "sync"}} {
		_, err := p.do(c)
		p.w.try(err)
	}
	p.opened = true
	p.replica = p.identity().Replica
}

func (p *phone) identity() identity.State {
	p.w.t.Helper()
	file, err := identity.Read(filepath.Join(p.dir, "identity.json"))
	p.w.try(err)
	return file
}

func (p *phone) open() drive.Command {
	return drive.Command{Cmd: "open", Dir: p.dir, URL: p.w.server.url(), User: p.name, Password: password}
}

// work does one thing after the other, until the faults are over.
func (p *phone) work() {
	for !p.w.calm.Load() && !p.w.t.Failed() && p.w.t.Context().Err() == nil {
		if !p.opened {
			p.reopen()
			continue
		}
		switch n := p.rnd.IntN(100); {
		case n < 35 && p.loaded < len(p.lines):
			p.load()
		case n < 60 && !p.owes:
			p.edit()
		case n < 66:
			p.photograph()
		default:
			p.sync()
		}
	}
}

// reopen opens the phone in a new process and looks whether all that it acknowledged is there.
func (p *phone) reopen() {
	if _, err := p.do(p.open()); err != nil {
		p.expect("open", err)
		return
	}
	p.opened = true
	r, err := p.do(drive.Command{Cmd: "count"})
	if err == nil && r.N < len(p.acked.records) {
		p.fail("it holds %d records and acknowledged %d", r.N, len(p.acked.records))
	}
	p.expect("count", err)
}

// expect allows a command to fail because a process was killed: its own, or, if it needs a network, the server's.
func (p *phone) expect(cmd string, err error) {
	if err == nil || errors.Is(err, drive.ErrDied) {
		return
	}
	for _, code := range []string{"network.unreachable", "network.cut"} {
		if (cmd == "sync" || cmd == "photos") && strings.HasSuffix(err.Error(), ": "+code) {
			return
		}
	}
	p.fail("%v", err)
}

func (p *phone) load() {
	from, n := p.loaded, min(1+p.rnd.IntN(15), len(p.lines)-p.loaded)
	p.loaded += n
	r, err := p.do(drive.Command{Cmd: "load", File: p.file, From: from, N: n})
	if err != nil {
		p.expect("load", err)
		return
	}
	if r.N != n {
		p.fail("%d records of %d", r.N, n)
	}
	p.promised(promise{From: from, N: n})
}

// edit changes the first counts by id, which the other phones of the territory do as well. It is not called twice
// between two syncs: what a phone itself replaced before anyone saw it is nobody's loss, and would look like one.
func (p *phone) edit() {
	p.edits++
	tag := fmt.Sprintf("%s-%d", p.name, p.edits)
	r, err := p.do(drive.Command{Cmd: "edit", N: 1 + p.rnd.IntN(20), Tag: tag})
	if err != nil {
		p.expect("edit", err)
		return
	}
	p.owes = true
	p.promised(promise{Tag: tag, N: r.N})
}

func (p *phone) sync() {
	_, err := p.do(drive.Command{Cmd: "sync"})
	if err != nil {
		p.expect("sync", err)
		return
	}
	p.owes = false
	p.promised(promise{Syncs: 1})
}

// photograph keeps a picture and sends it. One in five is large enough to be sent in pieces.
func (p *phone) photograph() {
	p.albums++
	album := filepath.Join(p.w.dir, fmt.Sprintf("%s-album-%d", p.name, p.albums))
	width, height := 160, 120
	if p.rnd.IntN(5) == 0 {
		width, height = 1200, 900
	}
	b, err := p.picture(width, height)
	if err = errors.Join(err, os.Mkdir(album, 0o700), os.WriteFile(filepath.Join(album, "1.jpg"), b, 0o600)); err != nil {
		p.fail("%v", err)
		return
	}
	r, err := p.do(drive.Command{Cmd: "photos", Dir: album, N: 1})
	if err != nil {
		p.expect("photos", err)
		return
	}
	p.owes = false
	p.promised(promise{Photos: r.N, Syncs: 1})
}

// picture draws noise, which no compression makes small.
func (p *phone) picture(width, height int) ([]byte, error) {
	img := image.NewGray(image.Rect(0, 0, width, height))
	for x := range width {
		for y := range height {
			img.SetGray(x, y, color.Gray{Y: uint8(p.rnd.Uint32())})
		}
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, nil)
	return b.Bytes(), err
}
