package web

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

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

func TestASupervisorApprovesAnApplicationAndTheStoreIsAsItWanted(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	a := ma.apply(shops[0], field.ApplyInfo, map[string]string{"owner": "马小兰", "grade": "30", "integrity_grade": "B", "township": "640402100"})
	c := o.client(true)
	resp, err := c.Get(o.url + "/applications")
	o.check(err)
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status)
	}
	status, body := postForm(t, c, o.url+"/applications/"+a.String(), url.Values{"decision": {"approve"}})
	if status != http.StatusOK || !strings.Contains(body, "儿子&lt;接手&gt;") || !strings.Contains(body, "已批准") {
		t.Fatal(status, body)
	}
	d, err := o.store.StoreByID(t.Context(), shops[0])
	o.check(err)
	if d.Owner != "马小兰" || d.Grade != 30 || d.IntegrityGrade != "B" || d.Township != "640402100" {
		t.Errorf("%+v", d.Store)
	}
	if !strings.Contains(body, "B 级") {
		t.Error("a grade is shown as its code:", body)
	}
	if _, body := postForm(t, c, o.url+"/applications/"+a.String(), url.Values{"decision": {"reject"}, "text": {"不"}}); !strings.Contains(body, "已经有人批过了") {
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
	if _, body := postForm(t, c, o.url+"/applications/"+a.String(), url.Values{"decision": {"reject"}}); !strings.Contains(body, "写明原因") {
		t.Error("rejected without a word")
	}
	postForm(t, c, o.url+"/applications/"+a.String(), url.Values{"decision": {"reject"}, "text": {"面积不够"}})
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
	if _, body := postForm(t, o.client(true), o.url+"/applications/"+a.String(), url.Values{"decision": {"approve"}}); !strings.Contains(body, "新开的店") {
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
	before, err := o.store.StoreByID(t.Context(), shops[0])
	o.check(err)
	c := o.client(true)
	for _, tt := range []struct {
		id   uuid.UUID
		want []string
	}{{newer, []string{"solar_panel", "&lt;两块&gt;", "先升级服务器"}}, {wrong, []string{"档位是 1 到 30"}}, {later, []string{"solar_panel", "先升级服务器"}}} {
		_, body := postForm(t, c, o.url+"/applications/"+tt.id.String(), url.Values{"decision": {"approve"}})
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
	if _, body := postForm(t, c, o.url+"/applications/"+newer.String(), url.Values{"decision": {"reject"}, "text": {"请等升级"}}); !strings.Contains(body, "请等升级") {
		t.Error("it can not be rejected:", body)
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
