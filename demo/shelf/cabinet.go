package shelf

import (
	"fmt"
	"math"
	"slices"
)

// Measures of the cabinet in millimetres.
const (
	pitch     = 176.0 // from one board to the next
	board     = 18.0  // thickness
	rail      = 44.0  // height of the strip that holds the tags
	inside    = 250.0 // depth
	post      = 34.0  // width of an upright
	divider   = 20.0  // width of the upright between two bays
	base      = 330.0 // height of the doors below
	signBoard = 150.0 // height of the sign above
	tagWide   = 70.0
)

// A style is what a cabinet is made of.
type style struct {
	frame func(w, h, seed float64) shader
	back  rgb
	railC rgb
	tag   rgb // the colour at the head of the tags
	sign  rgb
	ink   rgb
}

var styles = []style{
	{oak, hex(0xf3e3c4), hex(0xf4f1ea), hex(0x1d7a46), hex(0xb5161c), hex(0xffe39a)},
	{walnut, hex(0xe7cfa6), hex(0xe9e4da), hex(0xc2242b), hex(0x7a1118), hex(0xffdf94)},
	{white, hex(0xf2f4f5), hex(0xe8edf1), hex(0x1663a8), hex(0x0f5a9c), hex(0xffffff)},
}

func oak(w, h, seed float64) shader    { return wood(hex(0xc58f52), w, h, seed) }
func walnut(w, h, seed float64) shader { return wood(hex(0x84512f), w, h, seed) }
func white(w, h, seed float64) shader  { return metal(hex(0xdfe4e8), seed) }

// A bay is one column of boards.
type bay struct{ x, w float64 }

// cabinet sets up a cabinet of cigarettes before the camera; near shows only a part of it.
func (s *scene) cabinet(near bool) {
	st := styles[s.rnd.IntN(len(styles))]
	portrait := s.h > s.w
	bays, rows := 2, 5
	if portrait {
		bays, rows = 1, 6
	}
	const bayWide = 730.0
	width := float64(bays)*bayWide + float64(bays-1)*divider
	if portrait {
		width = 900
	}
	high := float64(rows) * pitch
	wide := width + 2*post + 150
	target := vec{width / 2, (high+signBoard-base*0.35)/2 + 8, 0}
	if near {
		row := 1 + s.rnd.IntN(rows-2)
		wide = 620
		target = vec{width * (0.34 + 0.32*s.rnd.Float64()), float64(row)*pitch + 22, 0}
		if portrait {
			wide = 420
		}
	}
	eye := target.plus(vec{(s.rnd.Float64() - 0.5) * wide * 0.4, wide * (0.01 + 0.1*s.rnd.Float64()), wide * 0.98})
	s.look(eye, target, wide, (s.rnd.Float64()-0.5)*0.02)

	s.room(width, high)
	s.carcass(st, width, high)
	columns := make([]bay, bays)
	for i := range columns {
		w := (width - float64(bays-1)*divider) / float64(bays)
		columns[i] = bay{float64(i) * (w + divider), w}
		s.box(vec{columns[i].x + w, 0, 4}, divider, high, inside, st.frame(divider, high, 5), dim(plain(st.back), 0.7), plain(rgb{}))
	}
	for _, b := range columns {
		s.bay(st, b, rows)
	}
	s.frame(st, columns, width, high)
}

// room is the wall behind and beside the cabinet.
func (s *scene) room(width, high float64) {
	paint := hex(0xdcdccf)
	s.front(-2500, -1500, -inside-20, width+5000, 5000, func(u, v float64) (rgb, float32) {
		return paint.times(float32(0.80 + 0.10*rough(u*60, v*60) + 0.05*rough(u*900, v*900) - 0.1*v)), 1
	})
	// A certificate in its frame, where there is room for one.
	p := s.sheet(300, 220, s.density(vec{0, high, -inside}), hex(0xfbf6e4))
	p.frame(hex(0xb08a3e), 0, 0, 300, 220, 12)
	p.text(hex(0xb5161c), 150, 60, 26, 240, "诚信经营")
	p.text(hex(0x333333), 150, 120, 16, 240, "烟草专卖零售")
	p.disc(hex(0xc9252b), 225, 165, 24)
	s.front(-460, high-420, -inside-8, 300, 220, p.shader())
	s.front(width+150, high-420, -inside-8, 300, 220, p.shader())
}

