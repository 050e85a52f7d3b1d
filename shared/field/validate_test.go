package field_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

func holding(t *testing.T, typ, name string, value any, wallMS int64) record.Record {
	t.Helper()
	v, err := record.Value(value)
	if err != nil {
		t.Fatal(err)
	}
	return record.Record{ID: uuid.New(), Type: typ}.Set(name, record.Entry{Dot: record.Dot{N: 1}, Lam: 1, Wall: wallMS, Value: v}, nil)
}

func TestAValueThatNobodyCanHaveEnteredIsNotTaken(t *testing.T) {
	t.Parallel()
	shot := func(change func(*field.Photo)) field.Photo {
		p := field.Photo{Ref: [32]byte{1}, Size: 1}
		change(&p)
		return p
	}
	for _, c := range []struct {
		typ, name string
		value     any
	}{
		{"store", "phone", strings.Repeat("9", 100_000)},
		{"store", "township", "<img src=x onerror=alert(1)>"},
		{"store", "grade", "x"},
		{"store", "grade", 31},
		{"store", "position", json.RawMessage(`{"lat":1e300,"lon":-1e300}`)},
		{"visit", "store", json.RawMessage(`{"x":[1]}`)},
		{"visit", "manager", 5},
		{"visit", "check_in", field.Moment{AtMS: 1 << 62}},
		{"visit", "check_in", field.Moment{AtMS: -1 << 62}},
		{"visit", "check_in", field.Moment{AtMS: 1, Position: field.Position{Lat: 91}}},
		{"visit", "check_out", "noon"},
		{"note", "visit", "x"},
		{"photo", "photo", shot(func(p *field.Photo) { p.Height = 1 << 40 })},
		{"photo", "photo", shot(func(p *field.Photo) { p.Width = -5 })},
		{"photo", "photo", shot(func(p *field.Photo) { p.TakenMS = 1 << 62 })},
		{"photo", "photo", shot(func(p *field.Photo) { p.Kind = strings.Repeat("<", 10_000) })},
		{"territory", "outlines", json.RawMessage(`{"640402100":[[1060000,360000,100,0]]}`)},
		{"territory", "outlines", json.RawMessage(`{"640402100":[[1060000,360000,100,0,0]]}`)},
		{"territory", "outlines", json.RawMessage(`{"640402100":[[1060000,960000,100,0,0,100]]}`)},
		{"territory", "outlines", json.RawMessage(`{"三营":[[1060000,360000,100,0,0,100]]}`)},
		{"territory", "outlines", json.RawMessage(`{"640402100":{"arcs":[1,2]}}`)},
		{"territory", "outlines", field.Outlines{"640402100": {long(field.MaxOutlinePoints + 1)}}},
		{"photo", record.Deleted, true},
		{"note", record.Deleted, json.RawMessage(`{"rids":[],"ctx":[]}`)},
		{"note", record.Deleted, json.RawMessage(`{"rids":["AQAAAAAAAAAAAAAAAAAAAA"],"ctx":[18446744073709551615]}`)},
		{"note", record.Deleted, json.RawMessage(`{"rids":["AQAAAAAAAAAAAAAAAAAAAA"],"ctx":[1],"why":"` + strings.Repeat("x", 70_000) + `"}`)},
	} {
		if err := field.Validate(holding(t, c.typ, c.name, c.value, 1), record.Record{}); !fault.Is(err, "record.bad_value") {
			t.Errorf("%s.%s %.40v: %v", c.typ, c.name, c.value, err)
		}
	}
	if err := field.Validate(holding(t, "note", "text", "x", 1<<62), record.Record{}); !fault.Is(err, "record.bad_value") {
		t.Error("the time of a write:", err)
	}
}

func TestWorkByAWrongClockAndWhatALaterVersionWritesIsTaken(t *testing.T) {
	t.Parallel()
	for _, year := range []int{1970, 1985, 2001, 2038, 2199} {
		ms := time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
		if err := field.Validate(holding(t, "visit", "check_in", field.Moment{AtMS: ms}, ms), record.Record{}); err != nil {
			t.Error(year, err)
		}
	}
	for _, c := range []struct {
		typ, name string
		value     any
	}{
		{"store", "phone", "0954-2088131"}, {"store", "phone", ""}, {"store", "phone", map[string]int{"a": 1}}, {"store", "note", strings.Repeat("长", field.MaxTextRunes)},
		{"territory", "outlines", field.Outlines{"640402100": {long(field.MaxOutlinePoints)}}}, {"territory", "outlines", nil},
		{"store", "grade", 30}, {"store", "position", field.Position{}}, {"store", "position", field.Position{Lat: 36, Lon: 106.2, Acc: 12}},
		{"store", "opening_hours", map[string]int{"a": 1}}, {"hologram", "phone", strings.Repeat("9", 10_000)},
		{"visit", "check_in", json.RawMessage(`{"at":1700000000000,"by":"satellite"}`)},
		{"photo", "photo", field.Photo{Ref: [32]byte{1}, Size: 1, Width: 4032, Height: 3024, TakenMS: 1}},
	} {
		if err := field.Validate(holding(t, c.typ, c.name, c.value, 1), record.Record{}); err != nil {
			t.Errorf("%s.%s: %v", c.typ, c.name, err)
		}
	}
}

func TestWhatIsHereAlreadyStopsNobodyWhoEditsSomethingElse(t *testing.T) {
	t.Parallel()
	old := holding(t, "store", "name", strings.Repeat("名", field.MaxTextRunes+1), 1)
	if err := field.Validate(old, record.Record{}); !fault.Is(err, "record.bad_value") {
		t.Fatal(err)
	}
	if err := field.Validate(old, old); err != nil {
		t.Fatal(err)
	}
}

func TestADeleteOrOneTakenBackIsTaken(t *testing.T) {
	t.Parallel()
	saw := record.Vector{}.With(record.Dot{Replica: record.Replica{1}, N: 7})
	for _, c := range []struct {
		typ   string
		value any
	}{{"photo", record.DeleteValue(saw)}, {"note", record.DeleteValue(saw)}, {"note", record.UndeleteValue}, {"visit", "means nothing there"}} {
		if err := field.Validate(holding(t, c.typ, record.Deleted, c.value, 1), record.Record{}); err != nil {
			t.Error(c, err)
		}
	}
}
