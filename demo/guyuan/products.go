package guyuan

import "fmt"

// A Product is a kind of cigarettes as the catalogue lists it.
type Product struct {
	Code          string // EAN-13 of the pack, from the range for use within a shop
	Name          string // brand and variant: 芙蓉王(硬)
	PriceClass    int    // 一类 1 to 五类 5
	GuidePriceFen int    // recommended price of a pack, in fen
	Status        string // normal, new, scarce, retiring
}

// Products returns the 60 products of the catalogue, brand by brand.
func Products() []Product {
	list := make([]Product, len(catalogue))
	for i, p := range catalogue {
		list[i] = Product{
			Code: ean13(i), Name: p.name, PriceClass: priceClass(p.fen), GuidePriceFen: p.fen, Status: p.status,
		}
	}
	return list
}

const (
	normal   = "normal"
	fresh    = "new"
	scarce   = "scarce"
	retiring = "retiring"
)

var catalogue = [...]struct {
	name   string
	fen    int
	status string
}{
	{"中华(软)", 6500, scarce},
	{"中华(硬)", 4500, normal},
	{"中华(双中支)", 5000, scarce},
	{"中华(细支)", 5500, fresh},
	{"黄金叶(天叶)", 10000, normal},
	{"黄金叶(天香细支)", 3000, normal},
	{"黄金叶(爱尚)", 1600, normal},
	{"黄金叶(乐途)", 2000, normal},
	{"黄金叶(硬帝豪)", 1000, normal},
	{"芙蓉王(硬)", 2500, normal},
	{"芙蓉王(硬蓝)", 3500, normal},
	{"芙蓉王(硬细支)", 2700, normal},
	{"芙蓉王(硬中支)", 3000, fresh},
	{"兰州(飞天梦)", 6000, normal},
	{"兰州(黑中支)", 3000, scarce},
	{"兰州(细支珍品)", 1800, normal},
	{"兰州(硬珍品)", 1600, normal},
	{"兰州(吉祥)", 1300, normal},
	{"兰州(硬蓝)", 750, normal},
	{"兰州(桥)", 500, retiring},
	{"云烟(软大重九)", 10000, scarce},
	{"云烟(中支大重九)", 8000, normal},
	{"云烟(软珍品)", 2300, normal},
	{"云烟(细支云龙)", 1700, normal},
	{"云烟(小熊猫家园)", 2800, normal},
	{"云烟(紫)", 1200, normal},
	{"云烟(福)", 1000, retiring},
	{"利群(软长嘴)", 4200, normal},
	{"利群(西子阳光)", 4000, normal},
	{"利群(休闲细支)", 3500, normal},
	{"利群(新版)", 1600, normal},
	{"玉溪(软和谐)", 3000, normal},
	{"玉溪(软)", 2300, normal},
	{"玉溪(硬)", 2200, normal},
	{"玉溪(细支庄园)", 3500, fresh},
	{"黄鹤楼(硬1916)", 10000, normal},
	{"黄鹤楼(硬奇景)", 2600, normal},
	{"黄鹤楼(软蓝)", 1900, normal},
	{"黄鹤楼(天下名楼)", 1300, normal},
	{"南京(雨花石)", 5200, normal},
	{"南京(十二钗薄荷)", 2600, fresh},
	{"南京(炫赫门)", 1700, scarce},
	{"南京(红)", 1200, normal},
	{"贵烟(跨越)", 2600, normal},
	{"贵烟(硬黄精品)", 1400, normal},
	{"泰山(心悦)", 3000, normal},
	{"泰山(白将军)", 1000, normal},
	{"娇子(宽窄好运)", 2800, normal},
	{"娇子(格调细支)", 1600, normal},
	{"好猫(招财进宝)", 2500, normal},
	{"好猫(细支长乐)", 1700, normal},
	{"延安(红韵)", 1500, normal},
	{"延安(1935)", 2000, normal},
	{"猴王(细支)", 1200, normal},
	{"白沙(和天下)", 10000, normal},
	{"白沙(精品二代)", 1100, normal},
	{"双喜(硬经典)", 1000, normal},
	{"红塔山(硬经典)", 1000, normal},
	{"红塔山(软经典)", 750, normal},
	{"红塔山(恭贺新禧)", 300, retiring},
}

// priceClass sets the class by the price of a pack. In the trade it is the price ex works that counts.
func priceClass(fen int) int {
	for class, least := range []int{1700, 1200, 600, 350} {
		if fen >= least {
			return class + 1
		}
	}
	return 5
}

// ean13 numbers product i in the range that GS1 leaves to shops.
func ean13(i int) string {
	digits := fmt.Sprintf("296404%06d", 100_000+i*1_217)
	sum := 0
	for at, d := range digits {
		weight := 1
		if at%2 == 1 {
			weight = 3
		}
		sum += weight * int(d-'0')
	}
	return fmt.Sprintf("%s%d", digits, (10-sum%10)%10)
}
