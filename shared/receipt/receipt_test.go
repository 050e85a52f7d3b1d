package receipt_test

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"reflect"
	"strings"
	"testing"

	"storewalk/shared/blob"
	"storewalk/shared/digest"
	"storewalk/shared/fault"
	"storewalk/shared/receipt"
	"storewalk/shared/record"

	"github.com/google/uuid"
)

var (
	key    = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize))
	public = key.Public().(ed25519.PublicKey)
	server = uuid.MustParse("6d2e4f80-a1b3-4c5d-8e7f-90a1b2c3d444")
)

func day() receipt.Receipt {
	r := receipt.Receipt{Server: [4]byte(server[:4]), Epoch: record.Replica{0xe0, 15: 1}, Device: uuid.UUID{2, 15: 2}, Person: uuid.UUID{3, 15: 3}, Replica: record.Replica{4, 15: 4},
		Counter: 1_513, AtMS: 1_795_000_000_000, Records: 412, Photos: 126, BackedUp: true,
		Days: []receipt.Day{{Date: "2026-11-30", Visits: 38, Photos: 126, Lines: 1_140}, {Date: "2026-11-29", Visits: 2, Photos: 7, Lines: 61}}}
	r.Content = receipt.AddPhoto(receipt.AddRecord(digest.Sum{}, record.Version{7}), blob.Ref{8, 31: 9})
	r.Writes = receipt.AddWrite(receipt.AddWrite(digest.Sum{}, uuid.UUID{5}, 12), uuid.UUID{6}, 1_513)
	return r
}

func TestAReceiptIsReadAsItWasSigned(t *testing.T) {
	t.Parallel()
	for _, r := range []receipt.Receipt{day(), {Server: [4]byte(server[:4])}} {
		s := r.Sign(server, key)
		got, err := s.Read()
		if err != nil || !reflect.DeepEqual(got, r) {
			t.Fatalf("%v\n%+v\n%+v", err, got, r)
		}
		if err := s.Check(server, public); err != nil {
			t.Fatal(err)
		}
	}
}

// The golden file is a code as a phone of this version shows it. It must verify for ever.
func TestACodeOfTheFirstVersionStaysGenuine(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("testdata/code.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := day().Sign(server, key).URL("https://visit.guyuan.example"); got != strings.TrimSpace(string(want)) {
		t.Errorf("it is now\n%s", got)
	}
	s, _, err := receipt.Parse(string(want))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := s.Read(); err != nil || !reflect.DeepEqual(r, day()) || s.Check(server, public) != nil {
		t.Fatal(r, err)
	}
}

func TestOneOtherByteAnywhereIsFound(t *testing.T) {
	t.Parallel()
	s := day().Sign(server, key)
	for i := range s {
		for _, flip := range []byte{1, 0x80} {
			other := bytes.Clone(s)
			other[i] ^= flip
			if receipt.Signed(other).Check(server, public) == nil {
				t.Fatalf("byte %d may be another", i)
			}
		}
	}
}

func TestOneOtherCharacterAnywhereIsFound(t *testing.T) {
	t.Parallel()
	code := day().Sign(server, key).Code()
	for i := range code {
		for _, c := range "0Z7" {
			other := code[:i] + string(c) + code[i+1:]
			s, _, err := receipt.Parse(other)
			if err == nil {
				err = s.Check(server, public)
			}
			if other != code && err == nil {
				t.Fatalf("character %d may be %c", i, c)
			}
		}
	}
}

func TestAPartOfACodeIsToldAsSuch(t *testing.T) {
	t.Parallel()
	code := day().Sign(server, key).Code()
	for n := 1; n < len(code); n++ {
		if _, short, err := receipt.Parse(code[:n]); !fault.Is(err, "receipt.cut") && short == "" {
			t.Fatalf("%d characters: %v", n, err)
		}
	}
	for _, text := range []string{code + "00000000", "https://a.example/visits", "凭证", strings.Repeat("0", 5_000), "ZZZZZZZZ" + code} {
		if _, _, err := receipt.Parse(text); !fault.Is(err, "receipt.malformed") {
			t.Errorf("%.30q: %v", text, err)
		}
	}
	if _, _, err := receipt.Parse(" \n"); !fault.Is(err, "receipt.empty") {
		t.Error(err)
	}
}

