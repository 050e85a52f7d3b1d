package web

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

var south = field.TerritoryID("south")

// push sends records as they are and returns the receipts.
func (p *phone) push(next string, raws ...[]byte) []wire.Receipt {
	p.o.t.Helper()
	req := wire.SyncRequest{Proto: wire.Proto, Replica: record.Replica{9}, Next: next, ClockMS: time.Now().UnixMilli()}
	for _, raw := range raws {
		req.Push = append(req.Push, json.RawMessage(raw))
	}
	resp, err := p.o.store.Sync(p.o.t.Context(), p.me, req)
	p.o.check(err)
	return resp.Receipts
}

// elsewhere is a note in a territory that nobody holds yet.
func elsewhere(n uint64, text string) []byte {
	value, _ := json.Marshal(text)
	return record.Record{ID: uuid.New(), Type: field.TypeNote, Territory: south, Place: record.Place{N: 1}}.
		Set("text", record.Entry{Dot: record.Dot{Replica: record.Replica{9}, N: n}, Lam: 1, Value: value}, nil).Encode()
}

// trouble is what goes wrong in the field: a note in another's territory, a broken message, a copied phone, a
// clock nobody can explain, and visits that come days late.
func (o *office) trouble(p *phone, shops []uuid.UUID) {
	o.t.Helper()
	p.push("1", elsewhere(1, "三营片区以外的店，顺路看了一眼。"), elsewhere(2, strings.Repeat("很长的拜访记录。", 400)), []byte(`{"id":"?"}`))
	p.push("2")
	p.push("a copy of the phone's database") // follows neither
	now := time.Now()
	p.visit(shops[20], now.AddDate(0, 0, -3), 20*time.Minute)
	p.visit(shops[21], now.AddDate(0, 0, 2), 20*time.Minute)
	p.visit(shops[22], now.AddDate(-5, 0, 0), 20*time.Minute)
	p.sync()
}

func post(t *testing.T, c *http.Client, to string) string {
	t.Helper()
	resp, err := c.PostForm(to, url.Values{})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err)
	}
	return string(body)
}

func TestWhatWasPutAsideIsReadInFullAndTakenInAgain(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	o.trouble(ma, shops)
	c := o.client(true)
	list, err := o.store.Quarantined(t.Context())
	o.check(err)
	if len(list) != 3 {
		t.Fatalf("%+v", list)
	}
	_, page := o.get(c, "/aside")
	if !strings.Contains(page, "不归这位客户经理") || strings.Contains(page, "不归您管") || !strings.Contains(page, "全部再收一次") {
		t.Fatal(page)
	}
	for _, a := range list {
		resp, body := o.get(c, "/aside/"+a.ID)
		if int64(len(body)) != a.Size || !strings.HasPrefix(body, a.Raw) || !strings.HasPrefix(resp.Header.Get("Content-Disposition"), "attachment") ||
			resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Fatal(a.Size, len(body), resp.Header)
		}
	}
	if body := post(t, c, o.url+"/aside/"+list[0].ID); !strings.Contains(body, "还是收不进") {
		t.Fatal(body)
	}
	all := o.url + "/phones/" + ma.me.Device.String() + "/aside"
	if body := post(t, c, all); !strings.Contains(body, "还是收不进") {
		t.Fatal(body)
	}
	o.check(o.store.EnsureTerritory(t.Context(), "south", "南片", ""))
	o.check(o.store.SetTerritories(t.Context(), ma.owner, []uuid.UUID{north, south}))
	if body := post(t, c, all); !strings.Contains(body, "收下了一部分") || strings.Count(body, `class="panel aside"`) != 1 {
		t.Fatal(body)
	}
	_, stranger := o.get(o.client(false), "/aside/"+list[0].ID)
	if !strings.Contains(stranger, "name=\"password\"") {
		t.Fatal("shown without a session")
	}
	if resp, _ := o.get(c, "/aside/"+uuid.NewString()); resp.StatusCode != http.StatusNotFound {
		t.Fatal(resp.Status)
	}
	for _, to := range []string{all, o.url + "/aside/" + list[0].ID} { // nobody can do it from another site
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, nil)
		o.check(err)
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		resp, err := c.Do(req)
		o.check(err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Error(to, resp.Status)
		}
	}
}

func TestAVisitThatCameLaterSaysItsDayAndADoubtfulClockIsMarked(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	o.trouble(ma, shops)
	today := ma.visit(shops[1], time.Now(), 0)
	ma.sync()
	_, page := o.get(o.client(true), "/visits")
	rows := strings.Split(page, `<li class="visit"`)[1:]
	if len(rows) != 4 {
		t.Fatal(len(rows))
	}
	list, err := o.store.Visits(t.Context(), store.VisitFilter{})
	o.check(err)
	dated, doubted := 0, 0
	for i, row := range rows {
		v := list.Rows[i]
		if !strings.Contains(row, v.ID.String()) {
			t.Fatal("another order")
		}
		if strings.Contains(row, "时钟可疑") != (v.CheckIn.Doubtful || v.CheckOut.Doubtful) {
			t.Errorf("%+v: %s", v.CheckIn, row)
		}
		if v.CheckIn.Doubtful {
			doubted++
		}
		if strings.Contains(row, "visit__day") {
			dated++
			if v.ID == today {
				t.Error("today has a date")
			}
		}
	}
	if dated != 2 || doubted != 2 { // three days ago and five years ago; the one of the day after tomorrow is shown as of now
		t.Fatal(dated, doubted)
	}
}

func TestAnAlarmIsShownInWordsOnThePageOfPhones(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	o.trouble(ma, shops)
	c := o.client(true)
	if _, page := o.get(c, "/phones"); !strings.Contains(page, `data-code="alarm.clone"`) || !strings.Contains(page, "出现了两份") || !strings.Contains(page, "马秀英的手机") {
		t.Fatal(page)
	}
	post(t, c, o.url+"/language") // no language is Chinese
	resp, err := c.PostForm(o.url+"/language", url.Values{"lang": {"en"}})
	o.check(err)
	resp.Body.Close()
	if _, page := o.get(c, "/phones"); !strings.Contains(page, "exists twice") {
		t.Fatal(page)
	}
}
