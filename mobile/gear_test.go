package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

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
