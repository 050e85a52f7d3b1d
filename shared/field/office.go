package field

import (
	"storewalk/shared/record"
)

// A Product (品规) is something stores sell.
type Product struct {
	Code          string // EAN-13
	Name          string
	PriceClass    int   // 1–5, 一类…五类
	GuidePriceFen int64 // guide price of one pack in fen
	Status        string
}

// ProductOf reads a product record.
func ProductOf(r record.Record) Product {
	return Product{
		Code: get[string](r, "code"), Name: get[string](r, "name"), PriceClass: get[int](r, "price_class"),
		GuidePriceFen: get[int64](r, "guide_price_fen"), Status: get[string](r, "status"),
	}
}

// Fields returns the product as field values.
func (p Product) Fields() []Value {
	return []Value{{"code", p.Code}, {"name", p.Name}, {"price_class", p.PriceClass},
		{"guide_price_fen", p.GuidePriceFen}, {"status", p.Status}}
}

// A User is a person who may sign in. Secrets are not in the record.
type User struct {
	Login string
	Name  string
	Role  string // RoleManager or RoleSupervisor
}

// The roles.
const (
	RoleManager    = "manager"    // 客户经理: has a phone, sees the territories granted
	RoleSupervisor = "supervisor" // 市场经理: reads and corrects in the office
)

// UserOf reads a user record.
func UserOf(r record.Record) User {
	return User{Login: get[string](r, "login"), Name: get[string](r, "name"), Role: get[string](r, "role")}
}

// Fields returns the user as field values.
func (u User) Fields() []Value {
	return []Value{{"login", u.Login}, {"name", u.Name}, {"role", u.Role}}
}

// A Territory (片区) is what one manager owns and one phone holds.
type Territory struct {
	Name   string
	County string // six-digit division code

	Outline   [][][2]float64    // rings of longitude and latitude; what lies within an even number of them is outside
	Townships map[string]string // names by nine-digit division code
	Outlines  Outlines          // of townships
}

// TerritoryOf reads a territory record.
func TerritoryOf(r record.Record) Territory {
	return Territory{Name: get[string](r, "name"), County: get[string](r, "county"),
		Outline: get[[][][2]float64](r, "outline"), Townships: get[map[string]string](r, "townships"), Outlines: outlines(r)}
}

// Fields returns the territory as field values.
func (t Territory) Fields() []Value {
	return []Value{{"name", t.Name}, {"county", t.County}, {"outline", t.Outline}, {"townships", t.Townships}, {"outlines", t.Outlines}}
}
