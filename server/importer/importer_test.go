package importer

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"storewalk/demo/guyuan"
	"storewalk/shared/field"
	"storewalk/shared/words"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	utf16 "golang.org/x/text/encoding/unicode"
)

var oneStore = []field.Store{{
	LicenceNo: "640402100049", Name: "上店兴旺商店", Owner: "马建国", Phone: "0954-2031100", BackupPhone: "19900001000",
	BusinessType: "grocery", MarketType: "rural", Grade: 12, TerminalLevel: "modern", IntegrityGrade: "B",
	DistrictType: "tourist", Township: "640402104", Address: "原州区上店村3组", Position: field.Position{Lat: 35.88, Lon: 106.27},
}}

const (
	englishStores = "licence_no,name,owner,phone,backup_phone,business_type,market_type,grade,terminal_level,integrity_grade,district_type,township_code,address,lat,lon\n" +
		"640402100049,上店兴旺商店,马建国,0954-2031100,19900001000,grocery,rural,12,modern,B,tourist,640402104,原州区上店村3组,35.88,106.27\n"
	chineseStores = "序号,经度,纬度,店名,许可证号,负责人,电话,备用电话,业态,市场类型,档位,终端类型,诚信等级,商圈,乡镇代码,地址\r\n" +
		"1,106.27,35.88,上店兴旺商店,640402100049,马建国,0954-2031100,19900001000,食杂店,乡村,１２,现代,B 级,旅游,640402104, 原州区上店村3组 \r\n"
)

func stores(t *testing.T, file []byte) []field.Store {
	t.Helper()
	got, problems := Stores(bytes.NewReader(file))
	if len(problems) > 0 {
		t.Fatal(said(problems))
	}
	return got
}

var english = sync.OnceValue(func() words.Words {
	book, err := words.Load(Words())
	if err != nil {
		panic(err)
	}
	return book.In(words.EN)
})

func said(problems []Problem) string {
	var b strings.Builder
	Report(&b, english(), problems)
	return b.String()
}

func TestHeadersAndValuesMayBeEnglishOrChineseInAnyOrder(t *testing.T) {
	t.Parallel()
	for _, file := range []string{englishStores, chineseStores} {
		if diff := cmp.Diff(oneStore, stores(t, []byte(file))); diff != "" {
			t.Error(diff)
		}
	}
}

func TestEveryEncodingAndSeparatorReadsTheSame(t *testing.T) {
	t.Parallel()
	encodings := map[string]func(string) []byte{
		"UTF-8":             func(s string) []byte { return []byte(s) },
		"UTF-8 with a mark": func(s string) []byte { return []byte("\ufeff" + s) },
		"GBK":               with(simplifiedchinese.GBK),
		"GB18030":           with(simplifiedchinese.GB18030),
		"UTF-16LE":          with(utf16.UTF16(utf16.LittleEndian, utf16.UseBOM)),
		"UTF-16BE":          with(utf16.UTF16(utf16.BigEndian, utf16.UseBOM)),
	}
	for name, encode := range encodings {
		for _, sep := range []string{",", ";", "\t"} {
			for _, eol := range []string{"\n", "\r\n", "\r"} {
				file := strings.NewReplacer(",", sep, "\n", eol).Replace(englishStores)
				if diff := cmp.Diff(oneStore, stores(t, encode(file))); diff != "" {
					t.Errorf("%s, %q, %q: %s", name, sep, eol, diff)
				}
			}
		}
	}
}

func with(e encoding.Encoding) func(string) []byte {
	return func(s string) []byte {
		out, err := e.NewEncoder().Bytes([]byte(s))
		if err != nil {
			panic(err)
		}
		return out
	}
}

func TestRareCharactersOfGB18030AreKept(t *testing.T) {
	t.Parallel()
	file := with(simplifiedchinese.GB18030)("许可证号,店名\n640402100049,𠮷犇赟商店\n")
	if got := stores(t, file)[0].Name; got != "𠮷犇赟商店" {
		t.Fatal(got)
	}
}

