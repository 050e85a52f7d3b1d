package photo

import (
	"bytes"
	"slices"
	"syscall"
	"testing"

	"storewalk/mobile/photo/exif"
	"storewalk/shared/blob"
	"storewalk/shared/fault"
)

// Wherever a camera or a disk broke off: between any two bytes of the header, and all along the pixels.
func TestAPictureThatIsCutAnywhereIsRefusedAndNothingOfItIsKept(t *testing.T) {
	t.Parallel()
	blobs := openBlobs(t)
	for name, whole := range map[string][]byte{"baseline": encode(t, noise(64, 48), exif.Tags{Orientation: 6, Lat: 36, Lon: 106, HasPosition: true}), "progressive": testFile(t, "progressive.jpg")} {
		for n := 0; n < len(whole)-2; n++ { // without its last two bytes it has all its pixels
			if n > 700 && n%97 != 0 && n < len(whole)-60 {
				continue
			}
			_, err := Take(t.Context(), bytes.NewReader(whole[:n]), blobs, Wish{})
			if _, code := fault.Of(err); !slices.Contains([]string{"photo.empty", "photo.not_an_image", "photo.broken"}, code) {
				t.Fatalf("%s, %d of %d bytes: %v", name, n, len(whole), err)
			}
		}
	}
	if n, err := blobs.Sweep(t.Context(), func(blob.Ref) bool { return false }, 0); n != 0 || err != nil {
		t.Fatalf("%d files left behind, %v", n, err)
	}
}

// A disk that is full at the n-th write, or when the file is to be made durable.
func TestADiskThatIsFullAtAnyWriteKeepsNothingOfAPhoto(t *testing.T) {
	t.Parallel()
	blobs := openBlobs(t)
	img := encode(t, noise(300, 200), exif.Tags{})
	for n := 0; ; n++ {
		blobs.Through = func(f blob.File) blob.File { return &fullAt{f, n} }
		_, err := Take(t.Context(), bytes.NewReader(img), blobs, Wish{})
		if err == nil {
			if n < 2 {
				t.Fatal("full at nothing")
			}
			return
		}
		if !fault.Is(err, "disk.full") {
			t.Fatal(n, err)
		}
		if left, err := blobs.Sweep(t.Context(), func(blob.Ref) bool { return false }, 0); left != 0 || err != nil {
			t.Fatalf("full at write %d: %d files left behind, %v", n, left, err)
		}
	}
}

// fullAt is a file on a disk that has room for some writes; the last is the one that makes it durable.
type fullAt struct {
	blob.File
	room int
}

func (f *fullAt) take() error {
	if f.room--; f.room < 0 {
		return syscall.ENOSPC
	}
	return nil
}

func (f *fullAt) Write(b []byte) (int, error) {
	if err := f.take(); err != nil {
		return 0, err
	}
	return f.File.Write(b)
}

func (f *fullAt) Sync() error {
	if err := f.take(); err != nil {
		return err
	}
	return f.File.Sync()
}
