package store

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Typing is a text that a person is writing and that its page has not saved yet.
type Typing struct {
	Page  string `json:"page"` // as the app names them
	Field string `json:"field"`
	Text  string `json:"text"`
	// Early says that there is nothing to save yet: the name of who has not signed.
	Early bool `json:"early,omitempty"`
}

// typed lists what was written and could not be saved, as on a full disk. It is on this phone only, and in no record.
func (s *Store) typed() (out []Typing) {
	for _, t := range s.Typing() {
		if !t.Early && strings.TrimSpace(t.Text) != "" {
			out = append(out, t)
		}
	}
	return out
}

// Typing returns what was being written when the app ended; nothing when nobody knows.
func (s *Store) Typing() (all []Typing) {
	b, err := os.ReadFile(s.typing())
	if err != nil || json.Unmarshal(b, &all) != nil {
		return nil
	}
	return all
}

// SetTyping keeps what is being written, letter by letter, outside the database: it does not wait for the disk. An app that
// is killed has lost no letter, and a power cut takes at most those since the last pause.
func (s *Store) SetTyping(all []Typing) error {
	if len(all) == 0 {
		if err := os.Remove(s.typing()); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("store: %w", err)
		}
		return nil
	}
	b, err := json.Marshal(all)
	if err == nil {
		err = os.WriteFile(s.typing()+".new", b, 0o600)
	}
	if err == nil {
		err = os.Rename(s.typing()+".new", s.typing())
	}
	if err != nil {
		os.Remove(s.typing() + ".new")
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

func (s *Store) typing() string { return filepath.Join(filepath.Dir(s.identity), "typing.json") }
