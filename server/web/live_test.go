package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"storewalk/demo/shelf"
	"storewalk/e2e/browser"
	"storewalk/shared/field"

	"github.com/google/uuid"
)

func TestAVisitAppearsAfterItsSyncWithoutReload(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	ma.sync()
	ma.visit(shops[0], time.Now(), 0)
	ma.sync()
	desk := o.signIn()
	desk.WaitFor("document.documentElement.dataset.listening === 'on'")
	desk.WaitFor("(window.stayed = true) && document.querySelectorAll('.visit').length === 1")

	v := ma.visit(shops[1], time.Now(), 0)
	ma.note(v, shops[1], "刚到的拜访", uuid.Nil, time.Now())
	ma.sync()
	row := fmt.Sprintf("document.getElementById('v-%s')", v)
	desk.WaitFor(row + " && document.querySelectorAll('.visit').length === 2")
	desk.WaitFor(row + ".classList.contains('is-new') && " + row + ".innerText.includes('刚到的拜访')")
	desk.WaitFor("document.querySelector('#figures dd').innerText === '2' && window.stayed")

	// What comes later to a visit that is open in the browser appears there too.
	desk.Click("#a-" + v.String())
	desk.WaitFor("document.documentElement.dataset.listening === 'on' && location.pathname.includes('" + v.String() + "')")
	photo := ma.photo(v, shops[1], "shelf", shelf.Options{Seed: 3}, time.Now(), false)
	ma.sync()
	desk.WaitFor("document.querySelector('.shot[href*=\"" + photo.String() + "\"] .shot__wait')")
}

func TestPhotoBytesTakeThePlaceOfTheirThumbnailWhenTheyArrive(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	v := ma.visit(shops[0], time.Now(), 0)
	id := ma.photo(v, shops[0], "shelf", shelf.Options{Seed: 5}, time.Now(), false)
	ma.sync()
	desk := o.signIn()
	desk.Open(fmt.Sprintf("%s/visits/%s/photos/%s", o.url, v, id))
	desk.WaitFor("document.querySelector('#waiting') && document.querySelector('.viewer__photo--small').naturalWidth === 256")
	desk.WaitFor("document.documentElement.dataset.listening === 'on'")
	full := o.draw(shelf.Options{Seed: 5}).full
	o.check(o.store.Blobs.Put(sha(full), bytes.NewReader(full)))
	o.check(o.store.PhotoArrived(t.Context(), ma.me.Device))
	desk.WaitFor("!document.querySelector('#waiting') && document.querySelector('.viewer__photo').naturalWidth === 800")
}

func TestWhatIsBeingTypedIsNotReplacedByWhatArrives(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	ma.sync()
	desk := o.signIn()
	desk.Open(o.url + "/stores/" + shops[0].String())
	desk.WaitFor("document.documentElement.dataset.listening === 'on'")
	desk.Type("#edit [name=note]", "三点后在店")
	ma.at(time.Now(), edit(shops[0], field.TypeStore, "backup_phone", "0954-1111111"))
	ma.sync()
	desk.Click("#edit .primary")
	desk.WaitText(".flash--good", "已保存")
	desk.WaitFor("document.querySelector('[name=note]').value === '三点后在店' && document.querySelector('[name=backup_phone]').value === '0954-1111111'")
}

func TestTheListStaysWhereItIsReadAndSaysWhatIsNewAbove(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	for i := range 20 {
		ma.visit(shops[i], time.Now().Add(time.Duration(i)*time.Second), 0)
	}
	ma.sync()
	desk := o.signIn()
	desk.WaitFor("document.documentElement.dataset.listening === 'on'")
	desk.WaitFor("(scrollTo(0, 600), window.seen = [...document.querySelectorAll('.visit')].find(r => r.getBoundingClientRect().bottom > 90).id, window.top0 = document.getElementById(seen).getBoundingClientRect().top, scrollY > 500)")
	v := ma.visit(shops[30], time.Now(), 0)
	ma.sync()
	desk.WaitFor("document.getElementById('v-" + v.String() + "')")
	desk.WaitFor("Math.abs(document.getElementById(seen).getBoundingClientRect().top - top0) < 2")
	desk.WaitText("#arrived", "1")
	desk.Click("#arrived")
	desk.WaitFor("scrollY < 40 && document.querySelector('#arrived').hidden")
}

func TestFiltersNarrowTheListInPlace(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, products := o.importTerritory()
	ma, li := o.phone("ma", "马秀英"), o.phone("li", "李建国")
	a := ma.visit(shops[0], time.Now(), 0)
	ma.count(a, shops[0], products[0], field.CountLine{OutOfStock: true}, time.Now())
	li.visit(shops[1], time.Now(), 0)
	ma.sync()
	li.sync()
	desk := o.signIn()
	desk.WaitFor("(window.stayed = true) && document.querySelectorAll('.visit').length === 2")
	desk.Set("[name=manager]", li.owner.String())
	desk.WaitFor("document.querySelectorAll('.visit').length === 1 && location.search.includes('" + li.owner.String() + "')")
	desk.Click(".toggle--alarm")
	desk.WaitText(".empty", "没有符合条件的拜访")
	desk.Set("[name=manager]", "")
	desk.WaitFor("document.getElementById('v-" + a.String() + "') && window.stayed")
	// A live refresh keeps the filter.
	desk.WaitFor("document.documentElement.dataset.listening === 'on'")
	li.visit(shops[2], time.Now(), 0)
	b := ma.visit(shops[3], time.Now(), 0)
	ma.count(b, shops[3], products[0], field.CountLine{OutOfStock: true}, time.Now())
	li.sync()
	ma.sync()
	desk.WaitFor("document.querySelectorAll('.visit').length === 2 && document.getElementById('v-" + b.String() + "')")
}

