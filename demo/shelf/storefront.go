package shelf

import (
	"math"
	"math/rand/v2"
)

// Measures of the shop in millimetres; x is 0 at the left end of the wall, y at the ground.
const (
	wallWide = 7600.0
	wallHigh = 3700.0
	doorX    = 3700.0
	doorWide = 1900.0
	doorHigh = 2250.0
	stepHigh = 160.0
	windowX  = 900.0
	windowW  = 2250.0
	signLow  = 2620.0
	signHigh = 830.0
)

// A facade is how a shop presents itself.
type facade struct {
	wall             func(seed float64) shader
	sign, ink, frame rgb
}

var facades = []facade{
	{whiteTiles, hex(0xc4161c), hex(0xfff2b0), hex(0xb9bec2)},
	{bricks, hex(0x1a8a4c), hex(0xffffff), hex(0x7d5a3c)},
	{plaster, hex(0x1858a8), hex(0xffffff), hex(0xc8ccd0)},
	{plaster, hex(0xc4161c), hex(0xffe27a), hex(0x5c6166)},
}

var shopNames = []string{
	"兴旺便民超市", "老马综合商店", "清水河生活超市", "丝路烟酒副食", "惠民便利店", "六盘山百货商店", "福来副食店", "同心购物超市",
}

// storefront sets up a village shop before the camera, with name over its door.
func (s *scene) storefront(name string) {
	if name == "" {
		name = shopNames[s.rnd.IntN(len(shopNames))]
	}
	f := facades[s.rnd.IntN(len(facades))]
	wide, target := 8300.0, vec{wallWide / 2, 1830, 0}
	if s.h > s.w {
		wide, target = 4300, vec{doorX + 250, 1750, 0}
	}
	eye := target.plus(vec{(s.rnd.Float64() - 0.5) * wide * 0.36, -120 + 200*s.rnd.Float64(), wide * 0.92})
	s.look(eye, target, wide, (s.rnd.Float64()-0.5)*0.018)
	seed := s.rnd.Float64() * 100

	s.landscape(seed)
	s.ground(seed)
	s.wall(f, seed)
	s.window(f)
	s.door(f)
	s.sign(f, name)
	s.goodsOutside()
}

// landscape is the sky and the loess hills behind the village.
func (s *scene) landscape(seed float64) {
	horizon := s.project(vec{wallWide / 2, s.eye.y, -1e6}).y / float64(s.h)
	aspect := float64(s.w) / float64(s.h)
	ridges := []struct {
		high, grain float64
		c           rgb
	}{{0.20, 3, hex(0x9fb0b4)}, {0.13, 5, hex(0xa39a78)}, {0.07, 9, hex(0x8d8a55)}}
	w, h := float64(s.w), float64(s.h)
	tops := make([][3]float64, s.w+1) // of the ridges, column by column
	for x := range tops {
		for i, r := range ridges {
			tops[x][i] = horizon - r.high*(0.35+0.9*rough(float64(x)/h*r.grain+seed+float64(i)*31, 0.5))
		}
	}
	sky := func(u, v float64) (rgb, float32) {
		c := hex(0x6fa6db).mix(hex(0xdbe8ef), float32(smooth(0, horizon, v)))
		peaks := &tops[int(u*w)]
		if v < min(peaks[0], peaks[1], peaks[2]) {
			cloud := smooth(0.5, 0.75, rough(u*aspect*3+seed, v*9)) * (1 - smooth(0.2, 0.6, v))
			return c.mix(hex(0xffffff), float32(0.85*cloud)), 1
		}
		for i, top := range peaks {
			if v > top {
				terrace := 0.93 + 0.10*math.Sin((v-top)*520/(1+float64(i))) + 0.08*rough(u*aspect*30, v*60)
				c = c.mix(ridges[i].c.times(float32(terrace)), float32(smooth(top, top+0.004, v)))
			}
		}
		return c, 1
	}
	// Behind the wall nobody sees it, so it is painted above and beside.
	topLeft, topRight := s.project(vec{0, wallHigh, 0}), s.project(vec{wallWide, wallHigh, 0})
	low, left, right := max(topLeft.y, topRight.y)+20, topLeft.x+40, topRight.x-40
	part := func(x0, y0, x1, y1 float64) {
		s.flat([4]point{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}, func(u, v float64) (rgb, float32) {
			return sky((x0+u*(x1-x0))/w, (y0+v*(y1-y0))/h)
		})
	}
	part(0, 0, w, low)
	part(0, low, left, h)
	part(right, low, w, h)
}

