package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"

	"github.com/google/uuid"
)

// A generator makes the records of the workloads, the same for one seed.
type generator struct {
	rnd      *rand.Rand
	out      *json.Encoder
	at       int64 // Unix milliseconds, moves on
	manager  uuid.UUID
	products []uuid.UUID
	err      error
}

// linesPerVisit is how many products are counted in one visit.
const linesPerVisit = 30

// generate writes a file of records with what fill makes, at one JSON object a line.
func generate(path string, seed uint64, fill func(*generator)) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	buf := bufio.NewWriter(f)
	g := &generator{rnd: rand.New(rand.NewPCG(seed, 1)), out: json.NewEncoder(buf), at: 1_760_000_000_000}
	g.out.SetEscapeHTML(false)
	g.manager = g.id()
	for range 120 {
		g.products = append(g.products, g.id())
	}
	fill(g)
	return errors.Join(g.err, buf.Flush(), f.Close())
}

func (g *generator) id() (id uuid.UUID) {
	for i := range id {
		id[i] = byte(g.rnd.Uint32())
	}
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // a random UUID
	return id
}

type object map[string]any

func (g *generator) write(typ string, o object) {
	g.at += int64(4_000 + g.rnd.IntN(30_000))
	o["type"], o["id"], o["by"], o["at"] = typ, g.id(), g.manager, g.at
	if err := g.out.Encode(o); err != nil && g.err == nil {
		g.err = err
	}
}

// fieldDay is W1: 40 visits with a note, 30 counts and 3 photo records each.
func fieldDay(g *generator) {
	for range 40 {
		store, visit := g.id(), g.id()
		g.write("visit", object{"store": store, "manager": g.manager, "check_in": g.moment(), "check_out": g.moment()})
		g.write("note", object{"visit": visit, "store": store, "text": g.text()})
		g.counts(visit, store, linesPerVisit)
		for i := range 3 {
			g.write("photo", object{"visit": visit, "store": store, "kind": []string{"storefront", "shelf", "price_tag"}[i],
				"sha256": g.hash(), "size": 90_000 + g.rnd.IntN(160_000), "w": 1600, "h": 1200, "taken": g.at, "pos": g.position()})
		}
	}
}

// sheets returns a workload of n counts.
func sheets(n int) func(*generator) {
	return func(g *generator) {
		for left := n; left > 0; left -= linesPerVisit {
			g.counts(g.id(), g.id(), min(left, linesPerVisit))
		}
	}
}

func (g *generator) counts(visit, store uuid.UUID, n int) {
	for _, at := range g.rnd.Perm(len(g.products))[:n] {
		g.write("count", object{"visit": visit, "store": store, "product": g.products[at], "cartons": g.rnd.IntN(12),
			"packs": g.rnd.IntN(10), "display": g.rnd.IntN(4) > 0, "out": g.rnd.IntN(10) == 0})
	}
}

func (g *generator) moment() object { return object{"at": g.at, "pos": g.position()} }

func (g *generator) position() object {
	return object{"lat": 35.9 + float64(g.rnd.IntN(400_000))/1e6, "lon": 106.1 + float64(g.rnd.IntN(400_000))/1e6, "acc": 5 + g.rnd.IntN(40)}
}

func (g *generator) hash() string {
	var b [32]byte
	for i := range b {
		b[i] = byte(g.rnd.Uint32())
	}
	return hex.EncodeToString(b[:])
}

var phrases = []string{"老板不在，", "价签缺三个，", "柜台第二层靠左，", "要求补货，", "说下周进货，", "客流比上月少，", "隔壁新开一家，",
	"陈列整齐，", "海报破损已换，", "许可证已挂，", "冰柜旁边积水，", "扫码枪坏了，", "账款已结清，", "有外地烟，已提醒，"}

func (g *generator) text() string {
	var s string
	for range 2 + g.rnd.IntN(3) {
		s += phrases[g.rnd.IntN(len(phrases))]
	}
	return s
}
