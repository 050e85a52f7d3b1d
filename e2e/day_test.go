package e2e

import (
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/record"
	"storewalk/shared/words"

	"github.com/google/uuid"
)

// A finger is a person at a phone. Everything waits until it is there.
type finger interface {
	Tap(id string)
	Type(id, text string)
	Wait(id string)   // until it is on the screen
	Draw(id string)   // a line from left to right
	Snap(step string) // a picture of the screen, where pictures are wanted
	Until(what string, ok func() bool)
	IDs() []string // of what is on the screen
	Text(id string) string
	Offline(off bool)
}

// A day is what a customer manager does from morning to evening, and what must be on the server of it.
type day struct {
	finger
	t         *testing.T
	dir       string       // of the phone
	data      string       // of the server
	colleague *syncPhone   // works in the same territory
	route     [4]uuid.UUID // stores that are visited: as planned, by search, as a group, for an inspection
	instant   uuid.UUID    // store
	counted   []uuid.UUID
}

// one reads one text from a database.
func one(t testing.TB, dir, query string, args ...any) (text string) {
	t.Helper()
	db := syncOpen(t, dir)
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&text); err != nil {
		t.Fatal(query, err)
	}
	return text
}

func (d *day) id(dir, query string, args ...any) uuid.UUID {
	d.t.Helper()
	return uuid.MustParse(one(d.t, dir, query, args...))
}

// first is the first thing on the screen whose id begins and ends so.
func (d *day) first(begin, end string) string {
	d.t.Helper()
	for _, id := range d.IDs() {
		if strings.HasPrefix(id, begin) && strings.HasSuffix(id, end) {
			return id
		}
	}
	d.t.Fatalf("nothing named %s…%s: %v", begin, end, d.IDs())
	return ""
}

// live goes through the day, from the sign-in on.
func (d *day) live(office string, lang words.Lang) {
	d.Wait("signin.go")
	if english := d.Text("title") == "Storewalk"; english != (lang == words.EN) {
		d.Tap("signin.lang")
	}
	d.Type("signin.server", office)
	d.Type("signin.user", "li")
	d.Type("signin.password", "liupanshan-li")
	d.Snap("signin")
	d.Tap("signin.go")
	d.Wait("tab.sync")
	d.Tap("tab.today")
	d.Wait("today.done")
	d.Snap("today")
	d.Offline(true)
	d.task()
	d.planned()
	d.unplanned()
	d.group()
	d.inspection()
	d.apply()
	d.conflict()
	d.evening()
}

// visitAt is the newest visit to a store.
func (d *day) visitAt(store uuid.UUID) uuid.UUID {
	d.t.Helper()
	return d.id(d.dir, `SELECT id FROM visit WHERE store = $1 ORDER BY lam DESC LIMIT 1`, store.String())
}

// task does what is asked for at once.
func (d *day) task() {
	d.Tap("today.job.1.1.go")
	d.shoot("need.collection.price_tag")
	d.Tap("item.information")
	d.instant = d.id(d.dir, `SELECT store FROM visit ORDER BY lam DESC LIMIT 1`)
	d.Snap("task")
	d.Tap("visit.checkout") // it lacks nothing
	d.over()
	d.home()
}

// shoot takes a photo and waits until it is kept: where it is shown, the page moves.
func (d *day) shoot(id string) {
	d.t.Helper()
	photos := func() int { return syncCount(d.t, d.dir, `SELECT count(*) FROM photo`) }
	n := photos()
	d.Tap(id)
	d.Until("the photo is kept", func() bool { return photos() > n })
}

// over waits until the visit in front is over.
func (d *day) over() {
	d.Until("checked out", func() bool {
		return slices.Contains(d.IDs(), "visit.note") && !slices.Contains(d.IDs(), "visit.checkout")
	})
}