func TestAConflictIsSettledByChoosingOrByTyping(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := tell(o)
	desk := o.signIn()
	desk.Open(o.url + "/visits/" + s.rich.String())
	desk.WaitText("#conflicts", "马秀英")
	desk.WaitText("#conflicts", "李建国")
	desk.Click(`#conflicts .choice:has([value*=":12,"])`)
	desk.Click("#conflicts .primary")
	desk.WaitText(".flash--good", "已选定")
	desk.WaitFor("!document.querySelector('#conflicts')")
	desk.WaitText(".counts", "+8 条")

	desk.Open(o.url + "/conflicts")
	desk.Type(".choice--other [name=text]", "0954-7654321")
	desk.Click(".choice--other [type=radio]")
	desk.Click(".settle .primary")
	desk.WaitText(".empty", "没有分歧")
	d, err := o.store.StoreByID(t.Context(), s.shop)
	if err != nil || d.Phone != "0954-7654321" || len(d.Open) != 0 {
		t.Fatal(d.Phone, err)
	}
	if last := d.History[len(d.History)-1]; last.Author.ID != o.boss {
		t.Fatalf("%+v", last)
	}
}

func TestAPageOfTwoSupervisorsSettlesOnce(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := tell(o)
	first := o.signIn()
	first.Open(o.url + "/visits/" + s.rich.String())
	first.Click("#conflicts .choice:nth-child(1)") // touched: the page stays as it is
	c, err := o.store.VisitByID(t.Context(), s.rich)
	o.check(err)
	open := c.Open[0]
	o.check(o.store.Settle(t.Context(), o.boss, open.Record, open.Field, []byte(`{"cartons":9,"packs":9,"display":true,"out":false}`), open.Seen))
	first.Click("#conflicts .primary")
	first.WaitFor("document.querySelector('.flash--bad')")
	c, err = o.store.VisitByID(t.Context(), s.rich)
	o.check(err)
	for _, l := range c.Counts {
		if l.Product == mustProduct(open.Field) && l.Cartons != 9 {
			t.Fatalf("the second decision overwrote the first: %+v", l)
		}
	}
}

func mustProduct(name string) uuid.UUID {
	id, _ := field.LineProduct(name)
	return id
}

func TestTheLanguageIsChosenOnceAndKept(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	desk := browser.NewDesk(t)
	desk.Open(o.url + "/")
	desk.WaitText("h1", "走店")
	desk.Click(".language [value=en]")
	desk.WaitText("h1", "Storewalk")
	desk.Type("[name=login]", "zhou")
	desk.Type("[name=password]", password)
	desk.Click(".card .primary")
	desk.WaitText("h1", "Visits")
	desk.WaitText(".empty", "No visits yet")
	desk.Click(".language [value=zh]")
	desk.WaitText(".empty", "还没有拜访")
}

func TestSigningInSaysWhyItFailed(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.account("ma", "马秀英", field.RoleManager)
	desk := browser.NewDesk(t)
	desk.Expect("401")
	desk.Expect("429")
	try := func(login, pass, want string) {
		t.Helper()
		desk.Open(o.url + "/visits?q=x")
		desk.Type("[name=login]", login)
		desk.Type("[name=password]", pass)
		desk.Click(".card .primary")
		desk.WaitText("#error", want)
	}
	try("zhou", "wrong password", "用户名或密码不对")
	try("nobody", password, "用户名或密码不对")
	try("ma", password, "手机应用")
	for range 4 {
		try("zhou", "guess", "用户名或密码不对")
	}
	for range 10 { // on a busy machine one more try may be allowed by the time that the button is clicked
		desk = desk.Another()
		desk.Expect("429")
		desk.Open(o.url + "/visits?q=x")
		desk.Type("[name=login]", "zhou")
		desk.Type("[name=password]", password)
		for range 8 {
			resp, err := http.PostForm(o.url+"/signin", url.Values{"login": {"zhou"}, "password": {"guess"}})
			o.check(err)
			resp.Body.Close()
		}
		desk.Click(".card .primary")
		desk.WaitFor("document.querySelector('#error') || location.pathname === '/visits' && !document.querySelector('[name=password]')")
		if braked, err := browser.Eval[bool](t.Context(), desk.Page, "document.querySelector('#error')?.innerText.includes('次数太多') ?? false"); err != nil || braked {
			o.check(err)
			return
		}
	}
	t.Error("whoever guesses is not braked")
}

func TestHostileTextIsShownAsText(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.importTerritory()
	ma := o.phone("ma", `<script>document.title='owned'</script>`)
	evil := field.StoreID("evil")
	hostile := `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>{{.}}`
	ma.at(time.Now(), edit(evil, field.TypeStore, "name", hostile), edit(evil, field.TypeStore, "licence_no", hostile),
		edit(evil, field.TypeStore, "phone", `javascript:alert(1)`), edit(evil, field.TypeStore, "address", hostile))
	v := ma.visit(evil, time.Now(), 0)
	ma.note(v, evil, hostile, uuid.Nil, time.Now())
	ma.photo(v, evil, hostile, shelf.Options{Seed: 1}, time.Now(), true)
	ma.sync()
	desk := o.signIn()
	for _, path := range []string{"/visits", "/visits/" + v.String(), "/stores/" + evil.String(), "/stores", "/phones", "/visits?q=" + "%22%3E%3Cscript%3E"} {
		desk.Open(o.url + path)
		desk.WaitFor("document.title !== 'owned' && document.querySelectorAll('main script, main img[src=x]').length === 0")
	}
	desk.Open(o.url + "/visits/" + v.String())
	desk.WaitText(".note", "<script>")
}
