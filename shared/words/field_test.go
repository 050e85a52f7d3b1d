package words_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"storewalk/shared/field"
	"storewalk/shared/words"

	"github.com/google/uuid"
)

var (
	liMing   = uuid.MustParse("10000000-0000-4000-8000-000000000001")
	shop     = uuid.MustParse("20000000-0000-4000-8000-000000000002")
	zhonghua = uuid.MustParse("30000000-0000-4000-8000-000000000003")
	shelf    = uuid.MustParse("40000000-0000-4000-8000-000000000004")
)

// about is what is known of what the fields below are about.
var about = field.Subject{
	Item: field.Text{ZH: "陈列维护", EN: "Display"}, Told: field.Text{ZH: "本周货源", EN: "Supply of the week"}, Attendee: "平安烟酒店", Product: "中华(软)",
	Question: field.Question{ID: "tidy", Kind: field.AskChoice, Text: field.Text{ZH: "陈列整洁吗", EN: "Is the display tidy?"},
		Options: []field.Option{{Code: "mended", Text: field.Text{ZH: "已帮忙整理", EN: "Tidied with them"}}}},
	Names:  map[uuid.UUID]field.Text{liMing: {ZH: "李明", EN: "李明"}, shop: {ZH: "街角店", EN: "街角店"}, zhonghua: {ZH: "中华(软)", EN: "中华(软)"}},
	Photos: map[uuid.UUID]field.Photo{shelf: {Kind: "shelf", TakenMS: 1_790_000_000_000}}, Townships: map[string]string{"640402100": "三营镇"},
}

