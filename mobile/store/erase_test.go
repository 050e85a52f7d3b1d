package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// unsentWork is what of a person's work is on this phone only: values of records, bytes of photos, and texts.
type unsentWork struct {
	entries map[string]string // record, field, value
	bytes   []blob.Ref
	drafts  []string
}

func unsentOn(t *testing.T, s *Store) (u unsentWork) {
	t.Helper()
	u.entries = map[string]string{}
	must(t, s.db.View(t.Context(), func(tx *sql.Tx) error {
		ids, err := queryIDs(t.Context(), tx, `SELECT id FROM record WHERE version IS NOT acked OR refused <> ''`)
		must(t, err)
		for _, id := range ids {
			r, _, err := ledger.Load(t.Context(), tx, id)
			must(t, err)
			for name, e := range r.All() {
				u.entries[id.String()+" "+name+" "+string(e.Value)] = name
			}
		}
		must(t, eachRow(t.Context(), tx, func(rows *sql.Rows) error {
			var sha string
			err := rows.Scan(&sha)
			ref, _ := blob.ParseRef(sha)
			u.bytes = append(u.bytes, ref)
			return err
		}, `SELECT sha256 FROM upload WHERE done_ms = 0`))
		return eachRow(t.Context(), tx, func(rows *sql.Rows) error {
			var text string
			err := rows.Scan(&text)
			u.drafts = append(u.drafts, text)
			return err
		}, `SELECT text FROM draft UNION SELECT text FROM dropped`)
	}))
	return u
}

// stillHere fails unless everything is on the phone, or in a newer edit of the same field by the person.
func (u unsentWork) stillHere(t *testing.T, s *Store, edited ...string) {
	t.Helper()
	now := unsentOn(t, s)
	for entry, name := range u.entries {
		if _, here := now.entries[entry]; !here && !slices.Contains(edited, name) {
			t.Errorf("gone: %.120s", entry)
		}
	}
	for _, ref := range u.bytes {
		if _, here := s.Blobs.Has(ref); !here || !slices.Contains(now.bytes, ref) {
			t.Errorf("gone: the bytes of %s", ref)
		}
	}
	for _, text := range u.drafts {
		if !slices.Contains(now.drafts, text) {
			t.Errorf("gone: a text of %d bytes", len(text))
		}
	}
}

