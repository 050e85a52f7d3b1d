package guyuan

import (
	"bytes"
	"encoding/csv"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestGuyuanHasItsFiveCountiesAndSixtyFiveTownships(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, c := range Counties() {
		names[c.Code] = true
		if len(c.Rings) == 0 || c.Contains(Point{36, 100}) {
			t.Errorf("%s has a strange outline", c.Name)
		}
	}
	if len(names) != 5 {
		t.Fatal(names)
	}
	codes := map[string]bool{}
	for _, town := range Townships() {
		if !names[town.CountyCode] || !strings.HasPrefix(town.Code, town.CountyCode) || len(town.Code) != 9 || town.Name == "" {
			t.Errorf("%+v", town)
		}
		codes[town.Code] = true
	}
	if len(codes) != 65 {
		t.Fatal(len(codes))
	}
}

func TestEveryStoreIsPlausibleUniqueAndInsideItsCounty(t *testing.T) {
	t.Parallel()
	list := Stores()
	if len(list) != 250 {
		t.Fatal(len(list))
	}
	county := Counties()[slices.IndexFunc(Counties(), func(c County) bool { return c.Code == TerritoryCounty })]
	licence, phone := regexp.MustCompile(`^640402\d{6}$`), regexp.MustCompile(`^199000[01]\d{4}$`)
	words := map[string]string{
		"business": " convenience supermarket grocery tobacco_liquor entertainment other ", "market": " urban rural ",
		"terminal": " ordinary modern franchise ", "integrity": " A B C D ",
		"district": " residential commercial school transport tourist rural ",
	}
	seen, values := map[string]bool{}, map[string]bool{}
	once := func(s string) {
		if seen[s] {
			t.Errorf("%s comes twice", s)
		}
		seen[s] = true
	}
	for _, s := range list {
		once(s.LicenceNo)
		once(s.Name)
		once(s.Phone)
		if !licence.MatchString(s.LicenceNo) || !phone.MatchString(s.Phone) || s.BackupPhone != "" && !phone.MatchString(s.BackupPhone) {
			t.Errorf("%+v", s)
		}
		for kind, v := range map[string]string{
			"business": s.BusinessType, "market": s.MarketType, "terminal": s.TerminalLevel, "integrity": s.IntegrityGrade, "district": s.DistrictType,
		} {
			values[v] = true
			if !strings.Contains(words[kind], " "+v+" ") {
				t.Errorf("%s: %q is no %s", s.Name, v, kind)
			}
		}
		if s.Grade < 1 || s.Grade > 30 || s.Owner == "" || s.Address == "" {
			t.Errorf("%+v", s)
		}
		if !county.Contains(Point{s.Lat, s.Lon}) {
			t.Errorf("%s stands outside the county", s.Name)
		}
		i := slices.IndexFunc(places, func(p struct {
			code string
			at   Point
			spot string
		}) bool {
			return p.code == s.TownshipCode
		})
		if i < 0 || math.Hypot(s.Lat-places[i].at.Lat, s.Lon-places[i].at.Lon) > 0.1 {
			t.Errorf("%s is far from its township", s.Name)
		}
	}
	for _, all := range words {
		for v := range strings.FieldsSeq(all) {
			if !values[v] {
				t.Errorf("no store is %s", v)
			}
		}
	}
	if !reflect.DeepEqual(list, makeStores()) {
		t.Error("the stores change from run to run")
	}
}

func TestEveryProductHasItsOwnValidBarCode(t *testing.T) {
	t.Parallel()
	list := Products()
	if len(list) != 60 {
		t.Fatal(len(list))
	}
	seen, classes, states := map[string]bool{}, map[int]bool{}, map[string]bool{}
	for _, p := range list {
		sum := 0
		for i, d := range p.Code {
			sum += int(d-'0') * (1 + i%2*2)
		}
		if len(p.Code) != 13 || p.Code[0] != '2' || sum%10 != 0 {
			t.Errorf("%s: %s is no bar code for a shop", p.Name, p.Code)
		}
		if seen[p.Code] || seen[p.Name] {
			t.Errorf("%s comes twice", p.Name)
		}
		seen[p.Code], seen[p.Name], classes[p.PriceClass], states[p.Status] = true, true, true, true
		if p.GuidePriceFen < 100 || p.GuidePriceFen > 10000 {
			t.Errorf("%s costs %d fen", p.Name, p.GuidePriceFen)
		}
	}
	if len(classes) != 5 || len(states) != 4 {
		t.Error("a class or a status is missing", classes, states)
	}
}

func TestTheFilesHoldEverythingUnderTheColumnsTheServerKnows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file   []byte
		header string
		lines  int
	}{
		{StoresCSV(), "licence_no,name,owner,phone,backup_phone,business_type,market_type,grade,terminal_level,integrity_grade,district_type,township_code,address,lat,lon,care,window,opened", 251},
		{ProductsCSV(), "code,name,price_class,guide_price_fen,status", 61},
	} {
		rows, err := csv.NewReader(bytes.NewReader(c.file)).ReadAll()
		if err != nil || len(rows) != c.lines || strings.Join(rows[0], ",") != c.header {
			t.Fatal(err, len(rows), rows[0])
		}
	}
}