// carcass is the cabinet without its front and its boards.
func (s *scene) carcass(st style, width, high float64) {
	outer := dim(st.frame(inside, high, 3), 0.62)
	for _, x := range []float64{-post, width} {
		s.box(vec{x, -base, 6}, post, high+base, inside, plain(st.back), outer, outer)
	}
	s.box(vec{-post, high, 14}, width+2*post, signBoard, inside+10, plain(st.sign), outer, dim(st.frame(width, inside, 4), 0.9))
	rows := high / pitch
	back := func(u, v float64) (rgb, float32) {
		_, in := math.Modf(v * rows)
		glow := 1.12 - 0.42*smooth(0, 1, in) + 0.10*math.Exp(-in*9)
		return st.back.times(float32(glow * (0.90 + 0.04*noise(u*7, v*9)))), 1
	}
	s.front(0, 0, -inside, width, high, back)
	side := func(u, v float64) (rgb, float32) {
		_, in := math.Modf(v * rows)
		return st.back.times(float32(0.78 - 0.3*in)), 1
	}
	s.face(vec{0, high, 0}, vec{0, high, -inside}, vec{0, 0, -inside}, vec{0, 0, 0}, side)
	s.face(vec{width, high, -inside}, vec{width, high, 0}, vec{width, 0, 0}, vec{width, 0, -inside}, side)
}

// bay fills one column, from the outside to the height of the eye, so that what is nearer covers what is farther.
func (s *scene) bay(st style, b bay, rows int) {
	order := make([]int, rows)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		far := func(r int) float64 { return math.Abs(float64(r)*pitch + 60 - s.eye.y) }
		return int(far(j) - far(i))
	})
	stock := s.rnd.Perm(len(brands))
	next := 0
	var labels []label
	for _, row := range order {
		s.boards(st, b, float64(row)*pitch)
		if row == rows-1 {
			labels = append(labels, s.cartons(b, float64(row)*pitch, stock, &next)...)
		} else {
			labels = append(labels, s.packs(b, float64(row)*pitch, stock, &next)...)
		}
	}
	// The rails hang before the goods of the row below.
	for row := range rows {
		s.edge(st, b, float64(row)*pitch)
	}
	for _, l := range labels {
		s.tag(st, l.at, &brands[l.brand])
	}
}

// boards draws the top of the board at y and the underside of the one above, with its strip of light.
func (s *scene) boards(st style, b bay, y float64) {
	x0, x1 := b.x, b.x+b.w
	top := st.frame(b.w, inside, y)
	s.face(vec{x0, y, -inside}, vec{x1, y, -inside}, vec{x1, y, 0}, vec{x0, y, 0}, lit(top, func(_, v float64) float64 {
		return 0.38 + 0.5*v
	}))
	over := y + pitch - board
	if s.eye.y < over {
		s.face(vec{x0, over, 0}, vec{x1, over, 0}, vec{x1, over, -inside}, vec{x0, over, -inside}, dim(top, 0.5))
		s.face(vec{x0, over - 1, -14}, vec{x1, over - 1, -14}, vec{x1, over - 1, -30}, vec{x0, over - 1, -30}, plain(hex(0xfffbee)))
	}
	// The goods shade the board they stand on and the wall behind them.
	s.front(x0, y, -inside+1, b.w, 70, func(_, v float64) (rgb, float32) { return rgb{40, 28, 16}, float32(0.42 * v) })
}

// A slot is one product's place in a row.
type slot struct {
	brand  int
	x      float64
	facing int     // packs beside each other
	back   float64 // how far behind the edge the first stands; far when nearly sold out
	tilt   []float64
	gone   int // facings that are sold out
}

// A label is where a product's price tag goes.
type label struct {
	at    vec
	brand int
}

