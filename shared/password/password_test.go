package password

import (
	"strings"
	"testing"
)

func TestAPasswordFitsOnlyItsOwnHash(t *testing.T) {
	t.Parallel()
	a, b := Hash("六盘山-2026"), Hash("六盘山-2026")
	if a == b || !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatal(a, b)
	}
	if !Check(a, "六盘山-2026") || Check(a, "六盘山-2025") || Check("", "") || Check(a, "") {
		t.Fatal("a wrong password fitted or the right one did not")
	}
}

func TestAPasswordOfAnotherCostIsStillChecked(t *testing.T) {
	t.Parallel()
	p := params{memory: 64, time: 1, lanes: 1, salt: []byte("0123456789abcdef")}
	p.key = p.derive("changed later", keyBytes)
	if !Check(p.String(), "changed later") || Check(p.String(), "changed") {
		t.Fatal(p.String())
	}
}

func TestABrokenHashFitsNothing(t *testing.T) {
	t.Parallel()
	for _, encoded := range []string{"", "x", "$argon2id$v=19$m=64,t=0,p=1$AAAA$AAAA", "$argon2id$v=19$m=64,t=1,p=1$AAAA$", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA"} {
		if Check(encoded, "") {
			t.Error(encoded)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	encoded := Hash("六盘山-2026")
	b.ReportAllocs()
	for b.Loop() {
		Check(encoded, "六盘山-2025")
	}
}
