// Package guyuan holds the place that the demonstration plays in: Guyuan in Ningxia with its real counties and townships,
// and a territory of invented stores and the products they sell. Nothing in it is random: each call returns the same.
package guyuan

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"storewalk/shared/field"
)

//go:embed counties.json
var countiesJSON []byte

//go:embed townships.csv
var townshipsCSV []byte

//go:embed plan.json
var planJSON []byte

// PlanJSON returns templates and announcements as the file that the server imports.
func PlanJSON() []byte { return planJSON }

// A Point is a place on the map.
type Point struct{ Lat, Lon float64 } // degrees, north and east positive

// A County is one of the five districts and counties of Guyuan.
type County struct {
	Code  string // six digits of the administrative division code
	Name  string
	Rings [][]Point // its outlines; what lies within an even number of them is outside
}

// A Township is a town, a township or a street office of a county.
type Township struct {
	Code       string // nine digits; the first six are its county's
	Name       string
	CountyCode string
}

// Counties returns the five counties in the order of their codes.
func Counties() []County { return counties() }

// Townships returns the 65 townships in the order of their codes.
func Townships() []Township { return townships() }

// Territory returns the county as a territory with the names and outlines of its townships.
func (c County) Territory() field.Territory {
	t := field.Territory{Name: c.Name, County: c.Code, Townships: map[string]string{}, Outlines: field.Outlines{}}
	for _, ring := range c.Rings {
		t.Outline = append(t.Outline, line(ring))
	}
	for _, town := range townships() {
		if town.CountyCode != c.Code {
			continue
		}
		t.Townships[town.Code] = town.Name
		for _, ring := range outlines()[town.Code] {
			t.Outlines[town.Code] = append(t.Outlines[town.Code], line(ring))
		}
	}
	return t
}

// TerritoryPlace is the county of Stores as a territory.
func TerritoryPlace() field.Territory {
	list := counties()
	return list[slices.IndexFunc(list, func(c County) bool { return c.Code == TerritoryCounty })].Territory()
}

// line has the longitude first, as in GeoJSON.
func line(ring []Point) (out field.Ring) {
	for _, p := range ring {
		out = append(out, [2]float64{p.Lon, p.Lat})
	}
	return out
}

// Contains reports whether p lies in the county.
func (c County) Contains(p Point) bool {
	inside := false
	for _, ring := range c.Rings {
		for i, a := range ring {
			b := ring[(i+1)%len(ring)]
			if (a.Lat > p.Lat) != (b.Lat > p.Lat) && p.Lon < a.Lon+(b.Lon-a.Lon)*(p.Lat-a.Lat)/(b.Lat-a.Lat) {
				inside = !inside
			}
		}
	}
	return inside
}

// The files are embedded and tested, so what does not parse is a broken build.
var counties = sync.OnceValue(func() (list []County) {
	var raw []struct {
		Code, Name string
		Rings      [][][2]float64 // longitude first, as in GeoJSON
	}
	if err := json.Unmarshal(countiesJSON, &raw); err != nil {
		panic(fmt.Errorf("guyuan: counties.json: %w", err))
	}
	for _, r := range raw {
		c := County{Code: r.Code, Name: r.Name}
		for _, ring := range r.Rings {
			points := make([]Point, len(ring))
			for i, p := range ring {
				points[i] = Point{Lat: p[1], Lon: p[0]}
			}
			c.Rings = append(c.Rings, points)
		}
		list = append(list, c)
	}
	return list
})

var townships = sync.OnceValue(func() (list []Township) {
	rows, err := csv.NewReader(bytes.NewReader(townshipsCSV)).ReadAll()
	if err != nil {
		panic(fmt.Errorf("guyuan: townships.csv: %w", err))
	}
	for _, row := range rows[1:] {
		list = append(list, Township{Code: row[0], Name: row[1], CountyCode: row[2]})
	}
	return list
})
