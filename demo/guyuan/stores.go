package guyuan

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
)

// A Store is a licensed retailer. The coded fields hold the English words of the product's enumerations.
type Store struct {
	LicenceNo      string // twelve digits, unique
	Name           string
	Owner          string
	Phone          string
	BackupPhone    string // often empty
	BusinessType   string // convenience, supermarket, grocery, tobacco_liquor, entertainment, other
	MarketType     string // urban, rural
	Grade          int    // 1 to 30
	TerminalLevel  string // ordinary, modern, franchise
	IntegrityGrade string // A, B, C, D
	DistrictType   string // residential, commercial, school, transport, tourist, rural
	TownshipCode   string
	Address        string
	Lat, Lon       float64 // degrees
	Care           string  // disabled, elderly, laid_off, low_literacy; mostly empty
	Window         string  // when a visit suits, 15:00-17:00; often empty
	Opened         string  // day of the licence, 2026-11-10
}

// TerritoryCounty is the code of the county whose rural townships are the territory of Stores.
const TerritoryCounty = "640402"

// Stores returns the 250 stores of one customer manager's territory, township by township.
func Stores() []Store { return append([]Store(nil), stores()...) }

var stores = sync.OnceValue(makeStores)

const storeCount = 250

// A settlement is a part of a township in which stores stand.
type settlement struct {
	name string
	town bool // the market town, not a village
	at   Point
}

// Where the townships of the territory lie, to within a few kilometres.
var places = []struct {
	code string
	at   Point
	spot string // something there that people travel for, if there is
}{
	{"640402100", Point{36.275, 106.165}, ""},
	{"640402103", Point{36.045, 106.400}, ""},
	{"640402104", Point{35.880, 106.270}, "tourist"},
	{"640402105", Point{35.885, 106.085}, ""},
	{"640402106", Point{36.095, 106.165}, ""},
	{"640402107", Point{36.175, 106.215}, "transport"},
	{"640402108", Point{36.275, 106.065}, "tourist"},
	{"640402200", Point{36.050, 106.120}, ""},
	{"640402201", Point{36.000, 106.470}, ""},
	{"640402204", Point{36.370, 106.420}, ""},
	{"640402205", Point{36.245, 106.480}, ""},
}

// A kind of business is found as often as its weight, in percent, says.
type kind struct {
	business string
	weight   int
	endings  []string // of the store's name
}

// The parts that names are made of. Rare characters are in them because licences have them.
var (
	villages = []string{
		"上店", "下河", "杨庄", "马场", "红崖", "蒋口", "沙窝", "石岔", "大疙瘩", "双井", "柳沟", "胡大堡", "阳洼", "和泉", "吴磨",
		"青石嘴", "甘沟", "黑城", "套子", "田家什字", "二岔", "陶庄", "彭家堡", "高红", "贺家湾", "毛家台子", "骆驼河", "宋家巷", "闫关", "撒门",
		"刘沟", "中庄", "南坪", "官堡台", "小马庄", "盐泥", "安和", "乔洼", "后磨", "圆德", "徐河", "古湾", "白岔",
		"河东", "蔡川", "新淌", "庙湾", "南塬", "湾掌", "羊圈堡", "大店", "阎家庄", "三十里铺", "王浩", "张崖",
	}
	surnames = []rune("马马马马马杨杨王王王李李张张刘陈海虎穆撒买拜米丁哈田苏罗赵何柯剡禹安")
	given    = []string{
		"建国", "志强", "秀兰", "文军", "占林", "小平", "晓燕", "国栋", "玉梅", "永红", "生福", "彦虎", "桂花", "学军", "忠义",
		"成龙", "凤英", "耀武", "海燕", "德明", "淑珍", "万财", "正平", "丽", "军", "伟", "霞", "勇", "玲", "堃", "喆", "犇", "淼", "鑫", "昊天",
		"梓涵", "振邦", "祎", "存福", "有才", "晓堃", "一喆", "世骧", "翀", "赟", "雪梅", "旭东", "进财", "巧云", "启明", "银川", "兴旺", "金莲",
	}
	lucky = []string{
		"兴旺", "顺达", "鑫源", "福来", "百兴", "惠民", "佳乐", "金鑫", "宏达", "万家", "诚信", "好又多", "天天", "吉祥", "永兴", "聚源",
		"华联", "旺客", "如意", "民生", "春风", "六盘山", "清水河", "丝路", "利民", "恒昌", "亿佳", "福堃", "喆源", "乐万家", "喜洋洋", "同心",
	}
	kinds = []kind{
		{"grocery", 42, []string{"商店", "副食店", "小卖部", "综合商店", "百货商店"}},
		{"convenience", 24, []string{"便利店", "便民店", "便民超市"}},
		{"supermarket", 14, []string{"超市", "生活超市", "购物超市"}},
		{"tobacco_liquor", 8, []string{"烟酒店", "烟酒副食", "名烟名酒"}},
		{"entertainment", 7, []string{"饭馆", "宾馆", "农家乐", "餐厅"}},
		{"other", 5, []string{"农资店", "五金店", "手机店"}},
	}
)

