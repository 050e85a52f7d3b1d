package shelf

import "math"

// Sizes of the goods in millimetres.
const (
	packWide, packHigh, packDeep = 56.0, 88.0, 22.0
	cartonWide, cartonHigh       = 284.0, 90.0
)

// A brand is how one product looks. The motifs are ours; only the names are those of the trade.
type brand struct {
	name, variant string
	price         string
	base, shade   rgb // of the pack, top and bottom
	ink, second   rgb // of the name, and of the motif beside it
	motif         func(s *sheet, b *brand, x, y, r float64)
}

var brands = []brand{
	{"芙蓉王", "硬", "25.00", hex(0xf0c544), hex(0xd99a1e), hex(0xa3161c), hex(0xfff0b8), flower},
	{"中华", "硬", "45.00", hex(0xd3222a), hex(0xa90f18), hex(0xf6d36a), hex(0xf0bb3c), gate},
	{"云烟", "紫", "12.00", hex(0x7a3f8e), hex(0x54266a), hex(0xf1d58a), hex(0xe0b84e), ring},
	{"兰州", "硬珍品", "16.00", hex(0x1f5fa8), hex(0x123f7a), hex(0xffffff), hex(0xf0c544), bridge},
	{"红塔山", "硬经典", "10.00", hex(0xf7f3ea), hex(0xe3dccb), hex(0xb81c22), hex(0xc9252b), pagoda},
	{"利群", "新版", "16.00", hex(0xf3efe6), hex(0xe2d5c0), hex(0xc01a20), hex(0xd4473a), sun},
	{"玉溪", "软", "23.00", hex(0xf4ece0), hex(0xe6d7bf), hex(0x8c1d24), hex(0xb5323a), ring},
	{"双喜", "硬经典", "10.00", hex(0xd8202c), hex(0xb3121d), hex(0xffe9a0), hex(0xffd257), diamond},
	{"白沙", "精品", "11.00", hex(0xe9f2f7), hex(0xc4dbe8), hex(0x17558f), hex(0x3f8cc4), waves},
	{"黄鹤楼", "软蓝", "19.00", hex(0x2c62b0), hex(0x173f82), hex(0xf6dc8c), hex(0xe5bd55), pagoda},
	{"南京", "炫赫门", "17.00", hex(0xb42b52), hex(0x7d1638), hex(0xffe2c4), hex(0xe7a66a), diamond},
	{"泰山", "白将军", "10.00", hex(0xeff3ee), hex(0xcfdcd2), hex(0x1d6142), hex(0x2f8059), hills},
	{"贵烟", "跨越", "26.00", hex(0x18777a), hex(0x0c5156), hex(0xf4dd96), hex(0xe3bd5c), hills},
	{"娇子", "格调", "16.00", hex(0x2d2f39), hex(0x15161c), hex(0xe9c777), hex(0xc99a44), waves},
	{"延安", "红韵", "15.00", hex(0xc8232b), hex(0x97141c), hex(0xffe7ac), hex(0xf3c75b), pagoda},
	{"好猫", "长乐", "17.00", hex(0x24508f), hex(0x14315f), hex(0xffffff), hex(0xdcb250), flower},
	{"猴王", "细支", "12.00", hex(0xee7a21), hex(0xcb5410), hex(0xfff3d6), hex(0xffd46b), sun},
	{"黄金叶", "帝豪", "10.00", hex(0xc8962f), hex(0x9b6a17), hex(0xfff4d0), hex(0xffe08a), leaf},
	{"黄金叶", "爱尚", "16.00", hex(0xf6f0e2), hex(0xe5d7b5), hex(0x9b6a17), hex(0xc8962f), leaf},
	{"芙蓉王", "硬蓝", "35.00", hex(0x2b6cb8), hex(0x184a8a), hex(0xffe7a6), hex(0xf0c544), flower},
	{"云烟", "软珍品", "23.00", hex(0xc61f2a), hex(0x9a121c), hex(0xf7da86), hex(0xe9bd55), ring},
	{"兰州", "吉祥", "13.00", hex(0xd9b04a), hex(0xb5842a), hex(0x8e1a1f), hex(0xfff2c2), bridge},
}

