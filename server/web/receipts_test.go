package web

import (
	"context"
	"database/sql"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"storewalk/demo/shelf"
	"storewalk/shared/blob"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/receipt"
	"storewalk/shared/record"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

// closes makes a phone of its own send a visit with a count and two photos, and returns its receipt and one of the photos.
func (o *office) closes(login, name string, shop, product uuid.UUID) (signed receipt.Signed, photo blob.Ref) {
	o.t.Helper()
	p := o.phone(login, name)
	at := time.Now()
	v := p.visit(shop, at, 20*time.Minute)
	p.count(v, shop, product, field.CountLine{Packs: 4, OnDisplay: true}, at)
	p.photo(v, shop, "shelf", shelf.Options{Seed: uint64(len(login)) + 700}, at, true)
	p.photo(v, shop, "storefront", shelf.Options{Kind: shelf.Storefront, Seed: uint64(len(login)) + 800, Sign: name}, at, true)
	var rid record.Replica
	p.tx(func(ctx context.Context, tx *sql.Tx) (err error) {
		rid, _, err = ledger.Self(ctx, tx)
		return err
	})
	req := wire.SyncRequest{Proto: wire.Proto, Replica: rid, Next: "closes", ClockMS: at.UnixMilli(), Budget: wire.MaxBudget}
	rows, err := p.db.Read.Query(`SELECT body FROM record WHERE type NOT IN ('user', 'product', 'territory') ORDER BY id`)
	o.check(err)
	defer rows.Close()
	for rows.Next() {
		var body []byte
		o.check(rows.Scan(&body))
		req.Push = append(req.Push, json.RawMessage(body))
	}
	o.check(rows.Err())
	_, err = o.store.Sync(o.t.Context(), p.me, req)
	o.check(err)
	resp, err := o.store.Receipt(o.t.Context(), p.me, wire.ReceiptRequest{Proto: wire.Proto, Replica: rid, Days: []string{field.DayOf(at)}})
	o.check(err)
	if resp.Receipt == nil {
		o.t.Fatal("no receipt", resp)
	}
	return resp.Receipt, blob.Ref(sha(o.draw(shelf.Options{Seed: uint64(len(login)) + 700}).full))
}

// receiptCodes are the codes of a receipt, of one that somebody changed, and of one of which a photo is missing now.
func (o *office) receiptCodes(s story) (good, forged, missing string) {
	o.t.Helper()
	product := field.ProductID("6901028000001")
	signed, _ := o.closes("sun", "孙丽", s.shop, product)
	bad, photo := o.closes("zhou2", "周建平", s.shop, product)
	o.check(o.store.Blobs.Remove(photo))
	return signed.Code(), changed(signed.Code()), bad.Code()
}

// changed is a code with another character in its middle.
func changed(code string) string {
	i, c := len(code)/2, "0"
	if code[i] == '0' {
		c = "1"
	}
	return code[:i] + c + code[i+1:]
}

// What a phone's disk damaged before it was sent is not in its receipt, and the office's page says so.
func TestTheOfficeIsToldWhatAReceiptDoesNotCover(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	p := o.phone("ma", "马秀英")
	p.sync()
	var rid record.Replica
	p.tx(func(ctx context.Context, tx *sql.Tx) (err error) {
		rid, _, err = ledger.Self(ctx, tx)
		return err
	})
	_, err := o.store.Sync(t.Context(), p.me, wire.SyncRequest{Proto: wire.Proto, Replica: rid, Next: "once", ClockMS: time.Now().UnixMilli(), Budget: wire.MaxBudget})
	o.check(err)
	for n, want := range map[int]bool{0: false, 2: true} {
		resp, err := o.store.Receipt(t.Context(), p.me, wire.ReceiptRequest{Proto: wire.Proto, Replica: rid, Days: []string{field.DayOf(time.Now())}, Damaged: n})
		o.check(err)
		_, body := o.get(o.client(true), "/receipts?code="+url.QueryEscape(receipt.Signed(resp.Receipt).Code()))
		if got := strings.Contains(body, "手机上有 2 条记录在上传前被手机存储损坏"); got != want || !strings.Contains(body, `data-code="genuine"`) {
			t.Errorf("%d not covered: said %v\n%s", n, got, body)
		}
	}
	if _, err := o.store.Receipt(t.Context(), p.me, wire.ReceiptRequest{Proto: wire.Proto, Replica: rid, Damaged: -1}); err == nil {
		t.Error("fewer than none")
	}
}

func TestTheOfficeVerifiesAReceiptThatACameraOpens(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, products := o.importTerritory()
	signed, photo := o.closes("sun", "孙丽", shops[0], products[0])
	desk := o.signIn()
	desk.Open(o.url + strings.TrimPrefix(signed.URL("http://x"), "HTTP://X"))
	desk.WaitFor(`document.querySelector("#verdict")?.dataset.code === "genuine" && document.querySelector("#now").dataset.whole === "true"`)
	desk.WaitFor(`document.body.innerText.includes("孙丽") && document.body.innerText.includes("` + receipt.Group(signed.Short()) + `")`)
	verdict := func(code string) string {
		_, body := o.get(o.client(true), "/receipts?code="+url.QueryEscape(code))
		_, after, _ := strings.Cut(body, `id="verdict" data-code="`)
		found, _, _ := strings.Cut(after, `"`)
		return found
	}
	other := receipt.Receipt{Replica: record.Replica{1}}.Sign(uuid.New(), make([]byte, 64))
	for code, want := range map[string]string{
		signed.Code(): "genuine", receipt.Group(signed.Short()): "genuine", strings.ToLower(signed.Code()): "genuine",
		changed(signed.Code()): "receipt.forged", signed.Code()[:200]: "receipt.cut", "您好": "receipt.malformed", "0000-0000-0000": "receipt.unknown",
		other.Code(): "receipt.other_server", "": "", " ": "receipt.empty",
	} {
		if got := verdict(code); got != want {
			t.Errorf("%.20q is %q, want %q", code, got, want)
		}
	}
	o.check(o.store.Blobs.Remove(photo))
	desk.Open(o.url + "/receipts?code=" + signed.Code())
	desk.WaitFor(`document.querySelector("#now").dataset.whole === "false" && document.querySelector("#missing-photos").innerText.includes("1")`)
}

func TestAStrangerLearnsNothingOfAReceipt(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, products := o.importTerritory()
	signed, _ := o.closes("sun", "孙丽", shops[0], products[0])
	resp, body := o.get(o.client(false), receipt.Path+signed.Code())
	if resp.Request.URL.Path != "/signin" || strings.Contains(body, "孙丽") || !strings.Contains(resp.Request.URL.RawQuery, signed.Code()) {
		t.Fatal(resp.Request.URL)
	}
	if resp, _ := o.get(o.client(true), "/receipts"); resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status)
	}
}
