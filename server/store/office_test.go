package store

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"slices"
	"testing"

	"storewalk/shared/blob"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

func TestVisitsArePagedByArrivalWithoutGapsOrRepeats(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	d := newFieldDevice(t, addAccount(t, s, "ma", field.RoleManager))
	store := newStore(t, s, "1", "三营便利店", "640402100")
	var want []uuid.UUID
	for i := range 7 {
		want = append(want, d.visit(store, morning.UnixMilli()+int64(i)))
		d.send(s, 1_000+int64(i/3), 0) // three arrive in the same millisecond
	}
	var got []uuid.UUID
	last := int64(1 << 60)
	for f := (VisitFilter{Limit: 2}); ; {
		page, err := s.Visits(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range page.Rows {
			if v.ArrivedMS > last {
				t.Fatal("not the newest first")
			}
			last = v.ArrivedMS
			got = append(got, v.ID)
		}
		if f.Before = page.Older; f.Before == "" {
			break
		}
	}
	order := func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }
	slices.SortFunc(got, order)
	slices.SortFunc(want, order)
	if !slices.Equal(got, want) {
		t.Fatalf("got %d visits of %d", len(got), len(want))
	}
	if _, err := s.Visits(t.Context(), VisitFilter{Before: "x"}); !fault.Is(err, "request.malformed") {
		t.Fatal(err)
	}
}