// A person does, and a server says, everything that sounds like taking something away. Of what is not on the server
// nothing is gone, also after the app was killed and started again.
func TestNothingThatAnybodyDoesErasesWhatIsUnsent(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("长", field.MaxNoteRunes+1)
	other := Account{Server: "https://elsewhere.example", ServerID: uuid.New(), Login: "li", User: li, Name: "李明", Token: "t3"}
	for name, act := range map[string]func(ctx context.Context, t *testing.T, s *Store, w worked){
		"signs out":  func(ctx context.Context, t *testing.T, s *Store, w worked) { must(t, s.Lock(ctx)) },
		"is blocked": func(ctx context.Context, t *testing.T, s *Store, w worked) { must(t, s.Revoked(ctx, "auth.revoked")) },
		"somebody signs in": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			wantFault(t, s.SignIn(ctx, accounts[wang]), "auth.other_user")
		},
		"another server": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			wantFault(t, s.SignIn(ctx, other), "auth.other_server")
		},
		"signs in again": func(ctx context.Context, t *testing.T, s *Store, w worked) { must(t, s.SignIn(ctx, w.account)) },
		"removes a photo": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			must(t, s.Remove(ctx, w.photo, visitPage(t, s, w.visit).Photos[0].Saw))
		},
		"throws a text away": func(ctx context.Context, t *testing.T, s *Store, w worked) { must(t, s.DropNoteDraft(ctx, w.visit)) },
		"splits a text": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			must(t, s.SplitNoteDraft(ctx, w.visit, nil))
		},
		"leaves": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			must(t, s.CheckOut(ctx, w.visit, nowhere))
		},
		"tries again": func(ctx context.Context, t *testing.T, s *Store, w worked) { must(t, s.RetryRefused(ctx)) },
		"a photo is refused": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			must(t, s.RefuseUpload(ctx, w.ref, "blob.corrupt"))
		},
		"bytes are half sent": func(ctx context.Context, t *testing.T, s *Store, w worked) { must(t, s.Uploaded(ctx, w.ref, 3)) },
		"another life":        func(ctx context.Context, t *testing.T, s *Store, w worked) { must(t, s.Reincarnate(ctx, 0, nil)) },
		"counts anew": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			must(t, s.SetCount(ctx, w.visit, zhonghu, field.CountLine{Packs: 1}, nil))
		},
		"the territory is taken away": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			must(t, s.Apply(ctx, nil, wire.SyncResponse{ServerMS: 1, Revoked: []uuid.UUID{town}}))
		},
		"the store moves away": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			out := func(id uuid.UUID) wire.Out { return wire.Out{ID: id, Place: wire.Place{9, 9}} }
			must(t, s.Apply(ctx, nil, wire.SyncResponse{ServerMS: 1, Feeds: []wire.Feed{{Territory: town, Epoch: w.epoch, Seq: 1_000,
				Outs: []wire.Out{out(shop), out(w.visit), out(w.photo), out(field.CountID(w.visit))}}}}))
		},
		"the server begins anew": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			must(t, s.Apply(ctx, nil, wire.SyncResponse{ServerMS: 1, Feeds: []wire.Feed{{Territory: town, Epoch: record.Replica{99}, Seq: 1, More: true}}}))
		},
		"everything is put aside": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			out, err := s.NextPush(ctx, 1<<20)
			must(t, err)
			receipts := make([]wire.Receipt, len(out))
			for i := range receipts {
				receipts[i] = wire.Receipt{Status: wire.Quarantined, Code: "record.bad_value"}
			}
			must(t, s.Apply(ctx, out, wire.SyncResponse{ServerMS: 1, Receipts: receipts}))
		},
		"an answer is nonsense": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			out, err := s.NextPush(ctx, 1<<20)
			must(t, err)
			receipts := make([]wire.Receipt, len(out))
			for i := range receipts {
				receipts[i] = wire.Receipt{Status: "erased"}
			}
			must(t, s.Apply(ctx, out, wire.SyncResponse{ServerMS: 1, Receipts: receipts}))
		},
		"receipts are false": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			if err := s.KeepReceipt(ctx, wire.ReceiptRequest{}, wire.ReceiptResponse{ServerMS: 1, Receipt: []byte("x"), Lacks: []blob.Ref{w.ref}}); err == nil {
				t.Error("nonsense is a receipt")
			}
		},
		"no room": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			_, err := s.ReservePhotos(50)
			must(t, err)
			must(t, s.UseReserve())
		},
		"half a year passes": func(ctx context.Context, t *testing.T, s *Store, w worked) {
			old := time.Now().AddDate(-1, 0, 0)
			must(t, filepath.WalkDir(filepath.Dir(s.identity), func(path string, d os.DirEntry, err error) error {
				if err == nil && !d.IsDir() && strings.Contains(path, "photos") {
					err = os.Chtimes(path, old, old)
				}
				return err
			}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			s := newPhone(t, o, li)
			a := accounts[li]
			a.Verifier, a.ServerID = "x", uuid.UUID{1}
			must(t, s.SignIn(t.Context(), a))
			w := worked{account: a, epoch: o.epoch, visit: checkIn(t, s, shop)}
			must(t, s.SetCount(t.Context(), w.visit, furong, field.CountLine{Cartons: 3}, nil))
			must(t, s.SetNote(t.Context(), w.visit, uuid.Nil, "没发的一句", nil))
			must(t, s.SetStoreText(t.Context(), grocer, "phone", "13995400009", page(t, s, grocer).Phone.Seen))
			wantFault(t, s.SetNote(t.Context(), w.visit, uuid.Nil, long, nil), "note.too_long")
			var err error
			w.photo, w.ref, err = addPhoto(t.Context(), s, w.visit, "bytes that are nowhere else")
			must(t, err)
			before := unsentOn(t, s)
			if len(before.entries) < 8 || len(before.bytes) != 1 || len(before.drafts) != 1 {
				t.Fatalf("there is not enough to lose: %+v", before)
			}
			act(t.Context(), t, s, w)
			var edited []string
			if name == "counts anew" {
				edited = []string{"order"} // of the shelves, as it was walked
			}
			if name == "splits a text" { // its parts take the place of the text and of the note before
				before.drafts, edited = nil, []string{"text"}
			}
			before.stillHere(t, s, edited...)
			s = reopen(t, s)
			before.stillHere(t, s, edited...)
		})
	}
}

// worked is a visit with a bit of everything that is not sent.
type worked struct {
	account Account
	epoch   record.Replica
	visit   uuid.UUID
	photo   uuid.UUID
	ref     blob.Ref
}

// What the phone's own code deletes is listed here with why it is nobody's work. Whoever adds a line says so too.
func TestThePhoneDeletesNothingElse(t *testing.T) {
	t.Parallel()
	allowed := map[string]string{
		"forget.go leaving":      "where records go, not what they say",
		"leaving.go leaving":     "the same",
		"leaving.go cursor":      "how far a feed was read",
		"taking.go unread":       "what the server sent; it is read again and kept if it still can not be",
		"values.go draft":        "the text was saved, or typed anew",
		"notes.go draft":         "the same, or DropNoteDraft has kept it",
		"request_write.go draft": "the step was saved",
		"dropped.go dropped":     "it is a draft again",
		"awaited.go awaited":     "that a picture was awaited: it is a photo by then, there is none, or the person does without it",
		"waits.go waits":         "sums over records and uploads, made anew from them",
		"waits.go photo_waits":   "the same",
		"waits.go store_waits":   "the same",
		"waits.go type_waits":    "the same",
	}
	statement := regexp.MustCompile(`(?i)DELETE FROM (\w+)|(Blobs\.(?:Remove|SetAside))\(`)
	for _, dir := range []string{".", "../syncer", "../capture", "../ui", "../photo", "..", "../../shared/ledger"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		must(t, err)
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") || strings.Contains(f, "ledger/p") { // project and place: the typed tables follow from the records
				continue
			}
			b, err := os.ReadFile(f)
			must(t, err)
			for _, m := range statement.FindAllStringSubmatch(string(b), -1) {
				if what := filepath.Base(f) + " " + m[1] + m[2]; allowed[what] == "" {
					t.Errorf("%s deletes: is it never what a person entered and the server lacks? Then say why in this test", what)
				}
			}
		}
	}
}