// packs fills the row at y with products, two to four facings each, and returns their price tags.
func (s *scene) packs(b bay, y float64, stock []int, next *int) (labels []label) {
	var slots []slot
	x := b.x + 8
	for {
		sl := slot{brand: stock[*next%len(stock)], x: x, facing: 2 + s.rnd.IntN(3), back: 6 + 10*s.rnd.Float64()}
		for sl.facing > 1 && x+float64(sl.facing)*(packWide+1.5) > b.x+b.w-6 {
			sl.facing--
		}
		w := float64(sl.facing) * (packWide + 1.5)
		if x+w > b.x+b.w-4 {
			break
		}
		switch s.rnd.IntN(24) {
		case 0:
			sl.gone = sl.facing
		case 1, 2, 3:
			sl.gone = 1
		case 4, 5:
			sl.back = 90 + 70*s.rnd.Float64()
		}
		for range sl.facing {
			sl.tilt = append(sl.tilt, s.rnd.NormFloat64())
		}
		*next++
		slots = append(slots, sl)
		labels = append(labels, label{s.labelAt(x+(w-tagWide)/2, y), sl.brand})
		x += w + 5 + 7*s.rnd.Float64()
	}
	s.outsideIn(len(slots), func(i int) float64 { return slots[i].x + float64(slots[i].facing)*packWide/2 }, func(i int) {
		s.slot(slots[i], y)
	})
	for i := range slots {
		if i > 0 { // a clear divider
			s.box(vec{slots[i].x - 5, y, -3}, 2, 62, inside*0.8, glass(hex(0xffffff), 0.5), glass(hex(0xf4fbff), 0.16), glass(hex(0xffffff), 0.6))
		}
	}
	return labels
}

// labelAt is the bottom left of a tag on the rail of the board at y; nobody pushes them in quite level.
func (s *scene) labelAt(x, y float64) vec {
	return vec{x + s.rnd.NormFloat64()*3, y - rail + 6 + s.rnd.NormFloat64()*0.5, 4}
}

func (s *scene) slot(sl slot, y float64) {
	if !s.sees(vec{sl.x, y, 0}, vec{sl.x + float64(sl.facing)*packWide, y + packHigh, -inside}) {
		return
	}
	b := &brands[sl.brand]
	front := b.front(s, s.density(vec{sl.x, y, -sl.back})*1.15)
	side := lit(fade(b.base, b.shade), func(u, v float64) float64 { return 0.62 - 0.15*v })
	s.outsideIn(sl.facing, func(i int) float64 { return sl.x + (float64(i)+0.5)*packWide }, func(i int) {
		if i >= sl.facing-sl.gone {
			return
		}
		z := -sl.back - 1.5*math.Abs(sl.tilt[i])
		at := vec{sl.x + float64(i)*(packWide+1.5) + 0.5*sl.tilt[i], y, z}
		deep := inside + z - 8
		lids := math.Round(deep / packDeep)
		top := func(u, v float64) (rgb, float32) {
			_, in := math.Modf(v * lids)
			return b.base.mix(hex(0xffffff), 0.12).times(float32((0.62 + 0.36*v) * (0.8 + 0.2*smooth(0, 0.12, min(in, 1-in))))), 1
		}
		lightness := float32(0.97 + 0.02*sl.tilt[i] - 0.12*smooth(20, 150, sl.back))
		s.face(vec{at.x - 3, y + 0.5, z + 9}, vec{at.x + packWide + 3, y + 0.5, z + 9}, vec{at.x + packWide, y + 0.5, z - 4}, vec{at.x, y + 0.5, z - 4},
			func(_, v float64) (rgb, float32) { return rgb{25, 16, 8}, float32(0.55 * v) })
		s.box(at, packWide, packHigh, deep, dim(front, lightness), side, top)
	})
}

// cartons lays whole cartons on the top board and returns their price tags.
func (s *scene) cartons(b bay, y float64, stock []int, next *int) (labels []label) {
	count := int(b.w / (cartonWide + 8))
	gap := (b.w - float64(count)*cartonWide) / float64(count+1)
	s.outsideIn(count, func(i int) float64 { return b.x + float64(i)*(cartonWide+gap) + cartonWide/2 }, func(i int) {
		*next++
		br := &brands[stock[*next%len(stock)]]
		at := vec{b.x + gap + float64(i)*(cartonWide+gap), y, -10 - 14*s.rnd.Float64()}
		labels = append(labels, label{s.labelAt(at.x+(cartonWide-tagWide)/2, y), stock[*next%len(stock)]})
		if !s.sees(at, at.plus(vec{cartonWide, cartonHigh, -inside})) {
			return
		}
		side := lit(fade(br.base, br.shade), func(_, v float64) float64 { return 0.6 - 0.15*v })
		s.box(at, cartonWide, cartonHigh, 190, br.carton(s, s.density(at)*1.1), side, dim(plain(br.base), 0.85))
	})
	return labels
}

// outsideIn calls draw for each of n things, the nearest to the eye last.
func (s *scene) outsideIn(n int, x func(int) float64, draw func(int)) {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return int(math.Abs(x(j)-s.eye.x) - math.Abs(x(i)-s.eye.x))
	})
	for _, i := range order {
		draw(i)
	}
}

