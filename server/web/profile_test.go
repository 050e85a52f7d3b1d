package web

import (
	"html"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"storewalk/server/store"
	"storewalk/shared/field"
)

// told is a store of which everything is known, and where the page says each field of it: as the values of the profile,
// or in the form, where the office may correct it. The order is that of the phone's page of a store.
var told = []struct{ field, label, says string }{
	{"Owner", "负责人", "马占山"}, {"CareFlags", "关怀标记", "老年人、识字不多，宜当面讲"}, {"Phone", "电话", "13995400001"},
	{"BackupPhone", "备用电话", "09542031177"}, {"WindowFrom", "约定拜访时段", "15:10–17:40"}, {"WindowTo", "约定拜访时段", "15:10–17:40"},
	{"Note", "备注", "店主听力不好"},
	{"LicenceNo", "许可证号", "640402199999"}, {"Name", "店名", "占山食杂店"}, {"Opened", "领证日期", "2019年4月2日"},
	{"Closed", "停业日期", "2026年11月3日"}, {"BusinessType", "业态", "烟酒店"}, {"MarketType", "市场类型", "城镇"}, {"Grade", "档位", "17"},
	{"TerminalLevel", "终端类型", "现代终端"}, {"IntegrityGrade", "诚信等级", "B 级"}, {"DistrictType", "商圈", "旅游景区"},
	{"", "片区", "三营片区"}, {"Township", "乡镇", "三营镇"}, {"Address", "地址", "三营镇新街 7 号"}, {"Position", "位置", "36.28391, 106.17022"},
}

func TestThePageOfAStoreTellsAllItsFieldsInTheOrderOfThePhone(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.importTerritory()
	s := field.Store{
		LicenceNo: "640402199999", Name: "占山食杂店", Owner: "马占山", Phone: "13995400001", BackupPhone: "09542031177",
		BusinessType: "tobacco_liquor", MarketType: "urban", Grade: 17, TerminalLevel: "modern", IntegrityGrade: "B", DistrictType: "tourist",
		Township: "640402100", Address: "三营镇新街 7 号", Position: field.Position{Lat: 36.28391, Lon: 106.17022}, Note: "店主听力不好",
		CareFlags: []string{"elderly", "low_literacy"}, WindowFrom: "15:10", WindowTo: "17:40", Opened: "2019-04-02", Closed: "2026-11-03",
	}
	_, _, _, err := o.store.ImportStores(t.Context(), north, []field.Store{s})
	o.check(err)
	id := field.StoreID(s.LicenceNo)
	ma := o.phone("ma", "马秀英")
	ma.sync()
	ma.at(time.Now(), edit(id, field.TypeStore, "closed", s.Closed), edit(id, field.TypeStore, "note", s.Note))
	ma.sync()
	d, err := o.store.StoreByID(t.Context(), id)
	o.check(err)
	if !reflect.DeepEqual(d.Store, s) {
		t.Fatalf("the office has %+v", d.Store)
	}

	_, body := o.get(o.client(true), "/stores/"+id.String())
	said, _, _ := strings.Cut(body, `class="history"`)
	at := 0
	for _, f := range told {
		where := regexp.MustCompile(`(?s)<dt>`+f.label+`</dt><dd[^>]*>`+regexp.QuoteMeta(html.EscapeString(f.says))+`</dd>|<label>`+f.label+
			`<(input [^>]*value="`+f.says+`"|textarea[^>]*>`+f.says+`<)`).FindAllStringIndex(said, -1)
		if len(where) == 0 {
			t.Errorf("the page does not say %s %s", f.label, f.says)
			continue
		}
		last := where[len(where)-1][0] // the head of the page may say it too
		if last < at {
			t.Errorf("%s stands before what the phone says first", f.label)
		}
		at = last
	}
	if !strings.Contains(said, "2026年11月3日起停业") {
		t.Error("the head of the page does not say that the store is closed")
	}
	for i := range reflect.TypeFor[field.Store]().NumField() {
		name := reflect.TypeFor[field.Store]().Field(i).Name
		if !slices.ContainsFunc(told, func(f struct{ field, label, says string }) bool { return f.field == name }) {
			t.Errorf("field.Store has %s, and the office's page of a store is not asked to tell it", name)
		}
		if reflect.ValueOf(s).Field(i).IsZero() {
			t.Errorf("the store of this test has no %s", name)
		}
	}
}

func TestAStoreOfWhichLittleIsKnownSaysNothingInItsPlace(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.importTerritory()
	_, _, _, err := o.store.ImportStores(t.Context(), north, []field.Store{{LicenceNo: "640402199999", Name: "新店"}})
	o.check(err)
	_, body := o.get(o.client(true), "/stores/"+field.StoreID("640402199999").String())
	for _, text := range []string{"停业", "领证日期", "关怀标记", "档位", "业态", "<dd></dd>", "0.00000"} {
		if strings.Contains(body, text) {
			t.Errorf("the page of a store says %s of which nothing is known", text)
		}
	}
	if !strings.Contains(body, "没有约定") {
		t.Error("the page does not say that no time was agreed")
	}
}

// What a manager sets on a phone for the first time is a change of that field, not the making of the store's profile.
func TestTheFirstChangeOfAFieldOfAStoreSaysFromWhatToWhat(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	shops, _ := o.importTerritory()
	ma := o.phone("ma", "马秀英")
	ma.sync()
	ma.at(time.Now(), edit(shops[0], field.TypeStore, "care", []string{"elderly"}), edit(shops[0], field.TypeStore, "window_from", "15:10"),
		edit(shops[0], field.TypeStore, "note", "听力不好"))
	ma.sync()
	d, err := o.store.StoreByID(t.Context(), shops[0])
	o.check(err)
	all := events(d.History)
	changed := map[string]string{}
	made := 0
	for _, e := range all {
		switch {
		case e.Created.Profile:
			made++
			if e.Author != (store.Person{}) {
				t.Errorf("%s is said to have made the profile", e.Author.Name)
			}
		case e.Change != nil && e.Author.Name == "马秀英":
			changed[e.Change.Field] = string(e.Change.Old) + " → " + string(e.Change.New)
		}
	}
	want := map[string]string{"care": `null → ["elderly"]`, "window_from": `null → "15:10"`, "note": `null → "听力不好"`}
	if made != 1 || !reflect.DeepEqual(changed, want) {
		t.Errorf("made %d times, changed %v", made, changed)
	}
	_, body := o.get(o.client(true), "/stores/"+shops[0].String())
	if !strings.Contains(body, `<del>（空）</del><span aria-hidden="true">→</span><ins>听力不好</ins>`) || strings.Count(body, "建立档案") != 1 {
		t.Error("the page does not say what the manager changed")
	}
}
