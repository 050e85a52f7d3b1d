package store

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"testing"

	"storewalk/server/auth"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// A field day's counts come to an empty server, as many at a time as a phone sends.
func BenchmarkPush(b *testing.B) {
	const perPush, pushes = 1_500, 7
	var products [120]uuid.UUID
	for i := range products {
		products[i] = uuid.New()
	}
	for b.Loop() {
		b.StopTimer()
		s, err := Open(b.Context(), b.TempDir(), slog.New(slog.NewTextHandler(io.Discard, nil)))
		if err != nil {
			b.Fatal(err)
		}
		account, err := s.AddAccount(b.Context(), NewAccount{Login: "ma", Name: "ma", Role: field.RoleManager, Password: "correct horse", Territories: []uuid.UUID{north}})
		if err != nil {
			b.Fatal(err)
		}
		p := auth.Principal{Account: account, Device: uuid.New()}
		rid, author := ledger.NewReplica(), account.String()
		var requests []wire.SyncRequest
		link, n := "", uint64(0)
		for range pushes {
			req := wire.SyncRequest{Proto: wire.Proto, Replica: rid, Cur: link, Next: rand.Text(), Budget: wire.MinBudget}
			link = req.Next
			for range perPush {
				visit := uuid.NewSHA1(account, []byte(fmt.Sprint(n/90)))
				r := record.Record{ID: uuid.New(), Type: field.TypeCount, Territory: north, Place: record.Place{N: 1}}
				for _, e := range []struct {
					name  string
					value any
				}{{"visit", visit}, {"store", visit}, {field.LineField(products[n/3%120]), field.CountLine{Packs: int(n % 10)}}} {
					value, err := record.Value(e.value)
					if err != nil {
						b.Fatal(err)
					}
					n++
					r = r.Set(e.name, record.Entry{Dot: record.Dot{Replica: rid, N: n}, Lam: n, Author: author, Wall: 1_760_000_000_000, Value: value}, nil)
				}
				req.Push = append(req.Push, r.Encode())
			}
			requests = append(requests, req)
		}
		b.StartTimer()
		for _, req := range requests {
			resp, err := s.Sync(b.Context(), p, req)
			if err != nil || resp.Receipts[0].Status != wire.Applied {
				b.Fatal(resp.Receipts, err)
			}
		}
		b.StopTimer()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(perPush*pushes), "ns/record")
}
