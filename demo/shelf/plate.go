package shelf

import (
	"image"
	"math/rand/v2"
	"runtime"
	"sync"
)

// A plate is the painted scene, before the camera adds its own.
type plate struct {
	w, h int
	pix  []rgb
}

func newPlate(w, h int) *plate { return &plate{w, h, make([]rgb, w*h)} }

func (p *plate) blend(x, y int, c rgb, alpha float32) {
	at := &p.pix[y*p.w+x]
	if alpha >= 1 {
		*at = c
		return
	}
	*at = at.mix(c, alpha)
}

// onItsSide returns p as a telephone held upright stores it: its top is on the left, orientation 6.
func (p *plate) onItsSide() *plate {
	q := newPlate(p.h, p.w)
	for y := range q.h {
		for x := range q.w {
			q.pix[y*q.w+x] = p.pix[x*p.w+q.h-1-y]
		}
	}
	return q
}

// develop makes the camera's picture of p, scale times its size: light that falls off to the corners, a tint, grain.
func develop(p *plate, size image.Rectangle, scale int, warm float32, seed uint64) *image.YCbCr {
	luma := make([]float32, p.w*p.h)
	img := image.NewYCbCr(size, image.YCbCrSubsampleRatio420)
	chroma := newPlate((size.Dx()+1)/2, (size.Dy()+1)/2)
	cx, cy := float32(p.w)/2, float32(p.h)/2
	tint := rgb{1 + 0.02*warm, 1, 1 - 0.045*warm}
	bands(p.h, func(y0, y1 int) {
		for y := y0; y < y1; y++ {
			dy := (float32(y) - cy) / cy
			for x := range p.w {
				dx := (float32(x) - cx) / cx
				light := 1.03 - 0.13*(dx*dx+dy*dy)
				c := p.pix[y*p.w+x].times(light)
				c = rgb{tone(c[0] * tint[0]), tone(c[1] * tint[1]), tone(c[2] * tint[2])}
				p.pix[y*p.w+x] = c
				luma[y*p.w+x] = 0.299*c[0] + 0.587*c[1] + 0.114*c[2]
			}
		}
	})
	bands(chroma.h, func(y0, y1 int) {
		for y := y0; y < y1; y++ {
			for x := range chroma.w {
				c := p.pix[min(y*2/scale, p.h-1)*p.w+min(x*2/scale, p.w-1)]
				if scale == 1 {
					c = c.mix(p.pix[min(y*2+1, p.h-1)*p.w+min(x*2+1, p.w-1)], 0.5)
				}
				l := 0.299*c[0] + 0.587*c[1] + 0.114*c[2]
				img.Cb[y*img.CStride+x] = byte(min(max(128.5+(c[2]-l)*0.564, 0), 255))
				img.Cr[y*img.CStride+x] = byte(min(max(128.5+(c[0]-l)*0.713, 0), 255))
			}
		}
	})
	grain := makeGrain(seed)
	bands(size.Dy(), func(y0, y1 int) {
		for y := y0; y < y1; y++ {
			shift := int(speck(uint32(y), uint32(seed)) * float64(len(grain)/2))
			out := img.Y[y*img.YStride:][:size.Dx()]
			enlarge(out, luma, p.w, p.h, y, scale)
			for x := range out {
				// Shadows are noisier than lights.
				g := int32(grain[(shift+x)%len(grain)])
				out[x] = byte(min(max(int32(out[x])+g*(330-int32(out[x]))>>8, 0), 255))
			}
		}
	})
	return img
}

// enlarge writes line y of the picture from src, which is w × h and scale times smaller.
func enlarge(out []byte, src []float32, w, h, y, scale int) {
	if scale == 1 {
		for x := range out {
			out[x] = byte(src[y*w+x])
		}
		return
	}
	near := min(y/2, h-1)
	far := min(max(near+(y&1)*2-1, 0), h-1)
	a, b := src[near*w:][:w], src[far*w:][:w]
	for x := range out {
		i := min(x/2, w-1)
		j := min(max(i+(x&1)*2-1, 0), w-1)
		out[x] = byte(0.5625*a[i] + 0.1875*(a[j]+b[i]) + 0.0625*b[j] + 0.5)
	}
}

// tone keeps bright parts from burning out at once.
func tone(c float32) float32 {
	if c > 215 {
		c = 215 + 40*(1-1/(1+(c-215)/40))
	}
	return min(max(c, 0), 255)
}

// makeGrain returns more noise than any line needs.
func makeGrain(seed uint64) []int8 {
	rnd := rand.New(rand.NewPCG(seed, 7))
	g := make([]int8, 1<<16)
	for i := range g {
		n := rnd.Uint32()
		g[i] = int8((int32(n&15) + int32(n>>4&15) + int32(n>>8&15) - 22) / 4)
	}
	return g
}

// bands shares n lines among the processors.
func bands(n int, work func(from, to int)) {
	parts := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for i := range parts {
		wg.Go(func() { work(n*i/parts, n*(i+1)/parts) })
	}
	wg.Wait()
}
