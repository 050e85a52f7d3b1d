package window

import (
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// process is a program that ends at the latest with this one.
type process struct {
	cmd    *exec.Cmd
	output output
	done   chan struct{} // closed when the program has ended
}

// run starts a program and waits for it on a thread of its own: the kernel kills the program
// when the thread that started it ends, so that thread must live as long as the program.
func run(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &p.output, &p.output
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(p.done)
		err := cmd.Start()
		started <- err
		if err == nil {
			// How it ended is told by what it printed.
			_ = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// kill ends the program and waits until it is gone. A nil process is gone already.
func (p *process) kill() {
	if p == nil {
		return
	}
	// It may have ended on its own.
	_ = p.cmd.Process.Kill()
	<-p.done
}

// computed is how long all threads of the program have computed so far; 0 when it is gone.
func (p *process) computed() time.Duration {
	const allThreads = 2 // CPUCLOCK_SCHED of a process, in the kernel's words
	return clock(int32(^p.cmd.Process.Pid<<3 | allThreads))
}

// clock is what one of the kernel's clocks shows; 0 when it is gone.
func clock(id int32) time.Duration {
	var at unix.Timespec
	if err := unix.ClockGettime(id, &at); err != nil {
		return 0
	}
	return time.Duration(at.Nano())
}

// A moment is a time by the clock that all processes share, and how long the app had computed by then.
type moment struct{ time, computed time.Duration }

func (w *Window) now() moment { return moment{clock(unix.CLOCK_MONOTONIC), w.app.computed()} }

func (m moment) since(began moment) Spent {
	return Spent{m.time - began.time, m.computed - began.computed}
}
