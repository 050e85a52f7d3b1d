package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"storewalk/demo/shelf"
	"storewalk/sim/drive"
)

// patience is how long anything over the slow line may take, in seconds.
const patience = 180

// overLine opens a phone behind a slow line for as long as fn takes.
func (s *scene) overLine(ctx context.Context, dev, user string, fn func(p *drive.Process, l *line) error) (err error) {
	l, err := openLine(ctx, strings.TrimPrefix(s.server.url, "http://"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	s.via = l.url()
	defer func() { s.via = "" }()
	return s.with(ctx, dev, user, func(p *drive.Process) error { return fn(p, l) })
}

// runSlowDay is W1 over the slow line.
func runSlowDay(ctx context.Context, b *bench, s *scene, into sample) error {
	a := first(0)
	err := s.overLine(ctx, a, user(0), func(p *drive.Process, l *line) error {
		if _, err := p.Do(drive.Command{Cmd: "load", Dev: a, File: b.day}); err != nil {
			return err
		}
		m, err := s.measured(p, drive.Command{Cmd: "push", Dev: a, Wait: patience})
		into["slow.seconds"], into["slow.resets"] = m.seconds, float64(l.resets.Load())
		into["slow.bytes"], into["slow.requests"] = float64(l.up.bytes.Load()+l.down.bytes.Load()), m.requests
		return err
	})
	if err != nil {
		return err
	}
	return s.arrived(ctx, dayRecords)
}

// picturesN is how many photos cross the slow line.
const picturesN = 3

func drawPictures(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for i := range picturesN {
		jpeg, err := shelf.Draw(shelf.Options{Kind: shelf.Shelf, Seed: uint64(i), Width: 1600, Height: 1200, Taken: time.Unix(1_760_000_000, 0)})
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("IMG_%04d.jpg", i)), jpeg, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// runPhotos sends the same pictures over a good line and over the slow one. What the slow one carried more is
// what was sent twice, with the headers of the requests that went on.
func runPhotos(ctx context.Context, b *bench, s *scene, into sample) error {
	useful, photos, err := b.goodLine(ctx, s.sys)
	if err != nil {
		return err
	}
	return s.overLine(ctx, first(0), user(0), func(p *drive.Process, l *line) error {
		began := time.Now()
		if _, err := p.Do(drive.Command{Cmd: "photos", Dev: first(0), Dir: b.pictures, Wait: patience}); err != nil {
			return err
		}
		seconds := time.Since(began).Seconds()
		stats, err := p.Do(drive.Command{Cmd: "stats", Dev: first(0)})
		into["photos.requests"] = float64(stats.Requests)
		into["photos.seconds"], into["photos.bytes"], into["photos.resets"] = seconds, photos, float64(l.resets.Load())
		into["photos.line"] = 100 * useful / (seconds * lineRate)
		into["photos.twice"] = 100 * (float64(l.up.bytes.Load()) - useful) / photos
		return err
	})
}

// goodLine sends the pictures to a server of their own over a good line, and returns what had to leave the phone
// and how much of that was photos, in bytes.
func (b *bench) goodLine(ctx context.Context, sys *system) (useful, photos float64, err error) {
	s, end, err := b.begin(ctx, sys)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, end()) }()
	err = s.with(ctx, first(0), user(0), func(p *drive.Process) error {
		r, err := p.Do(drive.Command{Cmd: "photos", Dev: first(0), Dir: b.pictures})
		if err != nil {
			return err
		}
		stats, err := p.Do(drive.Command{Cmd: "stats", Dev: first(0)})
		useful, photos = float64(stats.Up), float64(r.Bytes)
		return err
	})
	return useful, photos, err
}
