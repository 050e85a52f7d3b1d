package web

import (
	"testing"

	"storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/words"
)

func TestWhereAVisitBeganIsSaidAsThePhoneKnewItAndNoFurther(t *testing.T) {
	t.Parallel()
	book, err := words.Load(Words())
	if err != nil {
		t.Fatal(err)
	}
	shop := field.Position{Lat: 36.01, Lon: 106.24, Acc: 12}
	near, far := field.Position{Lat: 36.012, Lon: 106.24, Acc: 9}, field.Position{Lat: 36.11, Lon: 106.24, Acc: 9}
	for name, c := range map[string]struct {
		at      field.Moment
		shop    field.Position
		channel string
		want    string
	}{
		"mocked, and near":         {field.Moment{Position: near, Mocked: true}, shop, "", "位置是模拟的"},
		"refused":                  {field.Moment{Lack: field.LackRefused}, shop, "", "没有允许定位"},
		"no signal":                {field.Moment{Lack: field.LackSignal}, shop, "", "没有定到位置"},
		"an app that never knew":   {field.Moment{}, shop, "", "没有定到位置"},
		"a receiver without a fix": {field.Moment{Position: field.Position{Acc: 5}}, shop, "", "没有定到位置"},
		"the store's own":          {field.Moment{Position: shop}, shop, "", "这次定下了店的位置"},
		"a store nobody has found": {field.Moment{Position: near}, field.Position{}, "", "有位置，店的位置未知"},
		"near":                     {field.Moment{Position: near}, shop, "", "距店 222 米"},
		"far":                      {field.Moment{Position: far}, shop, "", "距店 11.1 公里"},
		"by phone, from far away":  {field.Moment{Position: far}, shop, field.ByPhone, "线上拜访，不看距离"},
	} {
		l := store.VisitList{Visit: field.Visit{CheckIn: c.at, Channel: c.channel}, Place: c.shop}
		if got := (view{Words: book.In(words.ZH)}).place(l); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
