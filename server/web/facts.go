package web

import (
	"strconv"
	"strings"

	"storewalk/server/store"
	"storewalk/shared/field"
	"storewalk/shared/words"
)

// A fact is what is known of a store under a name.
type fact struct{ Name, Text string }

// contact is whom to ask for and what to have in mind with them, beside the fields that the office may edit.
func (v view) contact(d store.StoreDetail) []fact {
	var care []string
	for _, code := range d.CareFlags {
		care = append(care, v.Enum("care", code))
	}
	return v.known(fact{"owner", d.Owner}, fact{"care", strings.Join(care, v.T("history.separator"))})
}

// agreed is when the owner wants to be visited.
func (v view) agreed(d store.StoreDetail) fact {
	text := v.Window(d.WindowFrom, d.WindowTo)
	if text == "" {
		text = v.T("store.no_window")
	}
	return fact{v.T("term.window"), text}
}

// profile is the rest of what is known of a store, in the order of the phone's page.
func (v view) profile(d store.StoreDetail) []fact {
	grade, place := "", ""
	if d.Grade > 0 {
		grade = strconv.Itoa(d.Grade)
	}
	if p := d.Position; p.Valid() {
		place = words.Degrees(p)
	}
	return v.known(
		fact{"licence_no", d.LicenceNo}, fact{"name", d.Name}, fact{"opened", v.Day(d.Opened)}, fact{"closed", v.Day(d.Closed)},
		fact{"business_type", v.Enum("business_type", d.BusinessType)}, fact{"market_type", v.Enum("market_type", d.MarketType)},
		fact{"grade", grade}, fact{"terminal_level", v.Enum("terminal_level", d.TerminalLevel)},
		fact{"integrity_grade", v.Enum("integrity", d.IntegrityGrade)}, fact{"district_type", v.Enum("district_type", d.DistrictType)},
		fact{"territory", d.Territory}, fact{"township", v.township(d.Township)}, fact{"address", d.Address},
		fact{"position", place})
}

// storeField is what people call a field of a store.
func (v view) storeField(name string) string {
	return v.FieldName(field.TypeStore, name, field.Subject{})
}

// known names those of the facts, given by the names of their fields, of which something is known.
func (v view) known(all ...fact) (out []fact) {
	for _, f := range all {
		if f.Text != "" {
			out = append(out, fact{v.storeField(f.Name), f.Text})
		}
	}
	return out
}