// said are the fields that phones write, each with a value and how both are said.
var said = map[string]struct{ value, name, text string }{
	"store.licence_no":      {`"640402100001"`, "许可证号", "640402100001"},
	"store.name":            {`"街角店"`, "店名", "街角店"},
	"store.owner":           {`"马兰"`, "负责人", "马兰"},
	"store.phone":           {`"13911110000"`, "电话", "13911110000"},
	"store.backup_phone":    {`""`, "备用电话", "（空）"},
	"store.address":         {`"街口 1 号"`, "地址", "街口 1 号"},
	"store.note":            {`"下午在店"`, "备注", "下午在店"},
	"store.township":        {`"640402100"`, "乡镇", "三营镇"},
	"store.business_type":   {`"supermarket"`, "业态", "超市"},
	"store.market_type":     {`"rural"`, "市场类型", "乡村"},
	"store.district_type":   {`"school"`, "商圈", "学校周边"},
	"store.terminal_level":  {`"modern"`, "终端类型", "现代终端"},
	"store.integrity_grade": {`"A"`, "诚信等级", "A 级"},
	"store.grade":           {`12`, "档位", "12 档"},
	"store.care":            {`["elderly","disabled"]`, "关怀标记", "老年人、残疾人"},
	"store.window_from":     {`"09:00"`, "约定拜访时段 从", "09:00"},
	"store.window_to":       {`"15:00"`, "约定拜访时段 到", "15:00"},
	"store.opened":          {`"2020-05-01"`, "领证日期", "2020年5月1日"},
	"store.closed":          {`"2026-11-30"`, "停业日期", "2026年11月30日"},
	"store.position":        {`{"lat":36.1,"lon":106.2,"acc":7.2}`, "位置", "36.10000, 106.20000 · 误差 8 米"},
	"store.placed:":         {`{"at":1790000000000,"lack":"refused"}`, "想改店的位置，没有改成", "没有允许定位"},

	"visit.store":     {`"` + shop.String() + `"`, "零售户", "街角店"},
	"visit.manager":   {`"` + liMing.String() + `"`, "客户经理", "李明"},
	"visit.task":      {`"` + uuid.NewString() + `"`, "任务", "未知"},
	"visit.template":  {`"` + uuid.Nil.String() + `"`, "服务清单", "（空）"},
	"visit.check_in":  {`{"at":1790000000000,"pos":{"lat":36.1,"lon":106.2},"mock":true}`, "进店", "2026-09-21 22:13:20 · 位置是模拟的 · 36.10000, 106.20000"},
	"visit.check_out": {`{"at":1790000007000}`, "离店", "2026-09-21 22:13:27"},
	"visit.trigger":   {`"instant"`, "拜访方式", "即时"},
	"visit.channel":   {`"by_phone"`, "拜访方式", "线上"},
	"visit.group":     {`true`, "拜访方式", "团访"},
	"visit.with":      {`["` + liMing.String() + `"]`, "和谁一起", "李明"},

	"count.store":       {`"` + shop.String() + `"`, "零售户", "街角店"},
	"count.visit":       {`"` + uuid.NewString() + `"`, "拜访", "未知"},
	"count.not_counted": {`"stored_elsewhere"`, "这次没法盘点", "货放在别处"},
	"count.line:": {`{"cartons":3,"packs":5,"display":true,"out":false,"facings":2,"price":1450,"delivered":20,"why":"promotion"}`, "中华(软)",
		"3 条 5 包 · 上柜 · 新进货 20 包 · 陈列面 2 · 14.50 元 · 促销价"},

	"note.store":    {`"` + shop.String() + `"`, "零售户", "街角店"},
	"note.visit":    {`"` + uuid.NewString() + `"`, "拜访", "未知"},
	"note.text":     {`"细支走得快"`, "拜访记录", "细支走得快"},
	"note.corrects": {`"` + uuid.NewString() + `"`, "更正的记录", "未知"},
	"note.kind":     {`"competitor"`, "信息类别", "竞品动态"},
	"note.brand":    {`"某牌"`, "竞品品牌或品规", "某牌"},
	"note.what":     {`"new_product"`, "做了什么", "新品"},
	"note.price":    {`1450`, "看到的零售价（元/包）", "14.50 元"},
	"note.photo":    {`"` + shelf.String() + `"`, "照片", "货架 · 2026年9月21日 22:13"},
	"note.deleted":  {`{"rids":["AQIDBAUGBwgJCgsMDQ4PEA"],"ctx":[1]}`, "移除", "已移除"},

	"photo.photo":         {`{"kind":"shelf","taken":1790000000000}`, "照片", "货架 · 2026年9月21日 22:13"},
	"photo.deleted":       {`null`, "移除", "保留"},
	"thumbnail.thumbnail": {`{"jpeg":"AAAA"}`, "缩略图", "缩略图"},

	"checklist.store":     {`"` + shop.String() + `"`, "零售户", "街角店"},
	"checklist.visit":     {`"` + uuid.NewString() + `"`, "拜访", "未知"},
	"checklist.template":  {`"` + uuid.NewString() + `"`, "服务清单", "未知"},
	"checklist.item:":     {`{"done":true,"at":1}`, "陈列维护", "完成"},
	"checklist.answer:":   {`"mended"`, "陈列整洁吗", "已帮忙整理"},
	"checklist.told:":     {`{"done":false,"at":1}`, "本周货源", "还没告知"},
	"checklist.gap:":      {`"no_time"`, "缺项 · 陈列整洁吗", "时间不够"},
	"checklist.attendee:": {`{"came":true,"outcome":"谈妥"}`, "参加的零售户 · 平安烟酒店", "到场 · 谈妥"},

	"request.store":   {`"` + shop.String() + `"`, "零售户", "街角店"},
	"request.visit":   {`"` + uuid.NewString() + `"`, "拜访", "未知"},
	"request.owner":   {`"` + liMing.String() + `"`, "首问负责", "李明"},
	"request.kind":    {`"complaint"`, "诉求类别", "投诉"},
	"request.text":    {`"送货晚了"`, "店主说了什么", "送货晚了"},
	"request.promise": {`"明天到店"`, "答应了店主什么", "明天到店"},
	"request.spoke":   {`1790000000000`, "店主什么时候说的", "2026年9月21日 22:13"},
	"request.urgent":  {`true`, "紧急", "是"},
	"request.link:":   {`"product"`, "证据和出处 · 中华(软)", "有关"},
	"request.event:":  {`{"kind":"solve","at":1,"text":"换了货"}`, "经过", "已解决 · 换了货"},
	"request.deleted": {`null`, "移除", "保留"},

	"application.store":    {`"` + shop.String() + `"`, "零售户", "街角店"},
	"application.visit":    {`"` + uuid.NewString() + `"`, "拜访", "未知"},
	"application.kind":     {`"terminal"`, "流程", "终端类型变更"},
	"application.change":   {`{"terminal_level":"modern","township":"640402100"}`, "要变更的内容", "终端类型 → 现代终端 · 乡镇 → 三营镇"},
	"application.reason":   {`"新装了柜台"`, "理由", "新装了柜台"},
	"application.photos":   {`["` + shelf.String() + `"]`, "证据", "1 张照片"},
	"application.made":     {`1790000000000`, "提交时间", "2026年9月21日 22:13"},
	"application.decision": {`{"state":"rejected","text":"照片不清"}`, "办公室意见", "未批准 · 照片不清"},

	"walk.store":    {`"` + shop.String() + `"`, "零售户", "街角店"},
	"walk.order":    {`["` + zhonghua.String() + `"]`, "货架顺序", "中华(软) · 1 个品规"},
	"walk.sections": {`[{"name":"烟柜上层","first":"` + zhonghua.String() + `"}]`, "货架", "烟柜上层"},

	"phrases.phrase:": {`{"text":"下周带样","rank":1}`, "我的常用语", "下周带样"},
}

