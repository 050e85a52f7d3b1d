package field

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"
)

// A Signature is what a retailer drew: lines of points in a box. A point may lie on the box's edge, never beyond it.
type Signature struct {
	Name  string     `json:"name"` // of who signs
	W     int        `json:"w"`
	H     int        `json:"h"`
	Lines [][][2]int `json:"lines"`
}

// Limits of a signature: a long name in Chinese takes some 300 points.
const (
	MaxSignatureSide   = 8_192
	MaxSignatureLines  = 400
	MaxSignaturePoints = 2_000
)

// Points is how many points all lines have.
func (s Signature) Points() (n int) {
	for _, l := range s.Lines {
		n += len(l)
	}
	return n
}

// Drawn reports whether there is anything to see.
func (s Signature) Drawn() bool { return s.Points() > 0 }

// Validate reports what makes it none that a hand can have drawn. Only a valid one is drawn again.
func (s Signature) Validate() error {
	switch {
	case min(s.W, s.H) <= 0 || max(s.W, s.H) > MaxSignatureSide:
		return fmt.Errorf("a box of %d × %d", s.W, s.H)
	case len(s.Lines) > MaxSignatureLines || s.Points() > MaxSignaturePoints:
		return fmt.Errorf("%d points in %d lines", s.Points(), len(s.Lines))
	case utf8.RuneCountInString(s.Name) > MaxTextRunes:
		return errors.New("too long")
	}
	for _, l := range s.Lines {
		for _, p := range l {
			if min(p[0], p[1]) < 0 || p[0] > s.W || p[1] > s.H {
				return errors.New("a point beyond the box")
			}
		}
	}
	return nil
}

// SignatureOf reads an answer; ok is false when it is no signature that can be drawn.
func SignatureOf(answer json.RawMessage) (s Signature, ok bool) {
	if !signed(answer) || json.Unmarshal(answer, &s) != nil || s.Validate() != nil {
		return Signature{}, false
	}
	return s, true
}

// signed reports whether an answer has the form of a signature, be it a valid one or not.
func signed(answer json.RawMessage) bool {
	_, lines := object(answer)["lines"]
	return lines
}

// Thin leaves out the points of a line that lie nearer than tolerance to the line without them (Douglas–Peucker). Its ends
// stay.
func Thin(line [][2]int, tolerance float64) [][2]int {
	if len(line) < 3 {
		return line
	}
	keep := make([]bool, len(line))
	keep[0], keep[len(line)-1] = true, true
	type span struct{ from, to int }
	for todo := []span{{0, len(line) - 1}}; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		far, at := tolerance, -1
		for i := s.from + 1; i < s.to; i++ {
			if d := offLine(line[i], line[s.from], line[s.to]); d > far {
				far, at = d, i
			}
		}
		if at >= 0 {
			keep[at] = true
			todo = append(todo, span{s.from, at}, span{at, s.to})
		}
	}
	var out [][2]int
	for i, p := range line {
		if keep[i] {
			out = append(out, p)
		}
	}
	return out
}

// offLine is how far p is from the piece of line between a and b.
func offLine(p, a, b [2]int) float64 {
	dx, dy := float64(b[0]-a[0]), float64(b[1]-a[1])
	px, py := float64(p[0]-a[0]), float64(p[1]-a[1])
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = max(0, min(1, (px*dx+py*dy)/l))
	}
	return math.Hypot(px-t*dx, py-t*dy)
}