// ground is the concrete before the shop, with joints and stains, dark where the wall shades it.
func (s *scene) ground(seed float64) {
	const left = 1500.0
	deep := s.eye.z - 1900 // what is nearer is below the picture
	c := hex(0xb9b1a3)
	s.face(vec{-left, 0, -900}, vec{wallWide + left, 0, -900}, vec{wallWide + left, 0, deep}, vec{-left, 0, deep}, func(u, v float64) (rgb, float32) {
		x, z := u*(wallWide+2*left), v*(deep+900)
		stain := rough(x/700+seed, z/500)
		grit := rough(x/30, z/30)
		_, jx := math.Modf(x / 2400)
		_, jz := math.Modf(z / 2000)
		joint := smooth(0, 0.006, min(jx, 1-jx)) * smooth(0, 0.008, min(jz, 1-jz))
		shade := 0.62 + 0.38*smooth(700, 2100, z)
		return c.times(float32((0.78 + 0.28*stain + 0.10*grit) * (0.72 + 0.28*joint) * shade)), 1
	})
}

func (s *scene) wall(f facade, seed float64) {
	face := f.wall(seed)
	s.box(vec{0, 0, 0}, wallWide, wallHigh, 4000, func(u, v float64) (rgb, float32) {
		c, a := face(u, v)
		x, y := u*wallWide, (1-v)*wallHigh
		under := 1 - 0.42*smooth(signLow-520, signLow-40, y)*(1-smooth(signLow, signLow+40, y))*smooth(450, 700, x)*(1-smooth(wallWide-700, wallWide-450, x))
		foot := 0.74 + 0.26*smooth(0, 380, y) // splashes of rain
		return c.times(float32(under * foot * (0.93 + 0.12*rough(u*6+seed, v*4)))), a
	}, dim(plain(hex(0xb7a894)), 0.7), plain(hex(0x99958c)))
	// A row of roof tiles along the top, and a plinth along the foot.
	s.box(vec{-160, wallHigh, 190}, wallWide+320, 210, 700, func(u, v float64) (rgb, float32) {
		_, in := math.Modf(u * (wallWide + 320) / 150)
		round := math.Sqrt(max(0, 1-4*(in-0.5)*(in-0.5)))
		return hex(0x5d6468).times(float32(0.45 + 0.7*round - 0.25*v)), 1
	}, plain(hex(0x4a5054)), plain(hex(0x6a7276)))
	s.front(-20, wallHigh-70, 20, wallWide+40, 70, fade(hex(0x3d3d3d), hex(0x8f8a80)))
	s.box(vec{0, 0, 40}, wallWide, 330, 40, func(u, v float64) (rgb, float32) {
		return hex(0x8c8781).times(float32(0.8 + 0.2*rough(u*300, v*16) - 0.15*v)), 1
	}, plain(hex(0x66625d)), plain(hex(0xa19c95)))
}

func whiteTiles(seed float64) shader {
	return tiles(hex(0xece7dc), hex(0xb9b3a6), 145, 300, 0.07, seed)
}

func bricks(seed float64) shader { return tiles(hex(0xa9573f), hex(0xc4b6a2), 240, 66, 0.28, seed) }

