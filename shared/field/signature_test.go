package field

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestASignatureThatNoHandCanHaveDrawnIsNoAnswer(t *testing.T) {
	t.Parallel()
	good := Signature{Name: "马建国", W: 700, H: 400, Lines: [][][2]int{{{0, 0}, {700, 400}}, {{5, 5}}}}
	if got, ok := SignatureOf(asJSON(t, good)); !ok || got.Points() != 3 || answer(asJSON(t, good)) != nil {
		t.Fatal("a good one is refused")
	}
	million := make([][2]int, 1_000_000)
	for name, value := range map[string]string{
		"a million points":       string(asJSON(t, Signature{W: 9, H: 9, Lines: [][][2]int{million}})),
		"many empty lines":       string(asJSON(t, Signature{W: 9, H: 9, Lines: make([][][2]int, MaxSignatureLines+1)})),
		"no box":                 `{"name":"","w":0,"h":0,"lines":[[[0,0]]]}`,
		"a negative box":         `{"name":"","w":-5,"h":9,"lines":[]}`,
		"beyond the box":         `{"name":"","w":9,"h":9,"lines":[[[3,10]]]}`,
		"a negative point":       `{"name":"","w":9,"h":9,"lines":[[[-1,3]]]}`,
		"a huge box":             `{"name":"","w":1000000000,"h":9,"lines":[]}`,
		"a number too large":     `{"name":"","w":9,"h":9,"lines":[[[1e300,3]]]}`,
		"not a number":           `{"name":"","w":9,"h":9,"lines":[[["NaN",3]]]}`,
		"lines of another shape": `{"name":"","w":9,"h":9,"lines":"M0 0"}`,
		"a long name":            string(asJSON(t, Signature{Name: strings.Repeat("长", MaxTextRunes+1), W: 9, H: 9, Lines: [][][2]int{}})),
	} {
		if err := validateEntry(TypeChecklist, AnswerPrefix+"signed", json.RawMessage(value)); err == nil {
			t.Errorf("%s is taken", name)
		}
		if _, ok := SignatureOf(json.RawMessage(value)); ok {
			t.Errorf("%s is drawn", name)
		}
	}
	for _, value := range []string{`"yes"`, `4`, `["a"]`, `{"newer":[1,2]}`, `null`, `{"free":"店主说好"}`} {
		if err := answer(json.RawMessage(value)); err != nil {
			t.Errorf("%s: %v", value, err)
		}
		if _, ok := SignatureOf(json.RawMessage(value)); ok {
			t.Errorf("%s is a signature", value)
		}
	}
	if answer(asJSON(t, FreeAnswer{strings.Repeat("长", MaxNoteRunes+1)})) == nil || answer(asJSON(t, strings.Repeat("长", MaxNoteRunes+1))) == nil {
		t.Error("a text of any length is an answer")
	}
}

func asJSON(t *testing.T, v any) json.RawMessage {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAThinnedLineKeepsItsEndsAndStaysAsNearAsItMay(t *testing.T) {
	t.Parallel()
	var wave [][2]int
	for x := range 400 {
		wave = append(wave, [2]int{x, 100 + int(60*math.Sin(float64(x)/40))})
	}
	const tolerance = 1.5
	thin := Thin(wave, tolerance)
	if len(thin) > 60 || thin[0] != wave[0] || thin[len(thin)-1] != wave[len(wave)-1] {
		t.Fatalf("%d of %d points: %v", len(thin), len(wave), thin)
	}
	for _, p := range wave {
		near := math.Inf(1)
		for i := range len(thin) - 1 {
			near = min(near, offLine(p, thin[i], thin[i+1]))
		}
		if near > tolerance {
			t.Errorf("%v is %v off", p, near)
		}
	}
	dot := [][2]int{{3, 4}}
	if !slices.Equal(Thin(dot, tolerance), dot) || len(Thin([][2]int{{1, 1}, {1, 1}, {1, 1}}, tolerance)) != 2 {
		t.Error("points that do not move")
	}
}