func makeStores() []Store {
	rnd := rand.New(rand.NewPCG(640402, 250))
	names := townshipNames()
	free := append([]string(nil), villages...)
	rnd.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
	list := make([]Store, 0, storeCount)
	taken := map[string]bool{}
	for i, place := range places {
		settlements := settle(rnd, place.code, place.at, free[i*5:i*5+5])
		n := (storeCount*(i+1))/len(places) - len(list)
		for range n {
			s := settlements[0]
			if rnd.IntN(100) >= 38 {
				s = settlements[1+rnd.IntN(len(settlements)-1)]
			}
			store := makeStore(rnd, names[place.code], s, taken)
			store.LicenceNo = fmt.Sprintf("640402%06d", 100_000+len(list)*397+rnd.IntN(390))
			store.Phone = fmt.Sprintf("1990000%04d", 1000+len(list)*31)
			if rnd.IntN(100) < 45 {
				store.BackupPhone = fmt.Sprintf("1990001%04d", 2000+len(list)*29)
			}
			store.TownshipCode = place.code
			store.DistrictType = district(rnd, s.town, place.spot)
			list = append(list, store)
		}
	}
	people := rand.New(rand.NewPCG(640402, 251))
	for i := range list {
		about(people, &list[i])
	}
	return list
}

// about says what to know before going there: a tenth of the owners needs care, who cooks has time in the afternoon,
// and one store in fifty is new.
func about(rnd *rand.Rand, s *Store) {
	if rnd.IntN(10) == 0 {
		s.Care = pick(rnd, []string{"elderly", "elderly", "low_literacy", "disabled", "laid_off"})
	}
	switch {
	case s.BusinessType == "entertainment":
		s.Window = "14:30-16:30"
	case rnd.IntN(3) == 0:
		s.Window = pick(rnd, []string{"09:00-11:00", "10:00-12:00", "15:00-17:30"})
	}
	s.Opened = fmt.Sprintf("20%02d-%02d-%02d", 10+rnd.IntN(15), 1+rnd.IntN(12), 1+rnd.IntN(28))
	if rnd.IntN(50) == 0 {
		s.Opened = fmt.Sprintf("2026-11-%02d", 1+rnd.IntN(20))
	}
}

func makeStore(rnd *rand.Rand, township string, s settlement, taken map[string]bool) Store {
	kind := pickKind(rnd)
	surname := string(surnames[rnd.IntN(len(surnames))])
	store := Store{
		Owner:          surname + pick(rnd, given),
		BusinessType:   kind.business,
		MarketType:     "rural",
		Grade:          grade(rnd, kind.business, s.town),
		IntegrityGrade: integrity(rnd),
		Address:        fmt.Sprintf("固原市原州区%s%s村%d组", township, s.name, 1+rnd.IntN(8)),
	}
	if s.town {
		store.MarketType = "urban"
		store.Address = fmt.Sprintf("固原市原州区%s%s%d号", township, pick(rnd, []string{"商业街", "文化街", "东街", "西街", "市场路", "团结路"}), 1+rnd.IntN(160))
	}
	store.TerminalLevel = "ordinary"
	switch {
	case store.Grade >= 22 && rnd.IntN(2) == 0:
		store.TerminalLevel = "franchise"
	case store.Grade >= 14 && rnd.IntN(100) < 60:
		store.TerminalLevel = "modern"
	}
	for store.Name == "" || taken[store.Name] {
		front := s.name
		if s.town {
			front = string([]rune(township)[:len([]rune(township))-1])
		}
		switch middle := pick(rnd, lucky); rnd.IntN(4) {
		case 0:
			front += "老" + surname
		case 1:
			front = store.Owner
		default:
			front += middle
		}
		store.Name = front + pick(rnd, kind.endings)
	}
	taken[store.Name] = true
	store.Lat, store.Lon = scatter(rnd, s.at, around)
	return store
}

