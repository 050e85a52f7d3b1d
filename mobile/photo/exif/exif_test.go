package exif

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"math"
	"testing"
	"time"
)

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 9, 14, 5, 7, 0, China)
	cases := map[string]Tags{
		"nothing but upright":   {Orientation: 1},
		"turned":                {Orientation: 6},
		"a time":                {Orientation: 1, Taken: at},
		"a time elsewhere":      {Orientation: 8, Taken: at.In(time.FixedZone("", -3*60*60-30*60))},
		"a place in Guyuan":     {Orientation: 1, Lat: 36.015855, Lon: 106.242610, HasPosition: true},
		"a place south by west": {Orientation: 3, Lat: -0.000012, Lon: -179.999999, HasPosition: true},
		"all":                   {Orientation: 5, Taken: at, Lat: 35.5, Lon: 106, HasPosition: true},
	}
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			img, err := Insert(plain(t), want)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := jpeg.Decode(bytes.NewReader(img)); err != nil {
				t.Fatal(err)
			}
			got := Read(img, JPEG)
			if got.Orientation != want.Orientation || !got.Taken.Equal(want.Taken) || got.HasPosition != want.HasPosition ||
				math.Abs(got.Lat-want.Lat) > 1e-7 || math.Abs(got.Lon-want.Lon) > 1e-7 {
				t.Fatalf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestATimeWithoutAZoneIsChinese(t *testing.T) {
	t.Parallel()
	img, err := Insert(plain(t), Tags{Taken: time.Date(2026, 3, 9, 14, 5, 7, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	img = bytes.Replace(img, []byte("+00:00"), []byte("      "), 1)
	if got, want := Read(img, JPEG).Taken, time.Date(2026, 3, 9, 6, 5, 7, 0, time.UTC); !got.Equal(want) {
		t.Fatal(got, want)
	}
}

func TestBrokenMetadataIsNoMetadata(t *testing.T) {
	t.Parallel()
	whole, err := Insert(plain(t), Tags{Orientation: 6, Taken: time.Now(), Lat: 36, Lon: 106, HasPosition: true})
	if err != nil {
		t.Fatal(err)
	}
	for n := range whole { // cut or broken anywhere: never a panic, never an impossible value
		check := func(got Tags) {
			if got.Orientation < 0 || got.Orientation > 8 || math.Abs(got.Lat) > 90 || math.Abs(got.Lon) > 180 {
				t.Errorf("byte %d: %+v", n, got)
			}
		}
		check(Read(whole[:n], JPEG))
		bad := bytes.Clone(whole)
		bad[n] ^= 0xff
		check(Read(bad, JPEG))
	}
	if got := Read([]byte("\x89PNG\r\n\x1a\n"), PNG); got != (Tags{}) {
		t.Fatal(got)
	}
	if _, err := Insert([]byte("PNG?"), Tags{}); !errors.Is(err, errNotJPEG) {
		t.Fatal(err)
	}
}

func plain(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