// tiles are w × h millimetres, each a little different, every other row shifted by half when they are flat.
func tiles(c, grout rgb, w, h, vary, seed float64) shader {
	return func(u, v float64) (rgb, float32) {
		x, y := u*wallWide/w, v*wallHigh/h
		if w > h && int(y)%2 == 1 {
			x += 0.5
		}
		ix, fx := math.Modf(x)
		iy, fy := math.Modf(y)
		one := speck(uint32(ix)+uint32(seed), uint32(iy))
		gap := smooth(0, 9/w, min(fx, 1-fx)) * smooth(0, 9/h, min(fy, 1-fy))
		tile := c.times(float32(1 - vary/2 + vary*one))
		return grout.mix(tile, float32(gap)), 1
	}
}

func plaster(seed float64) shader {
	return func(u, v float64) (rgb, float32) {
		c := hex(0xe9d9b4)
		if v > 0.72 {
			c = hex(0x9c7b5a) // painted to the height of a hand
		}
		return c.times(float32(0.9 + 0.1*rough(u*50+seed, v*30) + 0.05*rough(u*700, v*340))), 1
	}
}

// window shows rows of goods behind glass, with two posters on it.
func (s *scene) window(f facade) {
	const y, h = 860.0, 1500.0
	s.front(windowX-70, y-70, 22, windowW+140, h+140, fade(f.frame, f.frame.times(0.8)))
	s.front(windowX, y, 18, windowW, h, s.goods(windowW, h, 4))
	mid := windowX + windowW/2
	s.poster(mid-900, y+430, "啤酒 饮料", "冷饮批发", hex(0x1d6fb8))
	s.poster(mid+330, y+380, "粮油 大米", "送货上门", hex(0xd8761c))
	s.front(windowX, y, 30, windowW, h, reflection)
	s.front(mid-30, y, 34, 60, h, fade(f.frame, f.frame.times(0.85)))
	s.box(vec{windowX - 110, y - 130, 130}, windowW+220, 60, 130, plain(hex(0xb5afa6)), plain(hex(0x88837b)), plain(hex(0xcfc9bf)))
}

// goods is the inside of the shop through glass: rows of bright packages in the dusk.
func (s *scene) goods(w, h float64, rows int) shader {
	seed := s.rnd.Uint32()
	bright := []rgb{hex(0xd7352c), hex(0xf1b72c), hex(0x2e8b57), hex(0x2a6cb5), hex(0xe9e3d3), hex(0xe0722a), hex(0x8a4a9c), hex(0xb9d36a)}
	dark := hex(0x3a3631)
	return func(u, v float64) (rgb, float32) {
		row, fv := math.Modf(v * float64(rows))
		col, fu := math.Modf(u * w / 130)
		n := speck(uint32(col)+seed, uint32(row))
		m := speck(uint32(col), uint32(row)+seed)
		tall := 0.28 + 0.22*m
		lamp := 0.62 + 0.5*math.Exp(-math.Pow((u-0.5)*2.2, 2)) - 0.25*v
		switch {
		case fv > 0.93:
			return hex(0xa08866).times(float32(lamp)), 1
		case fv > 0.93-0.55*tall*1.6 && fu > 0.05 && fu < 0.95:
			c := bright[int(n*float64(len(bright)))%len(bright)]
			if fv > 0.78 && fv < 0.86 {
				c = c.mix(hex(0xffffff), 0.6)
			}
			return c.times(float32(lamp * (0.75 + 0.2*math.Sin(fu*math.Pi)))), 1
		}
		return dark.times(float32(lamp * 1.1)), 1
	}
}

// reflection is the sky in a pane.
func reflection(u, v float64) (rgb, float32) {
	streak := smooth(0.42, 0.5, u+0.35*v) * (1 - smooth(0.62, 0.72, u+0.35*v))
	return hex(0xdcecf7), float32(0.10 + 0.16*streak + 0.18*(1-smooth(0, 0.55, v)))
}

