package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"storewalk/demo/shelf"
	"storewalk/e2e/window"
	"storewalk/mobile/ui/uitest"
	"storewalk/shared/words"
)

// buildApp compiles the phone's app once, as a phone has it but for the ear that a test speaks to.
var buildApp = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "storewalk-app-")
	if err != nil {
		return "", err
	}
	built = append(built, dir)
	path := filepath.Join(dir, "app")
	return path, window.Build(context.Background(), "storewalk/mobile", path, "e2e")
})

// appOrSkip is the path of the app, where this machine can show it.
func appOrSkip(t *testing.T) string {
	t.Helper()
	path, err := buildApp()
	if errors.Is(err, window.ErrNotInstalled) && os.Getenv("E2E") != "must" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// A glass is the app in a real window, touched by a finger. Where to touch, and which letters to type, the app is told and
// asked over a socket; nothing else goes past the window.
type glass struct {
	*window.Window
	t     *testing.T
	line  *syncLine
	conn  net.Conn
	in    *json.Decoder
	out   *json.Encoder
	lang  words.Lang
	saved int // pictures
}

// patience is how long anything may take to be on the screen.
const patience = time.Minute

// answer is how long the screen may be as it was before a touch, until that is believed to change nothing.
const answer = time.Second

// still is how often the screen is the same before it is believed to stand.
const still = 3

// startGlass shows the app on the data in dir.
func startGlass(t *testing.T, dir string, line *syncLine, args ...string) *glass {
	t.Helper()
	path, home := appOrSkip(t), t.TempDir()
	for i := range uint64(4) {
		picture, err := shelf.Draw(shelf.Options{Seed: i + 1, Width: 800, Height: 600})
		if err == nil {
			err = os.WriteFile(filepath.Join(home, fmt.Sprint(i, ".jpg")), picture, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	socket := filepath.Join(home, "ear")
	w, err := window.Start(t.Context(), window.App{Path: path, Args: append([]string{"--data", dir}, args...),
		Env: []string{"HOME=" + home, "STOREWALK_SOCKET=" + socket, "STOREWALK_PICTURES=" + home}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	g := &glass{Window: w, t: t, line: line}
	g.Until("the app listens", func() bool {
		g.conn, err = net.Dial("unix", socket)
		return err == nil
	})
	t.Cleanup(func() { g.conn.Close() })
	g.in, g.out = json.NewDecoder(g.conn), json.NewEncoder(g.conn)
	return g
}

// order types into the field with the focus, and returns what is on the screen then.
func (g *glass) order(letters string) (s uitest.Screen) {
	g.t.Helper()
	if err := errors.Join(g.out.Encode(uitest.Order{Type: letters}), g.in.Decode(&s)); err != nil {
		g.t.Fatal(err, g.Log())
	}
	return s
}

// look returns the screen once it stands still.
func (g *glass) look() (s uitest.Screen) {
	g.t.Helper()
	same := 0
	g.Until("the screen stands still", func() bool {
		before := s
		s = g.order("")
		if same++; len(s.Texts) == 0 || !reflect.DeepEqual(before, s) {
			same = 0
		}
		return same == still
	})
	return s
}

// Until asks again and again.
func (g *glass) Until(what string, ok func() bool) {
	g.t.Helper()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for deadline := time.After(patience); !ok(); {
		select {
		case <-again.C:
		case <-deadline:
			shown := []string{"nothing"}
			if g.conn != nil {
				shown = g.order("").Texts
			}
			g.t.Fatalf("never happened: %s\non the screen: %s\n%s", what, strings.Join(shown, " | "), g.Log())
		}
	}
}

// reach returns where something stands that can be touched, moving the page under it with a finger as far as it takes.
func (g *glass) reach(id string) (at uitest.Item) {
	g.t.Helper()
	down := true // where one looks for what is not on a list yet
	for deadline := time.Now().Add(patience); ; {
		s := g.look()
		at, found := s.Find(id)
		if found && at.In {
			return at
		}
		if time.Now().After(deadline) {
			g.t.Fatalf("no %q to touch; there is %v\n%s", id, g.IDs(), strings.Join(s.Texts, " | "))
		}
		if s.Page.H == 0 {
			continue
		}
		x, middle := s.Page.X+s.Page.W-6, s.Page.Y+s.Page.H/2 // at the edge, where no target swallows it
		move := -s.Page.H * 0.4
		if found {
			_, y := at.Middle()
			move = max(-s.Page.H*0.45, min(s.Page.H*0.45, middle-y))
		} else if !down {
			move = -move
		}
		if err := g.Drag(g.t.Context(), x, middle-move/2, x, middle+move/2); err != nil {
			g.t.Fatal(err)
		}
		if !found && reflect.DeepEqual(g.look().Items, s.Items) {
			down = !down // an end of the page
		}
	}
}

// Tap touches something, and waits for what comes of it.
func (g *glass) Tap(id string) {
	g.t.Helper()
	x, y := g.reach(id).Middle()
	before := g.order("")
	if err := g.Window.Tap(g.t.Context(), x, y); err != nil {
		g.t.Fatal(err)
	}
	// A busy app answers what it is asked before it knows of the touch, and few touches change nothing.
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for answered := time.Now().Add(answer); reflect.DeepEqual(g.order(""), before) && time.Now().Before(answered); {
		<-again.C
	}
	g.look()
}

// Type touches a field and gives it letters in place of what is there.
func (g *glass) Type(id, text string) {
	g.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		g.Tap(id)
		focus := g.order("").Focus
		if focus == id {
			break
		}
		if time.Now().After(deadline) {
			g.t.Fatalf("%q takes no letters; %q does", id, focus)
		}
	}
	g.order(text)
	g.Until(text, func() bool { i, _ := g.order("").Find(id); return i.Value == text })
}

func (g *glass) Wait(id string) {
	g.t.Helper()
	g.Until(id, func() bool { _, ok := g.order("").Find(id); return ok })
}

// IDs are those of what is on the screen.
func (g *glass) IDs() (ids []string) {
	for _, i := range g.look().Items {
		ids = append(ids, i.ID)
	}
	return ids
}

// Text is what is written under an id.
func (g *glass) Text(id string) string {
	i, _ := g.look().Find(id)
	return i.Value
}

// Draw moves a finger over something.
func (g *glass) Draw(id string) {
	g.t.Helper()
	at := g.reach(id)
	_, y := at.Middle()
	if err := g.Drag(g.t.Context(), at.X+at.W/6, y, at.X+at.W*5/6, y); err != nil {
		g.t.Fatal(err)
	}
	g.look()
}

func (g *glass) Offline(off bool) { g.line.offline(off) }

// Snap writes what the window shows to the folder that RECORD names.
func (g *glass) Snap(step string) {
	g.t.Helper()
	dir := os.Getenv("RECORD")
	if dir == "" {
		return
	}
	g.saved++
	if err := g.Screenshot(filepath.Join(dir, fmt.Sprintf("window-%s-%02d-%s.png", g.lang, g.saved, step))); err != nil {
		g.t.Error(err)
	}
}

func TestADayIsLivedByTouchesInARealWindow(t *testing.T) {
	for _, lang := range words.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			appOrSkip(t)
			office, data := startOfficeIn(t)
			line := newSyncLine(t)
			line.lead(strings.TrimPrefix(office, "http://"))
			dir := filepath.Join(t.TempDir(), "phone")
			g := startGlass(t, dir, line)
			g.lang = lang
			d := &day{t: t, dir: dir, data: data, colleague: newColleague(t, office), finger: g}
			d.live(line.url(), lang)
		})
	}
}
