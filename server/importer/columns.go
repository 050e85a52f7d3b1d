package importer

import "strings"

// A column is one that the importer knows.
type column struct {
	name     string // as in a file that this product writes
	aliases  string // other headers, separated by spaces
	required bool
}

var storeColumns = []column{
	{"licence_no", "license_no 许可证号 许可证号码 许可证编号 专卖许可证号", true},
	{"name", "名称 店名 零售户 零售户名称 客户名称", true},
	{"owner", "负责人 经营者 法人 负责人姓名", false},
	{"phone", "电话 联系电话 手机 手机号 订货电话", false},
	{"backup_phone", "备用电话", false},
	{"business_type", "业态 经营业态", false},
	{"market_type", "市场类型", false},
	{"grade", "档位 客户档位", false},
	{"terminal_level", "终端类型 终端层级", false},
	{"integrity_grade", "integrity 诚信等级", false},
	{"district_type", "商圈 商圈类型", false},
	{"township_code", "township 乡镇代码", false},
	{"address", "地址 经营地址", false},
	{"lat", "latitude 纬度", false},
	{"lon", "lng longitude 经度", false},
	{"care", "关怀标记 关怀 特殊群体", false},
	{"window", "约定拜访时段 拜访时段", false},
	{"opened", "发证日期 开业日期 入网日期", false},
}

// A price in a Chinese sheet is in yuan unless its header says fen.
var productColumns = []column{
	{"code", "条码 盒条码 条形码", true},
	{"name", "品名 品规 品规名称 商品名称", true},
	{"price_class", "价类", false},
	{"guide_price_fen", "指导价(分) 零售指导价(分)", false},
	{"guide_price_yuan", "指导价 指导价(元) 零售指导价 零售指导价(元)", false},
	{"status", "状态", false},
}

// outlineColumns are the properties of a township in a file of outlines, as map services and statistics call them.
var outlineColumns = []column{
	{"township_code", "code 乡镇代码 区划代码 行政区划代码 统计用区划代码 代码 adcode xzqdm", true},
	{"township", "name 乡镇 乡镇名称 名称 行政区名称 xzqmc", false},
}

// find returns the column that a header names.
func find(columns []column, header string) (column, bool) {
	want := plain(header)
	if want == "" {
		return column{}, false
	}
	for _, c := range columns {
		if plain(c.name) == want {
			return c, true
		}
		for _, alias := range strings.Fields(c.aliases) {
			if plain(alias) == want {
				return c, true
			}
		}
	}
	return column{}, false
}

// plain removes what people write differently in one word: capitals, spaces, hyphens and wide brackets.
func plain(word string) string {
	return wordForm.Replace(strings.ToLower(tidy(word)))
}

var wordForm = strings.NewReplacer(" ", "", "_", "", "-", "", "（", "(", "）", ")", "*", "")

// enums are the values of columns that hold one of a few words, and what people write for each.
var enums = map[string][]struct{ code, words string }{
	"business_type": {
		{"convenience", "便利店 Convenience-store"},
		{"supermarket", "超市 商场"},
		{"grocery", "食杂店"},
		{"tobacco_liquor", "烟酒店 烟酒商店 烟草专业店 Tobacco&liquor"},
		{"entertainment", "娱乐服务 娱乐服务类 Hotel&restaurant"},
		{"other", "其他 其它 其他类"},
	},
	"market_type": {{"urban", "城镇 城市"}, {"rural", "乡村 农村"}},
	"terminal_level": {
		{"ordinary", "普通 普通终端"}, {"modern", "现代 现代终端"}, {"franchise", "加盟 加盟终端"},
	},
	"integrity_grade": {
		{"A", "A级 Grade-A"}, {"B", "B级 Grade-B"}, {"C", "C级 Grade-C"}, {"D", "D级 Grade-D"},
	},
	"district_type": {
		{"residential", "居民区 住宅区 居民社区"}, {"commercial", "商业区 商业街 商业"}, {"school", "学校周边 学校 学区 Near-a-school"},
		{"transport", "交通枢纽 交通 交通站点 Transport-hub"}, {"tourist", "旅游景区 旅游 景区 Tourist-area"}, {"rural", "乡村 农村"},
	},
	"care": {
		{"disabled", "残疾 残疾人 Disabled"}, {"elderly", "老年人 老人 老年 高龄 孤寡老人"}, {"laid_off", "下岗 下岗人员 下岗失业 失业 Laid-off"},
		{"low_literacy", "识字不多 文化程度低 不识字 低文化 识字不多，宜当面讲 Low-literacy Low-literacy:talk-rather-than-leaflets"},
	},
	"status": {{"normal", "正常"}, {"new", "新品"}, {"scarce", "紧俏"}, {"retiring", "退市"}},
	"price_class": {
		{"1", "一类 1类 Class-1"}, {"2", "二类 2类 Class-2"}, {"3", "三类 3类 Class-3"}, {"4", "四类 4类 Class-4"}, {"5", "五类 5类 Class-5"},
	},
}

// enumCode returns the code of a word in a column, and whether there is one.
func enumCode(column, word string) (string, bool) {
	want := plain(digits(word))
	for _, v := range enums[column] {
		if plain(v.code) == want {
			return v.code, true
		}
		for _, w := range strings.Fields(v.words) {
			if plain(w) == want {
				return v.code, true
			}
		}
	}
	return "", false
}

// enumWords lists what may stand in a column: each code with its usual Chinese word.
func enumWords(column string) string {
	var out []string
	for _, v := range enums[column] {
		chinese, _, _ := strings.Cut(v.words, " ")
		out = append(out, v.code+" "+chinese)
	}
	return strings.Join(out, ", ")
}
