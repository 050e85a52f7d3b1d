package guyuan

import (
	"bytes"
	"encoding/csv"
	"fmt"
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

// OutlinesJSON returns the invented outlines of a county's townships as the file that the server imports: GeoJSON, one
// township a line.
func OutlinesJSON(county string) []byte {
	var b bytes.Buffer
	b.WriteString(`{"type":"FeatureCollection","features":[`)
	comma := ""
	for _, t := range townships() {
		if t.CountyCode != county {
			continue
		}
		b.WriteString(comma)
		comma = ","
		fmt.Fprintf(&b, "\n"+`{"type":"Feature","properties":{"township_code":%q,"township":%q},"geometry":{"type":"MultiPolygon","coordinates":[`, t.Code, t.Name)
		for j, ring := range outlines()[t.Code] {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString("[[")
			for _, p := range ring {
				fmt.Fprintf(&b, "[%s,%s],", degrees(p.Lon), degrees(p.Lat))
			}
			fmt.Fprintf(&b, "[%s,%s]]]", degrees(ring[0].Lon), degrees(ring[0].Lat))
		}
		b.WriteString("]}}")
	}
	b.WriteString("\n]}\n")
	return b.Bytes()
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', 5, 64) }

// encode cannot fail: it writes to memory.
func encode(rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.WriteAll(rows)
	return b.Bytes()
}
