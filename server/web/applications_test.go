package web

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"storewalk/server/store"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

// apply asks the office for a change, as a phone does.
func (p *phone) apply(shop uuid.UUID, kind string, change map[string]string) uuid.UUID {
	p.o.t.Helper()
	a, at := uuid.New(), afternoon()
	p.at(at, edit(a, field.TypeApplication, "kind", kind), edit(a, field.TypeApplication, "store", shop),
		edit(a, field.TypeApplication, "change", change), edit(a, field.TypeApplication, "reason", "儿子<接手>"),
		edit(a, field.TypeApplication, "made", at.UnixMilli()))
	p.sync()
	return a
}

// decide does as the page of an application does that was seen as it is now.
func (o *office) decide(c *http.Client, id uuid.UUID, decision, text string) (body string) {
	o.t.Helper()
	a, err := o.store.ApplicationByID(o.t.Context(), id)
	o.check(err)
	return o.decideSeen(c, a, decision, text)
}

// decideSeen is decide of what was seen earlier.
func (o *office) decideSeen(c *http.Client, a store.Application, decision, text string) (body string) {
	o.t.Helper()
	status, body := postForm(o.t, c, o.url+"/applications/"+a.ID.String(), url.Values{"decision": {decision}, "text": {text}, "seen": {a.Seen()}})
	if status != http.StatusOK {
		o.t.Fatal(status, body)
	}
	return body
}

func TestASupervisorApprovesAnApplicationAndTheStoreIsAsItWanted(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	a := ma.apply(shops[0], field.ApplyInfo, map[string]string{"owner": "马小兰", "grade": "30", "integrity_grade": "B", "township": "640402100"})
	c := o.client(true)
	const waits, none = `id="badge-applications">1<`, `id="badge-applications" hidden>`
	if resp, body := o.get(c, "/visits"); resp.StatusCode != http.StatusOK || !strings.Contains(body, waits) {
		t.Fatal("no other page tells that one waits:", resp.Status, body)
	}
	if resp, body := o.get(c, "/applications"); resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, body)
	}
	body := o.decide(c, a, "approve", "")
	if !strings.Contains(body, "儿子&lt;接手&gt;") || !strings.Contains(body, "已批准") || !strings.Contains(body, none) {
		t.Fatal(body)
	}
	d, err := o.store.StoreByID(t.Context(), shops[0])
	o.check(err)
	if d.Owner != "马小兰" || d.Grade != 30 || d.IntegrityGrade != "B" || d.Township != "640402100" {
		t.Errorf("%+v", d.Store)
	}
	if !strings.Contains(body, "B 级") {
		t.Error("a grade is shown as its code:", body)
	}
	approved, err := o.store.ApplicationByID(t.Context(), a)
	o.check(err)
	if got := strings.Join(approved.Decision.Wrote, " "); got != "owner township grade integrity_grade" {
		t.Error("the phone is not told what was written:", got)
	}
	if body := o.decide(c, a, "reject", "不"); !strings.Contains(body, "已经有人批过了") {
		t.Error("decided twice")
	}
}

func TestARejectionSaysWhyAndChangesNothing(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	a := o.phone("ma", "马秀英").apply(shops[0], field.ApplyTerminal, map[string]string{"terminal_level": "franchise"})
	before, err := o.store.StoreByID(t.Context(), shops[0])
	o.check(err)
	c := o.client(true)
	if body := o.decide(c, a, "reject", ""); !strings.Contains(body, "写明原因") {
		t.Error("rejected without a word")
	}
	o.decide(c, a, "reject", "面积不够")
	got, err := o.store.ApplicationByID(t.Context(), a)
	o.check(err)
	after, err := o.store.StoreByID(t.Context(), shops[0])
	o.check(err)
	if got.Decision.State != field.DecisionRejected || got.Decision.Text != "面积不够" || after.TerminalLevel != before.TerminalLevel {
		t.Errorf("%+v", got)
	}
}

func TestAnApprovedNewStoreIsThereWithTheIdOfItsLicence(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.importTerritory()
	a := o.phone("ma", "马秀英").apply(uuid.Nil, field.ApplyNewStore, map[string]string{"name": "新开的店", "licence_no": "640402109999"})
	if body := o.decide(o.client(true), a, "approve", ""); !strings.Contains(body, "新开的店") {
		t.Error(body)
	}
	d, err := o.store.StoreByID(t.Context(), field.StoreID("640402109999"))
	o.check(err)
	if d.Name != "新开的店" || d.LicenceNo != "640402109999" {
		t.Errorf("%+v", d.Store)
	}
}