func TestTheWholeTerritoryComesInWithItsColumnsShuffled(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(bytes.NewReader(guyuan.StoresCSV())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	order := rand.New(rand.NewPCG(1, 2)).Perm(len(rows[0]))
	for i, row := range rows {
		shuffled := make([]string, len(row))
		for from, to := range order {
			shuffled[to] = row[from]
		}
		rows[i] = shuffled
	}
	var b bytes.Buffer
	csv.NewWriter(&b).WriteAll(rows)
	want, got := guyuan.Stores(), stores(t, b.Bytes())
	if len(got) != len(want) {
		t.Fatal(len(got))
	}
	for i, w := range want {
		g := got[i]
		if g.LicenceNo != w.LicenceNo || g.Name != w.Name || g.Township != w.TownshipCode || g.Position.Lat != w.Lat || g.Grade != w.Grade || g.BusinessType != w.BusinessType {
			t.Fatalf("%+v, want %+v", g, w)
		}
	}
	if products, problems := Products(bytes.NewReader(guyuan.ProductsCSV())); len(products) != 60 || len(problems) > 0 {
		t.Fatal(len(products), said(problems))
	}
}

func TestQuotedLineBreaksAreOneCellAndDoNotShiftLineNumbers(t *testing.T) {
	t.Parallel()
	file := "licence_no,name,address\n640402100049,\"上店\n商店\",\"a, \"\"b\"\"\"\n64,x,y\n"
	_, problems := Stores(strings.NewReader(file))
	if len(problems) != 1 || problems[0].Line != 4 {
		t.Fatal(said(problems))
	}
	got := stores(t, []byte(strings.TrimSuffix(file, "64,x,y\n")))
	if got[0].Name != "上店 商店" || got[0].Address != `a, "b"` {
		t.Fatalf("%+v", got)
	}
}

func TestEachMistakeIsToldByLineColumnAndCode(t *testing.T) {
	t.Parallel()
	const head = "licence_no,name,phone,grade,business_type,lat,lon,township_code\n"
	for _, c := range []struct{ row, column, code string }{
		{"64040210004,a,,,,,,", "licence_no", "licence.invalid"},
		{"6.40402E+11,a,,,,,,", "licence_no", "number.scientific"},
		{",a,,,,,,", "licence_no", "cell.missing"},
		{"640402100049,,,,,,,", "name", "cell.missing"},
		{"640402100049," + strings.Repeat("店", 201) + ",,,,,,", "name", "text.too_long"},
		{"640402100049,a,call me,,,,,", "phone", "phone.invalid"},
		{"640402100049,a,,31,,,,", "grade", "number.out_of_range"},
		{"640402100049,a,,0,,,,", "grade", "number.out_of_range"},
		{"640402100049,a,,十二,,,,", "grade", "number.invalid"},
		{"640402100049,a,,1.5,,,,", "grade", "number.invalid"},
		{"640402100049,a,,,kiosk,,,", "business_type", "enum.unknown"},
		{"640402100049,a,,,,106.2,36.1,", "lat", "number.out_of_range"},
		{"640402100049,a,,,,36.1,NaN,", "lon", "number.invalid"},
		{"640402100049,a,,,,36.1,,", "lon", "position.incomplete"},
		{"640402100049,a,,,,0,0,", "lat", "position.zero"},
		{"640402100049,a,,,,,,6404", "township_code", "township.invalid"},
		{"640402100049,a,,,,,", "", "row.cells"},
		{"640402100049,a,,,,,,,surplus", "", "row.cells"},
		{`640402100049,a"b,,,,,,`, "", "csv.quote"},
	} {
		got, problems := Stores(strings.NewReader(head + c.row + "\n"))
		if len(problems) != 1 || problems[0].Line != 2 || problems[0].Column != c.column || problems[0].Code != c.code || got != nil {
			t.Errorf("%s: %v %+v", c.row, got, problems)
		}
	}
}

func TestProductMistakesAndPricesInYuanAndFen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ cells, code string }{
		{"2964041000003,x,一类,25,新品", "ean.check_digit"},
		{"296404100000,x,一类,25,新品", "ean.invalid"},
		{"2964041000000,x,六类,25,新品", "enum.unknown"},
		{"2964041000000,x,5,2500,新品", "number.out_of_range"},
		{"2964041000000,x,5,25.001,新品", "number.invalid"},
		{"2964041000000,x,5,25.50,新品", ""},
	} {
		got, problems := Products(strings.NewReader("条码;品规;价类;指导价;状态\n" + strings.ReplaceAll(c.cells, ",", ";")))
		if c.code != "" && (len(problems) != 1 || problems[0].Code != c.code || got != nil) {
			t.Errorf("%s: %v %s", c.cells, got, said(problems))
		}
		if c.code == "" {
			want := []field.Product{{Code: "2964041000000", Name: "x", PriceClass: 5, GuidePriceFen: 2550, Status: "new"}}
			if diff := cmp.Diff(want, got); diff != "" || len(problems) > 0 {
				t.Error(diff, said(problems))
			}
		}
	}
	got, problems := Products(strings.NewReader("code,name,guide_price_fen\n2964041000000,x,2550\n"))
	if len(problems) > 0 || got[0].GuidePriceFen != 2550 {
		t.Fatal(got, said(problems))
	}
}

