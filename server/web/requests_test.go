package web

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"testing"
	"time"

	"storewalk/demo/shelf"
	"storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// ask takes down what a store asked for, as a phone does.
func (p *phone) ask(shop, visit uuid.UUID, kind, text string, spoke time.Time, links ...field.RequestLink) uuid.UUID {
	p.o.t.Helper()
	q := uuid.New()
	p.at(spoke.Add(time.Minute), edit(q, field.TypeRequest, "kind", kind), edit(q, field.TypeRequest, "store", shop), edit(q, field.TypeRequest, "visit", visit),
		edit(q, field.TypeRequest, "owner", p.owner), edit(q, field.TypeRequest, "spoke", spoke.UnixMilli()+p.ahead), edit(q, field.TypeRequest, "text", text))
	for _, l := range links {
		p.at(spoke.Add(time.Minute), edit(q, field.TypeRequest, field.LinkPrefix+l.To.String(), l.Kind))
	}
	return q
}

// happens adds an event to a request.
func (p *phone) happens(q uuid.UUID, ev field.RequestEvent, at time.Time) {
	p.o.t.Helper()
	ev.AtMS = at.UnixMilli() + p.ahead
	p.at(at, edit(q, field.TypeRequest, field.EventPrefix+uuid.NewString(), ev))
}

// requestOf is a request as the phone has it.
func (p *phone) requestOf(q uuid.UUID) (out field.Request) {
	p.o.t.Helper()
	p.tx(func(ctx context.Context, tx *sql.Tx) error {
		r, _, err := ledger.Load(ctx, tx, q)
		out = field.RequestOf(r)
		return err
	})
	return out
}

func TestARequestThatRunsOutOfTimeAppearsOnTopAndTheOfficesAnswerReachesThePhone(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, products := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	ma.sync()
	now := time.Now()
	v := ma.visit(shops[0], now.Add(-4*time.Hour), 20*time.Minute)
	ma.count(v, shops[0], products[0], field.CountLine{OutOfStock: true}, now.Add(-4*time.Hour))
	photo := ma.photo(v, shops[0], "evidence", shelf.Options{Seed: 3}, now.Add(-4*time.Hour), true)
	calm := ma.ask(shops[1], uuid.Nil, field.RequestEnquiry, "问新品什么时候能订", now.Add(-time.Hour))
	ma.sync()
	desk := o.signIn()
	desk.Open(o.url + "/requests")
	desk.WaitFor("document.documentElement.dataset.listening === 'on' && (window.stayed = true) && document.getElementById('q-" + calm.String() + "') && document.querySelector('#badge-requests').hidden")

	late := ma.ask(shops[0], v, field.RequestComplaint, "货不对板 <b>", now.Add(-4*time.Hour), field.RequestLink{To: photo, Kind: field.LinkPhoto},
		field.RequestLink{To: v, Kind: field.LinkCount}, field.RequestLink{To: products[0], Kind: field.LinkProduct})
	ma.sync()
	desk.WaitFor("window.stayed && document.querySelector('tbody tr').id === 'q-" + late.String() + "'")
	desk.WaitText("tbody tr:first-child .chip--alarm", "答复：已超时 2 小时")
	desk.WaitText("tbody tr:nth-child(2) .chip--wait", "答复：还剩 22 小时")
	desk.WaitFor("document.querySelector('#badge-requests').textContent === '1' && !document.querySelector('#badge-requests').hidden")
	desk.Click("#q-" + late.String() + " a")
	desk.WaitFor("location.pathname === '/requests/" + late.String() + "' && document.readyState === 'complete'")
	desk.WaitText(".prose", "货不对板 <b>")
	for _, to := range []string{"/visits/" + v.String() + "/photos/" + photo.String(), "/visits/" + v.String(), "/stores/" + shops[0].String()} {
		desk.WaitFor("document.querySelector('#live a[href=\"" + to + "\"]')")
	}
	desk.Type("#act textarea", "已电话说明，明天派人去。")
	desk.Click("#act [value=start]")
	desk.WaitText(".flash--good", "已记下")
	desk.WaitText(".history", "周敏")
	desk.WaitFor("!document.querySelector('#act [value=start]')")
	ma.sync()
	if q := ma.requestOf(late); q.State != field.RequestStarted || len(q.Events) != 1 || q.Events[0].Author != o.boss.String() || q.Events[0].Text != "已电话说明，明天派人去。" {
		t.Fatalf("%+v", q)
	}

	// What the phone does next is there without a reload, and visit and store lead to the request.
	desk.WaitFor("document.documentElement.dataset.listening === 'on'")
	ma.happens(late, field.RequestEvent{Kind: field.EventSolve, Text: "补了两条"}, now)
	ma.sync()
	desk.WaitText(".history", "补了两条")
	for _, page := range []string{"/visits/" + v.String(), "/stores/" + shops[0].String()} {
		desk.Open(o.url + page)
		desk.WaitFor("document.querySelector('#requests a[href=\"/requests/" + late.String() + "\"]')")
	}
}

