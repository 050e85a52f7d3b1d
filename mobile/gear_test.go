package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"storewalk/mobile/ui"
)

func TestTheAppLearnsHowLargeThePhoneHasItsTexts(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	log := slog.New(slog.NewTextHandler(&said, nil))
	times, wrong := 1.3, error(nil)
	var phone, desktop ui.Deps
	(&gear{texts: func() (float64, error) { return times, wrong }}).fit(&phone, nil, log)
	(&gear{}).fit(&desktop, nil, log)
	if desktop.TextScale != nil {
		t.Error("a desktop has no such setting")
	}
	if got := phone.TextScale(); got != 1.3 || said.Len() > 0 {
		t.Error(got, said.String())
	}
	times, wrong = 0, errors.New("fontScale: of nothing")
	if got := phone.TextScale(); got != 0 || !strings.Contains(said.String(), "of nothing") {
		t.Error(got, said.String())
	}
}

func TestANetworkThatComesBackWakesTheSyncerWhileTheAppIsSeen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		seen, now, woken := true, int64(7), 0
		done := make(chan struct{})
		go func() {
			watchNetwork(ctx, func() bool { return seen }, func() (int64, error) { return now, nil }, func() { woken++ })
			close(done)
		}()
		for i, step := range []struct {
			network int64
			seen    bool
			want    int
		}{{7, true, 0}, {7, true, 0}, {0, true, 0}, {8, true, 1}, {8, true, 1}, {9, true, 2}, {0, true, 2}, {9, false, 2}, {9, true, 3}} {
			now, seen = step.network, step.seen
			time.Sleep(networkEvery + time.Millisecond)
			synctest.Wait()
			if woken != step.want {
				t.Errorf("step %d: woken %d times, want %d", i, woken, step.want)
			}
		}
		end()
		<-done
	})
}
