package store

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"storewalk/server/auth"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/receipt"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// receiptKey returns the key that signs receipts, which is made once. It lies in the database, so that a restored server
// knows what it signed before.
func receiptKey(ctx context.Context, tx *sql.Tx) (ed25519.PrivateKey, error) {
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed) // never fails, see crypto/rand
	_, err := tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ('receipt_key', $1) ON CONFLICT (key) DO NOTHING`,
		base64.StdEncoding.EncodeToString(seed))
	if err != nil {
		return nil, err
	}
	var text string
	if err := tx.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = 'receipt_key'`).Scan(&text); err != nil {
		return nil, err
	}
	if seed, err = base64.StdEncoding.DecodeString(text); err == nil && len(seed) != ed25519.SeedSize {
		err = errors.New("not an Ed25519 seed")
	}
	if err != nil {
		return nil, fmt.Errorf("receipt key: %w", err)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// ReceiptKey is the public half of the key with which this server signs receipts, the same for ever and after a restore.
func (s *Store) ReceiptKey() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }

// Receipt signs what this server holds of the asking phone's database. All of it is counted here; the phone only says
// which days it wants to be told of. When the bytes of a photo are missing the answer names such photos, and has no
// receipt; nor has it one when a record is damaged. A fault "receipt.not_yours" says that another phone, or none, sends as
// that replica.
func (s *Store) Receipt(ctx context.Context, p auth.Principal, req wire.ReceiptRequest) (resp wire.ReceiptResponse, err error) {
	if len(req.Days) > receipt.MaxDays {
		return resp, fault.New(fault.Invalid, "request.too_large", nil)
	}
	for _, day := range req.Days {
		if _, _, ok := field.DaySpan(day); !ok {
			return resp, fault.New(fault.Invalid, "request.malformed", nil)
		}
	}
	if req.Damaged < 0 || req.Damaged > maxDamaged {
		return resp, fault.New(fault.Invalid, "request.malformed", nil)
	}
	resp = wire.ReceiptResponse{ServerMS: time.Now().UnixMilli(), Key: s.ReceiptKey()}
	r := receipt.Receipt{Device: p.Device, Person: p.Account, Replica: req.Replica, AtMS: resp.ServerMS, Uncovered: req.Damaged}
	var h holding
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		var device, epoch string
		err := tx.QueryRowContext(ctx, `SELECT epoch, COALESCE((SELECT device FROM chain WHERE rid = $1), '') FROM replica WHERE one = 1`,
			req.Replica.String()).Scan(&epoch, &device)
		if err != nil {
			return fmt.Errorf("chain: %w", err)
		}
		if device != p.Device.String() {
			return fault.New(fault.NotFound, "receipt.not_yours", nil)
		}
		if r.Epoch, err = record.ParseReplica(epoch); err != nil {
			return err
		}
		scope, err := scopeOf(ctx, tx, p.Account)
		if err != nil {
			return err
		}
		if h, err = s.holdingOf(ctx, tx, req.Replica, record.MaxLamport, func(t uuid.UUID) bool { return slices.Contains(scope, t) }); err != nil {
			return err
		}
		r.Days, err = s.days(ctx, tx, p.Account, req.Days, scope, leftOut)
		return err
	})
	if err != nil {
		return wire.ReceiptResponse{}, fmt.Errorf("store: receipt: %w", err)
	}
	s.foundDamaged(ctx, h.damaged)
	for _, photo := range h.lost() {
		if len(resp.Lacks) < wire.MaxBlobAsks {
			resp.Lacks = append(resp.Lacks, photo.Ref)
		}
	}
	if len(h.damaged)+len(resp.Lacks) > 0 {
		return resp, nil
	}
	r.Counter, r.Records, r.Photos, r.Content, r.Writes, r.BackedUp = h.counter, h.records, len(h.photos), h.content, h.writes, h.backedUp
	resp.Receipt, err = s.signReceipt(ctx, r)
	return resp, err
}

