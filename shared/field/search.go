package field

import (
	"strings"
	"unicode"
)

// Fold returns text as search compares it: lower case, without spaces.
func Fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}
