package field

import (
	"encoding/json"
	"errors"

	"storewalk/shared/record"
)

// Deletable reports whether records of the type can be deleted: what a person may have captured by mistake and nothing
// else hangs on. In other types the field record.Deleted means nothing yet and is passed on.
func Deletable(typ string) bool { return typ == TypePhoto || typ == TypeNote || typ == TypeRequest }

// maxDeletion is more than a delete takes that names as many replicas as a record may have, in bytes.
const maxDeletion = 64 << 10

// deletion is a delete, or one taken back.
func deletion(value json.RawMessage) error {
	if len(value) > maxDeletion {
		return errors.New("too large")
	}
	if _, ok := record.DecodeDelete(value); !ok && string(value) != string(record.UndeleteValue) {
		return errors.New("no delete")
	}
	return nil
}
