package ledger

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"storewalk/shared/field"

	"github.com/mozillazg/go-pinyin"
)

// maxSpellings bounds the pinyin kept of one text: characters with several readings (重, 长) multiply.
const maxSpellings = 40

// searchText returns what a person may type to find a row with these texts: the texts themselves, their
// pinyin and its initials in every reading, all lower case and without spaces inside a word.
func searchText(texts ...string) string {
	var words []string
	add := func(w string) {
		if w != "" && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	for _, t := range texts {
		add(field.Fold(t))
	}
	for _, t := range texts {
		full, initials := spellings(t)
		for i := range full {
			add(full[i])
			add(initials[i])
		}
	}
	return strings.Join(words, " ")
}

// spellings returns the pinyin of text and its initials, pairwise; nothing for a text without Chinese. The
// usual reading of every character comes first, then texts with one character read otherwise, then two.
func spellings(text string) (full, initials []string) {
	args := pinyin.NewArgs()
	args.Heteronym = true
	var readings [][]string
	chinese := false
	for _, r := range field.Fold(text) {
		rs := []string{string(r)}
		if unicode.Is(unicode.Han, r) {
			if all := unique(pinyin.SinglePinyin(r, args)); len(all) > 0 {
				rs, chinese = all, true
			}
		}
		readings = append(readings, rs)
	}
	if !chinese {
		return nil, nil
	}
	choice := make([]int, len(readings))
	var vary func(from, left int)
	vary = func(from, left int) {
		if left == 0 {
			var f, in strings.Builder
			for i, c := range choice {
				f.WriteString(readings[i][c])
				first, _ := utf8.DecodeRuneInString(readings[i][c])
				in.WriteRune(first)
			}
			full, initials = append(full, f.String()), append(initials, in.String())
			return
		}
		for i := from; i < len(readings); i++ {
			for c := 1; c < len(readings[i]) && len(full) < maxSpellings; c++ {
				choice[i] = c
				vary(i+1, left-1)
				choice[i] = 0
			}
		}
	}
	for changed := range 3 {
		vary(0, changed)
	}
	return full, initials
}

func unique(in []string) []string {
	var out []string
	for _, s := range in {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
