// Package figures puts what was measured into a file, with on what machine and of what commit it was measured.
package figures

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Write puts text between two marks of a file; what people wrote around them stays.
func Write(path, begin, end, text string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(old), begin)
	_, after, ended := strings.Cut(rest, end)
	if !ok || !ended {
		return fmt.Errorf("%s: no place for figures", path)
	}
	return os.WriteFile(path, []byte(before+begin+text+end+after), 0o644)
}

// Commit says when it is and which commit of the module in root this is.
func Commit(ctx context.Context, root string) string {
	return time.Now().UTC().Format(time.DateOnly) + ", commit " + command(ctx, root, "git", "describe", "--always", "--dirty")
}

// Machine says on what is measured, and how busy it is now.
func Machine() string {
	return fmt.Sprintf("%s, %d cores, %s, %s/%s, load %s, one fsync %s.",
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