func TestAnotherServersReceiptAndAForgedOneAreToldApart(t *testing.T) {
	t.Parallel()
	other := uuid.MustParse("11111111-a1b3-4c5d-8e7f-90a1b2c3d444")
	stranger := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	if err := day().Sign(other, stranger).Check(server, public); !fault.Is(err, "receipt.other_server") {
		t.Error(err)
	}
	if err := day().Sign(server, stranger).Check(server, public); !fault.Is(err, "receipt.forged") {
		t.Error(err)
	}
	alike := server
	alike[15]++ // the code shows the same four bytes of it
	if err := day().Sign(alike, key).Check(server, public); !fault.Is(err, "receipt.forged") {
		t.Error(err)
	}
	if err := day().Sign(server, key).Check(server, nil); !fault.Is(err, "receipt.forged") {
		t.Error(err)
	}
}

func TestWhatPeopleTypeIsUnderstood(t *testing.T) {
	t.Parallel()
	s := day().Sign(server, key)
	code, short := s.Code(), s.Short()
	for _, text := range []string{code, strings.ToLower(code), "HTTP://10.0.0.2:8080/R/" + code, "https://a.example/r/" + strings.ToLower(code),
		"  " + code[:50] + "\n" + code[50:] + "\n", s.URL("https://a.example/walk/")} {
		if got, _, err := receipt.Parse(text); err != nil || !bytes.Equal(got, s) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
	spoken := strings.NewReplacer("1", "l", "0", "o").Replace(strings.ToLower(receipt.Group(short)))
	for _, text := range []string{short, receipt.Group(short), spoken, strings.ReplaceAll(receipt.Group(short), "-", " ")} {
		if _, got, err := receipt.Parse(text); err != nil || got != short {
			t.Errorf("%q: %q %v", text, got, err)
		}
	}
	if len(receipt.Group(short)) != 14 {
		t.Error(receipt.Group(short))
	}
}

func TestAnAddressIsInCapitalsWhereThatMeansTheSame(t *testing.T) {
	t.Parallel()
	s := day().Sign(server, key)
	for base, want := range map[string]string{"https://visit.guyuan.example": "HTTPS://VISIT.GUYUAN.EXAMPLE/R/", "http://10.0.0.2:8080/": "HTTP://10.0.0.2:8080/R/",
		"https://a.example/walk": "https://a.example/walk/R/", "": ""} {
		if got := s.URL(base); got != want+s.Code() {
			t.Errorf("%s: %.50s", base, got)
		}
	}
}

func FuzzNoCodeIsTakenForAnother(f *testing.F) {
	s := day().Sign(server, key)
	f.Add(s.Code())
	f.Add(s.URL("https://a.example"))
	f.Add(receipt.Group(s.Short()))
	f.Add(receipt.Receipt{}.Sign(server, key).Code()[:70])
	f.Fuzz(func(t *testing.T, text string) {
		got, short, err := receipt.Parse(text)
		if err != nil {
			return
		}
		if short != "" {
			if _, again, err := receipt.Parse(receipt.Group(short)); err != nil || again != short {
				t.Fatalf("%q is %q and then %q: %v", text, short, again, err)
			}
			return
		}
		r, err := got.Read()
		if err != nil {
			t.Fatal(err)
		}
		if again, _, err := receipt.Parse(got.Code()); err != nil || !bytes.Equal(again, got) {
			t.Fatal(err)
		}
		if got.Check(server, public) == nil && !reflect.DeepEqual(r, day()) && !reflect.DeepEqual(r, receipt.Receipt{Server: r.Server}) {
			t.Fatal("nobody signed this")
		}
	})
}