// front prints the face of a pack at k pixels a millimetre.
func (b *brand) front(s *scene, k float64) shader {
	p := s.sheet(packWide, packHigh, k, b.base)
	p.gradient(b.base, b.shade)
	p.rect(b.second, 0, 0, packWide, 1.6)
	p.frame(b.second.mix(b.base, 0.45), 2.4, 3.4, packWide-4.8, 55, 0.5)
	b.motif(p, b, packWide/2, 19, 11)
	if len([]rune(b.name)) == 2 {
		p.text(b.ink, packWide/2, 43, 17, packWide-10, b.name)
	} else {
		p.text(b.ink, packWide/2, 43, 14.5, packWide-8, b.name)
	}
	p.text(b.ink.mix(b.base, 0.15), packWide/2, 54, 5, 30, b.variant)
	b.warning(p, packWide, packHigh)
	p.rect(b.shade.times(0.72), 0, 24.6, packWide, 0.5) // the lid of a flip-top
	face := p.shader()
	return func(u, v float64) (rgb, float32) {
		c, _ := face(u, v)
		edge := smooth(0, 0.035, min(u, 1-u)) // the cardboard bends at its edges
		sheen := 0.05 * math.Exp(-math.Pow((u-0.3)*5, 2))
		return c.times(float32((0.72 + 0.28*edge) * (1.0 + sheen - 0.12*v))), 1
	}
}

// warning is the lower third that the law prescribes.
func (b *brand) warning(p *sheet, w, h float64) {
	ground, ink := b.shade.mix(hex(0xffffff), 0.16), hex(0xffffff)
	if b.shade[0]+b.shade[1]+b.shade[2] > 480 {
		ground, ink = b.shade.mix(hex(0x000000), 0.07), hex(0x303030)
	}
	top := h * 0.68
	p.rect(ground, 0, top, w, h-top)
	p.rect(ink.mix(ground, 0.6), 0, top, w, 0.5)
	p.text(ink, w/2, top+(h-top)*0.34, (h-top)*0.24, w-6, "吸烟有害健康")
	p.text(ink, w/2, top+(h-top)*0.70, (h-top)*0.24, w-6, "尽早戒烟有益身体")
}

// carton prints the long face of ten packs.
func (b *brand) carton(s *scene, k float64) shader {
	p := s.sheet(cartonWide, cartonHigh, k, b.base)
	p.gradient(b.base, b.shade)
	p.rect(b.second, 0, 5, cartonWide, 1.6)
	p.rect(b.second, 0, cartonHigh-7, cartonWide, 1.6)
	b.motif(p, b, 48, 45, 25)
	p.text(b.ink, 152, 39, 34, 130, b.name)
	p.text(b.ink, 152, 68, 10, 110, b.variant)
	p.rect(b.shade.mix(hex(0xffffff), 0.16), 228, 0, 56, cartonHigh)
	p.text(b.ink, 256, 38, 9, 50, "吸烟有害")
	p.text(b.ink, 256, 52, 9, 50, "健康")
	face := p.shader()
	return func(u, v float64) (rgb, float32) {
		c, _ := face(u, v)
		edge := smooth(0, 0.03, min(v, 1-v)) * smooth(0, 0.012, min(u, 1-u))
		return c.times(float32((0.74 + 0.26*edge) * (1.04 - 0.12*v))), 1
	}
}

func ring(s *sheet, b *brand, x, y, r float64) {
	s.disc(b.second, x, y, r)
	s.disc(b.base, x, y, r*0.82)
	s.disc(b.second, x, y, r*0.68)
	s.disc(b.shade, x, y, r*0.5)
	s.poly(b.second, x, y-r*0.42, x+r*0.36, y+r*0.3, x-r*0.36, y+r*0.3)
}

func flower(s *sheet, b *brand, x, y, r float64) {
	for i := range 8 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 4)
		s.disc(b.second, x+cos*r*0.6, y+sin*r*0.6, r*0.36)
	}
	s.disc(b.ink, x, y, r*0.42)
	s.disc(b.second, x, y, r*0.24)
}

func gate(s *sheet, b *brand, x, y, r float64) {
	s.rect(b.second, x-r*1.3, y+r*0.45, r*2.6, r*0.4)
	s.poly(b.second, x-r*1.5, y-r*0.1, x, y-r*0.8, x+r*1.5, y-r*0.1, x+r*1.2, y+r*0.08, x-r*1.2, y+r*0.08)
	for i := range 5 {
		s.rect(b.second, x-r*1.08+float64(i)*r*0.49, y+r*0.05, r*0.2, r*0.42)
	}
	s.disc(b.ink, x, y-r*0.2, r*0.16)
}

