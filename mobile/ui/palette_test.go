package ui

import (
	"image"
	"image/color"
	"slices"
)

// Paletted is img in 256 colours: those that are there most as they are, which are the theme's, and of the others the
// middles of boxes that are halved until there are enough.
func Paletted(img *image.RGBA) *image.Paletted {
	const all, exact = 256, 96
	counts := map[channels]int{}
	for i := 0; i < len(img.Pix); i += 4 {
		counts[channels{img.Pix[i], img.Pix[i+1], img.Pix[i+2]}]++
	}
	colours := make([]channels, 0, len(counts))
	for c := range counts {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b channels) int {
		if n := counts[b] - counts[a]; n != 0 {
			return n
		}
		return slices.Compare(a[:], b[:])
	})
	var palette []channels
	rest := colours[min(exact, len(colours)):]
	palette = append(palette, colours[:len(colours)-len(rest)]...)
	boxes := [][]channels{rest}
	for len(boxes) < all-exact {
		worst, channel, spread := 0, 0, -1
		for i, b := range boxes {
			if ch, n := widest(b, counts); n > spread {
				worst, channel, spread = i, ch, n
			}
		}
		if spread <= 0 {
			break
		}
		b := boxes[worst]
		slices.SortFunc(b, func(x, y channels) int { return int(x[channel]) - int(y[channel]) })
		boxes[worst] = b[:len(b)/2]
		boxes = append(boxes, b[len(b)/2:])
	}
	for _, b := range boxes {
		if len(b) > 0 {
			palette = append(palette, middle(b, counts))
		}
	}
	out := image.NewPaletted(img.Bounds(), nil)
	for _, c := range palette {
		out.Palette = append(out.Palette, color.RGBA{c[0], c[1], c[2], 0xFF})
	}
	index := make(map[channels]uint8, len(colours))
	for _, c := range colours {
		index[c] = nearest(palette, c)
	}
	for i := range out.Pix {
		out.Pix[i] = index[channels{img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2]}]
	}
	return out
}

type channels [3]uint8

// widest is the channel in which the colours of a box differ most, and how much that matters.
func widest(b []channels, counts map[channels]int) (channel, spread int) {
	low, high, n := channels{255, 255, 255}, channels{}, 0
	for _, c := range b {
		for i, v := range c {
			low[i], high[i] = min(low[i], v), max(high[i], v)
		}
		n += min(counts[c], 8)
	}
	for i := range low {
		if d := int(high[i]) - int(low[i]); d > 0 && d*n > spread {
			channel, spread = i, d*n
		}
	}
	return channel, spread
}

func middle(b []channels, counts map[channels]int) (c channels) {
	var sum [3]int
	n := 0
	for _, v := range b {
		for i := range v {
			sum[i] += int(v[i]) * counts[v]
		}
		n += counts[v]
	}
	for i := range c {
		c[i] = uint8(sum[i] / n)
	}
	return c
}

func nearest(palette []channels, c channels) uint8 {
	best, far := 0, 1<<30
	for i, p := range palette {
		r, g, b := int(p[0])-int(c[0]), int(p[1])-int(c[1]), int(p[2])-int(c[2])
		if d := r*r + g*g + b*b; d < far {
			if best, far = i, d; d == 0 {
				break
			}
		}
	}
	return uint8(best)
}
