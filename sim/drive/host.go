// Package drive speaks the JSON lines of a headless phone: one command a line, one answer a line. It has both
// ends: Serve for the process that hosts phones, and Process for whoever commands one.
package drive

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"storewalk/shared/fault"
)

// A Command is one line of the input. Members that a command does not use are ignored.
type Command struct {
	I        json.RawMessage `json:"i,omitempty"` // comes back with the answer; without it, the number of the line
	Cmd      string          `json:"cmd"`
	Op       string          `json:"op,omitempty"`  // another word for cmd
	Do       string          `json:"do,omitempty"`  // and another
	Dev      string          `json:"dev,omitempty"` // without it, the phone that was named last
	Dir      string          `json:"dir,omitempty"`
	URL      string          `json:"url,omitempty"`
	User     string          `json:"user,omitempty"`
	Password string          `json:"password,omitempty"`
	File     string          `json:"file,omitempty"`
	From     int             `json:"from,omitempty"` // lines to skip
	N        int             `json:"n,omitempty"`
	Tag      string          `json:"tag,omitempty"`
	Wait     float64         `json:"wait,omitempty"` // seconds to keep trying
}

// An Answer is what a line of the output says besides "i" and "ok".
type Answer map[string]any

// Wrong is the error of a command that makes no sense: the code that the answer has, and why.
func Wrong(code, why string) error { return misuseError{code, why} }

type misuseError struct{ code, why string }

// Error returns both.
func (e misuseError) Error() string { return e.code + ": " + e.why }

// A Device is one phone. Its methods are called one after the other.
type Device interface {
	Do(ctx context.Context, c Command) (Answer, error)
	Close() error // lets go of what is open; a second time it does nothing
}

// maxLine is the longest command or answer, in bytes.
const maxLine = 1 << 20

// queued is how many commands of one phone may wait before the input is read no further.
const queued = 100

type host struct {
	ctx    context.Context // of all commands
	device func(dev string) Device
	queues map[string]chan Command
	done   sync.WaitGroup

	mu  sync.Mutex
	out io.Writer
}

// Serve answers commands until "exit" or the end of in, and then closes all devices. The first line it writes
// is {"ready":true}. device makes the one with a name when it is first mentioned. Commands of one device run in
// order, those of several at once. A failure answers with its code alone; where the code does not say it all, a line
// on standard error does.
func Serve(ctx context.Context, in io.Reader, out io.Writer, device func(dev string) Device) error {
	h := &host{ctx: ctx, device: device, queues: map[string]chan Command{}, out: out}
	if err := h.write([]byte(`{"ready":true}`)); err != nil {
		return err
	}
	bye, err := h.read(in)
	for _, q := range h.queues {
		close(q)
	}
	h.done.Wait()
	if bye != nil {
		return h.reply(*bye, nil, nil)
	}
	return err
}

// read hands commands to their devices until the input ends, or returns the command that ended it.
func (h *host) read(in io.Reader) (bye *Command, err error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	dev := ""
	for n := 1; lines.Scan(); n++ {
		c := Command{I: json.RawMessage(fmt.Sprint(n))}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			if err := h.reply(c, nil, Wrong("command.malformed", err.Error())); err != nil {
				return nil, err
			}
			continue
		}
		if c.Cmd = cmp.Or(c.Cmd, c.Op, c.Do); c.Cmd == "exit" {
			return &c, nil
		}
		c.Dev = cmp.Or(c.Dev, dev)
		dev = c.Dev
		h.queue(c.Dev) <- c
	}
	return nil, lines.Err()
}

func (h *host) queue(dev string) chan Command {
	q := h.queues[dev]
	if q == nil {
		q = make(chan Command, queued)
		h.queues[dev] = q
		h.done.Go(func() { h.serve(h.device(dev), q) })
	}
	return q
}

// serve runs the commands of one device. When nobody reads its answers any more it only empties its queue.
func (h *host) serve(d Device, q chan Command) {
	for c := range q {
		a, err := d.Do(h.ctx, c)
		if h.reply(c, a, err) != nil {
			break
		}
	}
	for range q {
	}
	_ = d.Close() // what was acknowledged is on the disk
}

// reply writes the answer to c.
func (h *host) reply(c Command, a Answer, err error) error {
	line := fmt.Appendf(nil, `{"i":%s,`, c.I)
	if err == nil {
		rest, err := json.Marshal(a)
		if err != nil {
			return err
		}
		line = append(line, `"ok":true`...)
		if len(a) > 0 {
			line = append(append(line, ','), rest[1:len(rest)-1]...)
		}
		return h.write(append(line, '}'))
	}
	_, code := fault.Of(err)
	var misuse misuseError
	if errors.As(err, &misuse) {
		code = misuse.code
	}
	if misuse.why != "" || code == "internal" {
		fmt.Fprintf(os.Stderr, "%s %s: %v\n", c.Cmd, c.Dev, err)
	}
	return h.write(fmt.Appendf(line, `"err":%q}`, code))
}

// write writes one line, whole: answers come from many goroutines.
func (h *host) write(line []byte) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := h.out.Write(append(line, '\n'))
	return err
}
