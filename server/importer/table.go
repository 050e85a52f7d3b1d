package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	utf16 "golang.org/x/text/encoding/unicode"
)

// A table is a file cut into cells.
type table struct {
	headers  []string       // as in the file
	at       map[string]int // column name → index of its cell
	rows     []row
	problems []Problem
}

type row struct {
	line  int // in the file, from 1; a quoted cell may hold line breaks
	cells []string
}

// header returns what the file calls a column, or its own name when the file has none.
func (t *table) header(name string) string {
	if i, ok := t.at[name]; ok {
		return t.headers[i]
	}
	return name
}

// readTable cuts the file into cells. The Problem says why nothing of it can be read; problems of single
// lines are in the table.
func readTable(r io.Reader, columns []column) (*table, *Problem) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, &Problem{Code: "file.unreadable", Value: err.Error()}
	}
	if len(data) > maxFile {
		return nil, &Problem{Code: "file.too_large"}
	}
	text, problem := decode(data)
	if problem != nil {
		return nil, problem
	}
	if strings.TrimSpace(text) == "" {
		return nil, &Problem{Code: "file.empty"}
	}
	t := &table{at: map[string]int{}}
	in := csv.NewReader(strings.NewReader(text))
	in.Comma = separator(text)
	in.FieldsPerRecord = -1
	in.TrimLeadingSpace = in.Comma != '\t'
	for {
		cells, err := in.Read()
		var bad *csv.ParseError
		switch {
		case err == io.EOF && t.headers == nil:
			return nil, &Problem{Code: "file.empty"}
		case err == io.EOF:
			return t, nil
		case errors.As(err, &bad): // where the next line begins is anybody's guess
			t.problems = append(t.problems, Problem{Line: bad.StartLine, Code: "csv.quote"})
			return t, nil
		case err != nil:
			return nil, &Problem{Code: "file.unreadable", Value: err.Error()}
		}
		line, _ := in.FieldPos(0)
		if blank(cells) {
			continue
		}
		if t.headers == nil {
			if t.takeHeader(line, cells, columns); len(t.problems) > 0 {
				return t, nil
			}
			continue
		}
		t.takeRow(line, cells)
	}
}

func (t *table) takeHeader(line int, cells []string, columns []column) {
	t.headers = cells
	for i := range cells {
		cells[i] = tidy(cells[i])
		c, ok := find(columns, cells[i])
		if !ok {
			continue
		}
		if _, twice := t.at[c.name]; twice {
			t.problems = append(t.problems, Problem{Line: line, Column: cells[i], Code: "column.twice"})
		}
		t.at[c.name] = i
	}
	for _, c := range columns {
		if _, ok := t.at[c.name]; c.required && !ok {
			first, _, _ := strings.Cut(strings.TrimPrefix(c.aliases, "license_no "), " ")
			t.problems = append(t.problems, Problem{Line: line, Column: c.name, Code: "column.missing", Want: first})
		}
	}
}

func (t *table) takeRow(line int, cells []string) {
	n := len(t.headers)
	if len(cells) > n && blank(cells[n:]) { // empty columns to the right
		cells = cells[:n]
	}
	if len(cells) != n {
		t.problems = append(t.problems, Problem{Line: line, Code: "row.cells", Value: number(len(cells)), Want: number(n)})
		return
	}
	t.rows = append(t.rows, row{line, cells})
}

func blank(cells []string) bool {
	for _, c := range cells {
		if tidy(c) != "" {
			return false
		}
	}
	return true
}

// tidy makes any run of spaces and line breaks one space and removes those at the ends.
func tidy(cell string) string {
	return strings.Join(strings.FieldsFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' }), " ")
}

// decode returns the file as UTF-8 with line feeds. Excel in China writes GB18030, or UTF-8 and UTF-16 with
// a byte order mark; without a mark, bytes that are not UTF-8 are taken for GB18030.
func decode(data []byte) (string, *Problem) {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return "", &Problem{Code: "file.workbook"}
	case bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decoded(data, utf16.UTF16(utf16.LittleEndian, utf16.ExpectBOM))
	case bytes.IndexByte(data, 0) >= 0:
		return "", &Problem{Code: "file.encoding"}
	case utf8.Valid(data):
		return lineFeeds(strings.TrimPrefix(string(data), "\ufeff")), nil
	}
	return decoded(data, simplifiedchinese.GB18030)
}

func decoded(data []byte, from encoding.Encoding) (string, *Problem) {
	out, err := from.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return "", &Problem{Code: "file.encoding"}
	}
	return lineFeeds(string(out)), nil
}

// lineFeeds mends files whose lines end in carriage returns alone; csv reads the other kinds.
func lineFeeds(text string) string {
	if strings.Contains(text, "\n") {
		return text
	}
	return strings.ReplaceAll(text, "\r", "\n")
}

// separator returns the one of comma, semicolon and tab that stands most often in the header line.
func separator(text string) rune {
	first, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	best, most := ',', strings.Count(first, ",")
	for _, c := range ";\t" {
		if n := strings.Count(first, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}