func TestADuplicateNamesBothLines(t *testing.T) {
	t.Parallel()
	_, problems := Stores(strings.NewReader("许可证号,店名\n640402100049,a\n640402100050,b\n640402100049,c\n"))
	want := []Problem{{Line: 4, Column: "许可证号", Code: "value.twice", Value: "640402100049", Want: "2"}}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Fatal(diff)
	}
}

func TestAFileThatIsNoTableIsRefusedWhole(t *testing.T) {
	t.Parallel()
	for file, code := range map[string]string{
		"": "file.empty", " \n ,,\n": "file.empty", "licence_no,name\n": "file.empty",
		"PK\x03\x04\x00": "file.workbook", "a\x00b\x00": "file.encoding", "\xff\xff\xff": "file.encoding",
		"name,phone\na,b\n":                    "column.missing",
		"licence_no,名称,店名\n640402100049,a,b\n": "column.twice",
	} {
		if got, problems := Stores(strings.NewReader(file)); len(problems) != 1 || problems[0].Code != code || got != nil {
			t.Errorf("%q: %v", file, problems)
		}
	}
}

func TestAHundredProblemsAreShownAndTheRestCounted(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("licence_no,name\n")
	for i := range 130 {
		fmt.Fprintf(&b, "%d,x\n", i)
	}
	_, problems := Stores(strings.NewReader(b.String()))
	lines := strings.Split(strings.TrimSpace(said(problems)), "\n")
	if len(problems) != 130 || len(lines) != 101 || lines[100] != "and 30 more" {
		t.Fatal(len(problems), lines[len(lines)-1])
	}
	if want := "line 2, column licence_no: 0 is not a licence number of 12 digits [licence.invalid]"; lines[0] != want {
		t.Fatal(lines[0])
	}
}

func TestEveryWordTheProductShowsIsReadBack(t *testing.T) {
	t.Parallel()
	book, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{"integrity_grade": "integrity", "status": "product_status"}
	for column, values := range enums {
		kind := column
		if k := kinds[column]; k != "" {
			kind = k
		}
		for _, v := range values {
			for _, lang := range words.Langs() {
				word := book.In(lang).Enum(kind, v.code)
				if code, ok := enumCode(column, word); !ok || code != v.code {
					t.Errorf("%s %q (%s) reads as %q", column, word, v.code, code)
				}
			}
		}
	}
}

func TestEveryProblemHasWordsInEveryLanguage(t *testing.T) {
	t.Parallel()
	book, err := words.Load(Words())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(book.Keys(words.ZH), book.Keys(words.EN)); diff != "" {
		t.Error(diff)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	for _, key := range book.Keys(words.EN) {
		code, ours := strings.CutPrefix(key, "problem.")
		if ours && !strings.HasPrefix(code, "at_") && code != "more" && code != "phone.invalid" && code != "text.too_long" && !strings.Contains(source.String(), `"`+code+`"`) {
			t.Errorf("%s: no code says it", key)
		}
	}
}

// FuzzStores checks that no file breaks the reader, that what it accepts keeps the rules, and that there is
// never a result beside a problem.
func FuzzStores(f *testing.F) {
	f.Add([]byte(englishStores))
	f.Add([]byte(chineseStores))
	f.Add(with(simplifiedchinese.GB18030)(chineseStores))
	f.Add(with(utf16.UTF16(utf16.LittleEndian, utf16.UseBOM))(chineseStores))
	f.Add([]byte("licence_no,name\n640402100049,\"a\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		got, problems := Stores(bytes.NewReader(file))
		if (len(got) > 0) == (len(problems) > 0) {
			t.Fatal(len(got), len(problems))
		}
		if strings.Contains(said(problems), "problem.") {
			t.Fatal("a problem without words: ", problems)
		}
		for _, s := range got {
			if len(s.LicenceNo) != licenceDigits || s.Name == "" || s.Grade < 0 || s.Grade > 30 {
				t.Fatalf("%+v", s)
			}
		}
	})
}