func (s *scene) poster(x, y float64, head, line string, c rgb) {
	const w, h = 560.0, 400.0
	p := s.sheet(w, h, s.density(vec{x, y, 0}), hex(0xfdf6e3))
	p.rect(c, 0, 0, w, 235)
	p.text(hex(0xffffff), w/2, 120, 120, w-50, head)
	p.text(c, w/2, 315, 92, w-60, line)
	s.front(x, y, 26, w, h, p.shader())
}

// door is two glass leaves on a step, with couplets beside them and 福 between.
func (s *scene) door(f facade) {
	s.box(vec{doorX - 420, 0, 820}, doorWide+840, stepHigh, 820, func(u, v float64) (rgb, float32) {
		return hex(0xa9a39a).times(float32(0.72 + 0.2*rough(u*80, v*6))), 1
	}, plain(hex(0x6d6963)), func(u, v float64) (rgb, float32) {
		return hex(0xc6c0b6).times(float32(0.62 + 0.3*v + 0.14*rough(u*70, v*24))), 1
	})
	s.front(doorX-80, stepHigh, 20, doorWide+160, doorHigh+80, fade(f.frame, f.frame.times(0.75)))
	s.front(doorX, stepHigh, 18, doorWide, doorHigh, s.goods(doorWide, doorHigh, 6))
	leaf := doorWide / 2
	for i := range 2 {
		x := doorX + float64(i)*leaf
		s.front(x, stepHigh, 26, leaf, doorHigh, reflection)
		for _, bar := range [][4]float64{{0, 0, leaf, 150}, {0, doorHigh - 80, leaf, 80}, {0, 0, 62, doorHigh}, {leaf - 62, 0, 62, doorHigh}} {
			s.front(x+bar[0], stepHigh+bar[1], 30, bar[2], bar[3], fade(f.frame.times(1.05), f.frame.times(0.72)))
		}
		grip := x + leaf - 120
		if i == 1 {
			grip = x + 92
		}
		s.front(grip, stepHigh+820, 60, 34, 560, fade(hex(0xf4f4f4), hex(0x8b8f93)))
		p := s.sheet(130, 130, s.density(vec{x, 1200, 0}), hex(0x2a6cb5))
		p.text(hex(0xffffff), 65, 65, 84, 0, []string{"推", "拉"}[i])
		s.front(x+leaf/2-65, stepHigh+1150, 31, 130, 130, p.shader())
		s.luck(x+leaf/2, stepHigh+1680)
	}
	for i, line := range []string{"财源茂盛达三江", "生意兴隆通四海"} {
		p := s.sheet(230, 1800, s.density(vec{doorX, 1200, 0}), hex(0xc8191f))
		p.frame(hex(0xe9b84a), 8, 8, 214, 1784, 7)
		p.column(hex(0xf8d978), 115, 70, 205, line)
		x := doorX - 360
		if i == 1 {
			x = doorX + doorWide + 130
		}
		s.front(x, stepHigh+220, 8, 230, 1800, lit(p.shader(), func(u, v float64) float64 { return 0.86 + 0.16*v + 0.05*noise(u*3, v*14) }))
	}
	plate := s.sheet(420, 280, s.density(vec{doorX, 1200, 0}), hex(0xd9b45a))
	plate.frame(hex(0x8a6520), 8, 8, 404, 264, 8)
	plate.text(hex(0x7a1118), 210, 90, 62, 360, "烟草专卖")
	plate.text(hex(0x7a1118), 210, 185, 54, 360, "诚信经营户")
	s.front(doorX+doorWide+520, 1500, 14, 420, 280, plate.shader())
}

