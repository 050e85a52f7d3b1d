package web

import (
	"storewalk/server/auth"
	"storewalk/server/store"
	"storewalk/shared/record"

	"github.com/gin-gonic/gin"
)

// restore takes back the removal of a photo or a note, as the page had shown it.
func (w *Web) restore(c *gin.Context) error {
	id, seen, err := shown(c)
	if err != nil {
		return err
	}
	err = w.store.Restore(c.Request.Context(), auth.Caller(c).Account, id, seen)
	return back(c, c.PostForm("next"), "restored", err)
}

// A removedView is what was removed of one type, with where its forms lead back to.
type removedView struct {
	Rows []store.Removed
	Next string
}

func removedOf(all []store.Removed, typ, next string) (v removedView) {
	v.Next = next
	for _, r := range all {
		if r.Type == typ {
			v.Rows = append(v.Rows, r)
		}
	}
	return v
}

// removalWord is the key of what a write to record.Deleted did.
func removalWord(c *store.Change) string {
	if _, removed := record.DecodeDelete(c.New); removed {
		return "history.removed." + c.Type
	}
	return "history.restored." + c.Type
}
