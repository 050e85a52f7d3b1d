package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

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
	a := ma.apply(shops[0], field.ApplyInfo, map[string]string{"owner": "马小兰", "grade": "30"})
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
	if d.Owner != "马小兰" || d.Grade == 30 {
		t.Errorf("%+v", d.Store) // what no application of the kind may change stays
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