// edge is the front of the board at y with its rail and its price tags.
func (s *scene) edge(st style, b bay, y float64) {
	top := y + 3
	s.front(b.x, top-rail, 3, b.w, rail, func(u, v float64) (rgb, float32) {
		sheen := 0.93 - 0.07*v - 0.12*smooth(0.9, 1, v) + 0.08*(1-smooth(0, 0.1, v))
		return st.railC.times(float32(sheen * (0.97 + 0.03*noise(u*9, 1)))), 1
	})
	s.front(b.x, top-rail-9, 2, b.w, 9, func(_, v float64) (rgb, float32) { return rgb{30, 20, 10}, float32(0.35 * (1 - v)) })
}

// tag is a price tag.
func (s *scene) tag(st style, at vec, b *brand) {
	const w, h = tagWide, 39.0
	if !s.sees(at, at.plus(vec{w, h, 0})) {
		return
	}
	p := s.sheet(w, h, s.density(at)*1.1, hex(0xfdfdf8))
	p.rect(st.tag, 0, 0, w, 8.5)
	p.text(hex(0xffffff), w/2, 4.3, 5.4, w-8, "卷烟明码标价签")
	p.text(hex(0x1a1a1a), 26, 14.5, 7.6, 48, fmt.Sprintf("%s(%s)", b.name, b.variant))
	p.text(hex(0x555555), 60, 14.5, 4, 16, "元/包")
	p.text(hex(0xc4161d), 46, 28, 15, 44, b.price)
	p.text(hex(0xc4161d), 19.5, 30.5, 8, 8, "¥")
	for i := range 15 { // a bar code
		p.rect(hex(0x111111), 3+float64(i)*0.85, 24, 0.25+0.35*speck(uint32(i), uint32(b.price[0])), 8)
	}
	p.text(hex(0x555555), 9.5, 35.5, 3.4, 14, "举报电话 12313")
	p.frame(hex(0xc9c9c0), 0, 0, w, h, 0.5)
	s.front(at.x+1.5, at.y-1.5, at.z-0.5, w, h, glass(rgb{20, 20, 20}, 0.25))
	s.front(at.x, at.y, at.z, w, h, lit(p.shader(), func(u, v float64) float64 { return 1.0 - 0.05*v + 0.03*u }))
}

// frame is what stands before the goods: uprights, the sign above, the doors below.
func (s *scene) frame(st style, columns []bay, width, high float64) {
	for _, b := range columns[1:] {
		s.front(b.x-divider, 0, 4, divider, high, st.frame(divider, high, 5))
	}
	for i, x := range []float64{-post, width} {
		s.front(x, -base, 6, post, high+base, st.frame(post, high+base, float64(i)))
	}
	s.front(0, high-board, 4, width, board, st.frame(width, board, 8))

	full := width + 2*post
	p := s.sheet(full, signBoard, s.density(vec{width / 2, high, 0}), st.sign)
	p.frame(st.ink.mix(st.sign, 0.3), 8, 8, full-16, signBoard-16, 3)
	p.text(st.ink, full/2, 62, 62, full-120, []string{"卷 烟 陈 列 柜", "明码标价 · 诚信经营", "烟草专卖零售点"}[s.rnd.IntN(3)])
	p.text(st.ink, full/2, 121, 20, full-160, "本店谢绝向未成年人售烟")
	s.front(-post, high, 14, full, signBoard, lit(p.shader(), func(u, v float64) float64 {
		return 1.02 - 0.16*v + 0.10*math.Exp(-math.Pow((u-0.5)*3, 2))
	}))

	doors := 2 * len(columns)
	dw := width / float64(doors)
	s.front(0, -base, 0, width, base+3-rail, plain(hex(0x2a1d12)))
	for i := range doors {
		x := float64(i) * dw
		s.front(x+3, -base, 4, dw-6, base-rail-4, lit(st.frame(dw, base, float64(i)+20), func(u, v float64) float64 {
			return 0.9 - 0.25*v - 0.25*(1-smooth(0, 0.02, min(u, 1-u)))
		}))
		knob := x + dw - 40
		if i%2 == 1 {
			knob = x + 32
		}
		s.front(knob, -rail-95, 10, 9, 60, fade(hex(0xf2f2f2), hex(0x8a8a8a)))
	}
}
