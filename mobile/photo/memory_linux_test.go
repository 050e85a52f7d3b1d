package photo

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"storewalk/mobile/photo/exif"
	"storewalk/mobile/photo/jpegtest"
	"storewalk/shared/blob"
)

// maxResident is how many megabytes a process may ever hold that takes photos of 50 megapixels.
const maxResident = 120

func TestAPhotoOf50MegapixelsIsTakenIn120MB(t *testing.T) {
	if dir := os.Getenv("STOREWALK_TAKE"); dir != "" {
		takeAlone(t, dir)
		return
	}
	t.Parallel()
	whole, half := [2]int{1, 1}, [2]int{2, 2}
	for _, c := range []struct {
		name        string
		ratios      [][2]int
		progressive bool
	}{
		{"as cameras make it", [][2]int{half, whole, whole}, false},
		{"progressive", [][2]int{half, whole, whole}, true},
		{"progressive, colours all over", [][2]int{whole, whole, whole}, true},
		{"progressive, grey", [][2]int{whole}, true},
		{"progressive, four inks", [][2]int{whole, whole, whole, whole}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &jpegtest.Drawing{W: 8160, H: 6144, Ratios: c.ratios, Block: hatched()}
			if c.progressive {
				d.Script = []jpegtest.Scan{{Components: 1<<len(c.ratios) - 1}}
				for i := range c.ratios {
					d.Script = append(d.Script, jpegtest.Scan{Components: 1 << i, From: 1, To: 63, Low: 1},
						jpegtest.Scan{Components: 1 << i, From: 1, To: 63, High: 1})
				}
			}
			kB := resident(t, d)
			t.Logf("%d MB resident at most", kB>>10)
			if kB > maxResident<<10 {
				t.Fatalf("%d MB, more than %d", kB>>10, maxResident)
			}
		})
	}
}

// hatched is a picture with something in low and high frequencies of most blocks.
func hatched() func(component, bx, by int) *[64]int16 {
	b := new([64]int16)
	return func(component, bx, by int) *[64]int16 {
		clear(b[:])
		at := bx*7 + by*13 + component*5
		b[0] = int16(at%300 - 150)
		b[1+at%9], b[10+at%50] = int16(at%21-10), int16(at%5-2)
		return b
	}
}

// resident takes a photo of d in a process of its own, twice, and returns how many kB that ever had.
func resident(t *testing.T, d *jpegtest.Drawing) int {
	t.Helper()
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "camera.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := d.Write(f); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAPhotoOf50MegapixelsIsTakenIn120MB$", "-test.v")
	cmd.Env = append(os.Environ(), "STOREWALK_TAKE="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, text, _ := strings.Cut(string(out), "resident: ")
	kB, err := strconv.Atoi(strings.Fields(text + " ?")[0])
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return kB
}

// takeAlone takes the photo twice in a process of its own and says how much memory that ever held.
func takeAlone(t *testing.T, dir string) {
	blobs, err := blob.OpenDir(filepath.Join(dir, "photos"))
	if err != nil {
		t.Fatal(err)
	}
	defer blobs.Close()
	for range 2 {
		f, err := os.Open(filepath.Join(dir, "camera.jpg"))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Take(t.Context(), f, blobs, Wish{Detail: true, Stamp: func(exif.Tags) []string { return stampLines }})
		if f.Close(); err != nil {
			t.Fatal(err)
		}
		if p.Width != 2400 || p.Height != 1807 {
			t.Fatal(p.Width, p.Height)
		}
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, hwm, _ := strings.Cut(string(status), "VmHWM:")
	fmt.Println("resident:", strings.Fields(hwm)[0])
}
