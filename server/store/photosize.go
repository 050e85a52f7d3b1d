package store

import (
	"context"
	"database/sql"
	"slices"

	"storewalk/server/auth"
	"storewalk/shared/fault"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// PhotoSize returns the full size in bytes of a photo whose record is here and in the phone's territories;
// a fault "blob.unknown" otherwise.
func (s *Store) PhotoSize(ctx context.Context, p auth.Principal, ask wire.BlobAsk) (size int64, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		scope, err := granted(ctx, tx, p.Account)
		if err != nil {
			return err
		}
		size, err = photoSize(ctx, tx, p.Account, scope, ask)
		return err
	})
	return size, err
}

func photoSize(ctx context.Context, tx *sql.Tx, account uuid.UUID, scope []uuid.UUID, ask wire.BlobAsk) (int64, error) {
	type photo struct {
		id, territory uuid.UUID
		size          int64
	}
	photos, err := query(ctx, tx, func(rows *sql.Rows) (p photo, err error) {
		err = rows.Scan(&p.id, &p.territory, &p.size)
		return p, err
	}, `SELECT p.id, r.territory, p.size FROM photo p JOIN record r ON r.id = p.id
		WHERE p.sha256 = $1 ORDER BY r.received_ms, p.id`, ask.Ref.String())
	if err != nil {
		return 0, err
	}
	for _, p := range photos {
		may := slices.Contains(scope, p.territory)
		if !may {
			if may, err = wasHere(ctx, tx, account, p.id, p.territory); err == nil && !may {
				may, err = wrote(ctx, tx, account, p.id) // its bytes are welcome wherever it lies by now
			}
			if err != nil {
				return 0, err
			}
		}
		if may {
			return p.size, nil
		}
	}
	return 0, fault.New(fault.NotFound, "blob.unknown", nil)
}
