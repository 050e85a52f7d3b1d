package importer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"storewalk/shared/field"
)

// A Township is one of a file of outlines.
type Township struct {
	Code  string // nine-digit division code
	Name  string // "" when the file has none
	Rings []field.Ring
}

// Tolerance is how far a border may move, in metres, when nothing else is asked for: on a phone's map of a county half a
// pixel, and a tenth of the points or fewer.
const Tolerance = 50.0

// Outlines reads a GeoJSON file of townships, in degrees of WGS 84 or CGCS2000, and leaves out the points that move no
// border by more than a tolerance in metres. When there is a problem, it returns no townships.
func Outlines(r io.Reader, tolerance float64) ([]Township, []Problem) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, []Problem{{Code: "file.unreadable", Value: err.Error()}}
	}
	if len(data) > maxFile {
		return nil, []Problem{{Code: "file.too_large"}}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	f := outlineFile{data: data, seen: map[string]int{}}
	if problem := f.read(); problem != nil {
		return nil, []Problem{*problem}
	}
	if len(f.problems) == 0 && len(f.towns) == 0 {
		f.problems = append(f.problems, Problem{Code: "file.empty"})
	}
	if len(f.problems) > 0 {
		return nil, f.problems
	}
	slices.SortFunc(f.towns, func(a, b Township) int { return cmp.Compare(a.Code, b.Code) })
	simplify(f.towns, tolerance)
	return f.towns, nil
}

// An outlineFile is a FeatureCollection that is being read.
type outlineFile struct {
	data     []byte
	towns    []Township
	seen     map[string]int // features by their code
	problems []Problem
	line, n  int // of the feature, from 1
}

// read goes through the members of the collection. The Problem says why not all of it could be read.
func (f *outlineFile) read() *Problem {
	var whole json.RawMessage
	if err := json.Unmarshal(f.data, &whole); err != nil { // it knows better than a decoder where the mistake is
		return &Problem{Line: lineAt(f.data, 0, err), Code: "outline.json", Value: err.Error()}
	}
	in := json.NewDecoder(bytes.NewReader(f.data))
	broken := func(err error) *Problem {
		return &Problem{Line: lineAt(f.data, in.InputOffset(), nil), Code: "outline.json", Value: err.Error()}
	}
	start, err := in.Token()
	if err != nil {
		return broken(err)
	}
	typ, features := "", false
	for start == json.Delim('{') && in.More() {
		key, err := in.Token()
		if err != nil {
			return broken(err)
		}
		switch key {
		case "features":
			if open, err := in.Token(); err != nil || open != json.Delim('[') {
				return &Problem{Line: lineAt(f.data, in.InputOffset(), nil), Code: "outline.collection"}
			}
			for features = true; in.More(); {
				var raw json.RawMessage
				if err := in.Decode(&raw); err != nil {
					return broken(err)
				}
				f.n++
				f.line = lineAt(f.data, in.InputOffset()-int64(len(raw)), nil)
				f.feature(raw)
			}
			_, err = in.Token()
		case "type":
			err = in.Decode(&typ)
		default:
			var other json.RawMessage
			err = in.Decode(&other)
		}
		if err != nil {
			return broken(err)
		}
	}
	if typ != "FeatureCollection" || !features {
		return &Problem{Line: 1, Code: "outline.collection"}
	}
	return nil
}

func (f *outlineFile) wrong(code, value, want string) {
	f.problems = append(f.problems, Problem{Line: f.line, Feature: f.n, Code: code, Value: value, Want: want})
}

// feature reads one township.
func (f *outlineFile) feature(raw json.RawMessage) {
	var in struct {
		Properties map[string]json.RawMessage `json:"properties"`
		Geometry   struct {
			Type        string          `json:"type"`
			Coordinates json.RawMessage `json:"coordinates"`
		} `json:"geometry"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		f.wrong("outline.json", err.Error(), "")
		return
	}
	t := Township{Code: f.code(property(in.Properties, "township_code")), Name: tidy(property(in.Properties, "township"))}
	if len([]rune(t.Name)) > field.MaxTextRunes {
		f.wrong("text.too_long", t.Name, number(field.MaxTextRunes))
	}
	polygons, ok := shape(in.Geometry.Type, in.Geometry.Coordinates)
	if !ok {
		f.wrong("outline.geometry", cmp.Or(in.Geometry.Type, "null"), "")
		return
	}
	for _, polygon := range polygons {
		for _, points := range polygon {
			if ring := f.ring(points); ring != nil {
				t.Rings = append(t.Rings, ring)
			}
		}
	}
	if len(t.Rings) == 0 && (len(f.problems) == 0 || f.problems[len(f.problems)-1].Feature != f.n) {
		f.wrong("outline.ring", "1", "4") // all of it is one place on the grid
	}
	f.towns = append(f.towns, t)
}

// shape reads what GeoJSON calls a Polygon or a MultiPolygon.
func shape(typ string, coordinates json.RawMessage) (polygons [][][][]float64, ok bool) {
	switch typ {
	case "Polygon":
		polygons = make([][][][]float64, 1)
		ok = json.Unmarshal(coordinates, &polygons[0]) == nil && len(polygons[0]) > 0
	case "MultiPolygon":
		ok = json.Unmarshal(coordinates, &polygons) == nil && len(polygons) > 0
	}
	return polygons, ok
}

// ring reads a closed line, onto the grid on which neighbours meet; none for a speck that the grid has no room for.
func (f *outlineFile) ring(points [][]float64) field.Ring {
	const least = 4 // points of a ring, the last of which is the first again
	if len(points) < least {
		f.wrong("outline.ring", number(len(points)), number(least))
		return nil
	}
	var out field.Ring
	for _, p := range points {
		if len(p) < 2 {
			f.wrong("outline.ring", number(len(p)), number(2))
			return nil
		}
		if !(field.Position{Lat: p[1], Lon: p[0]}).Valid() {
			f.wrong("outline.degrees", degrees(p[0])+", "+degrees(p[1]), "")
			return nil
		}
		at := [2]float64{field.OnGrid(p[0]), field.OnGrid(p[1])}
		if len(out) == 0 || out[len(out)-1] != at {
			out = append(out, at)
		}
	}
	if first, last := points[0], points[len(points)-1]; first[0] != last[0] || first[1] != last[1] {
		f.wrong("outline.open", degrees(first[0])+", "+degrees(first[1]), "")
		return nil
	}
	if out = out[:len(out)-1]; len(out) < 3 {
		return nil
	}
	return out
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }

// code reads a township's code. Statistics write it with three digits for the village, which are zero for the township.
func (f *outlineFile) code(s string) string {
	const long = 12
	s = digits(tidy(s))
	if len(s) == long {
		s = strings.TrimSuffix(s, "000")
	}
	switch {
	case s == "":
		f.wrong("outline.code", "", "township_code")
	case len(s) != townshipDigits || strings.Trim(s, "0123456789") != "":
		f.wrong("township.invalid", s, number(townshipDigits))
	case f.seen[s] != 0:
		f.wrong("outline.twice", s, number(f.seen[s]))
	default:
		f.seen[s] = f.n
	}
	return s
}

// property returns what a feature says under one of a column's names, as text; a number as it is written.
func property(all map[string]json.RawMessage, column string) string {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if c, ok := find(outlineColumns, name); ok && c.name == column {
			var text string
			if json.Unmarshal(all[name], &text) == nil {
				if text = strings.TrimSpace(text); text != "" {
					return text
				}
			} else if n := json.Number(""); json.Unmarshal(all[name], &n) == nil {
				return n.String()
			}
		}
	}
	return ""
}
