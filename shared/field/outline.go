package field

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"storewalk/shared/fault"
	"storewalk/shared/record"
)

// A Ring is a closed line of longitudes and latitudes in degrees, the first point not repeated. As a value it is a list of
// whole ten-thousandths of a degree: longitude and latitude of the first point, then what each point adds to the one
// before. That is a third of the bytes of degrees, and as exact as a border on a phone has to be: 11 m.
type Ring [][2]float64

// Outlines are where townships lie, by their division codes: what is inside an odd number of a township's rings is the
// township's. Rings of neighbours have the same points along the border between them.
type Outlines map[string][]Ring

// Limits of the outlines in one territory, about 100 kB as a value.
const (
	MaxOutlinePoints = 10_000 // of all its townships
	MaxOutlines      = 500    // townships
)

// outlineUnits of a Ring make a degree.
const outlineUnits = 10_000

// OnGrid returns a longitude or latitude as a Ring can hold it.
func OnGrid(degrees float64) float64 { return math.Round(degrees*outlineUnits) / outlineUnits }

// MarshalJSON implements json.Marshaler.
func (r Ring) MarshalJSON() ([]byte, error) {
	flat := make([]int, 0, 2*len(r))
	var was [2]int
	for _, p := range r {
		at := [2]int{int(math.Round(p[0] * outlineUnits)), int(math.Round(p[1] * outlineUnits))}
		flat = append(flat, at[0]-was[0], at[1]-was[1])
		was = at
	}
	return json.Marshal(flat)
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *Ring) UnmarshalJSON(value []byte) error {
	var flat []int
	if err := json.Unmarshal(value, &flat); err != nil {
		return err
	}
	if len(flat)%2 != 0 || len(flat) < 6 {
		return errors.New("no closed line")
	}
	line := make(Ring, len(flat)/2)
	var at [2]int
	for i := range line {
		at[0] += flat[2*i]
		at[1] += flat[2*i+1]
		line[i] = [2]float64{float64(at[0]) / outlineUnits, float64(at[1]) / outlineUnits}
	}
	*r = line
	return nil
}

// Points is how many the outlines have.
func (o Outlines) Points() (n int) {
	for _, rings := range o {
		for _, ring := range rings {
			n += len(ring)
		}
	}
	return n
}

// Validate reports outlines that no territory can have, as the fault "outlines.too_large" when there is only too much.
func (o Outlines) Validate() error {
	for code, rings := range o {
		if err := divisionCode(code); err != nil || code == "" {
			return errors.New("no division code")
		}
		for _, ring := range rings {
			for _, p := range ring {
				if !(Position{Lon: p[0], Lat: p[1]}).Valid() {
					return fmt.Errorf("%s: no place on the earth", code)
				}
			}
		}
	}
	if n := o.Points(); n > MaxOutlinePoints || len(o) > MaxOutlines {
		return fault.New(fault.Invalid, "outlines.too_large", fmt.Errorf("%d points in %d townships", n, len(o)))
	}
	return nil
}

// outlines reads those of a territory. A township whose outline is odd, or of a shape that this version does not know, has
// none here; the record keeps it.
func outlines(r record.Record) Outlines {
	parts := object(get[json.RawMessage](r, "outlines"))
	if len(parts) == 0 {
		return nil
	}
	all := Outlines{}
	for code, value := range parts {
		if rings, ok := whole[[]Ring](value); ok && (Outlines{code: rings}).Validate() == nil {
			all[code] = rings
		}
	}
	return all
}

// checkOutlines says whether a value can be outlines.
func checkOutlines(value json.RawMessage) error {
	var o Outlines
	if err := json.Unmarshal(value, &o); err != nil {
		return err
	}
	return o.Validate()
}
