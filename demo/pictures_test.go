package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestAFolderGivesWhatCanBeReadAndSaysWhatIsSkipped(t *testing.T) {
	t.Parallel()
	dir := ownPhotos(t)
	link := func(target, name string) {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo.jpg"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.jpg"), 0o700); err != nil {
		t.Fatal(err)
	}
	link(filepath.Join(dir, "gone"), "dangling.jpg")
	link(filepath.Join(dir, "fifo.jpg"), "to-fifo.jpg")
	link("loop.jpg", "loop.jpg")
	link(filepath.Join(dir, "1.JPG"), "linked.jpg")
	skipped := []string{"dangling.jpg", "fifo.jpg", "folder.jpg", "loop.jpg", "to-fifo.jpg"}
	if os.Geteuid() != 0 { // to root nothing is forbidden
		if err := os.WriteFile(filepath.Join(dir, "secret.jpg"), []byte("x"), 0); err != nil {
			t.Fatal(err)
		}
		skipped = append(skipped, "secret.jpg")
	}
	var told []string
	own, err := folder(dir, func(format string, args ...any) { told = append(told, fmt.Sprintf(format, args...)) })
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, f := range own.files {
		files = append(files, filepath.Base(f))
	}
	slices.Sort(files)
	if want := "0.JPG 1.JPG 2.JPG 3.JPG 4.JPG 5.JPG 6.JPG broken.jpg linked.jpg shelf.png"; strings.Join(files, " ") != want {
		t.Error(files)
	}
	if len(told) != len(skipped) {
		t.Error(told)
	}
	for _, name := range skipped {
		if !slices.ContainsFunc(told, func(line string) bool { return strings.HasPrefix(line, "skips "+name+": ") }) {
			t.Errorf("%s is not said to be skipped: %q", name, told)
		}
	}
}

func TestAFolderWithNothingToReadIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo.jpg"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := folder(dir, t.Logf); err == nil || !strings.Contains(err.Error(), "nothing to show") {
		t.Fatal(err)
	}
}

func TestPicturesThatAllTurnOutUselessEndTheStory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "letter.jpg"), []byte("no picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	said := newTeller(t, "--exit", "--photos", dir)
	if code := said.wait(); code != 1 || !strings.Contains(said.errs.String(), "nothing to show: the phones could keep none of 1 photos from "+dir) {
		t.Fatal(code, said.errs.String())
	}
	if out := said.out.String(); !strings.Contains(out, "skips letter.jpg: This file is not a photo") || strings.Contains(out, "0 photos") {
		t.Error(out)
	}
}

func TestAPictureThatIsGoneByTheTimeItIsTakenIsSkipped(t *testing.T) {
	t.Parallel()
	var out ack
	a := action{Do: "photo", File: filepath.Join(t.TempDir(), "gone.jpg")}
	if out = (&phone{}).do(t.Context(), a); out.OK || out.Code != "photo.not_found" {
		t.Fatal(out)
	}
}
