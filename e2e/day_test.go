package e2e

import (
	"slices"
	"strings"
	"testing"

	"storewalk/shared/field"
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
	d.Wait("differ.done")
	d.Snap("conflict-chosen")
	d.Tap("differ.done")
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
