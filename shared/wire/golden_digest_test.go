package wire_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"storewalk/shared/digest"
)

// TestEveryClientComesToTheSameSums reads sums over golden records, by their names.
func TestEveryClientComesToTheSameSums(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(filepath.Join(golden, "digests.json"))
	if err != nil {
		t.Fatal(err)
	}
	var facts []struct {
		Records []string
		Sum     digest.Sum
	}
	if err := json.Unmarshal(b, &facts); err != nil || len(facts) < 3 {
		t.Fatal(err, len(facts))
	}
	records := goldenRecords(t)
	for _, f := range facts {
		var sum digest.Sum
		for _, name := range f.Records {
			sum = sum.Add(records[name].Version())
		}
		if sum != f.Sum {
			t.Errorf("the sum over %v is now %s", f.Records, sum)
		}
	}
}
