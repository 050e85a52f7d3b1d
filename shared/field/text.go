package field

// A Text is words that the office wrote for people, in the languages of the product. Either may be missing.
type Text struct {
	ZH string `json:"zh,omitempty"`
	EN string `json:"en,omitempty"`
}

// In returns the text in the language, "zh" or "en", or in the other when that one is missing.
func (t Text) In(language string) string {
	first, second := t.ZH, t.EN
	if language == "en" {
		first, second = second, first
	}
	if first == "" {
		return second
	}
	return first
}