// luck is the paper with 福 that hangs on its corner.
func (s *scene) luck(x, y float64) {
	const r = 235.0
	p := s.sheet(200, 200, s.density(vec{x, y, 0}), hex(0xcf1d22))
	p.frame(hex(0xf0c04e), 10, 10, 180, 180, 6)
	// The paper is turned by an eighth: the character is not, so it is drawn on a sheet of its own.
	s.face(vec{x, y + r, 31}, vec{x + r, y, 31}, vec{x, y - r, 31}, vec{x - r, y, 31}, p.shader())
	c := s.sheet(200, 200, s.density(vec{x, y, 0})*1.4, hex(0xcf1d22))
	c.text(hex(0xf8d978), 100, 100, 190, 0, "福")
	s.front(x-105, y-105, 32, 210, 210, c.shader())
}

// sign is the board over the door, and the lanterns under it.
func (s *scene) sign(f facade, name string) {
	const x = 500.0
	w := wallWide - 2*x
	p := s.sheet(w, signHigh, s.density(vec{wallWide / 2, signLow, 160}), f.sign)
	p.gradient(f.sign.times(1.08), f.sign.times(0.88))
	p.frame(f.ink.mix(f.sign, 0.35), 26, 26, w-52, signHigh-52, 12)
	p.disc(f.ink, 420, signHigh/2, 230)
	p.disc(f.sign, 420, signHigh/2, 205)
	p.text(f.ink, 420, signHigh/2, 250, 300, "烟酒")
	p.text(f.ink, w/2+230, 340, 430, w-1500, name)
	p.text(f.ink.mix(f.sign, 0.12), w/2+230, 690, 120, w-1500, "日用百货 · 烟酒副食 · 粮油饮料 · 快递代收")
	s.box(vec{x, signLow, 170}, w, signHigh, 170, lit(p.shader(), func(u, v float64) float64 {
		return 1.03 - 0.14*v + 0.03*noise(u*12, v*2)
	}), dim(plain(f.sign), 0.55), dim(plain(f.sign), 1.1))
	for _, lx := range []float64{doorX - 560, doorX + doorWide + 560} {
		s.lantern(lx, signLow-40)
	}
}

func (s *scene) lantern(x, y float64) {
	const r = 230.0
	s.front(x-6, y-80, 300, 12, 120, plain(hex(0x3a2a1a)))
	s.front(x-r, y-80-1.7*r, 300, 2*r, 1.7*r, func(u, v float64) (rgb, float32) {
		dx, dy := (u-0.5)*2, (v-0.5)*2
		inside := 1 - smooth(0.93, 1, math.Hypot(dx, dy))
		rib := 0.86 + 0.14*math.Abs(math.Cos(math.Asin(min(max(dx/max(0.2, math.Sqrt(max(0, 1-dy*dy))), -1), 1))*5))
		ball := 0.66 + 0.5*math.Sqrt(max(0, 1-dx*dx-dy*dy)) - 0.12*dx
		return hex(0xd8231f).times(float32(rib * ball)), float32(inside)
	})
	for _, cap := range []float64{y - 80 - 40, y - 80 - 1.7*r - 10} {
		s.front(x-95, cap, 305, 190, 50, fade(hex(0xf3cf63), hex(0xa9781f)))
	}
	s.front(x-45, y-80-1.7*r-260, 302, 90, 250, func(u, v float64) (rgb, float32) {
		_, in := math.Modf(u * 9)
		return hex(0xe2b23c).times(float32(0.6 + 0.5*in)), 0.95
	})
}

// goodsOutside is what stands before the window: crates, a freezer, cartons, each with its shadow.
func (s *scene) goodsOutside() {
	freezerAt := vec{6250, 0, 900}
	if s.rnd.IntN(2) == 0 {
		freezerAt.x = 6050
	}
	s.freezer(freezerAt)
	crates := []rgb{hex(0x1f7a46), hex(0x1d5fa8), hex(0xc9302c), hex(0xe0a32a)}
	for stack := range 3 {
		x := 760 + float64(stack)*520
		c := crates[s.rnd.IntN(len(crates))]
		s.shadow(x, 700, 440, 420)
		for i := range 1 + s.rnd.IntN(3) {
			s.crate(vec{x + s.rnd.NormFloat64()*12, float64(i) * 290, 700}, c)
		}
	}
	x := 2450 + 150*s.rnd.Float64()
	s.shadow(x, 760, 460, 380)
	for i := range 2 {
		s.carton(vec{x + s.rnd.NormFloat64()*18, float64(i) * 300, 760}, []string{"方便面", "矿泉水", "鲜奶"}[s.rnd.IntN(3)])
	}
}

