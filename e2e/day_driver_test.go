package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"storewalk/shared/words"
)

// A driven is the app in Fyne's test driver.
type driven struct {
	*hand
	line *syncLine
	snap func(step string)
}

func (d *driven) Snap(step string) { d.snap(step) }
func (d *driven) Wait(id string)   { d.Until(id, func() bool { return d.Has(id) }) }
func (d *driven) Draw(id string) {
	pad := d.Find(id).(interface {
		fyne.CanvasObject
		fyne.Draggable
	})
	for part := range 4 {
		at := fyne.NewPos(pad.Size().Width*float32(part+1)/6, pad.Size().Height/2)
		pad.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: at}, Dragged: fyne.NewDelta(pad.Size().Width/6, 0)})
	}
	pad.DragEnd()
	d.Settle()
}

func (d *driven) Offline(off bool) { d.line.offline(off) }

// offline takes the network away, or gives it back.
func (l *syncLine) offline(off bool) {
	if !off {
		l.mend()
		return
	}
	l.breakAfter(syncUp, 0, nil)
	l.hangUp()
}

// newColleague is wang's phone, without its screens.
func newColleague(t *testing.T, office string) *syncPhone {
	t.Helper()
	c := newSyncPhone(t, t.TempDir())
	c.try(c.Enrol(t.Context(), office, "wang", "liupanshan-wang", "wang"))
	c.round()
	return c
}

func TestADayFromTheSignInToTheLastPhotoArrivesAsItWasLived(t *testing.T) {
	for _, lang := range words.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			office, data := startOfficeIn(t)
			line := newSyncLine(t)
			line.lead(strings.TrimPrefix(office, "http://"))
			h := openApp(t)
			n := 0
			d := &day{t: t, dir: h.dir, data: data, colleague: newColleague(t, office), finger: &driven{h, line, func(step string) {
				h.Check(step)
				if dir := os.Getenv("RECORD"); dir != "" {
					n++
					h.Picture(filepath.Join(dir, fmt.Sprintf("driver-%s-%02d-%s.png", lang, n, step)))
				}
			}}}
			d.live(line.url(), lang)
		})
	}
}
