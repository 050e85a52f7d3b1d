package guyuan

import (
	"bytes"
	"encoding/csv"
	"strconv"
)

// StoresCSV returns Stores as the file that the server imports: UTF-8, a header line, one line for each store.
func StoresCSV() []byte {
	rows := [][]string{{
		"licence_no", "name", "owner", "phone", "backup_phone", "business_type", "market_type", "grade", "terminal_level",
		"integrity_grade", "district_type", "township_code", "address", "lat", "lon",
		"care", "window", "opened",
	}}
	for _, s := range stores() {
		rows = append(rows, []string{
			s.LicenceNo, s.Name, s.Owner, s.Phone, s.BackupPhone, s.BusinessType, s.MarketType, strconv.Itoa(s.Grade), s.TerminalLevel,
			s.IntegrityGrade, s.DistrictType, s.TownshipCode, s.Address, degrees(s.Lat), degrees(s.Lon),
			s.Care, s.Window, s.Opened,
		})
	}
	return encode(rows)
}

// ProductsCSV returns Products as the file that the server imports: UTF-8, a header line, one line for each product.
func ProductsCSV() []byte {
	rows := [][]string{{"code", "name", "price_class", "guide_price_fen", "status"}}
	for _, p := range Products() {
		rows = append(rows, []string{p.Code, p.Name, strconv.Itoa(p.PriceClass), strconv.Itoa(p.GuidePriceFen), p.Status})
	}
	return encode(rows)
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', 5, 64) }

// encode cannot fail: it writes to memory.
func encode(rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.WriteAll(rows)
	return b.Bytes()
}
