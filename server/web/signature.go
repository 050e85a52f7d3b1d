package web

import (
	"fmt"
	"strings"

	"storewalk/server/store"
	"storewalk/shared/field"
)

// A drawing is a signature as a path of SVG. Its colour and width come from the style sheet: the page's policy allows no
// style of its own.
type drawing struct{ Box, Path, Name string }

// signature draws the answer to a question, nil when it is no signature that can be drawn.
func (v view) signature(a store.ListAnswer) *drawing {
	s, ok := field.SignatureOf(a.Answer)
	if !ok || !s.Drawn() {
		return nil
	}
	left, top, right, bottom := s.W, s.H, 0, 0
	var path strings.Builder
	for _, line := range s.Lines {
		for i, p := range line {
			left, right = min(left, p[0]), max(right, p[0])
			top, bottom = min(top, p[1]), max(bottom, p[1])
			word := "L"
			if i == 0 {
				word = "M"
			}
			fmt.Fprintf(&path, "%s%d %d", word, p[0], p[1])
			if len(line) == 1 {
				path.WriteString("h0") // a dot: a line without length, with round ends
			}
		}
	}
	const rim = 12
	return &drawing{Box: fmt.Sprintf("%d %d %d %d", left-rim, top-rim, right-left+2*rim, bottom-top+2*rim), Path: path.String(), Name: s.Name}
}