// settle places the market town and the villages around it. Villages stand 2 to 6 km from the town, or nearer where the
// township ends before that.
func settle(rnd *rand.Rand, code string, center Point, names []string) []settlement {
	township := County{Rings: TownshipOutlines()[code]}
	list := []settlement{{town: true, at: center}}
	for _, name := range names {
		for {
			lat, lon := scatter(rnd, center, 0.06)
			at := Point{lat, lon}
			far := math.Hypot(lat-center.Lat, (lon-center.Lon)*0.8)
			if far > 0.018 && roomAround(at) {
				for !roomIn(township, at) {
					at = round(Point{at.Lat + (center.Lat-at.Lat)/8, at.Lon + (center.Lon-at.Lon)/8})
				}
				list = append(list, settlement{name: name, at: at})
				break
			}
		}
	}
	return list
}

// roomAround reports whether the county reaches far enough around p for a village.
func roomAround(p Point) bool {
	for _, county := range counties() {
		if county.Code != TerritoryCounty {
			continue
		}
		for _, d := range []Point{{0.006, 0}, {-0.006, 0}, {0, 0.006}, {0, -0.006}} {
			if !county.Contains(Point{p.Lat + d.Lat, p.Lon + d.Lon}) {
				return false
			}
		}
		return true
	}
	return false
}

// roomIn reports whether all stores of a village at p stand in the township.
func roomIn(township County, p Point) bool {
	for _, lat := range []float64{-around, 0, around} {
		for _, lon := range []float64{-around, 0, around} {
			if !township.Contains(Point{p.Lat + lat, p.Lon + lon}) {
				return false
			}
		}
	}
	return true
}

// around is how far from the middle of a village a store stands at most, in degrees.
const around = 0.004

// scatter returns a point at most reach degrees from p in each direction, rounded to about a metre.
func scatter(rnd *rand.Rand, p Point, reach float64) (lat, lon float64) {
	round := func(x float64) float64 { return math.Round(x*1e5) / 1e5 }
	return round(p.Lat + (rnd.Float64()*2-1)*reach), round(p.Lon + (rnd.Float64()*2-1)*reach)
}

func grade(rnd *rand.Rand, business string, town bool) int {
	g := 3 + rnd.IntN(12)
	if town {
		g += 4 + rnd.IntN(6)
	}
	if business == "supermarket" || business == "tobacco_liquor" {
		g += 3 + rnd.IntN(4)
	}
	return min(g, 30)
}

func integrity(rnd *rand.Rand) string {
	switch n := rnd.IntN(100); {
	case n < 60:
		return "A"
	case n < 88:
		return "B"
	case n < 97:
		return "C"
	}
	return "D"
}

func district(rnd *rand.Rand, town bool, spot string) string {
	switch {
	case spot != "" && rnd.IntN(100) < 25:
		return spot
	case !town:
		return []string{"rural", "rural", "rural", "rural", "residential", "transport"}[rnd.IntN(6)]
	}
	return []string{"commercial", "commercial", "residential", "school", "transport"}[rnd.IntN(5)]
}

func pick(rnd *rand.Rand, list []string) string { return list[rnd.IntN(len(list))] }

func townshipNames() map[string]string {
	names := map[string]string{}
	for _, t := range townships() {
		names[t.Code] = t.Name
	}
	return names
}

func pickKind(rnd *rand.Rand) kind {
	n := rnd.IntN(100)
	for _, k := range kinds {
		if n -= k.weight; n < 0 {
			return k
		}
	}
	return kinds[0]
}
