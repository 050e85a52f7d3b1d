package ui_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"storewalk/mobile/ui/uitest"
	"storewalk/shared/field"
)

// apart is a store whose phone number is another on each of two phones, and the page to choose one of them. author wrote
// the one that came from elsewhere.
func apart(t *testing.T, author uuid.UUID) (*world, *uitest.Phone) {
	t.Helper()
	w := filled(t)
	p := w.phone()
	p.Tap("tab.stores")
	p.Tap("store." + id("store", 0).String())
	p.Tap("store.edit")
	p.Type("edit.phone", "13995401000")
	p.Back()
	w.office(author, now.Add(-time.Hour), id("store", 0), field.TypeStore, field.Value{Field: "phone", Value: "13709541888"})
	w.arrive()
	p.App.Changed()
	p.Settle()
	p.Tap("differ.phone")
	return w, p
}

// phones are the numbers that the store has.
func (w *world) phones() (all []string) {
	w.t.Helper()
	page, err := w.store.StorePage(w.t.Context(), id("store", 0))
	must(w.t, err)
	for _, v := range page.Phone.Siblings {
		all = append(all, strings.Trim(string(v.Value), `"`))
	}
	return slices.Sorted(slices.Values(all))
}

func TestWhatWasNotChosenStaysBesideAndIsChosenInsteadUntilThePageIsLeft(t *testing.T) {
	w, p := apart(t, wangFang)
	values := []string{p.Text("differ.value.0"), p.Text("differ.value.1")}
	by := []string{p.Text("differ.by.0"), p.Text("differ.by.1")}
	chosen := func(i int) {
		t.Helper()
		other := []string{"1", "0"}[i]
		if got := w.phones(); !slices.Equal(got, values[i:i+1]) {
			t.Errorf("%s was chosen, and the store has %s", values[i], got)
		}
		if p.Text("title") != "已经定好了" || p.Text("subtitle") != "三营镇兴隆百货超市" || !p.Shows("已选定") || !p.Shows("改用这个") || p.Shows("现在显示") {
			t.Error(p.Texts())
		}
		if got := []string{p.Text("differ.value.0"), p.Text("differ.value.1")}; !slices.Equal(got, values) {
			t.Errorf("%q stand there, not %q", got, values)
		}
		if got := []string{p.Text("differ.by.0"), p.Text("differ.by.1")}; !slices.Equal(got, by) {
			t.Errorf("they are by %q, not %q", got, by)
		}
		if p.Has("differ.choose."+[]string{"0", "1"}[i]) || !p.Has("differ.choose."+other) {
			t.Error(p.IDs())
		}
	}
	p.Tap("differ.choose.1")
	chosen(1)
	p.Tap("differ.choose.0")
	chosen(0)
	redrawn(p)
	chosen(0)
	w.arrive() // once more what is here already
	p.App.Changed()
	p.Settle()
	chosen(0)
	p.Tap("differ.choose.1")
	chosen(1)
	p.Tap("differ.done")
	if !p.Has("store.edit") || p.Has("differ.phone") {
		t.Error(p.Texts())
	}
}

func TestAValueThatArrivesAfterAChoiceIsAConflictAnewAndIsNotWrittenOver(t *testing.T) {
	for name, seen := range map[string]bool{"the page shows it": true, "another is chosen before it is shown": false} {
		t.Run(name, func(t *testing.T) {
			w, p := apart(t, wangFang)
			other := p.Text("differ.value.0")
			p.Tap("differ.choose.1")
			want := []string{"13700000000", p.Text("differ.value.1")}
			w.office(wangFang, now, id("store", 0), field.TypeStore, field.Value{Field: "phone", Value: "13700000000"})
			w.arrive()
			if seen {
				p.App.Changed()
				p.Settle()
			} else {
				p.Tap("differ.choose.0")
				want[1] = other
			}
			slices.Sort(want)
			if got := w.phones(); !slices.Equal(got, want) {
				t.Errorf("%q are kept, not %q", got, want)
			}
			if p.Text("title") != "两个值，选一个" || p.Has("differ.done") || !p.Has("differ.choose.0") || !p.Has("differ.choose.1") || p.Shows("已选定") {
				t.Error(p.Texts())
			}
			if got := slices.Sorted(slices.Values([]string{p.Text("differ.value.0"), p.Text("differ.value.1")})); !slices.Equal(got, want) {
				t.Errorf("%q are shown, not %q", got, want)
			}
		})
	}
}

func TestAPageOfConflictThatIsOpenedAgainAfterTheChoiceSaysThatItIsSettled(t *testing.T) {
	w, p := apart(t, wangFang)
	p.Back()
	p.Tap("visit.checkin")
	p.Back()
	p.Tap("differ.phone")
	p.Tap("differ.choose.1")
	p = w.reopened() // killed in a visit, it goes to where it was
	if p.Text("title") != "已经定好了" || !p.Shows("这一项现在只有一个值。") || p.Has("differ.value.0") {
		t.Error(p.Texts())
	}
	p.Tap("differ.back")
	if !p.Has("store.edit") || p.Has("differ.phone") {
		t.Error(p.Texts())
	}
}

func TestAPersonsTwoValuesSayOnWhichDeviceEachWasWritten(t *testing.T) {
	_, p := apart(t, liMing)
	for i, device := range map[string]string{"13995401000": "李明 · 本机", "13709541888": "李明 · 另一台设备"} {
		n := "0"
		if p.Text("differ.value.1") == i {
			n = "1"
		}
		if got := p.Text("differ.by." + n); !strings.HasPrefix(got, device) {
			t.Errorf("%s: %q", i, got)
		}
	}
	p.Back()
	p.Tap("back")
	p.Tap("tab.me")
	p.Tap("me.conflicts")
	if !p.Shows("李明 · 本机") || !p.Shows("李明 · 另一台设备") {
		t.Error(p.Texts())
	}
	_, p = apart(t, wangFang) // two people
	if p.Shows("本机") || p.Shows("另一台设备") {
		t.Error(p.Texts())
	}
}

func TestAConflictFitsThePhoneBeforeAndAfterTheChoice(t *testing.T) {
	everyView(t, func(t *testing.T, v view, snap func(*uitest.Phone, string)) {
		w := newWorld(t)
		w.signIn()
		v.fill(w)
		shop := id("store", 0)
		page, err := w.store.StorePage(t.Context(), shop)
		must(t, err)
		must(t, w.store.SetStoreText(t.Context(), shop, "note", "冬天下午四点以后才在店里，来之前先打电话。", page.Note.Seen))
		w.office(liMing, now.Add(-40*time.Minute), shop, field.TypeStore, field.Value{Field: "note", Value: "店主换了儿媳妇看店，周二周四去医院，不在。"})
		w.arrive()
		p := uitest.Open(t, w.deps())
		p.Tap("tab.me")
		p.Tap("me.conflicts")
		snap(p, "conflicts-own")
		p.Tap("conflict." + shop.String()[:8] + ".note")
		snap(p, "conflict-own")
		p.Tap("differ.choose.1")
		snap(p, "conflict-chosen")
	})
}
