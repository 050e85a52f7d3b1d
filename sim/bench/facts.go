package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// marks enclose the part of the file that a run writes; what people wrote around it stays.
const (
	beginMark = "<!-- figures: written by make bench -->\n"
	endMark   = "<!-- end of figures -->\n"
)

// write puts the table and the facts of this run into the file.
func write(o options, facts, table string) error {
	path := filepath.Join(o.root, o.out)
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(text), beginMark)
	_, after, ended := strings.Cut(rest, endMark)
	if !ok || !ended {
		return fmt.Errorf("%s: no place for figures", path)
	}
	return os.WriteFile(path, []byte(before+beginMark+facts+"\n"+table+endMark+after), 0o644)
}

// facts says on what and of what the figures are.
func facts(ctx context.Context, o options) string {
	return fmt.Sprintf("%s, commit %s, medians of %d runs (W3 and the slow line: at most 3, photos: 1). %s, %d cores, %s, %s/%s, load %s, one fsync %s.\n",
		time.Now().UTC().Format(time.DateOnly), command(ctx, o.root, "git", "describe", "--always", "--dirty"), o.runs,
		processor(), runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH, load(), fsync())
}

func command(ctx context.Context, dir, name string, args ...string) string {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo") // absent elsewhere
	_, rest, ok := strings.Cut(string(text), "model name")
	if !ok {
		return "processor unknown"
	}
	name, _, _ := strings.Cut(rest, "\n")
	return strings.Trim(name, "\t :")
}

func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// fsync is how long a small write takes to reach the disk here.
func fsync() string {
	f, err := os.CreateTemp("", "fsync")
	if err != nil {
		return "unknown"
	}
	defer os.Remove(f.Name())
	defer f.Close()
	const n = 20
	began := time.Now()
	for range n {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return "unknown"
		}
		if err := f.Sync(); err != nil {
			return "unknown"
		}
	}
	return (time.Since(began) / n).Round(10 * time.Microsecond).String()
}
