package store

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"testing"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

var (
	west   = field.TerritoryID("west")
	corner = field.Store{LicenceNo: "640402100049", Name: "上店 A&B 商店", Phone: "111", Grade: 5, Position: field.Position{Lat: 36, Lon: 106}}
)

func withTerritory(t *testing.T) *Store {
	t.Helper()
	s := openStore(t)
	if err := s.EnsureTerritory(t.Context(), "west", "西片区", "640402"); err != nil {
		t.Fatal(err)
	}
	return s
}

// imported imports and returns "added changed same".
func imported(t *testing.T, s *Store, stores ...field.Store) string {
	t.Helper()
	added, changed, same, err := s.ImportStores(t.Context(), west, stores)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(added, changed, same)
}

func storeRecord(t *testing.T, s *Store, licence string) (r record.Record) {
	t.Helper()
	err := s.db.View(t.Context(), func(tx *sql.Tx) (err error) {
		r, _, err = ledger.Load(t.Context(), tx, field.StoreID(licence))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// joinFromPhone brings a store's phone number as a phone writes it that has seen the copy r.
func joinFromPhone(t *testing.T, s *Store, r record.Record, n uint64, phone string) {
	t.Helper()
	value, err := record.Value(phone)
	if err != nil {
		t.Fatal(err)
	}
	e := record.Entry{Dot: record.Dot{Replica: record.Replica{1}, N: n}, Lam: r.MaxLam() + 1, Author: uuid.NewString(), Value: value}
	edited := r.Set("phone", e, r.Seen("phone"))
	if err := s.change(t.Context(), func(tx *sql.Tx) error {
		_, err := ledger.Join(t.Context(), tx, edited)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func writes(t *testing.T, s *Store) (n int) {
	t.Helper()
	if err := s.db.Read.QueryRow(`SELECT count(*) FROM write_log`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func phoneOf(t *testing.T, s *Store) string {
	t.Helper()
	return field.StoreOf(storeRecord(t, s, corner.LicenceNo)).Phone
}

func TestImportingTheSameListAgainWritesNothing(t *testing.T) {
	t.Parallel()
	s := withTerritory(t)
	other := field.Store{LicenceNo: "640402100050", Name: "b"}
	if got := imported(t, s, corner, other); got != "2 0 0" {
		t.Fatal(got)
	}
	before := writes(t, s)
	if got := imported(t, s, corner, other); got != "0 0 2" || writes(t, s) != before {
		t.Fatal(got, writes(t, s)-before)
	}
	other.Grade = 7
	if got := imported(t, s, corner, other); got != "0 1 1" || writes(t, s) != before+1 {
		t.Fatal(got, writes(t, s)-before)
	}
	if got := field.StoreOf(storeRecord(t, s, corner.LicenceNo)); !reflect.DeepEqual(got, corner) {
		t.Fatalf("%+v", got)
	}
}

func TestAListThatIsBehindDoesNotUndoAManagersEdit(t *testing.T) {
	t.Parallel()
	s := withTerritory(t)
	imported(t, s, corner)
	joinFromPhone(t, s, storeRecord(t, s, corner.LicenceNo), 1, "222")
	if got := imported(t, s, corner); got != "0 0 1" || phoneOf(t, s) != "222" {
		t.Fatal(got, phoneOf(t, s))
	}
	regraded := corner
	regraded.Grade = 6
	if got := imported(t, s, regraded); got != "0 1 0" || phoneOf(t, s) != "222" {
		t.Fatal(got, phoneOf(t, s))
	}
}

func TestANewValueInTheListIsTheOfficesDecision(t *testing.T) {
	t.Parallel()
	s := withTerritory(t)
	imported(t, s, corner)
	joinFromPhone(t, s, storeRecord(t, s, corner.LicenceNo), 1, "222")
	decision := corner
	decision.Phone = "333"
	if got := imported(t, s, decision); got != "0 1 0" || phoneOf(t, s) != "333" {
		t.Fatal(got, phoneOf(t, s))
	}
	if n := len(storeRecord(t, s, corner.LicenceNo).Entries("phone")); n != 1 {
		t.Fatal("a conflict was left: ", n)
	}
}

func TestAListThatCaughtUpWithAManagerIsRememberedAsImported(t *testing.T) {
	t.Parallel()
	s := withTerritory(t)
	imported(t, s, corner)
	joinFromPhone(t, s, storeRecord(t, s, corner.LicenceNo), 1, "222")
	caughtUp := corner
	caughtUp.Phone = "222"
	if got := imported(t, s, caughtUp); got != "0 0 1" {
		t.Fatal(got)
	}
	joinFromPhone(t, s, storeRecord(t, s, corner.LicenceNo), 2, "444")
	if imported(t, s, caughtUp); phoneOf(t, s) != "444" {
		t.Fatal(phoneOf(t, s))
	}
}

func TestAConflictIsLeftToAPersonWhenTheListSaysNothingNew(t *testing.T) {
	t.Parallel()
	s := withTerritory(t)
	imported(t, s, corner)
	seen := storeRecord(t, s, corner.LicenceNo)
	joinFromPhone(t, s, seen, 1, "222")
	value, _ := record.Value("333")
	second := seen.Set("phone", record.Entry{Dot: record.Dot{Replica: record.Replica{2}, N: 1}, Lam: 99, Value: value}, seen.Seen("phone"))
	if err := s.change(t.Context(), func(tx *sql.Tx) error {
		_, err := ledger.Join(t.Context(), tx, second)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	imported(t, s, corner)
	if n := len(storeRecord(t, s, corner.LicenceNo).Entries("phone")); n != 2 {
		t.Fatal(n)
	}
}

func TestAListWithoutAColumnLeavesThatFieldAlone(t *testing.T) {
	t.Parallel()
	s := withTerritory(t)
	imported(t, s, corner)
	if got := imported(t, s, field.Store{LicenceNo: corner.LicenceNo, Name: corner.Name}); got != "0 0 1" || phoneOf(t, s) != "111" {
		t.Fatal(got, phoneOf(t, s))
	}
}

func TestAnImportThatFailsHalfWayLeavesNothing(t *testing.T) {
	t.Parallel()
	s := withTerritory(t)
	if err := s.EnsureTerritory(t.Context(), "east", "东片区", ""); err != nil {
		t.Fatal(err)
	}
	imported(t, s, corner)
	before := writes(t, s)
	_, _, _, err := s.ImportStores(t.Context(), field.TerritoryID("east"), []field.Store{{LicenceNo: "640402100099", Name: "new"}, corner})
	if !fault.Is(err, "import.other_territory") || writes(t, s) != before {
		t.Fatal(err, writes(t, s)-before)
	}
	if _, _, _, err := s.ImportStores(t.Context(), field.TerritoryID("nowhere"), nil); !fault.Is(err, "territory.not_found") {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, _, err := s.ImportStores(cancelled, west, []field.Store{{LicenceNo: "1"}}); err == nil {
		t.Fatal("imported for nobody")
	}
}

func TestProductsGoToEveryPhone(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	p := field.Product{Code: "2964041000000", Name: "芙蓉王(硬)", PriceClass: 1, GuidePriceFen: 2500, Status: "normal"}
	if a, c, n, err := s.ImportProducts(t.Context(), []field.Product{p}); err != nil || a != 1 || c+n != 0 {
		t.Fatal(a, c, n, err)
	}
	var seq int
	err := s.db.Read.QueryRow(`SELECT seq FROM feed WHERE territory = $1 AND record = $2`, field.Common.String(), field.ProductID(p.Code).String()).Scan(&seq)
	if err != nil || seq != 1 {
		t.Fatal(seq, err)
	}
}

func TestATerritoryIsMadeOnceAndRenamedOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	s := withTerritory(t)
	before := writes(t, s)
	if err := s.EnsureTerritory(t.Context(), "west", "", ""); err != nil || writes(t, s) != before {
		t.Fatal(err)
	}
	if err := s.EnsureTerritory(t.Context(), "west", "西山片区", ""); err != nil {
		t.Fatal(err)
	}
	var name, county string
	if err := s.db.Read.QueryRow(`SELECT name, county FROM territory WHERE id = $1`, west.String()).Scan(&name, &county); err != nil || name != "西山片区" || county != "640402" {
		t.Fatal(name, county, err)
	}
	if err := s.EnsureTerritory(t.Context(), "south", "", ""); !fault.Is(err, "territory.not_found") {
		t.Fatal(err)
	}
	if err := s.EnsureTerritory(t.Context(), "../x", "x", ""); !fault.Is(err, "territory.slug_invalid") {
		t.Fatal(err)
	}
}

func TestPastVisitsArriveOnceWithTheirOwnTimes(t *testing.T) {
	t.Parallel()
	s := withTerritory(t)
	imported(t, s, corner)
	product, manager := field.ProductID("2964041000000"), uuid.New()
	end := time.Date(2026, 3, 2, 10, 20, 0, 0, time.UTC).UnixMilli()
	visit := PastVisit{ID: uuid.New(), Territory: west, Note: "缺货", Counts: map[uuid.UUID]field.CountLine{product: {Cartons: 3}},
		Visit: field.Visit{Store: field.StoreID(corner.LicenceNo), Manager: manager, CheckIn: field.Moment{AtMS: end - 600_000}, CheckOut: field.Moment{AtMS: end}}}
	for _, want := range []int{1, 0} {
		if n, err := s.AddPastVisits(t.Context(), []PastVisit{visit}); err != nil || n != want {
			t.Fatal(n, err)
		}
	}
	var cartons int
	var counted, received int64
	var author string
	err := s.db.Read.QueryRow(`SELECT l.cartons, l.counted_ms, l.author, r.received_ms FROM count_line l JOIN record r ON r.id = l.record
		WHERE l.visit = $1 AND l.product = $2`, visit.ID.String(), product.String()).Scan(&cartons, &counted, &author, &received)
	if err != nil || cartons != 3 || counted != end || received != end || author != manager.String() {
		t.Fatal(cartons, counted, received, author, err)
	}
}

func TestAStoreWhoseLicenceNumberChangedIsTheSameStoreForTheNextImport(t *testing.T) {
	t.Parallel()
	s := withTerritory(t)
	imported(t, s, corner)
	shop := field.StoreID(corner.LicenceNo)
	renewed := corner
	renewed.LicenceNo = "640402109001"
	if err := s.change(t.Context(), func(tx *sql.Tx) error { // as an approved application does
		_, err := s.write(t.Context(), tx, uuid.Nil, ledger.Edit{ID: shop, Type: field.TypeStore, Territory: west, Field: "licence_no", Value: renewed.LicenceNo, SeenAll: true})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if got := imported(t, s, corner); got != "0 0 1" { // a list that is behind
		t.Error(got)
	}
	renewed.Phone = "222"
	if got := imported(t, s, renewed); got != "0 1 0" {
		t.Error(got)
	}
	storeOf, err := s.StoresByLicence(t.Context())
	if err != nil || storeOf(renewed.LicenceNo) != shop || storeOf("1") != field.StoreID("1") {
		t.Error(storeOf(renewed.LicenceNo), err)
	}
	if is := field.StoreOf(storeRecord(t, s, corner.LicenceNo)); is.LicenceNo != renewed.LicenceNo || is.Phone != "222" {
		t.Errorf("%+v", is)
	}
}