// unreadable is what no person reads: an id, JSON, a number of milliseconds, or a code.
var unreadable = regexp.MustCompile(`[0-9a-f]{8}-|[\[{"_]|:[a-z]|1790000|\b(item|answer|told|attendee|gap|line|link|event|placed|phrase):`)

func TestEveryFieldThatPhonesWriteIsSaidInWords(t *testing.T) {
	t.Parallel()
	kinds := fieldKinds(t)
	if len(kinds) < 60 {
		t.Fatalf("only %d kinds of field were found: %v", len(kinds), kinds)
	}
	for _, kind := range kinds {
		if _, ok := said[kind]; !ok {
			t.Errorf("%s has no words yet: teach FieldName and FieldValue to say it, and add it to the table", kind)
		}
	}
	b := load(t)
	for kind, want := range said {
		if !slices.Contains(kinds, kind) {
			t.Errorf("there is no field %s", kind)
		}
		typ, name, _ := strings.Cut(kind, ".")
		if strings.HasSuffix(name, ":") {
			name += zhonghua.String()
		}
		for _, lang := range words.Langs() {
			w := b.In(lang)
			gotName, gotText := w.FieldName(typ, name, about), w.FieldValue(typ, name, about, json.RawMessage(want.value))
			if lang == words.ZH && (gotName != want.name || gotText != want.text) {
				t.Errorf("%s is %q: %q, want %q: %q", kind, gotName, gotText, want.name, want.text)
			}
			for _, got := range []string{gotName, gotText} {
				if got == "" || unreadable.MatchString(got) {
					t.Errorf("%s: %s is said as %q", lang, kind, got)
				}
			}
		}
	}
}

func TestMomentsThatDifferInSecondsOrPlaceLookDifferent(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, value := range []string{`{"at":1790000000000}`, `{"at":1790000007000}`, `{"at":1790000000000,"pos":{"lat":36.1,"lon":106.2}}`} {
		text := load(t).In(words.ZH).FieldValue(field.TypeVisit, "check_out", field.Subject{}, json.RawMessage(value))
		if shown[text] {
			t.Errorf("%s is shown as %q", value, text)
		}
		shown[text] = true
	}
}

// fieldKinds lists the fields that package field knows, of types that phones write: those that it reads, those that it checks,
// and those of which there are several.
func fieldKinds(t *testing.T) []string {
	t.Helper()
	typed := map[string]string{ // of the prefixes
		"line:": "count", "item:": "checklist", "answer:": "checklist", "gap:": "checklist", "told:": "checklist", "attendee:": "checklist",
		"placed:": "store", "phrase:": "phrases", "event:": "request", "link:": "request",
	}
	files, err := filepath.Glob(filepath.Join("..", "field", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	found := map[string]bool{}
	add := func(typ, name string) {
		if !field.OfficeOwned(typ) {
			found[typ+"."+name] = true
		}
	}
	literal := func(e ast.Expr) string {
		if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
			text, _ := strconv.Unquote(l.Value)
			return text
		}
		return ""
	}
	dotted := regexp.MustCompile(`^([a-z]+)\.([a-z_]+)$`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			typ := ""
			if fn, ok := d.(*ast.FuncDecl); ok && strings.HasSuffix(fn.Name.Name, "Of") {
				typ = strings.ToLower(strings.TrimSuffix(fn.Name.Name, "Of"))
			}
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr: // get[T](r, "name"), r.Winner("name")
					call := n.Fun
					if index, ok := call.(*ast.IndexExpr); ok {
						call = index.X
					}
					name := ""
					if fn, ok := call.(*ast.Ident); ok && fn.Name == "get" && len(n.Args) == 2 {
						name = literal(n.Args[1])
					}
					if fn, ok := call.(*ast.SelectorExpr); ok && fn.Sel.Name == "Winner" && len(n.Args) == 1 {
						name = literal(n.Args[0])
					}
					if name != "" && typ != "" {
						add(typ, name)
					}
				case *ast.KeyValueExpr: // of checks
					if m := dotted.FindStringSubmatch(literal(n.Key)); m != nil {
						add(m[1], m[2])
					}
				case *ast.ValueSpec:
					for i, name := range n.Names {
						if strings.HasSuffix(name.Name, "Prefix") && i < len(n.Values) {
							prefix := literal(n.Values[i])
							if typed[prefix] == "" {
								t.Errorf("which records have fields that begin with %q?", prefix)
							}
							add(typed[prefix], prefix)
						}
					}
				}
				return true
			})
		}
	}
	for _, typ := range []string{field.TypePhoto, field.TypeNote, field.TypeRequest} {
		if !field.Deletable(typ) {
			t.Errorf("%s can not be removed", typ)
		}
		add(typ, "deleted")
	}
	var out []string
	for kind := range found {
		out = append(out, kind)
	}
	slices.Sort(out)
	return out
}
