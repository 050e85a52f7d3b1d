package field

// The doubts about a line: what makes it hard to believe.
const (
	DoubtFar   = "far"   // ten times what this store usually has
	DoubtMore  = "more"  // more than was there and was delivered: the sales would be negative
	DoubtEmpty = "empty" // there is none of it and it is not out of stock, yet it is on display or has a price
	DoubtPrice = "price" // the price is more than 30 % off the guide price
)

// KeptReasons are why a line that is hard to believe is right, by its doubt.
var KeptReasons = map[string][]string{
	DoubtFar:   {"restocked", "transferred", "recounted"},
	DoubtMore:  {"restocked", "transferred", "recounted"},
	DoubtEmpty: {"dummies", "recounted"},
	DoubtPrice: {"promotion", "own_price", "recounted"},
}

// A Basis is what is known of a product in a store before it is counted.
type Basis struct {
	Last     *CountLine // the count before; nil when there is none
	Usual    int        // packs, the mean of all counts before; 0 when there is none
	GuideFen int64      // 0 when unknown
}

const (
	farTimes     = 10
	farAtLeast   = 50 // packs above the usual: a store that has one pack may well have ten
	priceOffPart = 30 // per cent
)

// Sold returns how many packs were sold since the count before: those it had, and those delivered, that are not there
// now. Without a word on deliveries it is the least that was sold, or when negative the least that was delivered.
func (l CountLine) Sold(last CountLine) int { return last.Total() + l.Delivered - l.Total() }

// Doubts lists what makes the line hard to believe, the gravest first.
func (l CountLine) Doubts(b Basis) (out []string) {
	if l.Skipped() {
		return nil
	}
	if b.Usual > 0 && l.Total() >= farTimes*b.Usual && l.Total()-b.Usual >= farAtLeast {
		out = append(out, DoubtFar)
	}
	if b.Last != nil && l.Sold(*b.Last) < 0 {
		out = append(out, DoubtMore)
	}
	if l.Total() == 0 && !l.OutOfStock && (l.OnDisplay || l.Facings > 0 || l.PriceFen > 0) {
		out = append(out, DoubtEmpty)
	}
	if off := l.PriceFen - b.GuideFen; l.PriceFen > 0 && b.GuideFen > 0 && max(off, -off)*100 > b.GuideFen*priceOffPart {
		out = append(out, DoubtPrice)
	}
	return out
}
