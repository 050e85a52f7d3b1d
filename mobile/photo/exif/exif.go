// Package exif reads and writes the few things a photo tells about itself: which way is up, when and where it was taken.
package exif

import (
	"bytes"
	"math"
	"strings"
	"time"

	"github.com/bep/imagemeta"
)

// A Format says how a picture file is built.
type Format int

// The formats a picture may come in.
const (
	JPEG Format = iota
	PNG
)

// Tags are the facts of one photo. The zero value knows nothing.
type Tags struct {
	Orientation int       // 1 to 8 as in the standard; 0 when not said, which means 1
	Taken       time.Time // to the second; zero when not said
	Lat, Lon    float64   // degrees, north and east positive (WGS 84); only with HasPosition
	HasPosition bool
}

// China is the zone of a capture time that comes without one.
var China = time.FixedZone("UTC+8", 8*60*60)

const clockLayout = "2006:01:02 15:04:05"

// Read returns what the file img says. What is missing, broken or impossible is left out: a photo with bad metadata is
// still a photo.
func Read(img []byte, format Format) Tags {
	kind := imagemeta.JPEG
	if format == PNG {
		kind = imagemeta.PNG
	}
	found := map[string]any{}
	// The error is dropped on purpose: the tags read before it count.
	imagemeta.Decode(imagemeta.Options{
		R:           bytes.NewReader(img),
		ImageFormat: kind,
		Sources:     imagemeta.EXIF,
		HandleTag: func(tag imagemeta.TagInfo) error {
			if _, again := found[tag.Tag]; !again {
				found[tag.Tag] = tag.Value
			}
			return nil
		},
	})

	var t Tags
	if o, ok := found["Orientation"].(uint16); ok && o >= 1 && o <= 8 {
		t.Orientation = int(o)
	}
	t.Taken = taken(found)
	lat, okLat := degrees(found, "GPSLatitude", "S", 90)
	lon, okLon := degrees(found, "GPSLongitude", "W", 180)
	// A receiver without a fix writes 0, 0: a place in the sea.
	if okLat && okLon && (lat != 0 || lon != 0) {
		t.Lat, t.Lon, t.HasPosition = lat, lon, true
	}
	return t
}

func taken(found map[string]any) time.Time {
	clock, _ := found["DateTimeOriginal"].(string)
	zone, _ := found["OffsetTimeOriginal"].(string)
	clock, zone = strings.TrimSpace(clock), strings.TrimSpace(zone)
	if at, err := time.Parse(clockLayout+"-07:00", clock+zone); err == nil {
		return at
	}
	at, err := time.ParseInLocation(clockLayout, clock, China)
	if err != nil {
		return time.Time{}
	}
	return at
}

func degrees(found map[string]any, name, negative string, limit float64) (float64, bool) {
	deg, ok := found[name].(float64)
	if !ok || math.IsNaN(deg) || deg < 0 || deg > limit {
		return 0, false
	}
	if ref, _ := found[name+"Ref"].(string); ref == negative {
		deg = -deg
	}
	return deg, true
}