func TestWhatANewerAppAsksForIsShownAndNotApprovedUnread(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	newer := ma.apply(shops[0], field.ApplyInfo, map[string]string{"owner": "马小兰", "solar_panel": "<两块>"})
	wrong := ma.apply(shops[0], field.ApplyInfo, map[string]string{"grade": "99"})
	later := ma.apply(shops[0], "of a later version", map[string]string{"solar_panel": "1"})
	number, list := ma.apply(shops[0], field.ApplyInfo, nil), ma.apply(shops[0], field.ApplyInfo, nil)
	ma.at(afternoon(), edit(number, field.TypeApplication, "change", map[string]any{"owner": "马小兰", "grade": 17}),
		edit(list, field.TypeApplication, "change", []string{"马小兰"}))
	ma.sync()
	before, err := o.store.StoreByID(t.Context(), shops[0])
	o.check(err)
	c := o.client(true)
	for _, tt := range []struct {
		id   uuid.UUID
		want []string
	}{{newer, []string{"solar_panel", "&lt;两块&gt;", "先升级服务器"}}, {wrong, []string{"档位是 1 到 30"}}, {later, []string{"solar_panel", "先升级服务器"}},
		{number, []string{"马小兰", "<b>17", "先升级服务器"}}, {list, []string{"先升级服务器"}}} {
		body := o.decide(c, tt.id, "approve", "")
		for _, text := range tt.want {
			if !strings.Contains(body, text) {
				t.Errorf("no %s in %s", text, body)
			}
		}
		a, err := o.store.ApplicationByID(t.Context(), tt.id)
		o.check(err)
		if a.Decision.State != "" {
			t.Errorf("%+v is decided", a)
		}
	}
	after, err := o.store.StoreByID(t.Context(), shops[0])
	o.check(err)
	if after.Owner != before.Owner || after.Grade != before.Grade {
		t.Errorf("%+v", after.Store)
	}
	if body := o.decide(c, newer, "reject", "请等升级"); !strings.Contains(body, "请等升级") {
		t.Error("it can not be rejected:", body)
	}
}

// A phone whose clock is years off asks for such a day. It is kept, shown, and a person decides.
func TestADayThatMakesNoSenseIsFlaggedAndMayBeApproved(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	years := time.Now().AddDate(9, 0, 0)
	late := field.DayOf(years)
	far, near := ma.apply(shops[0], field.ApplyClosure, map[string]string{"closed": late}), ma.apply(shops[1], field.ApplyClosure, map[string]string{"closed": field.DayOf(time.Now())})
	c := o.client(true)
	const flag = "日期请核对"
	if _, body := o.get(c, "/applications/"+far.String()); !strings.Contains(body, flag) || !strings.Contains(body, years.In(field.Zone).Format("2006年1月2日")) {
		t.Error("nobody sees it:", body)
	}
	if _, body := o.get(c, "/applications/"+near.String()); strings.Contains(body, flag) {
		t.Error("today is no such day:", body)
	}
	if body := o.decide(c, far, "approve", ""); !strings.Contains(body, "已批准") || !strings.Contains(body, flag) {
		t.Error("a person may not decide:", body)
	}
	if d, err := o.store.StoreByID(t.Context(), shops[0]); err != nil || d.Closed != late {
		t.Errorf("%+v %v", d.Store, err)
	}
}

func TestNothingIsApprovedThatIsNoLongerWhatWasSeen(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	a := ma.apply(shops[0], field.ApplyInfo, map[string]string{"owner": "马小兰"})
	also := ma.apply(shops[0], field.ApplyLicence, map[string]string{"owner": "马文才"})
	seen, err := o.store.ApplicationByID(t.Context(), a)
	o.check(err)
	seenAlso, err := o.store.ApplicationByID(t.Context(), also)
	o.check(err)
	ma.at(afternoon().Add(time.Minute), edit(a, field.TypeApplication, "change", map[string]string{"owner": "马大山"})) // its other phone, later
	ma.sync()
	c := o.client(true)
	if body := o.decideSeen(c, seen, "approve", ""); !strings.Contains(body, "刚有变动") || !strings.Contains(body, "马大山") || o.owner(shops[0]) != seen.Was.Owner {
		t.Error("another value was approved than was seen:", o.owner(shops[0]), body)
	}
	if body := o.decide(c, a, "approve", ""); !strings.Contains(body, "已批准") || o.owner(shops[0]) != "马大山" {
		t.Error(o.owner(shops[0]), body)
	}
	if body := o.decideSeen(c, seenAlso, "approve", ""); !strings.Contains(body, "刚有变动") || o.owner(shops[0]) != "马大山" {
		t.Error("a newer value was replaced unseen:", o.owner(shops[0]), body)
	}
}

