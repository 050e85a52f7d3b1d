package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"image"
	"image/png"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"storewalk/demo/shelf"
	"storewalk/shared/field"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "phone" || os.Args[1] == "day") {
		main() // the story starts its phones from its own binary, and tests start the story
		return
	}
	os.Exit(m.Run())
}

// ownPhotos is a folder as a person has it: JPEGs, a PNG, a broken file, and something else.
func ownPhotos(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, b []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 7 {
		jpeg, err := shelf.Draw(shelf.Options{Kind: shelf.Kind(i % 3), Seed: uint64(i), Width: 640, Height: 480})
		if err != nil {
			t.Fatal(err)
		}
		write(fmt.Sprintf("%d.JPG", i), jpeg)
		if i == 0 {
			write("broken.jpg", jpeg[:len(jpeg)/2])
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 300, 200))); err != nil {
		t.Fatal(err)
	}
	write("shelf.png", b.Bytes())
	write("notes.txt", []byte("no picture"))
	return dir
}

// TestTheDayLosesNothingAndTheComparisonSeesWhatIsMissing plays the whole story, small, and then takes
// things away from copies of what the server holds.
func TestTheDayLosesNothingAndTheComparisonSeesWhatIsMissing(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	pictures, err := folder(ownPhotos(t), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	d := &day{dir: filepath.Join(t.TempDir(), "demo"), listen: "127.0.0.1:0", pictures: pictures,
		line: line{rate: 4_000_000, latency: time.Millisecond, cutMin: 20_000, cutMax: 60_000},
		out:  &stage{out: &told, began: time.Now()}}
	v, err := d.play(ctx)
	if err == nil {
		err = d.report(ctx, v)
	}
	if endErr := d.end(ctx); err != nil || endErr != nil {
		t.Fatalf("%v %v\n%s", err, endErr, told.String())
	}
	if want := "demo: 2 phones, 10 visits, 8 photos, 2 conflicts kept, 0 lost"; v.String() != want {
		t.Fatalf("%s\n%s", v, told.String())
	}
	for _, said := range []string{"skips broken.jpg: The photo file is damaged", "is killed (SIGKILL)", "is killed while saving a photo", "is killed while sending",
		"12 条 0 包 (李娜, ", "14 条 3 包 (王军, ", "takes down a complaint", "到货和公告的不一样，断货三天了。 (李娜 is to see it through, answer by ", "sign in as zhao / "} {
		if !strings.Contains(told.String(), said) {
			t.Errorf("the story does not say %q", said)
		}
	}
	if d.managers[0].pulls != 2 || d.managers[1].pulls != 2 {
		t.Error("phones were killed", d.managers[0].pulls, d.managers[1].pulls, "times")
	}
	if cuts := d.managers[0].link.cuts.Load() + d.managers[1].link.cuts.Load(); cuts == 0 {
		t.Error("the line was never cut")
	}

	for name, take := range map[string]func(dir string){
		"a visit": func(dir string) { change(t, dir, `DELETE FROM record WHERE id = $1`, d.book.visits[1].id.String()) },
		"a thumbnail": func(dir string) {
			change(t, dir, `DELETE FROM record WHERE id = $1`, field.ThumbnailID(d.book.photos[0].id).String())
		},
		"a note": func(dir string) {
			change(t, dir, `DELETE FROM record WHERE id IN (SELECT id FROM note WHERE visit = $1 LIMIT 1)`, d.joint.String())
		},
		"one of two counts": func(dir string) {
			change(t, dir, `UPDATE record SET body = replace(body, '"cartons":14', '"cartons":15') WHERE id = $1`, field.CountID(d.joint).String())
		},
		"a phone": func(dir string) { change(t, dir, `DELETE FROM device WHERE account = $1`, d.managers[1].user.String()) },
		"the end of a photo": func(dir string) {
			path := blobFile(t, dir, d.book.photos[0].ref.String())
			if err := os.Truncate(path, 1000); err != nil {
				t.Fatal(err)
			}
		},
		"a photo's bytes": func(dir string) {
			if err := os.Remove(blobFile(t, dir, d.book.photos[1].ref.String())); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(d.server.data)); err != nil {
				t.Fatal(err)
			}
			take(dir)
			if v, err := audit(ctx, &d.book, dir); err != nil || len(v.lost) != 1 {
				t.Errorf("%s: %v %v", v, v.lost, err)
			}
		})
	}
}

func change(t *testing.T, dir, statement, arg string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "storewalk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	done, err := db.Exec(statement, arg)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		t.Fatal(statement, n, err)
	}
}

func blobFile(t *testing.T, dir, sha string) (path string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(dir, "photos"), func(p string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && strings.HasSuffix(strings.ReplaceAll(p, string(filepath.Separator), ""), sha) {
			path = p
		}
		return err
	})
	if err != nil || path == "" {
		t.Fatal("no file of photo ", sha, err)
	}
	return path
}

func TestAFolderThatIsNotTheDemosIsNotEmptied(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := &day{dir: dir, listen: "127.0.0.1:0", out: &stage{out: io.Discard}}
	if err := d.prepare(t.Context()); err == nil || !strings.Contains(err.Error(), "name another folder") {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "thesis.txt")); err != nil {
		t.Fatal(err)
	}
}

func TestALinkIsCutAndPassesWhatFitsUnchanged(t *testing.T) {
	t.Parallel()
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	got := make(chan []byte, 2)
	go func() {
		for range 2 {
			c, err := server.Accept()
			if err != nil {
				return
			}
			b, _ := io.ReadAll(c)
			c.Close()
			got <- b
		}
	}()
	k, err := line{rate: 50_000_000, latency: time.Microsecond, cutMin: 30_000, cutMax: 30_000}.open(t.Context(), server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	for _, size := range []int{20_000, 200_000} {
		c, err := net.Dial("tcp", k.ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		sent := bytes.Repeat([]byte("0123456789"), size/10)
		c.Write(sent) // of the large one, as much as the line takes
		c.Close()
		b := <-got
		if !bytes.HasPrefix(sent, b) || size == 20_000 && len(b) != size || size > 30_000 && len(b) > 30_000 {
			t.Errorf("of %d bytes %d arrived", size, len(b))
		}
	}
	if k.cuts.Load() != 1 {
		t.Error("cuts:", k.cuts.Load())
	}
}
