package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"

	"storewalk/shared/field"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// The findings about a photo's proof, the gravest last.
const (
	ProofNone    = "none"    // there is none
	ProofGood    = "good"    // signed, and the link before is here
	ProofGap     = "gap"     // signed; the link before is not here: taken out, or still on the phone
	ProofForked  = "forked"  // signed; another link of the device stands behind the same one
	ProofOrder   = "order"   // signed; its day or number does not follow that of the link before
	ProofUnknown = "unknown" // the key of its device is not here
	ProofBad     = "bad"     // it is not what the device signed
)

// A Proof is what the server found about when a photo was taken.
type Proof struct {
	Finding string // ProofNone and so on; "" is as ProofNone

	// By the server's clock the photo was signed between these, Unix milliseconds; they are the same when the phone's boot
	// clock tells. FromMS is 0 when nobody knows. Both are 0 when the signature says nothing.
	FromMS, ToMS int64
	ClaimedMS    int64 // by the phone's clock
	Doubtful     bool  // ClaimedMS lies outside
	Imported     bool  // from the gallery
	Mocked       bool  // the phone says that its position is made up
}

// Sound reports whether nothing about the photo needs a look.
func (p Proof) Sound() bool {
	return (p.Finding == ProofGood || p.Finding == ProofNone || p.Finding == "") && !p.Doubtful && !p.Mocked && !p.Imported
}

// proofTolerance is how far, in milliseconds, the phone's clock may be from what is proved: an exchange takes a while, and
// so does a photo from the shutter to its signature.
const proofTolerance = 10 * 60 * 1000

// noteProof keeps what is found of the proof of a photo that came. Nothing is refused for it.
func noteProof(ctx context.Context, tx *sql.Tx, r record.Record, arrivedMS int64) error {
	p := field.PhotoOf(r)
	if p.Proof == nil {
		return nil
	}
	f := *p.Proof
	sig, err := signature(ctx, tx, p)
	if err != nil {
		return err
	}
	claimed := p.TakenMS
	if p.Imported { // it was taken long before, and elsewhere
		claimed = f.AtMS
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO photo_proof (photo, device, link, prev, day, n, boot, boot_ms, server_ms, heard_ms,
		  claimed_ms, arrived_ms, imported, mocked, sig)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (photo) DO NOTHING`,
		r.ID.String(), f.Device.String(), p.Link(), f.Prev, f.Day, f.N, f.BootID, f.BootMS, f.ServerMS, f.HeardMS,
		claimed, arrivedMS, p.Imported, p.Mocked, sig)
	if err != nil {
		return fmt.Errorf("proof of photo %s: %w", r.ID, err)
	}
	return nil
}

// signature says whether the device signed the photo.
func signature(ctx context.Context, tx *sql.Tx, p field.Photo) (string, error) {
	var text string
	err := tx.QueryRowContext(ctx, `SELECT public_key FROM device WHERE id = $1`, p.Proof.Device.String()).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return ProofUnknown, nil
	}
	if err != nil {
		return "", fmt.Errorf("key of device %s: %w", p.Proof.Device, err)
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || !p.SignedBy(key) {
		return ProofBad, nil
	}
	return ProofGood, nil
}

// proofs returns what is known about the photos f that fit a condition.
func proofs(ctx context.Context, tx *sql.Tx, condition string, arg any) (map[uuid.UUID]Proof, error) {
	type found struct {
		photo uuid.UUID
		Proof
	}
	all, err := query(ctx, tx, func(rows *sql.Rows) (p found, err error) {
		var sig, prev string
		var link, before field.Proof
		var arrived int64
		var held, forked bool
		var offset sql.NullInt64
		err = rows.Scan(id(&p.photo), &sig, &prev, &link.Day, &link.N, &link.BootMS, &link.ServerMS, &p.ClaimedMS, &arrived, &p.Imported, &p.Mocked,
			&held, &before.Day, &before.N, &forked, &offset)
		p.Finding = sig
		if err != nil || sig != ProofGood {
			return p, err
		}
		switch {
		case prev != "" && !held:
			p.Finding = ProofGap
		case forked:
			p.Finding = ProofForked
		case prev == "" && link.N != 1, held && !link.Follows(before):
			p.Finding = ProofOrder
		}
		p.FromMS, p.ToMS = link.ServerMS, arrived
		if offset.Valid {
			p.FromMS = offset.Int64 + link.BootMS
			p.ToMS = p.FromMS
		}
		p.Doubtful = p.ClaimedMS < p.FromMS-proofTolerance || p.ClaimedMS > p.ToMS+proofTolerance || p.ToMS > arrived+proofTolerance
		return p, nil
	}, `SELECT l.photo, l.sig, l.prev, l.day, l.n, l.boot_ms, l.server_ms, l.claimed_ms, l.arrived_ms, l.imported <> 0, l.mocked <> 0,
		  b.photo IS NOT NULL, COALESCE(b.day, ''), COALESCE(b.n, 0),
		  EXISTS (SELECT 1 FROM photo_proof o WHERE o.device = l.device AND o.prev = l.prev AND o.photo <> l.photo AND o.sig = l.sig),
		  (SELECT k.server_ms - k.heard_ms FROM photo_proof k
		    WHERE k.device = l.device AND k.boot = l.boot AND l.boot <> '' AND k.heard_ms > 0 AND k.sig = l.sig
		    ORDER BY abs(k.boot_ms - l.boot_ms), k.photo LIMIT 1)
		FROM photo_proof l LEFT JOIN photo_proof b ON b.photo =
		  (SELECT c.photo FROM photo_proof c WHERE c.device = l.device AND c.link = l.prev AND c.sig = 'good' ORDER BY c.photo LIMIT 1)
		WHERE l.photo IN (SELECT f.id FROM photo f WHERE `+condition+`)`, arg)
	out := make(map[uuid.UUID]Proof, len(all))
	for _, p := range all {
		out[p.photo] = p.Proof
	}
	return out, err
}