func (o *office) owner(shop uuid.UUID) string {
	o.t.Helper()
	d, err := o.store.StoreByID(o.t.Context(), shop)
	o.check(err)
	return d.Owner
}

func TestWhatTwoPhonesWroteApartIsShownAndApprovedOnlyWhenTheyAgree(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma, li := o.phone("ma", "马秀英"), o.phone("li", "李建国")
	li.sync()
	a := ma.apply(shops[0], field.ApplyInfo, map[string]string{"owner": "马小兰"})
	li.at(afternoon().Add(time.Minute), edit(a, field.TypeApplication, "change", map[string]string{"owner": "马大山", "address": "文化巷"}))
	li.sync()
	c, before := o.client(true), o.owner(shops[0])
	body := o.decide(c, a, "approve", "")
	for _, text := range []string{"两台手机写的内容不一样", "马小兰", "马大山", "文化巷"} {
		if !strings.Contains(body, text) {
			t.Errorf("no %s in %s", text, body)
		}
	}
	if o.owner(shops[0]) != before {
		t.Error("one of two was approved")
	}
	li.at(afternoon().Add(time.Hour), edit(a, field.TypeApplication, "change", map[string]string{"owner": "马小兰"})) // settled
	li.sync()
	if body := o.decide(c, a, "approve", ""); !strings.Contains(body, "已批准") || o.owner(shops[0]) != "马小兰" {
		t.Error(o.owner(shops[0]), body)
	}
}

func TestNoStoreIsReplacedByANewOneOrGetsTheLicenceOfAnother(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	was, err := o.store.StoreByID(t.Context(), shops[0])
	o.check(err)
	c := o.client(true)
	for want, a := range map[string]uuid.UUID{
		"已经有零售户在用":  ma.apply(uuid.Nil, field.ApplyNewStore, map[string]string{"name": "另一家", "licence_no": was.LicenceNo}),
		"许可证号已经有零售": ma.apply(shops[1], field.ApplyLicence, map[string]string{"licence_no": was.LicenceNo}),
		"要有店名和许可证号": ma.apply(uuid.Nil, field.ApplyNewStore, map[string]string{"name": "无证的店"}),
	} {
		if body := o.decide(c, a, "approve", ""); !strings.Contains(body, want) || strings.Contains(body, "已批准") {
			t.Error(body)
		}
	}
	is, err := o.store.StoreByID(t.Context(), shops[0])
	o.check(err)
	if is.Name != was.Name || is.Owner != was.Owner {
		t.Errorf("%+v", is.Store)
	}
}

func TestTheStoryOfAStoreSaysHowFarItsPositionMovedAndWhoseCouldNotBeTaken(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	ma.sync()
	at := afternoon()
	ma.at(at, edit(shops[0], field.TypeStore, "position", field.Position{Lat: 36.28391, Lon: 106.17022, Acc: 8}))
	ma.sync()
	ma.at(at.Add(time.Minute), edit(shops[0], field.TypeStore, "position", field.Position{Lat: 36.28391, Lon: 106.17133, Acc: 11.2}),
		edit(shops[0], field.TypeStore, field.PlacedField(ma.owner), field.Moment{AtMS: at.UnixMilli(), Mocked: true, Position: field.Position{Lat: 1, Lon: 2}}))
	ma.sync()
	resp, err := o.client(true).Get(o.url + "/stores/" + shops[0].String())
	o.check(err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	o.check(err)
	for _, text := range []string{"36.28391, 106.17133 · 误差 12 米", "移动了 99 米", "想改店的位置，没有改成", "位置是模拟的 · 1.00000, 2.00000"} {
		if !strings.Contains(string(raw), text) {
			t.Errorf("no %q in the page", text)
		}
	}
}
