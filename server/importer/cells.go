package importer

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"storewalk/shared/fault"
	"storewalk/shared/field"
)

// cells reads one row's cells into values. A value that is wrong becomes a problem and reads as empty.
type cells struct {
	table *table
	row   row
}

// get returns a cell without spaces at its ends; "" when the file does not have the column.
func (c cells) get(column string) string {
	if i, ok := c.table.at[column]; ok {
		return tidy(c.row.cells[i])
	}
	return ""
}

func (c cells) wrong(column, code, value, want string) {
	c.table.problems = append(c.table.problems, Problem{Line: c.row.line, Column: c.table.header(column), Code: code, Value: value, Want: want})
}

func (c cells) text(column string) string {
	s := c.get(column)
	if utf8.RuneCountInString(s) > field.MaxTextRunes {
		c.wrong(column, "text.too_long", s, number(field.MaxTextRunes))
		return ""
	}
	return s
}

func (c cells) required(column string) string {
	s := c.text(column)
	if s == "" && c.get(column) == "" {
		c.wrong(column, "cell.missing", "", "")
	}
	return s
}

func (c cells) phone(column string) string {
	s := digits(c.get(column))
	if err := field.ValidateStoreText("phone", s); err != nil {
		_, code := fault.Of(err)
		c.wrong(column, code, s, number(field.MaxTextRunes))
		return ""
	}
	return s
}

func (c cells) enum(column string) string {
	s := c.get(column)
	if s == "" {
		return ""
	}
	code, ok := enumCode(column, s)
	if !ok {
		c.wrong(column, "enum.unknown", s, enumWords(column))
	}
	return code
}

