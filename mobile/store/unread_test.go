package store

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"
)

func unread(t *testing.T, s *Store) (n int) {
	t.Helper()
	must(t, s.db.Read.QueryRowContext(t.Context(), `SELECT count(*) FROM unread`).Scan(&n))
	return n
}

func TestARecordThatCannotBeReadIsKeptAndReadAtALaterStart(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	good := o.write(t, ledger.Edit{ID: grocer, Field: "phone", Value: "13909547777", SeenAll: true})[0].Encode()
	// A place that a later version writes as three numbers, and this one as two.
	strange := json.RawMessage(bytes.Replace(good, []byte(`"place":[0,1]`), []byte(`"place":"0,1,0"`), 1))
	if _, err := record.Decode(strange); err == nil {
		t.Fatal("it can be read")
	}
	resp := o.news(t, s, wire.SyncResponse{})
	resp.Feeds[0].Puts = []json.RawMessage{strange}
	o.write(t, ledger.Edit{ID: shop, Field: "phone", Value: "13909548888", SeenAll: true})
	resp.Feeds[0].Puts = append(resp.Feeds[0].Puts, o.load(t, shop).Encode())
	must(t, s.Apply(t.Context(), nil, resp))
	equal(t, page(t, s, shop).Phone.Value, "13909548888") // it stopped nobody
	equal(t, page(t, s, grocer).Phone.Value, "13909540002")
	s = reopen(t, s)
	equal(t, unread(t, s), 1) // this version still cannot

	// An update of the app that reads it is, for this test, the record in a form that today's app reads.
	must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE unread SET raw = $1`, string(good))
		return err
	}))
	s = reopen(t, s)
	equal(t, unread(t, s), 0)
	equal(t, page(t, s, grocer).Phone.Value, "13909547777")
}

func TestADamagedRecordHereStopsNeitherTheStartNorTheExchange(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	whole := loadRecord(t, s.db, shop).Encode()
	damage := func(s *Store, body []byte) {
		must(t, s.db.Tx(t.Context(), func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(t.Context(), `DELETE FROM meta WHERE key = 'projection'`); err != nil { // as an update of the app does
				return err
			}
			_, err := tx.ExecContext(t.Context(), `UPDATE record SET body = $1 WHERE id = $2`, string(body), shop.String())
			return err
		}))
	}
	damage(s, whole[:len(whole)-1])
	s = reopen(t, s)
	o.write(t, ledger.Edit{ID: shop, Field: "phone", Value: "1", SeenAll: true}, ledger.Edit{ID: grocer, Field: "phone", Value: "2", SeenAll: true})
	visit := checkIn(t, s, grocer)
	must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: 1}, nil))
	o.exchange(t, s)
	equal(t, page(t, s, grocer).Phone.Value, "2")
	waits(t, s, 0, 0)
	equal(t, unread(t, s), 0)
	equal(t, page(t, s, shop).Phone.Value, "1") // what came took the damaged one's place
	var kept string
	must(t, s.db.Read.QueryRowContext(t.Context(), `SELECT raw FROM damaged WHERE record = $1`, shop.String()).Scan(&kept))
	equal(t, kept, string(whole[:len(whole)-1]))
}
