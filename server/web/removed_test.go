package web

import (
	"context"
	"database/sql"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"storewalk/demo/shelf"
	"storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/ledger"

	"github.com/google/uuid"
)

// remove removes a photo or a note as it is on the phone now.
func (p *phone) remove(id uuid.UUID, at time.Time) {
	p.o.t.Helper()
	p.tx(func(ctx context.Context, tx *sql.Tx) error {
		r, _, err := ledger.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		e, err := ledger.Deletion(ctx, tx, id, r.Context())
		if err != nil {
			return err
		}
		_, err = ledger.Write(ctx, tx, ledger.Writer{Author: p.owner, WallMS: at.UnixMilli()}, e)
		return err
	})
}

func postForm(t *testing.T, c *http.Client, to string, form url.Values) (int, string) {
	t.Helper()
	resp, err := c.PostForm(to, form)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestWhatWasRemovedIsNamedOnTheVisitAndASupervisorRestoresIt(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	begun := afternoon().Add(-time.Hour)
	v := ma.visit(shops[0], begun, 20*time.Minute)
	photo := ma.photo(v, shops[0], "shelf", shelf.Options{Kind: shelf.Shelf, Seed: 1}, begun, true)
	note := ma.note(v, shops[0], "写错了店", uuid.Nil, begun)
	ma.sync()
	c := o.client(true)
	list := func() store.VisitRow {
		page, err := o.store.Visits(t.Context(), store.VisitFilter{})
		o.check(err)
		return page.Rows[0]
	}
	if r := list(); r.Photos != 1 || r.Note != "写错了店" || len(r.Thumbnails) != 1 {
		t.Fatalf("%+v", r)
	}
	ma.remove(photo, begun.Add(2*time.Minute))
	ma.remove(note, begun.Add(3*time.Minute))
	ma.sync()
	if r := list(); r.Photos != 0 || r.PhotosWhole != 0 || r.Note != "" || len(r.Thumbnails) != 0 || r.Conflicts != 0 {
		t.Fatalf("a list shows what was removed: %+v", r)
	}
	if s, err := o.store.Arrived(t.Context(), 0); err != nil || s.Photos != 0 || s.Conflicts != 0 {
		t.Fatalf("%+v %v", s, err)
	}
	_, body := o.get(c, "/visits/"+v.String())
	for _, want := range []string{"马秀英", "移除了一张照片", "移除了一条记录", "/thumbnails/" + photo.String(), "写错了店", "恢复", "没有照片", "移除了照片"} {
		if !strings.Contains(body, want) {
			t.Errorf("the visit's page lacks %s", want)
		}
	}
	if strings.Contains(body, `class="shot"`) || strings.Contains(body, "rids") {
		t.Error("the photo is among those of the visit, or a delete is shown as it is stored")
	}
	seen := regexp.MustCompile(`name="record" value="` + photo.String() + `"><input type="hidden" name="seen" value="([^"]+)"`).FindStringSubmatch(body)
	if seen == nil {
		t.Fatal(body)
	}
	form := url.Values{"record": {photo.String()}, "seen": {""}, "next": {"/visits/" + v.String()}}
	if _, body := postForm(t, c, o.url+"/restore", form); !strings.Contains(body, "移除了一张照片") {
		t.Error("restored by one who was not shown who removed it")
	}
	form.Set("seen", seen[1])
	if status, body := postForm(t, c, o.url+"/restore", form); status != http.StatusOK || !strings.Contains(body, "已恢复") || !strings.Contains(body, `class="shot"`) || !strings.Contains(body, "恢复了移除的照片") {
		t.Error(status, body)
	}
	if r := list(); r.Photos != 1 || len(r.Thumbnails) != 1 {
		t.Fatalf("%+v", r)
	}
	ma.sync()
	var gone int
	o.check(ma.db.Read.QueryRow(`SELECT gone FROM photo`).Scan(&gone))
	if gone != 0 {
		t.Error("the phone does not hear of it")
	}
	form.Set("record", v.String())
	if status, _ := postForm(t, c, o.url+"/restore", form); status != http.StatusNotFound {
		t.Error("a visit was restored", status)
	}
}

func TestWhatIsRemovedAndKeptApartIsShownWithBothNames(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	v := ma.visit(shops[0], afternoon().Add(-time.Hour), 0)
	note := ma.note(v, shops[0], "第一句", uuid.Nil, afternoon())
	ma.sync()
	ma.remove(note, afternoon())
	ma.sync()
	rec, err := o.store.VisitByID(t.Context(), v)
	o.check(err)
	o.check(o.store.Restore(t.Context(), o.boss, note, rec.Removed[0].Seen))
	ma.at(afternoon(), edit(note, field.TypeNote, "text", "第二句"))
	ma.remove(note, afternoon()) // again, without knowing what the office decided
	ma.sync()
	_, body := o.get(o.client(true), "/visits/"+v.String())
	if !strings.Contains(body, "仍在显示") || !strings.Contains(body, "周敏") || !strings.Contains(body, "保留") || !strings.Contains(body, "第二句") {
		t.Error(body)
	}
	d, err := o.store.VisitByID(t.Context(), v)
	o.check(err)
	if len(d.Removed) != 1 || d.Removed[0].Gone || !d.Removed[0].Kept || d.Removed[0].Other.ID != o.boss || len(d.Notes) != 1 || len(d.Open) != 0 {
		t.Fatalf("%+v", d)
	}
}
