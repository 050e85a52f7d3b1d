package store

import (
	"context"
	"database/sql"
	"fmt"
)

// A Bookmark is where in the app a person was, so that it opens there again.
type Bookmark struct {
	Tab    string            `json:"tab"`
	Pages  []string          `json:"pages,omitempty"`  // above the tab's own, as the app names them
	Scroll float32           `json:"scroll,omitempty"` // of the page in front, in device-independent pixels
	Sought map[string]string `json:"sought,omitempty"` // what is looked for on each page, by its name; the list of stores may lie below others
}

const metaBookmark = "bookmark"

// Bookmark returns where the person was last; the zero value when nobody knows.
func (s *Store) Bookmark(ctx context.Context) (b Bookmark, err error) {
	if _, err := getMeta(ctx, s.db.Read, metaBookmark, &b); err != nil {
		return Bookmark{}, fmt.Errorf("store: %w", err)
	}
	return b, nil
}

// SetBookmark notes where the person is. It is no change of what screens show.
func (s *Store) SetBookmark(ctx context.Context, b Bookmark) error {
	if err := s.db.Tx(ctx, func(tx *sql.Tx) error { return setMetaJSON(ctx, tx, metaBookmark, b) }); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}
