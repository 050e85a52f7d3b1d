package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"storewalk/demo/guyuan"
	"storewalk/server/importer"
	"storewalk/shared/field"
)

// demoPlace is the territory with what its map shows.
func demoPlace() field.Territory {
	t := guyuan.TerritoryPlace()
	t.Name, t.Outlines = demoTerritoryName, nil // the outlines come from a file, as an office's do
	return t
}

const (
	demoDays    = 7  // for which routes are planned, from today on
	demoADay    = 12 // stores on a route
	demoInstant = "instant"
)

// demoTasks plans a week for the managers: each day a township, its stores in an order that is short to drive.
func demoTasks(now time.Time, stores []field.Store) (out []importer.PlanTask) {
	byTown := map[string][]field.Store{}
	var towns []string
	for _, s := range stores {
		if byTown[s.Township] == nil {
			towns = append(towns, s.Township)
		}
		byTown[s.Township] = append(byTown[s.Township], s)
	}
	slices.Sort(towns)
	monday := int(now.In(field.Zone).Weekday())
	for i, manager := range []string{demoPeople[0].login, demoPeople[1].login} {
		for d := range demoDays {
			day := now.AddDate(0, 0, d)
			town := towns[(monday+d+i*len(towns)/2)%len(towns)]
			out = append(out, importer.PlanTask{Kind: field.TaskRoute, Territory: demoTerritory, Manager: manager,
				Day: field.DayOf(day), Stores: shortWay(byTown[town], demoADay), Title: guyuanTown(town) + "线", Template: field.VisitRoutine})
		}
	}
	first := out[0].Stores
	year, month, today := now.In(field.Zone).Date()
	evening := time.Date(year, month, today, 18, 0, 0, 0, field.Zone)
	return append(out,
		importer.PlanTask{Key: demoInstant + " price tags " + field.DayOf(now), Kind: field.TaskInstant, Territory: demoTerritory,
			Manager: demoPeople[0].login, Stores: first[len(first)-2:], Title: "核对新品价签", Text: "新品到货第一周：拍价签，核对是否与指导价一致。", Due: evening, Template: field.VisitInstant},
		importer.PlanTask{Key: demoInstant + " stock-outs " + field.DayOf(now), Kind: field.TaskInstant, Territory: demoTerritory,
			Manager: demoPeople[1].login, Stores: first[:1], Title: "断货核实", Text: "店主反映货源与公告不一致，到店盘点核实。", Due: evening, Template: field.VisitInstant})
}

func guyuanTown(code string) string {
	for _, t := range guyuan.Townships() {
		if t.Code == code {
			return t.Name
		}
	}
	return fmt.Sprint(code)
}

// shortWay begins at the store furthest north and goes on to the nearest that is left, at most n stores.
func shortWay(stores []field.Store, n int) (licences []string) {
	left := slices.Clone(stores)
	at := slices.MaxFunc(left, func(a, b field.Store) int { return cmp.Compare(a.Position.Lat, b.Position.Lat) }).Position
	for len(left) > 0 && len(licences) < n {
		next := 0
		for i, s := range left {
			if apart(at, s.Position) < apart(at, left[next].Position) {
				next = i
			}
		}
		at = left[next].Position
		licences = append(licences, left[next].LicenceNo)
		left = slices.Delete(left, next, next+1)
	}
	return licences
}

// apart compares distances within a county, in degrees.
func apart(a, b field.Position) float64 {
	return math.Hypot(a.Lat-b.Lat, (a.Lon-b.Lon)*math.Cos(a.Lat*math.Pi/180))
}