func TestEachFilterKeepsWhatItNames(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma, li := addAccount(t, s, "ma", field.RoleManager), addAccount(t, s, "li", field.RoleManager)
	north, south := newStore(t, s, "1", "三营便利店", "640402100"), newStore(t, s, "2", "张易100%超市", "640402108")
	a, b := newFieldDevice(t, ma), newFieldDevice(t, li)
	first := a.visit(north, morning.UnixMilli())
	a.count(first, north, "1", field.CountLine{OutOfStock: true}, morning.UnixMilli())
	tomorrow := morning.AddDate(0, 0, 1).UnixMilli()
	a.send(s, tomorrow, 0)
	second := b.visit(south, tomorrow)
	b.pull(s, first)
	b.set(first, field.TypeVisit, "check_out", field.Moment{AtMS: 5}, 5)
	b.send(s, tomorrow+1, 0)
	a.set(first, field.TypeVisit, "check_out", field.Moment{AtMS: 6}, 6)
	list := field.ChecklistID(second) // a group visit, which the store in the north was to attend
	b.set(list, field.TypeChecklist, "visit", second, tomorrow)
	b.set(list, field.TypeChecklist, "store", south, tomorrow)
	b.set(list, field.TypeChecklist, field.AttendeePrefix+north.String(), field.Attendance{Came: true}, tomorrow)
	b.send(s, tomorrow+3, 0)
	a.send(s, tomorrow+2, 0)
	for name, c := range map[string]struct {
		f    VisitFilter
		want []uuid.UUID
	}{
		"nothing":     {VisitFilter{}, []uuid.UUID{second, first}},
		"manager":     {VisitFilter{Manager: ma}, []uuid.UUID{first}},
		"store":       {VisitFilter{Store: south}, []uuid.UUID{second}},
		"attendee":    {VisitFilter{Store: north}, []uuid.UUID{second, first}},
		"name":        {VisitFilter{Text: "三营"}, []uuid.UUID{first}},
		"pinyin":      {VisitFilter{Text: "ZYB"}, nil},
		"initials":    {VisitFilter{Text: "sybld"}, []uuid.UUID{first}},
		"per cent":    {VisitFilter{Text: "0%超"}, []uuid.UUID{second}},
		"wildcard":    {VisitFilter{Text: "三%店"}, nil},
		"township":    {VisitFilter{Township: "640402108"}, []uuid.UUID{second}},
		"day":         {VisitFilter{Day: morning}, []uuid.UUID{first}},
		"empty day":   {VisitFilter{Day: morning.AddDate(0, 0, 9)}, nil},
		"conflict":    {VisitFilter{Conflicts: true}, []uuid.UUID{first}},
		"stock":       {VisitFilter{OutOfStock: true}, []uuid.UUID{first}},
		"both at odd": {VisitFilter{OutOfStock: true, Manager: li}, nil},
	} {
		page, err := s.Visits(t.Context(), c.f)
		if err != nil {
			t.Fatal(name, err)
		}
		var got []uuid.UUID
		for _, v := range page.Rows {
			got = append(got, v.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestAVisitIsShownWithItsCountsBesideTheLastAndItsCorrectedNote(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	d := newFieldDevice(t, addAccount(t, s, "ma", field.RoleManager))
	store := newStore(t, s, "1", "三营便利店", "640402100")
	at := morning.UnixMilli()
	early := d.visit(store, at)
	d.count(early, store, "1", field.CountLine{Cartons: 3}, at)
	late := d.visit(store, at-9_999_999) // the clock went back; the visit is still the later one
	d.count(late, store, "1", field.CountLine{Cartons: 1, Packs: 4}, at)
	d.count(late, store, "2", field.CountLine{OutOfStock: true}, at)
	wrong := d.note(late, store, "缺货", uuid.Nil, at)
	d.note(late, store, "缺货两种", wrong, at+1)
	ref := blob.Ref{7}
	photo := uuid.New()
	d.set(photo, field.TypePhoto, "photo", field.Photo{Visit: late, Store: store, Kind: "shelf", Ref: ref, Size: 9, TakenMS: at}, at)
	d.set(field.ThumbnailID(photo), field.TypeThumbnail, "thumbnail", field.Thumbnail{Photo: photo, JPEG: []byte("jpeg")}, at)
	d.send(s, at, 0)

	v, err := s.VisitByID(t.Context(), late)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Counts) != 2 || !v.Counts[0].OutOfStock || v.Counts[0].Before != nil || v.Counts[1].Before == nil || v.Counts[1].Before.Cartons != 3 {
		t.Errorf("counts %+v", v.Counts)
	}
	if len(v.Notes) != 2 || !v.Notes[0].Corrected || v.Notes[1].Corrects != wrong || v.Note != "缺货两种" {
		t.Errorf("notes %+v", v.Notes)
	}
	if len(v.AllPhotos) != 1 || v.AllPhotos[0].Whole || !v.AllPhotos[0].Here || v.PhotosWhole != 0 || v.Photos != 1 {
		t.Errorf("photos %+v", v.AllPhotos)
	}
	if jpeg, err := s.Thumbnail(t.Context(), photo); err != nil || string(jpeg) != "jpeg" {
		t.Error(jpeg, err)
	}
	if len(v.History) == 0 || slices.ContainsFunc(v.History, func(c Change) bool { return c.Field == "store" || c.Author.Name == "" }) {
		t.Errorf("history %+v", v.History)
	}
	if first, err := s.VisitByID(t.Context(), early); err != nil || first.Counts[0].Before != nil {
		t.Errorf("the first visit was compared with a later one: %+v %v", first.Counts, err)
	}
	if _, err := s.VisitByID(t.Context(), uuid.New()); !fault.Is(err, "visit.not_found") {
		t.Error(err)
	}
}

// clash makes two phones count the same product of one visit differently.
func clash(t *testing.T, s *Store) (visit uuid.UUID, a, b *fieldDevice) {
	t.Helper()
	store := newStore(t, s, "1", "三营便利店", "640402100")
	a, b = newFieldDevice(t, addAccount(t, s, "ma", field.RoleManager)), newFieldDevice(t, addAccount(t, s, "li", field.RoleManager))
	visit = a.visit(store, morning.UnixMilli())
	a.count(visit, store, "1", field.CountLine{Cartons: 12}, 1)
	b.count(visit, store, "1", field.CountLine{Cartons: 14}, 2)
	a.send(s, 10, 0)
	b.send(s, 20, 0)
	return visit, a, b
}

func TestAClashShowsBothValuesAndTheChosenOneSettlesIt(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	visit, _, _ := clash(t, s)
	boss := addAccount(t, s, "boss", field.RoleSupervisor)
	all, err := s.Conflicts(t.Context())
	if err != nil || len(all) != 1 || len(all[0].Values) != 2 {
		t.Fatalf("%+v %v", all, err)
	}
	c := all[0]
	names := []string{c.Values[0].Author.Name, c.Values[1].Author.Name}
	slices.Sort(names)
	if !slices.Equal(names, []string{"马li", "马ma"}) || c.Visit != visit || c.Values[0].ReceivedMS == 0 {
		t.Fatalf("%+v", c)
	}
	if err := s.Settle(t.Context(), boss, c.Record, c.Field, c.Values[1].Value, c.Seen); err != nil {
		t.Fatal(err)
	}
	if left, err := s.Conflicts(t.Context()); err != nil || len(left) != 0 {
		t.Fatal(left, err)
	}
	v, err := s.VisitByID(t.Context(), visit)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := field.DecodeLine(c.Values[1].Value)
	if diff := cmp.Diff(want, v.Counts[0].CountLine); diff != "" {
		t.Fatal(diff)
	}
	if last := v.History[len(v.History)-1]; last.Author.ID != boss || last.Old == nil {
		t.Fatalf("%+v", last)
	}
}

func TestAValueThatArrivedMeanwhileIsNotOverwritten(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	_, a, _ := clash(t, s)
	boss := addAccount(t, s, "boss", field.RoleSupervisor)
	shown, err := s.Conflicts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := shown[0]
	a.set(c.Record, field.TypeCount, c.Field, field.CountLine{Cartons: 99}, 3)
	a.send(s, 30, 0)
	if err := s.Settle(t.Context(), boss, c.Record, c.Field, c.Values[0].Value, c.Seen); c.Values[0].Author.ID == boss || err == nil {
		t.Fatal("a value nobody had seen was overwritten", err)
	}
	now, err := s.Conflicts(t.Context())
	if err != nil || len(now) != 1 {
		t.Fatal(now, err)
	}
	typed := json.RawMessage(`{"cartons":13,"packs":0,"display":true,"out":false}`)
	if err := s.Settle(t.Context(), boss, c.Record, c.Field, typed, now[0].Seen); err != nil {
		t.Fatal(err)
	}
	// Two supervisors with the same page: the second is told, although both write as the server.
	if err := s.Settle(t.Context(), boss, c.Record, c.Field, json.RawMessage(`{"cartons":1}`), now[0].Seen); !fault.Is(err, "conflict.changed") {
		t.Fatal(err)
	}
}

func TestOnlyWhatTheOfficeMayEnterIsTyped(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	visit, _, _ := clash(t, s)
	boss := addAccount(t, s, "boss", field.RoleSupervisor)
	c, err := s.Conflicts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, try := range []struct {
		rec         uuid.UUID
		field, code string
		value       string
	}{
		{c[0].Record, c[0].Field, "count.out_of_range", `{"cartons":-1}`},
		{c[0].Record, c[0].Field, "request.malformed", `"x"`},
		{visit, "manager", "conflict.not_a_choice", `"00000000-0000-4000-8000-000000000001"`},
		{uuid.New(), "manager", "record.not_found", `1`},
		{field.StoreID("1"), "phone", "phone.invalid", `"call me"`},
	} {
		if err := s.Settle(t.Context(), boss, try.rec, try.field, json.RawMessage(try.value), c[0].Seen); !fault.Is(err, try.code) {
			t.Errorf("%+v: %v", try, err)
		}
	}
}

func TestTheOfficeCorrectsAStoreUnlessItChangedMeanwhile(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	store := newStore(t, s, "1", "三营便利店", "640402100")
	boss := addAccount(t, s, "boss", field.RoleSupervisor)
	d := newFieldDevice(t, addAccount(t, s, "ma", field.RoleManager))
	d.pull(s, store)
	page, err := s.StoreByID(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	seen := page.Seen["phone"]
	if err := s.EditStore(t.Context(), boss, store, StoreEdit{"phone", "0954-7654321", seen}, StoreEdit{Field: "note"}); err != nil {
		t.Fatal(err)
	}
	if err := s.EditStore(t.Context(), boss, store, StoreEdit{"phone", "0954-0000000", seen}); !fault.Is(err, "conflict.changed") {
		t.Fatal(err)
	}
	d.set(store, field.TypeStore, "phone", "13900000000", 1) // offline, before it could know
	d.send(s, 50, 0)
	page, err = s.StoreByID(t.Context(), store)
	if err != nil || len(page.Open) != 1 || len(page.Open[0].Values) != 2 {
		t.Fatalf("both edits must survive: %+v %v", page.Open, err)
	}
	if err := s.EditStore(t.Context(), boss, store, StoreEdit{Field: "grade", Text: "30"}); !fault.Is(err, "conflict.not_a_choice") {
		t.Fatal(err)
	}
	if _, err := s.StoreByID(t.Context(), boss); !fault.Is(err, "store.not_found") {
		t.Fatal(err)
	}
}

func TestStoresAreFoundAndPaged(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	for _, n := range []string{"1", "2", "3"} {
		newStore(t, s, n, "三营"+n+"店", "64040210"+n)
	}
	d := newFieldDevice(t, addAccount(t, s, "ma", field.RoleManager))
	d.visit(field.StoreID("2"), morning.UnixMilli())
	d.send(s, morning.UnixMilli(), 0)
	page, err := s.Stores(t.Context(), StoreFilter{Limit: 2})
	if err != nil || len(page.Rows) != 2 || page.Next == "" || page.Rows[1].Visits != 1 || page.Rows[1].Last.AtMS != morning.UnixMilli() {
		t.Fatalf("%+v %v", page, err)
	}
	if page, err = s.Stores(t.Context(), StoreFilter{Limit: 2, After: page.Next}); err != nil || len(page.Rows) != 1 || page.Next != "" {
		t.Fatalf("%+v %v", page, err)
	}
	if page, err = s.Stores(t.Context(), StoreFilter{Text: "sy3d", Township: "640402103"}); err != nil || len(page.Rows) != 1 {
		t.Fatalf("%+v %v", page, err)
	}
}

func TestPhonesAndWhatWasPutAsideAreListed(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	account := addAccount(t, s, "ma", field.RoleManager)
	_, device, err := s.EnrolDevice(t.Context(), account, "key", "红米")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.change(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO quarantine (id, device, received_ms, code, raw) VALUES ('q', $1, 5, 'record.malformed', $2)`, device.String(), []byte("{<"))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	phones, err := s.Phones(t.Context())
	if err != nil || len(phones) != 1 || phones[0].Owner.Name != "马ma" || phones[0].Name != "红米" {
		t.Fatalf("%+v %v", phones, err)
	}
	aside, err := s.Quarantined(t.Context())
	if err != nil || len(aside) != 1 || aside[0].Raw != "{<" || aside[0].Owner.ID != account || aside[0].Size != 2 {
		t.Fatalf("%+v %v", aside, err)
	}
	sum, err := s.Arrived(t.Context(), 0)
	if err != nil || sum.Quarantined != 1 {
		t.Fatal(sum, err)
	}
}

func TestSeenDotsSurviveTheForm(t *testing.T) {
	t.Parallel()
	dots := []record.Dot{{Replica: ledger.NewReplica(), N: 1}, {Replica: ledger.NewReplica(), N: 1 << 50}}
	got, err := ParseSeen(FormatSeen(dots))
	if err != nil || !slices.Equal(got, dots) {
		t.Fatal(got, err)
	}
	for _, bad := range []string{"x", "x.1", dots[0].Replica.String(), dots[0].Replica.String() + ".-1"} {
		if _, err := ParseSeen(bad); !fault.Is(err, "request.malformed") {
			t.Error(bad, err)
		}
	}
}
