package identity

import (
	"fmt"
	"io"

	"storewalk/shared/record"
)

// A Mark is how far the database was written: under which name, and how many writes. It stands in the lock file and is written
// after each commit, in place and without waiting for the disk, for which nobody could wait at each tap. So it may be behind the
// database, after a power cut by many writes, and is never ahead of it: a database that is behind it is an older copy.
type Mark struct {
	Replica record.Replica
	Counter uint64
}

// Passed reports whether db is an older copy than the database that was marked. It must take a new replica id before it writes:
// its next numbers are used, also if nothing was sent under them, since a copy that has them may come back too.
func (m Mark) Passed(db Database) bool {
	return m != (Mark{}) && (m.Replica != db.Replica || db.Counter < m.Counter)
}

// Mark puts m over what the lock file says. Its error says only that the mark stays behind.
func (l *Lock) Mark(m Mark) error {
	if _, err := l.f.WriteAt(fmt.Appendf(nil, "%s %020d\n", m.Replica, m.Counter), 0); err != nil { // of one length
		return fmt.Errorf("identity: mark: %w", err)
	}
	return nil
}

// Marked returns what was marked last, or the zero Mark, which passes no database, when there is none that can be read.
func (l *Lock) Marked() Mark {
	var text string
	var m Mark
	if _, err := fmt.Fscanf(io.NewSectionReader(l.f, 0, 1<<10), "%s %d", &text, &m.Counter); err != nil {
		return Mark{}
	}
	var err error
	if m.Replica, err = record.ParseReplica(text); err != nil {
		return Mark{}
	}
	return m
}