func (s *scene) shadow(x, z, w, d float64) {
	s.face(vec{x - 90, 1, z - d}, vec{x + w + 160, 1, z - d}, vec{x + w + 160, 1, z + 120}, vec{x - 90, 1, z + 120}, func(u, v float64) (rgb, float32) {
		return rgb{22, 20, 18}, float32(0.55 * smooth(0, 0.2, min(u, 1-u)) * smooth(0, 0.25, min(v, 1-v)))
	})
}

func (s *scene) crate(at vec, c rgb) {
	side := func(u, v float64) (rgb, float32) {
		_, cu := math.Modf(u * 5)
		hole := smooth(0.14, 0.2, min(cu, 1-cu)) * smooth(0.2, 0.25, v) * (1 - smooth(0.78, 0.83, v))
		return c.times(float32(1 - 0.6*hole)), 1
	}
	s.box(at, 430, 280, 330, side, dim(side, 0.6), func(u, v float64) (rgb, float32) {
		_, cu := math.Modf(u * 4)
		_, cv := math.Modf(v * 3)
		cap := 1 - smooth(0.3, 0.36, math.Hypot(cu-0.5, cv-0.5))
		return hex(0x33291f).mix(hex(0xd9b24a), float32(cap)), 1
	})
}

func (s *scene) carton(at vec, word string) {
	p := s.sheet(440, 290, s.density(at), hex(0xb98a57))
	p.text(hex(0xa3231f), 220, 120, 96, 380, word)
	p.rect(hex(0xd8c39a), 0, 0, 440, 26)
	p.frame(hex(0x8f6537), 0, 0, 440, 290, 4)
	s.box(at, 440, 290, 320, p.shader(), plain(hex(0x86603a)), func(u, v float64) (rgb, float32) {
		tape := 1 - smooth(0.05, 0.06, math.Abs(v-0.5))
		return hex(0xc89b66).mix(hex(0xe5d5b0), float32(tape)), 1
	})
}

func (s *scene) freezer(at vec) {
	const w, h = 1050.0, 860.0
	s.shadow(at.x, at.z, w, 620)
	p := s.sheet(w, h, s.density(at), hex(0xf1f4f6))
	p.gradient(hex(0xf8fafb), hex(0xd5dce1))
	p.poly(hex(0x2f86d1), 0, 480, w, 330, w, 620, 0, 700)
	p.poly(hex(0x7fc1ee), 0, 455, w, 300, w, 330, 0, 480)
	p.text(hex(0x1d5fa8), w/2, 190, 210, w-200, "冷 饮")
	p.rect(hex(0x4a5056), 0, h-70, w, 70)
	rnd := rand.New(rand.NewPCG(uint64(at.x), 1))
	s.box(at, w, h, 600, p.shader(), fade(hex(0xb9c2c8), hex(0x98a1a8)), func(u, v float64) (rgb, float32) {
		lid := smooth(0, 0.02, min(u, 1-u)) * smooth(0, 0.05, min(v, 1-v))
		return hex(0x8f979c).mix(hex(0xcfe3ee), float32(lid*(0.7+0.3*noise(u*9+float64(at.x), v*3)))), 1
	})
	for i := range 3 { // offers stuck to its front
		x := at.x + 120 + float64(i)*300 + 30*rnd.Float64()
		s.front(x, 170, at.z+3, 150, 190, fade(hex(0xffe9a8), hex(0xf5c04a)))
	}
}
