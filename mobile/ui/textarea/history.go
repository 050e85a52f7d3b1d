package textarea

import (
	"slices"
	"strings"
	"unicode"
)

// A change put characters in at a place, or took them from there.
type change struct {
	at     int
	text   []rune
	gone   bool
	sealed bool // nothing is joined to it
}

// history is what a person did, so that it can be taken back: the first done changes are in the text, the others were
// taken back.
type history struct {
	changes []change
	done    int
}

// add notes a change. Letters of one word that follow each other become one with those before, so that they are taken back
// together.
func (h *history) add(c change, merge bool) {
	h.changes = h.changes[:h.done]
	if merge && h.done > 0 && h.changes[h.done-1].join(c) {
		return
	}
	h.changes = append(h.changes, c)
	h.done++
}

// seal keeps what follows from being taken back together with the last change.
func (h *history) seal() { h.changes[h.done-1].sealed = true }

// back is what to do to take the last change back.
func (h *history) back() (change, bool) {
	if h.done == 0 {
		return change{}, false
	}
	h.done--
	c := h.changes[h.done]
	c.gone = !c.gone
	return c, true
}

// forth is what to do to make the last change again that was taken back.
func (h *history) forth() (change, bool) {
	if h.done == len(h.changes) {
		return change{}, false
	}
	h.done++
	return h.changes[h.done-1], true
}

func (c *change) join(next change) bool {
	if c.sealed || c.gone != next.gone {
		return false
	}
	switch {
	case slices.ContainsFunc(next.text, separates): // a word goes together with the space before it
		return false
	case c.gone && c.at == next.at+len(next.text):
		c.at, c.text = next.at, append(next.text, c.text...)
	case !c.gone && c.at+len(c.text) == next.at:
		c.text = append(c.text, next.text...)
	default:
		return false
	}
	return true
}

// separates tells what stands between words. Chinese has no such thing but its marks, which Fyne takes for letters.
func separates(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("`~!@#$%^&*()-=+[{]}\\|;:'\",.<>/?", r)
}

// word is where the word at a column of a row begins and ends. Beyond a space it is the next word, if wide: for the keys that
// move or delete by words. Otherwise the spaces are a word of their own.
func word(line []rune, col int, wide bool) (from, to int) {
	if len(line) == 0 {
		return 0, 0
	}
	col = min(col, len(line)-1)
	between := separates(line[col])
	from, to = col, col
	if wide {
		if col > 0 && separates(line[col-1]) {
			for from > 0 && separates(line[from-1]) {
				from--
			}
			from = max(0, from-1)
		}
		for to < len(line) && separates(line[to]) {
			to++
		}
		between = false
	}
	for from > 0 && separates(line[from-1]) == between {
		from--
	}
	for to < len(line) && separates(line[to]) == between {
		to++
	}
	return from, to
}
