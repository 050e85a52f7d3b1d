package photo

import (
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"storewalk/mobile/photo/exif"
	"storewalk/shared/blob"
)

// maxResident is how many megabytes a process may ever hold that takes photos of 50 megapixels. The decoder alone has 75.
const maxResident = 120

func TestAPhotoOf50MegapixelsIsTakenIn120MB(t *testing.T) {
	if dir := os.Getenv("STOREWALK_TAKE"); dir != "" {
		takeAlone(t, dir)
		return
	}
	t.Parallel()
	dir := t.TempDir()
	img := image.NewYCbCr(image.Rect(0, 0, 8160, 6144), image.YCbCrSubsampleRatio420)
	for i := range img.Y {
		img.Y[i] = uint8(i*i>>7) ^ uint8(i>>5)
	}
	f, err := os.Create(filepath.Join(dir, "camera.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := jpeg.Encode(f, img, nil); err != nil {
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
	t.Logf("%d MB resident at most", kB>>10)
	if kB > maxResident<<10 {
		t.Fatalf("%d MB, more than %d", kB>>10, maxResident)
	}
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
		_, err = Take(t.Context(), f, blobs, Wish{Detail: true, Stamp: func(exif.Tags) []string { return stampLines }})
		if f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, hwm, _ := strings.Cut(string(status), "VmHWM:")
	fmt.Println("resident:", strings.Fields(hwm)[0])
}
