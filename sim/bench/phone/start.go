package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"storewalk/e2e/window"
	"storewalk/sim/county"
)

// A started says how long parts of a start took, in nanoseconds.
type started struct{ Open time.Duration }

// startHere is the app's start in a process of its own: it says when the first screen has been drawn.
func startHere(ctx context.Context, dir string) error {
	d, err := open(ctx, county.County{Dir: dir})
	if err != nil {
		return err
	}
	d.sharp()
	d.frame()
	if err := json.NewEncoder(os.Stdout).Encode(started{d.opening}); err != nil {
		return err
	}
	return d.end()
}

// appPath is where the app for a window is built.
func appPath(o options) string { return filepath.Join(o.root, ".bin", "phone-window") }

// windows starts the app as it is built for a phone, in a real window on a screen of its own, some times.
func windows(ctx context.Context, o options, dir, state string, into series) error {
	home, err := os.MkdirTemp("", "storewalk-bench-home")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	for range o.starts {
		took, err := window.FirstScreen(ctx, window.App{Path: appPath(o), Args: []string{"--data", dir}, Env: []string{"HOME=" + home}})
		if err != nil {
			return err
		}
		into.add("window."+state, cost{took, 0})
	}
	return nil
}

// starts starts the app some times and measures from the start of its process.
func starts(ctx context.Context, dir, state string, times int, into series) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for i := range times + 1 {
		cmd := exec.CommandContext(ctx, self, "start", dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			return err
		}
		began := time.Now()
		if err := cmd.Start(); err != nil {
			return err
		}
		text, err := bufio.NewReader(out).ReadBytes('\n')
		all := time.Since(began)
		if ended := cmd.Wait(); err != nil || ended != nil {
			return fmt.Errorf("start: %w, %w", err, ended)
		}
		var s started
		if err := json.Unmarshal(text, &s); err != nil {
			return err
		}
		if i == 0 {
			continue // the copy of the folder is new to this version: what it brings up to date is not a start
		}
		used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		into.add("start."+state, cost{all, used})
		into.add("start."+state+".open", cost{s.Open, 0})
	}
	return nil
}
