// Package words holds every text a person reads, in Chinese and English, and says which one to use.
//
// Code speaks in keys ("visit.checkin", "fault.photo.too_large"); only the edges — the phone's
// screens and the server's pages — turn keys into words, in the language of the person reading.
// This package carries the words both edges share: the domain's terms, the names of enum values,
// units and faults. Each edge adds a file of its own through Load.
package words

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"storewalk/shared/fault"
)

// A Lang is a language the product speaks. The zero value means the default, ZH.
type Lang string

// The languages, in the order they are offered.
const (
	ZH Lang = "zh" // simplified Chinese, the default
	EN Lang = "en"
)

// Langs lists every language, the default first.
func Langs() []Lang { return []Lang{ZH, EN} }

// ParseLang returns the language named by s ("en", "en-GB", "zh_CN.UTF-8"); anything unknown is ZH.
func ParseLang(s string) Lang {
	if len(s) >= 2 && s[:2] == string(EN) {
		return EN
	}
	return ZH
}

//go:embed zh.toml en.toml
var shared embed.FS

// A Book is all words in all languages. It is immutable after Load and safe for concurrent use.
type Book struct {
	bundle *i18n.Bundle
	keys   map[Lang]map[string]bool
}

// Load reads the shared words and those of each fsys, which must hold zh.toml and en.toml at its
// root. A key may appear in one file only.
func Load(fsys ...fs.FS) (*Book, error) {
	b := &Book{bundle: i18n.NewBundle(language.Chinese), keys: map[Lang]map[string]bool{}}
	b.bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	for _, lang := range Langs() {
		b.keys[lang] = map[string]bool{}
		for _, f := range append([]fs.FS{shared}, fsys...) {
			if err := b.add(f, lang); err != nil {
				return nil, fmt.Errorf("words: %s: %w", lang, err)
			}
		}
	}
	return b, nil
}

func (b *Book) add(fsys fs.FS, lang Lang) error {
	name := string(lang) + ".toml"
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	file, err := b.bundle.ParseMessageFileBytes(text, name)
	if err != nil {
		return err
	}
	for _, m := range file.Messages {
		if b.keys[lang][m.ID] {
			return errors.New("key " + m.ID + " is in two files")
		}
		b.keys[lang][m.ID] = true
	}
	return nil
}

// Keys returns every key that has words in lang, sorted.
func (b *Book) Keys(lang Lang) []string { return slices.Sorted(maps.Keys(b.keys[lang])) }

// In returns the words of one language.
func (b *Book) In(lang Lang) Words {
	if lang != EN {
		lang = ZH
	}
	return Words{lang: lang, keys: b.keys[lang], localizer: i18n.NewLocalizer(b.bundle, string(lang))}
}

// Words turns keys into text in one language. Get one from Book.In.
type Words struct {
	lang      Lang
	keys      map[string]bool
	localizer *i18n.Localizer
	guard     func(string) string // nil: texts are filled in as they are
}

// Guarded returns the same words, with every text that is filled into them put through guard first.
func (w Words) Guarded(guard func(string) string) Words {
	w.guard = guard
	return w
}

// Lang returns the language of w.
func (w Words) Lang() Lang { return w.lang }

// Has reports whether key has words.
func (w Words) Has(key string) bool { return w.keys[key] }

// T returns the words for key. pairs are names and values for the text: T("hello", "Name", "Li")
// fills {{.Name}}. A key without words is returned as it is, so that a gap is seen, not hidden.
func (w Words) T(key string, pairs ...any) string {
	return w.localize(key, nil, pairs)
}

// N is T for a text that counts something: n picks the plural form and fills {{.N}}.
func (w Words) N(key string, n int, pairs ...any) string {
	return w.localize(key, n, append([]any{"N", n}, pairs...))
}

// Enum returns the name of one value of an enum: Enum("grade", "a") is the text of "grade.a".
// An empty value has no name; a value this version does not know is shown as it came.
func (w Words) Enum(kind, value string) string {
	key := kind + "." + value
	if !w.keys[key] {
		return value
	}
	return w.T(key)
}

// Fault says what went wrong and what to do about it. A code without words of its own gets a
// general sentence that names the code, for the person who will be asked about it. nil is "".
func (w Words) Fault(err error) string {
	if err == nil {
		return ""
	}
	_, code := fault.Of(err)
	return w.FaultCode(code)
}

// FaultCode is Fault for a code that came over the wire or out of the database.
func (w Words) FaultCode(code string) string {
	if key := "fault." + code; w.keys[key] {
		return w.T(key)
	}
	return w.T("fault.unknown", "Code", code)
}

func (w Words) localize(key string, count any, pairs []any) string {
	data := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			data[name] = pairs[i+1]
			if text, ok := pairs[i+1].(string); ok && w.guard != nil {
				data[name] = w.guard(text)
			}
		}
	}
	text, err := w.localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: count})
	if err != nil {
		return key
	}
	return text
}