func bridge(s *sheet, b *brand, x, y, r float64) {
	for i := range 3 {
		cx := x + (float64(i)-1)*r*0.95
		s.disc(b.second, cx, y+r*0.35, r*0.5)
		s.disc(b.base, cx, y+r*0.35, r*0.38)
	}
	s.rect(b.base.mix(b.shade, 0.2), x-r*1.6, y+r*0.35, r*3.2, r*0.6)
	s.rect(b.second, x-r*1.6, y+r*0.3, r*3.2, r*0.16)
	for i := range 4 {
		s.rect(b.second.mix(b.base, 0.4), x-r*1.3+float64(i)*r*0.25, y+r*(0.56+0.11*float64(i)), r*(2.6-0.5*float64(i)), r*0.05)
	}
}

func pagoda(s *sheet, b *brand, x, y, r float64) {
	for i := range 5 {
		w := r * (0.95 - 0.14*float64(4-i))
		top := y - r*0.7 + float64(i)*r*0.34
		s.poly(b.second, x-w*0.72, top, x+w*0.72, top, x+w, top+r*0.14, x-w, top+r*0.14)
		s.rect(b.second, x-w*0.55, top+r*0.14, w*1.1, r*0.2)
	}
	s.poly(b.second, x-r*0.08, y-r*0.7, x, y-r*1.15, x+r*0.08, y-r*0.7)
}

func sun(s *sheet, b *brand, x, y, r float64) {
	for i := range 12 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 6)
		s.poly(b.second, x+cos*r*1.1, y+sin*r*1.1, x-sin*r*0.14, y+cos*r*0.14, x+sin*r*0.14, y-cos*r*0.14)
	}
	s.disc(b.base, x, y, r*0.62)
	s.disc(b.ink, x, y, r*0.52)
}

func diamond(s *sheet, b *brand, x, y, r float64) {
	s.poly(b.second, x, y-r*1.05, x+r*1.05, y, x, y+r*1.05, x-r*1.05, y)
	s.poly(b.base, x, y-r*0.85, x+r*0.85, y, x, y+r*0.85, x-r*0.85, y)
	s.text(b.ink, x, y, r*0.95, r*1.4, "喜")
}

func waves(s *sheet, b *brand, x, y, r float64) {
	for i := range 3 {
		var xy []float64
		at := y - r*0.4 + float64(i)*r*0.5
		for j := 0; j <= 24; j++ {
			t := float64(j)/12 - 1
			xy = append(xy, x+t*r*1.7, at+math.Sin(t*5+float64(i))*r*0.2)
		}
		for j := 24; j >= 0; j-- {
			t := float64(j)/12 - 1
			xy = append(xy, x+t*r*1.7, at+r*0.2+math.Sin(t*5+float64(i))*r*0.16)
		}
		s.poly(b.second.mix(b.base, float32(i)*0.22), xy...)
	}
}

func hills(s *sheet, b *brand, x, y, r float64) {
	s.disc(b.second.mix(b.base, 0.55), x+r*0.6, y-r*0.55, r*0.36)
	s.poly(b.second.mix(b.base, 0.35), x-r*1.7, y+r*0.75, x-r*0.55, y-r*0.75, x+r*0.7, y+r*0.75)
	s.poly(b.second, x-r*0.7, y+r*0.75, x+r*0.45, y-r*0.35, x+r*1.7, y+r*0.75)
}

func leaf(s *sheet, b *brand, x, y, r float64) {
	for i := range 5 {
		a := (float64(i) - 2) * 0.55
		sin, cos := math.Sincos(a)
		tx, ty := x+sin*r*1.2, y+r*0.6-cos*r*1.6
		s.poly(b.second.mix(b.base, 0.1*float32(i%2)), x, y+r*0.6, x+(tx-x)*0.55-cos*r*0.26, y+r*0.6+(ty-y-r*0.6)*0.55-sin*r*0.26,
			tx, ty, x+(tx-x)*0.55+cos*r*0.26, y+r*0.6+(ty-y-r*0.6)*0.55+sin*r*0.26)
	}
}