func TestAStepThatCameTooLateIsShownAsNotAppliedToTheOfficeToo(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	li, wang := o.phone("li", "李建国"), o.phone("wang", "王小虎")
	now := time.Now()
	q := li.ask(shops[0], uuid.Nil, field.RequestSupply, "想多订两条", now.Add(-3*time.Hour))
	li.sync()
	wang.sync()
	li.happens(q, field.RequestEvent{Kind: field.EventSolve}, now.Add(-2*time.Hour))
	li.happens(q, field.RequestEvent{Kind: field.EventFollowUp, Rating: 5}, now.Add(-time.Hour))
	for n := range 9 { // a busy day: her start is later than all that he did
		wang.at(now, edit(shops[1], field.TypeStore, "note", strings.Repeat("忙", n+1)))
	}
	wang.happens(q, field.RequestEvent{Kind: field.EventStart, Text: "我来"}, now.Add(-90*time.Minute))
	wang.sync()
	li.sync()
	wang.sync()
	desk := o.signIn()
	desk.Open(o.url + "/requests/" + q.String())
	desk.WaitText(".history", "没有生效")
	desk.WaitText(".history", "李建国已先把进度改为“已办结”，这一步来晚了。")
	desk.WaitText(".head .chips", "满意度 5")
	for _, p := range []*phone{li, wang} {
		if got := p.requestOf(q); got.State != field.RequestClosed || len(got.Events) != 3 || got.Events[2].Applied {
			t.Errorf("%+v", got)
		}
	}
	// The same rules for the office: what is closed is not answered any more, but it may be reopened.
	c := o.client(true)
	if _, body := postForm(t, c, o.url+"/requests/"+q.String(), url.Values{"event": {"start"}}); !strings.Contains(body, "进度已经变了") {
		t.Error("a closed request was answered")
	}
	if _, body := postForm(t, c, o.url+"/requests/"+q.String(), url.Values{"event": {"solve"}}); !strings.Contains(body, "进度已经变了") {
		t.Error("the office solved it")
	}
	if _, body := postForm(t, c, o.url+"/requests/"+q.String(), url.Values{"event": {"comment"}}); !strings.Contains(body, "还没有写内容") {
		t.Error("an empty comment was taken")
	}
	postForm(t, c, o.url+"/requests/"+q.String(), url.Values{"event": {"reopen"}, "text": {"零售户又来电话"}})
	d, err := o.store.RequestByID(t.Context(), q)
	o.check(err)
	if d.State != field.RequestOpen || d.Request.AgainMS == 0 || d.Late(time.Now().UnixMilli()) {
		t.Errorf("%+v", d.RequestRow)
	}
}

func TestTheClockOfAPhoneWithAWrongClockRunsFromWhenTheStoreSpoke(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	p := o.phone("chen", "陈志强")
	p.ahead = 5 * time.Hour.Milliseconds()
	spoke := time.Now().Add(-3 * time.Hour)
	q := p.ask(shops[0], uuid.Nil, field.RequestComplaint, "送货晚了", spoke)
	p.sync()
	list, err := o.store.Requests(t.Context(), store.RequestFilter{})
	o.check(err)
	rows := list.Rows
	if len(rows) != 1 || rows[0].ID != q || !rows[0].Spoke.Corrected || !rows[0].Late(time.Now().UnixMilli()) ||
		time.UnixMilli(rows[0].DueMS).Sub(spoke.Add(2*time.Hour)).Abs() > time.Minute {
		t.Errorf("%+v", rows)
	}
}

func TestARemovedRequestIsBroughtBackByTheOffice(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	q := ma.ask(shops[0], uuid.Nil, field.RequestSuggestion, "希望换个送货时间", time.Now())
	ma.tx(func(ctx context.Context, tx *sql.Tx) error {
		r, _, err := ledger.Load(ctx, tx, q)
		if err != nil {
			return err
		}
		e, err := ledger.Deletion(ctx, tx, q, r.Context())
		if err != nil {
			return err
		}
		_, err = ledger.Write(ctx, tx, ledger.Writer{Author: ma.owner, WallMS: time.Now().UnixMilli()}, e)
		return err
	})
	ma.sync()
	desk := o.signIn()
	desk.Open(o.url + "/requests")
	desk.WaitText(".empty", "没有未办结的诉求")
	desk.Open(o.url + "/requests/" + q.String())
	desk.WaitText(".removed", "移除了一条诉求")
	desk.WaitFor("!document.querySelector('#act')")
	desk.Click(".removed summary")
	desk.Click(".removed .button")
	desk.WaitText(".flash--good", "已恢复")
	desk.WaitFor("document.querySelector('#act') && !document.querySelector('.removed')")
	desk.Expect("404")
	desk.Open(o.url + "/requests/" + uuid.NewString())
	desk.WaitFor("document.querySelector('.empty')")
}