// signReceipt signs a receipt and keeps it, or returns the one that says the same already.
func (s *Store) signReceipt(ctx context.Context, r receipt.Receipt) (signed receipt.Signed, err error) {
	timeless := r
	timeless.AtMS = 0
	text, err := json.Marshal(timeless)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	body := hex.EncodeToString(sum[:])
	err = s.db.Tx(ctx, func(tx *sql.Tx) error {
		var last string
		err := tx.QueryRowContext(ctx, `SELECT body, signed FROM receipt WHERE device = $1 ORDER BY at_ms DESC LIMIT 1`, r.Device.String()).Scan(&last, &signed)
		if err == nil && last == body || err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		signed = r.Sign(s.id, s.key)
		if _, err = tx.ExecContext(ctx, `INSERT INTO receipt (short, device, body, at_ms, signed) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (short) DO NOTHING`,
			signed.Short(), r.Device.String(), body, r.AtMS, []byte(signed)); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM receipt WHERE device = $1 AND at_ms < (SELECT at_ms FROM receipt WHERE device = $1
			ORDER BY at_ms DESC LIMIT 1 OFFSET $2)`, r.Device.String(), maxReceipts)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: sign receipt: %w", err)
	}
	return signed, nil
}

// maxReceipts is how many receipts of a phone are found by their short codes. The codes themselves verify for ever.
const maxReceipts = 2_000

// maxDamaged is more records than a phone that still works has had damaged.
const maxDamaged = 1_000_000

// A holding is what this server holds of a replica's writes up to a number.
type holding struct {
	counter  uint64 // highest number
	records  int
	later    int // records of which only higher numbers are known here
	content  [16]byte
	writes   [16]byte
	photos   []heldPhoto // not removed and in the territories, each picture once
	removed  int         // photos that are, with all their bytes here
	damaged  []string    // records whose bytes are not those that were written
	backedUp bool
}

// A heldPhoto is a photo whose record is here.
type heldPhoto struct {
	blob.Ref
	Photo, Visit uuid.UUID
	whole        bool
}

func (h holding) lost() (out []heldPhoto) {
	for _, p := range h.photos {
		if !p.whole {
			out = append(out, p)
		}
	}
	return out
}

// holdingOf counts what is here of the writes of a replica up to a number. Records and photos count for content where they lie
// in sight.
func (s *Store) holdingOf(ctx context.Context, tx *sql.Tx, rid record.Replica, upTo uint64, sight func(territory uuid.UUID) bool) (h holding, err error) {
	last, later, err := lastWrites(ctx, tx, rid, upTo)
	if err != nil {
		return h, err
	}
	h.backedUp = true
	if err := h.addRecords(ctx, tx, rid, last, later, sight); err != nil {
		return h, err
	}
	err = h.addPhotos(ctx, tx, s.Blobs, rid, last, sight)
	return h, err
}

// lastWrites returns, by the records' numbers here, the number of the replica's last write up to upTo that ever came to
// each, and the records that know only later ones.
func lastWrites(ctx context.Context, tx *sql.Tx, rid record.Replica, upTo uint64) (last map[int64]uint64, later map[int64]bool, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT record, last, CASE WHEN last > $2 THEN entries ELSE '' END FROM arrival WHERE rid = $1`, rid.String(), upTo)
	if err != nil {
		return nil, nil, fmt.Errorf("writes of %s: %w", rid, err)
	}
	defer rows.Close()
	last, later = map[int64]uint64{}, map[int64]bool{}
	for rows.Next() {
		var no int64
		var n uint64
		var text []byte
		if err := rows.Scan(&no, &n, &text); err != nil {
			return nil, nil, err
		}
		if n > upTo {
			entries, err := unpackEntries(rid, text)
			if err != nil {
				return nil, nil, err
			}
			n = 0
			for _, e := range entries {
				if e.Entry.Dot.N <= upTo {
					n = max(n, e.Entry.Dot.N)
				}
			}
		}
		if n == 0 {
			later[no] = true
			continue
		}
		last[no] = max(last[no], n)
	}
	for no := range last {
		delete(later, no)
	}
	return last, later, rows.Err()
}

// ofReplica lists the records that hold a write of a replica.
const ofReplica = `(SELECT record FROM arrival WHERE rid = $1)`

func (h *holding) addRecords(ctx context.Context, tx *sql.Tx, rid record.Replica, last map[int64]uint64, later map[int64]bool, sight func(uuid.UUID) bool) error {
	heads, err := pairs(ctx, tx, `SELECT territory, seq FROM backup_head`)
	if err != nil {
		return err
	}
	return eachStored(ctx, tx, func(no, seq int64, r storedRecord) error {
		n := last[no]
		switch {
		case n == 0 && !later[no]:
			return nil
		case !r.Sound():
			h.damaged = append(h.damaged, r.ID)
			return nil
		case n == 0:
			h.later++
			return nil
		}
		h.records++
		h.counter = max(h.counter, n)
		h.writes = receipt.AddWrite(h.writes, r.id, n)
		if sight(r.territory) {
			h.content = receipt.AddRecord(h.content, record.Version(r.Version))
		}
		h.backedUp = h.backedUp && seq <= heads[r.Territory]
		return nil
	}, `SELECT no, seq, id, type, territory, version, body FROM record WHERE no IN `+ofReplica, rid.String())
}

func (h *holding) addPhotos(ctx context.Context, tx *sql.Tx, blobs *blob.Dir, rid record.Replica, last map[int64]uint64, sight func(uuid.UUID) bool) error {
	type row struct {
		heldPhoto
		no, size  int64
		gone      bool
		territory uuid.UUID
		saved     bool
	}
	rows, err := query(ctx, tx, func(rows *sql.Rows) (r row, err error) {
		var sha string
		if err := rows.Scan(&r.no, &r.Photo, &r.Visit, &sha, &r.size, &r.gone, &r.territory, &r.saved); err != nil {
			return r, err
		}
		r.Ref, err = blob.ParseRef(sha)
		return r, err
	}, `SELECT r.no, p.id, p.visit, p.sha256, p.size, p.gone, r.territory, b.sha256 IS NOT NULL
		FROM record r JOIN photo p ON p.id = r.id LEFT JOIN backup_photo b ON b.sha256 = p.sha256 WHERE r.no IN `+ofReplica+` AND r.type = 'photo' ORDER BY r.no`, rid.String())
	if err != nil {
		return err
	}
	seen, live := map[blob.Ref]bool{}, map[blob.Ref]bool{}
	for _, r := range rows {
		if !r.gone && last[r.no] > 0 && sight(r.territory) {
			live[r.Ref] = true
		}
	}
	for _, r := range rows {
		switch {
		case last[r.no] == 0 || !sight(r.territory) || seen[r.Ref]:
			continue
		case r.gone && live[r.Ref]:
			continue // the same picture is in another record
		}
		seen[r.Ref] = true
		size, ok := blobs.Has(r.Ref)
		r.whole = ok && size == r.size
		if r.gone {
			if r.whole {
				h.removed++
			}
			continue
		}
		h.photos = append(h.photos, r.heldPhoto)
		h.content = receipt.AddPhoto(h.content, r.Ref)
		h.backedUp = h.backedUp && r.saved
	}
	return nil
}

// What of a day's work counts that people took back themselves: photos that they removed, products that could not be
// counted after all.
const (
	leftOut   = 0
	takenBack = 1
)

// days counts a person's work in days, in some territories; nil is all. back is leftOut or takenBack.
func (s *Store) days(ctx context.Context, tx *sql.Tx, person uuid.UUID, dates []string, scope []uuid.UUID, back int) (out []receipt.Day, err error) {
	for _, date := range dates {
		d := receipt.Day{Date: date}
		from, to, _ := field.DaySpan(date)
		rows, err := query(ctx, tx, func(rows *sql.Rows) (v struct {
			id, territory uuid.UUID
			lines         int
		}, err error) {
			err = rows.Scan(&v.id, &v.territory, &v.lines)
			return v, err
		}, `SELECT v.id, v.territory, (SELECT count(*) FROM count_line l WHERE l.visit = v.id AND l.skipped <= $4) FROM visit v
			WHERE v.manager = $1 AND v.check_in_ms >= $2 AND v.check_in_ms < $3`, person.String(), from, to, back)
		if err != nil {
			return nil, err
		}
		for _, v := range rows {
			if scope != nil && !slices.Contains(scope, v.territory) {
				continue
			}
			d.Visits, d.Lines = d.Visits+1, d.Lines+v.lines
			whole, err := s.wholePhotos(ctx, tx, v.id, back)
			if err != nil {
				return nil, err
			}
			d.Photos += whole
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b receipt.Day) int { return cmp.Compare(b.Date, a.Date) })
	return out, nil
}

// wholePhotos counts the photos of a visit whose bytes are all here.
func (s *Store) wholePhotos(ctx context.Context, tx *sql.Tx, visit uuid.UUID, back int) (n int, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT sha256, size FROM photo WHERE visit = $1 AND gone <= $2`, visit.String(), back)
	if err != nil {
		return 0, fmt.Errorf("photos of %s: %w", visit, err)
	}
	defer rows.Close()
	for rows.Next() {
		var sha string
		var full int64
		if err := rows.Scan(&sha, &full); err != nil {
			return 0, err
		}
		if ref, err := blob.ParseRef(sha); err == nil {
			if size, ok := s.Blobs.Has(ref); ok && size == full {
				n++
			}
		}
	}
	return n, rows.Err()
}
