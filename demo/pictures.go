package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"storewalk/demo/shelf"
	"storewalk/shared/field"
)

// A camera gives the pictures of one visit, as files.
type camera interface {
	// take returns the pictures of the visit with a number, of how many there are in the story.
	take(dir string, visit, visits int, at field.Store) ([]picture, error)
	// source says in a few words where the pictures come from.
	source() string
}

// A picture is a file that a camera gave.
type picture struct {
	file string
	kind string // one of field.PhotoKinds
}

// drawn returns a camera that draws n pictures in all, so many pixels wide: first each shop's front, then
// its shelves and price tags.
func drawn(n, width int) camera { return drawing{n, width} }

type drawing struct{ n, width int }

func (d drawing) source() string { return fmt.Sprintf("%d drawn photos", d.n) }

func (d drawing) take(dir string, visit, visits int, at field.Store) (out []picture, err error) {
	kinds := []struct {
		draw shelf.Kind
		kind string
	}{{shelf.Storefront, "storefront"}, {shelf.Shelf, "shelf"}, {shelf.Tags, "price_tag"}}
	for i := visit; i < d.n; i += visits {
		k := kinds[len(out)%len(kinds)]
		o := shelf.Options{Kind: k.draw, Seed: uint64(i), Width: d.width, Height: d.width * 3 / 4, Taken: time.Now(),
			Lat: at.Position.Lat, Lon: at.Position.Lon, HasPosition: at.Position.Valid()}
		if k.draw == shelf.Storefront {
			o.Sign = at.Name
		}
		if i%4 == 3 { // the phone is held upright
			o.Width, o.Height, o.Orientation = o.Height, o.Width, 6
		}
		jpeg, err := shelf.Draw(o)
		if err != nil {
			return nil, err
		}
		p := picture{filepath.Join(dir, fmt.Sprintf("IMG_%04d.jpg", i+1)), k.kind}
		if err := os.WriteFile(p.file, jpeg, 0o600); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// folder returns a camera that gives the JPEG and PNG files of a folder, each once. Of a name that looks like
// a picture's and is no file that can be read, skipped is told.
func folder(dir string, skipped func(format string, args ...any)) (album, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return album{}, err
	}
	own := album{dir: dir}
	for _, e := range entries {
		if !slices.Contains([]string{".jpg", ".jpeg", ".png"}, strings.ToLower(filepath.Ext(e.Name()))) {
			continue
		}
		file := filepath.Join(dir, e.Name())
		if err := readable(file); err != nil {
			skipped("skips %s: %v", e.Name(), err)
			continue
		}
		own.files = append(own.files, file)
	}
	if len(own.files) == 0 {
		return album{}, fmt.Errorf("nothing to show: no JPEG or PNG file that can be read in %s", dir)
	}
	return own, nil
}

// readable says why a file cannot be read as a picture. What is no regular file is not opened: the opening
// of a fifo waits for a writer, and a device may have no end.
func readable(file string) error {
	info, err := os.Stat(file)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a regular file")
	}
	if err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	return f.Close()
}

type album struct {
	dir   string
	files []string
}

func (a album) source() string { return fmt.Sprintf("%d photos from %s", len(a.files), a.dir) }

func (a album) take(_ string, visit, visits int, _ field.Store) (out []picture, err error) {
	for i := visit; i < len(a.files); i += visits {
		out = append(out, picture{a.files[i], "shelf"})
	}
	return out, nil
}
