package ui

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/uuid"

	"storewalk/mobile/store"
	"storewalk/shared/field"
)

// habits edits when an owner wants to be visited and what to have in mind with them: all by tapping.
type habits struct {
	app      *App
	id       uuid.UUID
	fault    *banner
	from, to *timeStep
	any      *toggle
	care     map[string]*toggle
	differ   *fyne.Container
	shown    store.StorePage
	flags    []string
}

func newHabits(a *App, id uuid.UUID) *habits {
	h := &habits{app: a, id: id, fault: newBanner(a, "edit.habits.fault", markAlarm), care: map[string]*toggle{}, differ: column(4)}
	h.from = newTimeStep("edit.window_from", a.T("edit.window_from"), h.saveWindow)
	h.to = newTimeStep("edit.window_to", a.T("edit.window_to"), h.saveWindow)
	h.any = newChoice("edit.window_any", a.T("edit.window_any"))
	h.any.onChange = func(on bool) {
		if h.from.at, h.to.at = "", ""; !on {
			h.from.at, h.to.at = usualFrom, usualTo
		}
		h.saveWindow()
	}
	for _, code := range field.CareFlagCodes {
		t := newToggle("edit.care."+code, a.Enum("care", code), iconCare, colAccent, colOnAccent)
		t.onChange = func(on bool) { h.saveCare(code, on) }
		h.care[code] = t
	}
	return h
}

// What a window begins with: many shops have time in the middle of the afternoon.
const (
	usualFrom = "14:00"
	usualTo   = "16:00"
)

func (h *habits) objects() []fyne.CanvasObject {
	care := column(gap)
	for _, code := range field.CareFlagCodes {
		care.Add(h.care[code])
	}
	return []fyne.CanvasObject{
		labelled(h.app.T("term.window"), h.any, h.from, h.to),
		labelled(h.app.T("term.care"), care, h.differ, h.fault),
	}
}

func (h *habits) show(s store.StorePage) {
	h.shown, h.flags = s, s.Profile.CareFlags
	h.from.at, h.to.at = s.Profile.WindowFrom, s.Profile.WindowTo
	h.draw()
	h.differ.Objects = nil
	for _, d := range s.Differ {
		if slices.Contains([]string{"care", "window_from", "window_to"}, d.Field) {
			h.differ.Add(h.app.differMark(h.id, d.Field, d.Values))
		}
	}
}

func (h *habits) draw() {
	h.any.set(h.from.at == "" && h.to.at == "")
	h.from.draw()
	h.to.draw()
	for code, t := range h.care {
		t.set(slices.Contains(h.flags, code))
	}
}

// saveWindow keeps the two times; the end follows the beginning when that goes past it.
func (h *habits) saveWindow() {
	if h.from.at != "" && h.to.at != "" && h.from.at >= h.to.at {
		h.to.at = halfHours(h.from.at, 1)
	}
	h.draw()
	from, to, s := h.from.at, h.to.at, h.shown
	h.app.write(func(ctx context.Context) error {
		return h.app.deps.Store.SetWindow(ctx, h.id, from, to,
			whatWasSeen(s.WindowFrom.Seen, s.WindowFrom.Siblings), whatWasSeen(s.WindowTo.Seen, s.WindowTo.Siblings))
	}, h.fault.did)
}

func (h *habits) saveCare(code string, on bool) {
	h.flags = slices.DeleteFunc(slices.Clone(h.flags), func(c string) bool { return c == code })
	if on {
		h.flags = append(h.flags, code)
	}
	flags, s := h.flags, h.shown
	h.app.write(func(ctx context.Context) error {
		return h.app.deps.Store.SetCare(ctx, h.id, flags, whatWasSeen(s.Care.Seen, s.Care.Siblings))
	}, h.fault.did)
}

// A timeStep is a time of the day that goes by half hours.
type timeStep struct {
	composite
	at     string
	figure *paragraph
	change func()
}

func newTimeStep(name, label string, change func()) *timeStep {
	t := &timeStep{change: change}
	t.figure = newText("", typeface{size: sizeTitle, bold: true, align: fyne.TextAlignCenter}).id(name + ".value")
	t.compose(t, beside(gap, 0, newText(label, typeface{}),
		newRound(name+".less", iconMinus, func() { t.step(-1) }), wide(grown(76), t.figure), newRound(name+".more", iconPlus, func() { t.step(1) })))
	return t
}

func (t *timeStep) step(by int) {
	if t.at == "" {
		t.at, by = usualFrom, 0
	}
	t.at = halfHours(t.at, by)
	t.change()
}

func (t *timeStep) draw() { t.figure.set(firstOf(t.at, "–")) }

// halfHours moves a time of the day, not beyond it. What is no time stays.
func halfHours(at string, by int) string {
	then, err := time.Parse(clock, at)
	if err != nil {
		return at
	}
	moved := then.Add(time.Duration(by) * 30 * time.Minute)
	if moved.Day() != then.Day() {
		return at
	}
	return moved.Format(clock)
}

const clock = "15:04"