// enums reads several words of a column in one cell.
func (c cells) enums(column string) (codes []string) {
	if code, ok := enumCode(column, c.get(column)); ok {
		return []string{code}
	}
	for _, word := range strings.FieldsFunc(c.get(column), func(r rune) bool { return strings.ContainsRune("、，,;；/| ", r) }) {
		code, ok := enumCode(column, word)
		if !ok {
			c.wrong(column, "enum.unknown", word, enumWords(column))
		} else if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return codes
}

// day reads a date as spreadsheets write it.
func (c cells) day(column string) string {
	s := digits(c.get(column))
	if s == "" {
		return ""
	}
	for _, form := range []string{time.DateOnly, "2006/1/2", "2006-1-2", "2006.1.2", "20060102", "2006年1月2日"} {
		if at, err := time.Parse(form, s); err == nil {
			return at.Format(time.DateOnly)
		}
	}
	c.wrong(column, "date.invalid", s, "")
	return ""
}

// window reads two times of a day.
func (c cells) window(column string) (from, to string) {
	s := digits(c.get(column))
	if s == "" {
		return "", ""
	}
	a, b, ok := strings.Cut(strings.NewReplacer("：", ":", "–", "-", "—", "-", "~", "-", "～", "-", "至", "-").Replace(s), "-")
	first, err := time.Parse("15:04", strings.TrimSpace(a))
	last, err2 := time.Parse("15:04", strings.TrimSpace(b))
	if !ok || err != nil || err2 != nil || !first.Before(last) {
		c.wrong(column, "window.invalid", s, "")
		return "", ""
	}
	return first.Format("15:04"), last.Format("15:04")
}

const (
	licenceDigits  = 12
	townshipDigits = 9
)

func (c cells) licence(column string) string {
	return c.code(column, "licence.invalid", licenceDigits)
}

func (c cells) township(column string) string {
	if c.get(column) == "" {
		return ""
	}
	return c.code(column, "township.invalid", townshipDigits)
}

// code reads a number of exactly n digits that is a name, not a quantity. Excel likes to show such numbers
// as 6.40402E+11, which has lost digits.
func (c cells) code(column, problem string, n int) string {
	s := digits(c.get(column))
	switch {
	case s == "":
		c.wrong(column, "cell.missing", "", "")
	case strings.Contains(s, "E+") || strings.Contains(s, "e+"):
		c.wrong(column, "number.scientific", s, number(n))
	case len(s) != n || strings.Trim(s, "0123456789") != "":
		c.wrong(column, problem, s, number(n))
	default:
		return s
	}
	return ""
}

const eanDigits = 13

func (c cells) barCode(column string) string {
	s := c.code(column, "ean.invalid", eanDigits)
	if s == "" {
		return ""
	}
	sum := 0
	for i, d := range s[:eanDigits-1] {
		weight := 1 + 2*(i%2)
		sum += weight * int(d-'0')
	}
	if check := number((10 - sum%10) % 10); s[eanDigits-1:] != check {
		c.wrong(column, "ean.check_digit", s, check)
		return ""
	}
	return s
}

func (c cells) grade(column string) int {
	return c.whole(column, strings.TrimSuffix(c.get(column), "档"), 1, 30)
}

func (c cells) priceClass(column string) int {
	code := c.enum(column)
	n, _ := strconv.Atoi(code) // the codes are digits
	return n
}

// whole reads a whole number in a range; 0 when the cell is empty or wrong.
func (c cells) whole(column, cell string, least, most int) int {
	if cell == "" {
		return 0
	}
	n, err := strconv.Atoi(digits(cell))
	if err != nil {
		c.wrong(column, "number.invalid", cell, "")
		return 0
	}
	if n < least || n > most {
		c.wrong(column, "number.out_of_range", cell, fmt.Sprintf("%d–%d", least, most))
		return 0
	}
	return n
}

// maxPriceFen is more than any pack costs. A price in fen under a header that says yuan is above it.
const maxPriceFen = 50_000

// price reads the guide price from the column in fen, or else from the one in yuan.
func (c cells) price(fen, yuan string) int64 {
	if cell := c.get(fen); cell != "" {
		return int64(c.whole(fen, cell, 1, maxPriceFen))
	}
	cell := c.get(yuan)
	if cell == "" {
		return 0
	}
	f, err := strconv.ParseFloat(strings.TrimRight(strings.TrimLeft(digits(cell), "¥￥"), "元"), 64)
	n := math.Round(f * 100)
	switch {
	case err != nil || math.IsNaN(f) || math.Abs(f*100-n) > 1e-6 && math.Abs(f) < maxPriceFen:
		c.wrong(yuan, "number.invalid", cell, "")
	case n < 1 || n > maxPriceFen:
		c.wrong(yuan, "number.out_of_range", cell, fmt.Sprintf("0.01–%d", maxPriceFen/100))
	default:
		return int64(n)
	}
	return 0
}

// position reads two columns. One without the other is no place.
func (c cells) position(latColumn, lonColumn string) field.Position {
	if c.get(latColumn) == "" && c.get(lonColumn) == "" {
		return field.Position{}
	}
	for _, column := range []string{latColumn, lonColumn} {
		if c.get(column) == "" {
			c.wrong(column, "position.incomplete", "", "")
			return field.Position{}
		}
	}
	lat, ok1 := c.degrees(latColumn, 90)
	lon, ok2 := c.degrees(lonColumn, 180)
	if p := (field.Position{Lat: lat, Lon: lon}); ok1 && ok2 {
		if p.Valid() {
			return p
		}
		c.wrong(latColumn, "position.zero", "0", "")
	}
	return field.Position{}
}

func (c cells) degrees(column string, most float64) (float64, bool) {
	cell := c.get(column)
	f, err := strconv.ParseFloat(digits(cell), 64)
	if err != nil || math.IsNaN(f) {
		c.wrong(column, "number.invalid", cell, "")
		return 0, false
	}
	if math.Abs(f) > most {
		c.wrong(column, "number.out_of_range", cell, fmt.Sprintf("-%.0f–%.0f", most, most))
		return 0, false
	}
	return f, true
}

// digits makes the wide digits of Chinese keyboards plain ones, and drops the apostrophe that Excel users
// put before a number to keep it whole.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '．':
			return '.'
		case r == '－':
			return '-'
		}
		return r
	}, strings.TrimPrefix(s, "'"))
}

func number(n int) string { return strconv.Itoa(n) }
