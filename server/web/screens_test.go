package web

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"storewalk/shared/field"
)

// Every page is drawn at a desk's and at a phone's width in both languages: nothing is wider than the
// screen, and the console stays silent. SCREENS=dir keeps the pictures.
func TestEveryPageFitsADeskAndAPhone(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	s := tell(o)
	bai := o.phone("bai", "白文忠")
	bai.sync()
	bai.at(time.Now(), edit(s.shop, field.TypeStore, "care", []string{"elderly", "low_literacy"}), edit(s.shop, field.TypeStore, "window_from", "15:00"),
		edit(s.shop, field.TypeStore, "window_to", "17:30"), edit(s.shop, field.TypeStore, "closed", "2036-11-30"))
	asked := bai.apply(s.shop, field.ApplyClosure, map[string]string{"closed": "2036-11-30"})
	keep := os.Getenv("SCREENS")
	if keep == "" {
		keep = t.TempDir()
	}
	desk := o.signIn()
	desk.Expect("404") // the page that is not there
	visit := "/visits/" + s.rich.String()
	good, forged, missing := o.receiptCodes(s)
	for _, lang := range []string{"zh", "en"} {
		desk.Open(o.url + "/visits")
		desk.WaitFor("window.old = true")
		desk.Click(".language [value=" + lang + "]")
		desk.WaitFor("!window.old && document.documentElement.lang.startsWith('" + lang + "') && document.readyState === 'complete'")
		for name, path := range map[string]string{
			"visits": "/visits", "visit": visit, "photo": visit + "/photos/" + s.photo.String(), "waiting": visit + "/photos/" + s.away.String(),
			"conflicts": "/conflicts", "market": "/market", "market-none": "/market?kind=x", "stores": "/stores", "store": "/stores/" + s.shop.String(), "phones": "/phones", "aside": "/aside",
			"receipts": "/receipts", "receipt": "/receipts?code=" + good, "receipt-forged": "/receipts?code=" + forged, "receipt-missing": "/receipts?code=" + missing,
			"requests": "/requests", "request": "/requests/" + s.ask.String(),
			"applications": "/applications", "application": "/applications/" + asked.String(),
			"none": "/visits?q=zzz", "lost": "/visits/x",
		} {
			desk.Open(o.url + path)
			for _, size := range [][2]int{{1280, 900}, {390, 844}} {
				width := map[int]string{1280: "", 390: "-narrow"}[size[0]]
				desk.Screenshot(filepath.Join(keep, "page-"+name+width+"-"+lang+".png"), size[0], size[1], 1)
				desk.WaitFor("document.documentElement.scrollWidth <= innerWidth")
				if size[0] == 390 { // every tab is seen as a whole
					desk.WaitFor("[...document.querySelectorAll('.tab')].every(t => { const r = t.getBoundingClientRect(); return r.left >= 0 && r.right <= innerWidth && r.bottom <= innerHeight && t.scrollWidth <= t.clientWidth })")
				}
			}
		}
	}
}
