package smalljpeg

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"storewalk/mobile/photo/jpegtest"
)

func TestWhatCannotBeReadIsRefusedAsTheStandardDecoderDoes(t *testing.T) {
	t.Parallel()
	whole := file(t, "progressive-420.jpg")
	change := func(marker byte, at int, to ...byte) []byte {
		b := bytes.Clone(whole)
		copy(b[bytes.Index(b, []byte{0xff, marker})+at:], to)
		return b
	}
	scans := bytes.Split(whole, []byte{0xff, 0xda})
	noTables := bytes.Replace(whole, []byte{0xff, 0xc4}, []byte{0xff, 0xfe}, -1)
	end := []byte{0xff, 0xd9}
	short, unsupported, broken := io.ErrUnexpectedEOF, new(jpeg.UnsupportedError), new(jpeg.FormatError)
	cases := map[string]struct {
		img  []byte
		want any
	}{
		"nothing":                {nil, short},
		"no JPEG":                {[]byte("RIFF"), broken},
		"no pixels at all":       {whole[:20], short},
		"only an end":            {append(whole[:2:2], end...), broken},
		"no scans":               {append(bytes.Clone(scans[0]), end...), broken},
		"a scan without frame":   {append(whole[:2:2], "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"...), broken},
		"the colours are absent": {append(bytes.Join([][]byte{scans[0], scans[2]}, []byte{0xff, 0xda}), end...), broken},
		"no end":                 {whole[:len(whole)-2], short},
		"cut in a scan":          {whole[:len(whole)-100], short},
		"a marker in a scan":     {append(bytes.Clone(whole[:len(whole)-100]), end...), broken},
		"12 bits":                {change(0xc2, 4, 12), unsupported},
		"arithmetic":             {file(t, "arithmetic.jpg"), unsupported},
		"lossless":               {change(0xc2, 1, 0xc3), unsupported},
		"two components":         {change(0xc2, 3, 14), unsupported},
		"one said, three there":  {change(0xc2, 9, 1), broken},
		"no width":               {change(0xc2, 7, 0, 0), broken},
		"height comes later":     {change(0xc2, 5, 0, 0), broken},
		"3 samples of 2":         {change(0xc2, 11, 0x32), unsupported},
		"no samples":             {change(0xc2, 11, 0x00), broken},
		"the same twice":         {change(0xc2, 13, 1), broken},
		"a frame more":           {bytes.Replace(whole, []byte{0xff, 0xda}, []byte("\xff\xc2\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00\xff\xda"), 1), broken},
		"no Huffman tables":      {noTables, broken},
		"Huffman codes too many": {change(0xc4, 5, 9, 9), broken},
		"Huffman table too long": {change(0xc4, 2, 0, 5), broken},
		"no quantization":        {bytes.Replace(whole, []byte{0xff, 0xdb}, []byte{0xff, 0xfe}, -1), broken},
		"quantization too short": {change(0xdb, 2, 0, 9), broken},
		"bits before the first":  {change(0xda, 13, 0x30), broken},
		"a band of no end":       {change(0xda, 12, 64), broken},
		"restarts that are not":  {bytes.Replace(whole, []byte{0xff, 0xda}, []byte("\xff\xdd\x00\x04\x00\x01\xff\xda"), 1), broken},
		"too many scans":         {bytes.Replace(whole, []byte{0xff, 0xda}, bytes.Repeat(append([]byte{0xff, 0xda}, scans[1]...), maxScans+1), 1), broken},
	}
	for name, c := range cases {
		_, err := Decode(bytes.NewReader(c.img), 4)
		var u jpeg.UnsupportedError
		var f jpeg.FormatError
		switch {
		case c.want == short && errors.Is(err, short):
		case c.want == unsupported && errors.As(err, &u):
		case c.want == broken && errors.As(err, &f):
		default:
			t.Errorf("%s: %v, want %T", name, err, c.want)
		}
	}
	// A reader's own error is its caller's.
	if _, err := Decode(io.MultiReader(bytes.NewReader(whole[:5000]), failing{}), 4); err != io.ErrClosedPipe {
		t.Error(err)
	}
}

// only is what only this package refuses: nobody's camera makes it, and nothing could be seen.
var only = []string{
	"invalid JPEG format: more Huffman codes than there can be",
	"invalid JPEG format: missing quantization table",
	"invalid JPEG format: missing scan",
	"invalid JPEG format: too many scans",
}

func FuzzDecode(f *testing.F) {
	files, err := os.ReadDir("testdata")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range files {
		if strings.HasSuffix(e.Name(), ".jpg") {
			f.Add(file(f, e.Name()), uint8(3))
		}
	}
	for _, ratios := range samplings {
		d := anyDrawing(1, ratios, 40, 24)
		f.Add(written(f, d), uint8(1))
		d.Script, d.Restarts = jpegtest.Script(len(ratios)), 3
		f.Add(written(f, d), uint8(8))
	}
	f.Fuzz(func(t *testing.T, b []byte, n uint8) {
		c, err := jpeg.DecodeConfig(bytes.NewReader(b))
		if err != nil || c.Width*c.Height > 1<<16 || len(b) > 1<<16 {
			return
		}
		n = n%8 + 1
		img, err := readAt(b, int(n))
		if err == nil && img.Bounds() != image.Rect(0, 0, up(c.Width*int(n), 8), up(c.Height*int(n), 8)) {
			t.Fatal(img.Bounds(), c.Width, c.Height, n)
		}
		if err == nil {
			img.At(0, 0)
			img.At(img.Bounds().Dx()-1, img.Bounds().Dy()-1)
			return
		}
		// A picture that the standard decoder reads is read here, but for what shows nothing.
		if _, std := jpeg.Decode(bytes.NewReader(b)); std == nil && !slices.Contains(only, err.Error()) {
			t.Fatal(err)
		}
	})
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }
