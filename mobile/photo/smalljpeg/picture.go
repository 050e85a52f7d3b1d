package smalljpeg

import (
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"runtime/debug"
)

// unzig is where in the rows of a block the coefficients stand, in their order in the file.
var unzig = [64]int{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}

// precision is how many bits a wave has behind the point, and how many of them are left between the two directions.
const precision, between = 13, 4

// wave is the inverse cosine transform of n numbers: by pixel, what a coefficient adds to it. A file's coefficients are of 8
// pixels; that fewer pixels hold less of a wave and that fewer coefficients make them is the same factor, and cancels.
func wave(n int) (w [8][8]int) {
	for x := range n {
		for k := range n {
			f := math.Cos(float64(2*x+1)*float64(k)*math.Pi/float64(2*n)) / 2
			if k == 0 {
				f = math.Sqrt2 / 4
			}
			w[x][k] = int(math.Round(f * (1 << precision)))
		}
	}
	return w
}

// plane makes room for the pixels of a component.
func (d *decoder) plane(c *component) {
	c.stride = c.wide * d.side
	c.pix = make([]byte, c.stride*c.high*d.side)
}

// draw makes the pixels of a block.
func (d *decoder) draw(c *component, bx, by int, block []int16) {
	n, quant := d.side, c.quant
	out := c.pix[by*n*c.stride+bx*n:]
	var half [8][8]int // by pixel down, by coefficient across
	for across := range n {
		column := [8]int{}
		flat := true
		for down := range n {
			column[down] = int(block[down*n+across]) * quant[down*n+across]
			flat = flat && (down == 0 || column[down] == 0)
		}
		for y := range n {
			if y > 0 && flat {
				half[y][across] = half[0][across]
				continue
			}
			sum := 0
			for down, f := range d.wave[y][:n] {
				sum += f * column[down]
			}
			half[y][across] = sum >> (precision - between)
		}
	}
	for y := range n {
		row := out[y*c.stride:][:n]
		for x := range row {
			sum := 128<<(precision+between) + 1<<(precision+between-1)
			for across, f := range d.wave[x][:n] {
				sum += f * half[y][across]
			}
			row[x] = uint8(min(max(sum>>(precision+between), 0), 255))
		}
	}
}

// factors is what the coefficients of c are to be multiplied with, where they are kept.
func (d *decoder) factors(c *component) *[64]int {
	f := new([64]int)
	for k, at := range d.place {
		if at >= 0 {
			f[at] = int(d.quant[c.tq][k])
		}
	}
	return f
}

// picture puts the components together.
func (d *decoder) picture() (image.Image, error) {
	if d.comps == nil {
		return nil, jpeg.FormatError("missing SOF marker")
	}
	for _, c := range d.comps {
		if d.progressive {
			if err := d.drawKept(c); err != nil {
				return nil, err
			}
		}
		if c.pix == nil {
			return nil, jpeg.FormatError("missing scan")
		}
	}
	y, size := d.comps[0], image.Rect(0, 0, up(d.w*d.side, 8), up(d.h*d.side, 8))
	if len(d.comps) == 1 {
		return &image.Gray{Pix: y.pix, Stride: y.stride, Rect: size}, nil
	}
	cb, cr := d.comps[1], d.comps[2]
	img := &image.YCbCr{Y: y.pix, Cb: cb.pix, Cr: cr.pix, YStride: y.stride, CStride: cb.stride, Rect: size}
	switch [2]int{y.h / cb.h, y.v / cb.v} {
	case [2]int{1, 1}:
		img.SubsampleRatio = image.YCbCrSubsampleRatio444
	case [2]int{1, 2}:
		img.SubsampleRatio = image.YCbCrSubsampleRatio440
	case [2]int{2, 1}:
		img.SubsampleRatio = image.YCbCrSubsampleRatio422
	case [2]int{2, 2}:
		img.SubsampleRatio = image.YCbCrSubsampleRatio420
	case [2]int{4, 1}:
		img.SubsampleRatio = image.YCbCrSubsampleRatio411
	case [2]int{4, 2}:
		img.SubsampleRatio = image.YCbCrSubsampleRatio410
	}
	switch {
	case len(d.comps) == 4 && d.adobe < 0:
		return nil, jpeg.UnsupportedError("four components, and nothing says which")
	case len(d.comps) == 4:
		return d.printed(img), nil
	case d.plain():
		return mixed(img), nil
	}
	return img, nil
}

// drawKept makes the pixels of a component of which all scans are read, and lets go of its coefficients.
func (d *decoder) drawKept(c *component) error {
	if c.kept == nil {
		return jpeg.FormatError("missing scan")
	}
	if d.quant[c.tq] == nil {
		return jpeg.FormatError("missing quantization table")
	}
	d.plane(c)
	c.quant = d.factors(c)
	for i := range c.wide * c.high {
		d.draw(c, i%c.wide, i/c.wide, c.kept[i*d.area:][:d.area])
	}
	large := len(c.kept) > 4<<20
	if c.kept, c.seen = nil, nil; large {
		debug.FreeOSMemory()
	}
	return nil
}

// mixed is a picture whose three components are red, green and blue.
func mixed(in *image.YCbCr) image.Image {
	out := image.NewRGBA(in.Rect)
	for y := range in.Rect.Dy() {
		for x := range in.Rect.Dx() {
			c, at := in.COffset(x, y), out.Pix[y*out.Stride+4*x:][:4]
			at[0], at[1], at[2], at[3] = in.Y[in.YOffset(x, y)], in.Cb[c], in.Cr[c], 255
		}
	}
	return out
}

// printed is a picture of four inks. Adobe writes them upside down, and its colours, when it does not say that they are inks,
// as the colours of the paper.
func (d *decoder) printed(in *image.YCbCr) image.Image {
	out, black := image.NewCMYK(in.Rect), d.comps[3]
	for y := range in.Rect.Dy() {
		for x := range in.Rect.Dx() {
			c, at := in.COffset(x, y), out.Pix[y*out.Stride+4*x:][:4]
			at[0], at[1], at[2] = in.Y[in.YOffset(x, y)], in.Cb[c], in.Cr[c]
			if d.adobe == 0 {
				at[0], at[1], at[2] = 255-at[0], 255-at[1], 255-at[2]
			} else {
				at[0], at[1], at[2] = color.YCbCrToRGB(at[0], at[1], at[2])
			}
			at[3] = 255 - black.pix[y*black.stride+x]
		}
	}
	return out
}
