package e2e

import (
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"strings"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

// arrived compares the server's records with the phone's, byte by byte, and what is in them with what was done.
func (d *day) arrived() {
	t := d.t
	t.Helper()
	for _, territory := range []uuid.UUID{field.TerritoryID("yuanzhou"), field.Common} {
		if phone, server := syncVersions(t, d.dir, territory), syncVersions(t, d.data, territory); len(phone) == 0 || !maps.Equal(phone, server) {
			t.Errorf("the phone holds other versions than the server: %d and %d records", len(phone), len(server))
		}
	}
	li, wang := d.user("li"), d.user("wang")
	spot := field.Position{Lat: 36.2812, Lon: 106.0731, Acc: 9}
	get := func(id uuid.UUID) record.Record { return d.load(id) }
	same := func(what string, got, want any) {
		t.Helper()
		if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
			t.Errorf("%s:\n got %s\nwant %s", what, g, w)
		}
	}
	photos := func(visit uuid.UUID) (kinds []string) {
		db := syncOpen(t, d.data)
		defer db.Close()
		rows, err := db.QueryContext(t.Context(), `SELECT kind || '/' || item FROM photo WHERE visit = $1 ORDER BY taken_ms, kind`, visit.String())
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var k string
			if err := rows.Scan(&k); err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, k)
		}
		return kinds
	}
	for what, want := range map[string]struct {
		store   uuid.UUID
		trigger string
		channel string
		group   bool
		with    []uuid.UUID
		photos  []string
		note    string
		gaps    map[string]string
	}{
		"the task": {d.instant, field.VisitInstant, "", false, nil, []string{"price_tag/collection"}, "", nil},
		"the plan": {d.route[0], field.VisitRoutine, "", false, []uuid.UUID{wang}, []string{"storefront/image", "display/image", "stock/collection"}, d.note(), nil},
		"a call":   {d.route[1], "", field.ByPhone, false, nil, []string{"evidence/"}, "电话里说下周来订货", map[string]string{"question:tidy": "refused", "question:minors": ""}},
		"a group":  {d.route[2], "", "", true, nil, nil, "", map[string]string{field.LackCount: "later"}},
	} {
		id := d.visitAt(want.store)
		v := field.VisitOf(get(id))
		same(what, []any{v.Store, v.Manager, v.Trigger, v.Channel, v.Group, v.With, v.CheckIn.Position, v.CheckIn.Mocked, v.CheckOut.AtMS >= v.CheckIn.AtMS},
			[]any{want.store, li, want.trigger, want.channel, want.group, want.with, spot, false, true})
		same(what+", photos", photos(id), want.photos)
		list := get(field.ChecklistID(id))
		for lack, why := range want.gaps {
			if _, held := list.Winner(field.GapPrefix + lack); !held || field.Gap(list, lack) != why {
				t.Errorf("%s lacks %s for %q, want %q", what, lack, field.Gap(list, lack), why)
			}
		}
		text := ""
		if syncCount(t, d.data, `SELECT count(*) FROM note WHERE visit = $1`, id.String()) > 0 {
			text = one(t, d.data, `SELECT text FROM note WHERE visit = $1`, id.String())
		}
		same(what+", note", text, want.note)
	}
	visit := d.visitAt(d.route[0])
	list := get(field.ChecklistID(visit))
	answer := func(q string) string { raw, _ := field.Answer(list, q); return string(raw) }
	told, _ := field.TickOf(list, field.ToldPrefix+d.announcement().String())
	item, _ := field.TickOf(list, field.ItemPrefix+"information")
	same("the list", []any{answer("tidy"), answer("new_products"), answer("licence_shown"), answer("minors"), told.Done, item.Done},
		[]any{`"mended"`, "false", "true", "true", true, true})
	same("the count", one(t, d.data, `SELECT cartons || ' ' || packs || ' ' || price_fen || ' ' || on_display FROM count_line WHERE visit = $1`, visit.String()), "2 1 2350 1")
	same("the request", one(t, d.data, `SELECT kind || ' ' || text || ' ' || state || ' ' || owner FROM request WHERE visit = $1`, visit.String()),
		"supply 下周多来两条细支 open "+li.String())
	inspected := get(field.ChecklistID(d.visitAt(d.route[3])))
	var survey []string
	for _, q := range []string{"content", "supply", "wish"} {
		raw, _ := field.Answer(inspected, q)
		survey = append(survey, string(raw))
	}
	same("the survey", survey, []string{"4", "2", `"多来新品"`})
	raw, _ := field.Answer(inspected, "signed")
	if s, ok := field.SignatureOf(raw); !ok || !s.Drawn() || field.ChecklistOf(inspected).Template != field.TemplateID(field.VisitInspection) {
		t.Errorf("the signature: %s", raw)
	}
	came, _ := field.AttendanceOf(get(field.ChecklistID(d.visitAt(d.route[2]))), d.other(3))
	same("the group", came, field.Attendance{Came: true, Outcome: "愿意上柜"})
	q := field.ApplicationOf(get(d.id(d.data, `SELECT id FROM application WHERE store = $1`, d.route[1].String())))
	same("the application", []any{q.Kind, q.Reason, q.Change["terminal_level"], len(q.Photos)}, []any{field.ApplyTerminal, "店面翻新过", "franchise", 1})
	same("the phone number", one(t, d.data, `SELECT phone FROM store WHERE id = $1`, d.route[1].String()), "19900009001")
	for sha := range strings.FieldsSeq(one(t, d.data, `SELECT group_concat(sha256, ' ') FROM photo`)) {
		if found, err := filepath.Glob(filepath.Join(d.data, "*", sha[:2], sha)); err != nil || len(found) != 1 {
			t.Errorf("the bytes of %s: %v %v", sha, found, err)
		}
	}
	for what, query := range map[string]string{"conflicts": `SELECT count(*) FROM conflict`, "alarms": `SELECT count(*) FROM alarm`,
		"records put aside": `SELECT count(*) FROM quarantine`} {
		if n := syncCount(t, d.data, query); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
}

// load reads a record of the server.
func (d *day) load(id uuid.UUID) (r record.Record) {
	d.t.Helper()
	db := syncOpen(d.t, d.data)
	defer db.Close()
	tx, err := db.BeginTx(d.t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		d.t.Fatal(err)
	}
	defer tx.Rollback()
	r, ok, err := ledger.Load(d.t.Context(), tx, id)
	if err != nil || !ok {
		d.t.Fatal(id, ok, err)
	}
	return r
}