// planned is a visit of the route with all its parts.
func (d *day) planned() {
	d.Tap("tab.today")
	d.Tap("today.route.1")
	d.Wait("visit.checkin")
	d.Snap("store")
	d.Tap("visit.checkin")
	d.Wait("visit.checkout")
	d.Snap("visit")
	d.route[0] = d.id(d.dir, `SELECT store FROM visit ORDER BY lam DESC LIMIT 1`)
	d.Tap("mode.joint")
	d.Tap("with." + d.user("wang").String())
	d.Tap("with.done")
	d.Tap("item.information")
	d.shoot("need.image.storefront")
	d.shoot("need.image.display")
	d.Tap("answer.tidy.mended")
	d.Tap("answer.new_products.no")
	d.shoot("need.collection.stock")
	d.Tap("answer.licence_shown.yes")
	d.Tap("answer.minors.yes")
	d.Tap("tell." + d.announcement().String())
	d.Snap("list")
	d.Tap("ask.supply")
	d.Type("ask.text", "下周多来两条细支")
	d.Snap("request")
	d.Tap("ask.done")
	d.Wait("visit.requests")
	d.count()
	d.Tap("visit.note")
	d.Type("note.text", d.note())
	d.Snap("note")
	d.Tap("note.done")
	d.Tap("visit.checkout")
	d.over()
	d.Snap("over")
	d.home()
}

func (d *day) note() string { return "细支烟走得快 — told about <new> products 😀" }

func (d *day) user(login string) uuid.UUID {
	return d.id(d.data, `SELECT id FROM person WHERE login = $1`, login)
}

func (d *day) announcement() uuid.UUID {
	return d.id(d.dir, `SELECT id FROM announcement ORDER BY id LIMIT 1`)
}

// count counts two products by taps, and one by the number pad.
func (d *day) count() {
	d.Tap("visit.count")
	d.Wait("count.progress")
	line := strings.TrimSuffix(d.first("count.", ".cartons.more"), ".cartons.more")
	d.Tap(line + ".cartons.more")
	d.Tap(line + ".cartons.more")
	d.Tap(line + ".packs.more")
	d.Tap(line + ".display")
	d.Tap(line + ".packs.pad")
	d.Tap("one.price")
	for _, key := range []string{"2", "3", ".", "5"} {
		d.Tap("key." + key)
	}
	d.Snap("pad")
	d.Tap("back")
	d.Wait("count.done")
	d.Snap("count")
	d.Tap("count.done")
	d.Wait("visit.note")
}

// unplanned is a visit to a store that is on nobody's list: it is searched for, and talked to by phone.
func (d *day) unplanned() {
	d.route[1] = d.other(1)
	d.search(d.route[1])
	d.Tap("visit.checkin")
	d.Tap("mode.by_phone")
	d.Tap("visit.note")
	d.Type("note.text", "电话里说下周来订货")
	d.Tap("note.done")
	d.Tap("visit.checkout")
	d.Tap("gap.question:tidy.refused")
	d.Snap("leave")
	d.Tap("visit.checkout.confirm")
	d.Wait("visit.gaps")
	d.home()
}

// other is the n-th store that neither the route nor a task names.
func (d *day) other(n int) uuid.UUID {
	return d.id(d.dir, `SELECT id FROM store WHERE id NOT IN (SELECT store FROM task_store) ORDER BY licence_no LIMIT 1 OFFSET $1`, n)
}

func (d *day) search(store uuid.UUID) {
	d.Tap("tab.stores")
	d.Type("stores.search", one(d.t, d.dir, `SELECT licence_no FROM store WHERE id = $1`, store.String()))
	d.Until("found", func() bool { return strings.HasPrefix(d.Text("stores.found"), "1 ") })
	d.Tap("store." + store.String())
	d.Wait("visit.checkin")
}

// group is a visit to several stores in one place.
func (d *day) group() {
	d.route[2] = d.other(2)
	d.search(d.route[2])
	d.Tap("visit.checkin")
	d.Tap("mode.group")
	d.Tap("visit.group")
	came := d.other(3)
	d.Type("group.search", one(d.t, d.dir, `SELECT licence_no FROM store WHERE id = $1`, came.String()))
	d.Tap("group.add." + came.String())
	d.Type("group.outcome."+came.String(), "愿意上柜")
	d.Snap("group")
	d.Tap("group.done")
	d.Tap("visit.checkout")
	d.Tap("gap.count.later")
	d.Tap("visit.checkout.confirm")
	d.Wait("visit.gaps")
	d.home()
}

// inspection is a visit with another list: the retailer answers, and signs.
func (d *day) inspection() {
	d.route[3] = d.other(4)
	d.search(d.route[3])
	d.Tap("visit.checkin")
	d.Tap("visit.template")
	d.Tap("visit.template.inspection")
	d.Tap("visit.survey")
	d.Tap("answer.content.4")
	d.Tap("answer.supply.2")
	d.Type("answer.wish", "多来新品")
	d.Tap("answer.signed.sign")
	d.Draw("sign.pad")
	d.Snap("signature")
	d.Tap("sign.done")
	d.Snap("survey")
	d.Tap("survey.done")
	d.Tap("visit.checkout")
	d.Tap("visit.checkout.confirm")
	d.Wait("visit.gaps")
	d.home()
}

