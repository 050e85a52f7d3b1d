package field

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"storewalk/shared/fault"
)

func TestEveryFieldThatAnApplicationChangesHasAKindThatIsAskedForAndATextOfItsOwn(t *testing.T) {
	t.Parallel()
	s := Store{LicenceNo: "1", Name: "2", Owner: "3", Phone: "4", BusinessType: "5", Grade: 6, TerminalLevel: "7", IntegrityGrade: "A",
		Township: "640402100", Address: "8", Opened: "2019-04-02", Closed: "2026-11-30"}
	seen := map[string]string{}
	for _, name := range AppliedFields {
		if ApplicationFor(name) == "" {
			t.Errorf("no application changes %s", name)
		}
		text := s.Text(name)
		if text == "" || seen[text] != "" {
			t.Errorf("%s reads %q, as does %s", name, text, seen[text])
		}
		seen[text] = name
		v, err := AppliedValue(name, text)
		if err != nil {
			t.Error(name, err)
		}
		if got := StoreOf(written(t, TypeStore, []Value{{name, v}})).Text(name); got != text {
			t.Errorf("%s was written as %q and reads %q", name, text, got)
		}
	}
	for _, name := range EditableStoreFields {
		if ApplicationFor(name) != "" {
			t.Errorf("%s may be edited, and applied for", name)
		}
	}
}

func TestWhatAnApplicationWantsMustBeAValueOfItsField(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, code string }{
		{"grade", "1", ""}, {"grade", "30", ""}, {"grade", "", ""}, {"grade", "0", "grade.invalid"}, {"grade", "31", "grade.invalid"}, {"grade", "八", "grade.invalid"},
		{"integrity_grade", "D", ""}, {"integrity_grade", "E", "value.unknown"},
		{"township", "640402100", ""}, {"township", "三营镇", "value.unknown"}, {"township", "6404021000000", "value.unknown"},
		{"opened", "2024-02-29", ""}, {"opened", "2023-02-29", "day.invalid"}, {"closed", "30.11.2026", "day.invalid"},
		{"phone", "0954-203", ""}, {"phone", "打不通", "phone.invalid"}, {"terminal_level", "of a later version", ""},
	} {
		err := ValidateApplied(tt.name, tt.text)
		if _, code := fault.Of(err); err != nil && code != tt.code || (err == nil) != (tt.code == "") {
			t.Errorf("%s %q: %v, want %q", tt.name, tt.text, err, tt.code)
		}
	}
	if a := (Application{Kind: ApplyTerminal, Change: map[string]string{"terminal_level": "modern", "colour": "red", "owner": "我"}}); len(a.Unknown()) != 2 || a.Unknown()[0] != "colour" {
		t.Error(a.Unknown())
	}
}

func TestADayThatIsAppliedForLiesWithinTheDaysThatMakeSense(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 16, 30, 0, 0, time.UTC) // half past midnight of 1 December in China
	for _, tt := range []struct {
		name, text string
		fits       bool
	}{
		{"opened", "2026-12-01", true}, {"opened", "2026-12-02", false}, {"opened", "1949-10-01", true}, {"opened", "1949-09-30", false},
		{"closed", "2028-12-01", true}, {"closed", "2028-12-02", false}, {"closed", "2024-12-01", true}, {"closed", "2024-11-30", false},
		{"closed", "", true}, {"opened", "no day", true}, {"name", "9999-01-01", true},
	} {
		if err := ValidateAppliedDay(tt.name, tt.text, now); (err == nil) != tt.fits || err != nil && !fault.Is(err, "day.far") {
			t.Errorf("%s %q: %v", tt.name, tt.text, err)
		}
	}
}

func TestWhatAPhoneSaidThatCouldNotFixAPlaceIsTheirsAloneAndChecked(t *testing.T) {
	t.Parallel()
	li := UserID("li")
	if who, ok := PlacedBy(PlacedField(li)); !ok || who != li {
		t.Error(who, ok)
	}
	if _, ok := PlacedBy("position"); ok {
		t.Error("a position is one")
	}
	good := written(t, TypeStore, []Value{{PlacedField(li), Moment{AtMS: 1, Mocked: true}}})
	bad := written(t, TypeStore, []Value{{PlacedField(li), "here"}})
	if err := Validate(good, good); err != nil {
		t.Error(err)
	}
	if err := Validate(bad, written(t, TypeStore, nil)); !fault.Is(err, "record.bad_value") {
		t.Error(err)
	}
}

func TestWhatIsWantedInAnotherShapeIsShownUnknownAndKeptAsItWasWritten(t *testing.T) {
	t.Parallel()
	a := ApplicationOf(written(t, TypeApplication, []Value{{"kind", ApplyInfo}, {"change", map[string]any{"owner": "甲", "grade": 17, "name": nil}}}))
	if a.Change["owner"] != "甲" || a.Change["grade"] != "17" || !slices.Equal(a.Unknown(), []string{"grade", "name"}) {
		t.Error(a.Change, a.Unknown())
	}
	owner := "乙"
	for want, change := range map[string]map[string]any{
		`{"grade":17,"name":null,"owner":"乙"}`:  a.With("owner", &owner),
		`{"grade":17,"name":null}`:              a.With("owner", nil),
		`{"grade":"乙","name":null,"owner":"甲"}`: a.With("grade", &owner),
	} {
		if got, err := json.Marshal(change); err != nil || string(got) != want {
			t.Errorf("%s, want %s: %v", got, want, err)
		}
	}
	if a := ApplicationOf(written(t, TypeApplication, []Value{{"change", []string{"甲"}}})); a.Change != nil {
		t.Error(a.Change)
	}
}

func TestTheDaysThatAStoreMayHaveOpenedOrMayCloseOn(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 16, 30, 0, 0, time.UTC) // 1 December in China
	for _, c := range []struct{ name, from, until string }{{"opened", "1949-10-01", "2026-12-01"}, {"closed", "2024-12-01", "2028-12-01"}} {
		from, until := AppliedDays(c.name, now)
		if from.Format(time.DateOnly) != c.from || until.Format(time.DateOnly) != c.until {
			t.Errorf("%s: %v to %v", c.name, from, until)
		}
	}
}
