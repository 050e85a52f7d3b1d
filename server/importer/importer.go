// Package importer reads the spreadsheets that an office keeps its stores and products in: CSV as Excel and
// others write it, with every mistake told by line and column. It writes nothing.
//
// Columns are found by their header, in any order; columns it does not know are left out. An empty cell says
// nothing about its field.
package importer

import (
	"fmt"
	"io"

	"storewalk/shared/field"
)

// maxFile is more than a province's stores take, in bytes.
const maxFile = 64 << 20

// Stores reads a file of stores. When there is a problem, it returns no stores.
func Stores(r io.Reader) ([]field.Store, []Problem) {
	t, problem := readTable(r, storeColumns)
	if problem != nil {
		return nil, []Problem{*problem}
	}
	var out []field.Store
	unique := map[string]int{}
	for _, row := range t.rows {
		c := cells{table: t, row: row}
		s := field.Store{
			LicenceNo: c.licence("licence_no"), Name: c.required("name"), Owner: c.text("owner"),
			Phone: c.phone("phone"), BackupPhone: c.phone("backup_phone"),
			BusinessType: c.enum("business_type"), MarketType: c.enum("market_type"),
			Grade: c.grade("grade"), TerminalLevel: c.enum("terminal_level"),
			IntegrityGrade: c.enum("integrity_grade"), DistrictType: c.enum("district_type"),
			Township: c.township("township_code"), Address: c.text("address"), Position: c.position("lat", "lon"),
			CareFlags: c.enums("care"), Opened: c.day("opened"),
		}
		s.WindowFrom, s.WindowTo = c.window("window")
		c.once(unique, "licence_no", s.LicenceNo)
		out = append(out, s)
	}
	return finish(t, out)
}

// Products reads a file of products. When there is a problem, it returns no products.
func Products(r io.Reader) ([]field.Product, []Problem) {
	t, problem := readTable(r, productColumns)
	if problem != nil {
		return nil, []Problem{*problem}
	}
	var out []field.Product
	unique := map[string]int{}
	for _, row := range t.rows {
		c := cells{table: t, row: row}
		p := field.Product{
			Code: c.barCode("code"), Name: c.required("name"), PriceClass: c.priceClass("price_class"),
			GuidePriceFen: c.price("guide_price_fen", "guide_price_yuan"), Status: c.enum("status"),
		}
		c.once(unique, "code", p.Code)
		out = append(out, p)
	}
	return finish(t, out)
}

func finish[T any](t *table, out []T) ([]T, []Problem) {
	if len(t.problems) == 0 && len(out) == 0 {
		t.problems = append(t.problems, Problem{Code: "file.empty"})
	}
	if len(t.problems) > 0 {
		return nil, t.problems
	}
	return out, nil
}

// once reports a value that an earlier line has. seen maps values to their lines.
func (c cells) once(seen map[string]int, column, value string) {
	if value == "" {
		return
	}
	if first := seen[value]; first != 0 {
		c.table.problems = append(c.table.problems, Problem{
			Line: c.row.line, Column: c.table.header(column), Code: "value.twice", Value: value, Want: fmt.Sprint(first),
		})
		return
	}
	seen[value] = c.row.line
}
