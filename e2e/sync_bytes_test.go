package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// What the server's disk loses of a photo is nowhere but on the phone that took it.
func TestSyncAPhotoThatTheServersDiskLosesOrDamagesIsSentAgain(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(w *syncWorld, file string){
		"lost": func(w *syncWorld, file string) {
			if err := os.Remove(file); err != nil {
				w.t.Fatal(err)
			}
		},
		"damaged": func(w *syncWorld, file string) {
			b, err := os.ReadFile(file)
			if err == nil {
				b[len(b)/2] ^= 1
				err = os.WriteFile(file, b, 0o600)
			}
			if err != nil {
				w.t.Fatal(err)
			}
			if found, err := w.store.Check(w.t.Context(), true); err != nil || len(found.BadPhotos) != 1 {
				w.t.Fatal(found, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSyncWorld(t)
			a := w.phone("ma")
			a.visit(70_000)
			a.round()
			files, err := filepath.Glob(filepath.Join(w.dir, "photos", "[0-9a-f][0-9a-f]", "*"))
			if err != nil || len(files) != 1 {
				t.Fatal(files, err)
			}
			want, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			harm(w, files[0])
			a.compare()
			if got, err := os.ReadFile(files[0]); err != nil || string(got) != string(want) {
				t.Fatal("it was not sent again:", err)
			}
			if waiting, err := a.Waiting(t.Context()); err != nil || waiting.Photos != 0 {
				t.Fatal(waiting, err)
			}
		})
	}
}