// apply asks the office for another terminal level.
func (d *day) apply() {
	d.search(d.route[1])
	d.Tap("apply.begin." + field.ApplyTerminal)
	d.Tap("apply.terminal_level.franchise")
	d.Tap("apply.take")
	d.Wait("apply.photo.0")
	d.Type("apply.reason", "店面翻新过")
	d.Tap("apply.submit")
	d.Wait("apply.back")
	d.Snap("application")
	d.home()
}

// conflict changes a phone number that a colleague changes too, and settles it.
func (d *day) conflict() {
	store := d.route[1]
	d.search(store)
	d.Tap("store.edit")
	d.Type("edit.phone", "19900009001")
	d.Tap("back")
	d.Wait("store.edit")
	c := d.colleague
	c.try(c.SetStoreText(d.t.Context(), store, "phone", "19900009002", syncSeen(d.t, c, store, "phone")))
	c.round()
	d.Offline(false)
	d.home()
	d.Tap("tab.sync")
	d.Tap("sync.now")
	d.search(store)
	d.Wait("differ.phone")
	d.sent() // until then the marks of what waits come and go
	d.Tap("differ.phone")
	d.Snap("conflict")
	mine := "0"
	if d.Text("differ.value.1") == "19900009001" {
		mine = "1"
	}
	d.Tap("differ.choose." + mine)
	d.Wait("store.edit")
	d.home()
}

// evening sends what is left, and compares.
func (d *day) evening() {
	d.Tap("tab.sync")
	d.Tap("sync.now")
	d.sent()
	d.Wait("sync.receipt") // the server's word for it
	d.Snap("sync")
	d.arrived()
}

// sent waits until everything is on the server.
func (d *day) sent() {
	d.t.Helper()
	d.Until("everything is on the server", func() bool {
		return syncCount(d.t, d.dir, `SELECT (SELECT count(*) FROM record WHERE version IS NOT acked) + (SELECT count(*) FROM upload WHERE done_ms = 0 AND kept = 0)`) == 0
	})
}

// home goes back to the first page of the tab.
func (d *day) home() {
	for slices.Contains(d.IDs(), "back") {
		d.Tap("back")
	}
}

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

// A driven is the app in Fyne's test driver.
type driven struct {
	*hand
	line *syncLine
	snap func(step string)
}

func (d *driven) Snap(step string) { d.snap(step) }
func (d *driven) Wait(id string)   { d.Until(id, func() bool { return d.Has(id) }) }
func (d *driven) Draw(id string) {
	pad := d.Find(id).(interface {
		fyne.CanvasObject
		fyne.Draggable
	})
	for part := range 4 {
		at := fyne.NewPos(pad.Size().Width*float32(part+1)/6, pad.Size().Height/2)
		pad.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: at}, Dragged: fyne.NewDelta(pad.Size().Width/6, 0)})
	}
	pad.DragEnd()
	d.Settle()
}

func (d *driven) Offline(off bool) { d.line.offline(off) }

// offline takes the network away, or gives it back.
func (l *syncLine) offline(off bool) {
	if !off {
		l.mend()
		return
	}
	l.breakAfter(syncUp, 0, nil)
	l.hangUp()
}

// newColleague is wang's phone, without its screens.
func newColleague(t *testing.T, office string) *syncPhone {
	t.Helper()
	c := newSyncPhone(t, t.TempDir())
	c.try(c.Enrol(t.Context(), office, "wang", "liupanshan-wang", "wang"))
	c.round()
	return c
}

func TestADayFromTheSignInToTheLastPhotoArrivesAsItWasLived(t *testing.T) {
	for _, lang := range words.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			office, data := startOfficeIn(t)
			line := newSyncLine(t)
			line.lead(strings.TrimPrefix(office, "http://"))
			h := openApp(t)
			n := 0
			d := &day{t: t, dir: h.dir, data: data, colleague: newColleague(t, office), finger: &driven{h, line, func(step string) {
				h.Check(step)
				if dir := os.Getenv("RECORD"); dir != "" {
					n++
					h.Picture(filepath.Join(dir, fmt.Sprintf("driver-%s-%02d-%s.png", lang, n, step)))
				}
			}}}
			d.live(line.url(), lang)
		})
	}
}
