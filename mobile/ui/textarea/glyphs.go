package textarea

import (
	"slices"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
)

// A font is what letters are measured in.
type font struct {
	name string
	size float32
}

// glyphs knows how wide texts are. Most characters are as wide wherever they stand, so that the widths of a row add up;
// it asks Fyne for each of them once, and for pieces of a row only where others join them: 👍🏽, or Thai.
type glyphs struct {
	font   font
	known  map[rune]glyph
	joined map[string]float32
}

type glyph struct {
	width float32
	alone bool // it is as wide among others as by itself
	plain bool // and a space beside it is as wide as among letters: it is in the same typeface
}

func newGlyphs(f font) glyphs {
	return glyphs{font: f, known: map[rune]glyph{}, joined: map[string]float32{}}
}

// width is that of a text as Fyne draws it.
func (g *glyphs) width(text []rune) float32 {
	return fyne.MeasureText(string(text), g.font.size, fyne.TextStyle{}).Width
}

// of is what there is to know of a character.
func (g *glyphs) of(r rune) glyph {
	k, ok := g.known[r]
	if ok {
		return k
	}
	const left, right = "国", "a"
	beside := g.width([]rune(left)) + g.width([]rune(right))
	if !standsAlone(r) {
		k.width = g.width([]rune{r})
	} else {
		among := g.width([]rune(left+string(r)+" "+right)) - beside - g.width([]rune(" "))
		if k = (glyph{g.font.size, true, true}); r < firstWide || among != k.width { // Chinese is as wide as high
			k.width = g.width([]rune{r})
			k.plain = among == k.width
			k.alone = k.plain || g.width([]rune(left+string(r)+right)) == beside+k.width
		}
	}
	g.known[r] = k
	return k
}

// firstWide is where the blocks of East Asian characters begin.
const firstWide = 0x2E80

// fill is how many characters go into a row: as many as fit, up to the end of the paragraph, but one at least.
func (g *glyphs) fill(text []rune, width float32) int {
	if width <= 0 { // it is not shown yet
		if end := slices.Index(text, '\n'); end >= 0 {
			return end
		}
		return len(text)
	}
	used := float32(0) // by what stands before the piece
	piece, seems, whole := 0, float32(0), false
	for i := 0; ; i++ {
		over := i == len(text) || text[i] == '\n'
		if i > 0 && (over || !whole && !g.joins(text, piece, i)) { // the piece is whole
			is := g.piece(text[piece:i])
			if used+is > width {
				return piece + g.measured(text[piece:], i-piece, width-used)
			}
			used, piece, seems = used+is, i, 0
		}
		if over {
			return i
		}
		if !whole && dependsOnAll(text[i]) {
			piece, used, seems, whole = 0, 0, used+seems, true
		}
		if seems += g.of(text[i]).width; used+seems > width {
			if i == piece {
				return max(1, i)
			}
			return piece + g.measured(text[piece:], i-piece, width-used)
		}
	}
}

// joins reports whether the character at i may change the width of those before it in its piece, or they its own.
func (g *glyphs) joins(text []rune, piece, i int) bool {
	before, k := g.of(text[i-1]), g.of(text[i])
	switch {
	case text[i] == ' ': // is in the typeface of what it follows
		return !before.plain || text[i-1] == ' ' && i-1 > piece
	case text[i-1] == ' ' && piece == 0 && !k.plain && strings.TrimLeft(string(text[:i]), " ") == "":
		return true // where it follows nothing, in that of what follows it
	}
	return !before.alone || !k.alone
}

// dependsOnAll tells characters of which the width, or that of a space beside them, depends on all that is in the row: tabs,
// what is written from right to left, and what turns the writing.
func dependsOnAll(r rune) bool {
	return r == '\t' || r >= 0x590 && r <= 0x8FF || r == 0x200E || r == 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 ||
		r >= 0xFB1D && r <= 0xFDFF || r >= 0xFE70 && r <= 0xFEFF || r >= 0x10800 && r <= 0x10FFF || r >= 0x1E800 && r <= 0x1EFFF
}

// piece is the width of characters that join each other.
func (g *glyphs) piece(text []rune) float32 {
	if len(text) == 1 {
		return g.of(text[0]).width
	}
	w, ok := g.joined[string(text)]
	if !ok {
		w = g.width(text)
		g.joined[string(text)] = w
	}
	return w
}

// longest is how many characters more than it seems may go into one row: some are drawn several as one.
const longest = 1000

// measured is fill for a row that must be measured as a whole, and holds about as many as guessed.
func (g *glyphs) measured(text []rune, guess int, width float32) int {
	end := guess // of the paragraph
	for end < min(len(text), guess+longest) && text[end] != '\n' {
		end++
	}
	fits := func(n int) bool { return g.width(text[:n]) <= width }
	low, high := 0, end+1 // so many fit, and so many do not
	if fits(guess) {
		low = guess
		for step := 1; low < end && high > end; step *= 2 {
			if n := min(low+step, end); fits(n) {
				low = n
			} else {
				high = n
			}
		}
	} else {
		high = guess
		for step := 1; low == 0 && high > 1; step *= 2 {
			if n := max(high-step, 1); fits(n) {
				low = n
			} else {
				high = n
			}
		}
	}
	for high-low > 1 {
		if m := (low + high) / 2; fits(m) {
			low = m
		} else {
			high = m
		}
	}
	return max(1, low)
}

// standsAlone tells characters that neither join others nor turn the writing: those of the embedded typeface, and signs.
func standsAlone(r rune) bool {
	for _, b := range [][2]rune{
		{' ', '~'}, {0xA1, 0xAC}, {0xAE, 0x24F}, // Latin
		{0x2010, 0x2027}, {0x2030, 0x205E}, {0x20A0, 0x20BF}, {0x2100, 0x2BFF}, // marks, money, arrows
		{0x2E80, 0x3029}, {0x3030, 0x3098}, {0x309B, 0x9FFF}, {0xF900, 0xFAFF}, {0xFF01, 0xFF60}, {0xFFE0, 0xFFE6}, // Chinese
		{0x1F300, 0x1F3FA}, {0x1F400, 0x1FAFF}, // emoji, but the tones of skin
		{0x20000, 0x3FFFF}, // rare Chinese
	} {
		if r >= b[0] && r <= b[1] {
			return !unicode.Is(unicode.M, r)
		}
	}
	return false
}
