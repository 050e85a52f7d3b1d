//go:build (android || jvm) && cgo

package device

// #cgo CFLAGS: -std=c11 -Wall -Wextra
// #include <stdlib.h>
// #include "bridge.h"
import "C"

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"
	"unsafe"

	"fyne.io/fyne/v2/driver"
	"golang.org/x/sys/unix"

	"storewalk/shared/field"
)

// A Phone is Android: a camera, see capture.Lens, a Ground, and a network. Its methods may be called on any goroutine, but for
// the one that draws: a call waits for the system.
type Phone struct{}

// call runs f on a thread of the machine, and returns what went wrong in it.
func call(f func(s *C.sw_call)) error {
	return driver.RunNative(func(context any) error {
		a, ok := context.(*driver.AndroidContext)
		if !ok {
			return errors.New("device: not on Android")
		}
		s := (*C.sw_call)(C.calloc(1, C.sizeof_sw_call)) // of C, so that it may be handed on
		defer C.free(unsafe.Pointer(s))
		s.env, s.ctx = C.uintptr_t(a.Env), C.uintptr_t(a.Ctx)
		f(s)
		if text := C.GoString(&s.err[0]); text != "" {
			return fmt.Errorf("device: %s", text)
		}
		return nil
	})
}

// with is call with a text, which is ASCII.
func with(text string, f func(s *C.sw_call, text *C.char)) error {
	for _, b := range []byte(text) {
		if b == 0 || b >= 0x80 {
			return fmt.Errorf("device: %q is not ASCII", text)
		}
	}
	c := C.CString(text)
	defer C.free(unsafe.Pointer(c))
	return call(func(s *C.sw_call) { f(s, c) })
}

// room is for what the system answers with.
const room = 8 << 10

// Check names what the system lacks of what this package calls; it is "" where all is there.
func (Phone) Check() (missing string, err error) {
	out := (*C.char)(C.calloc(1, room))
	defer C.free(unsafe.Pointer(out))
	err = call(func(s *C.sw_call) { C.sw_check(s, out, room) })
	return C.GoString(out), err
}

// Place makes a row in the phone's gallery, and returns its address.
func (Phone) Place(name string) (uri string, err error) {
	out := (*C.char)(C.calloc(1, room))
	defer C.free(unsafe.Pointer(out))
	err = with(name, func(s *C.sw_call, name *C.char) { C.sw_place(s, name, out, room) })
	return C.GoString(out), err
}

// Shoot opens the camera's app for a row.
func (Phone) Shoot(uri string) error {
	if err := with(uri, func(s *C.sw_call, uri *C.char) { C.sw_shoot(s, uri) }); err != nil {
		return noCamera(err)
	}
	return nil
}

// Look opens the picture of a row; nil, nil while there is none.
func (Phone) Look(uri string) (io.ReadCloser, error) {
	fd := -1
	err := with(uri, func(s *C.sw_call, uri *C.char) { fd = int(C.sw_look(s, uri)) })
	if err != nil || fd < 0 {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), uri)
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Clear deletes a row with its picture.
func (Phone) Clear(uri string) error {
	return with(uri, func(s *C.sw_call, uri *C.char) { C.sw_clear(s, uri) })
}

// InFront reports whether the app is what the person sees and touches. When the system does not say, it is not.
func (Phone) InFront() bool {
	yes := false
	err := call(func(s *C.sw_call) { yes = C.sw_in_front(s) != 0 })
	return err == nil && yes
}

// Allowed reports whether the person lets the app know where it is.
func (Phone) Allowed() (yes bool, err error) {
	err = call(func(s *C.sw_call) { yes = C.sw_allowed(s) != 0 })
	return yes, err
}

// Ask lets the system ask the person.
func (Phone) Ask() error { return call(func(s *C.sw_call) { C.sw_ask(s) }) }

// Fixes returns the last places that are known.
func (Phone) Fixes() (out []Fix, err error) {
	err = call(func(s *C.sw_call) {
		fixes := (*[C.SW_FIXES]C.sw_fix)(C.calloc(C.SW_FIXES, C.sizeof_sw_fix))
		defer C.free(unsafe.Pointer(fixes))
		for _, f := range fixes[:C.sw_fixes(s, &fixes[0])] {
			out = append(out, Fix{Position: field.Position{Lat: degrees(float64(f.lat)), Lon: degrees(float64(f.lon)), Acc: float64(f.acc)},
				Mocked: f.mocked != 0, At: time.Duration(f.nanos)})
		}
	})
	return out, err
}

// Listen lets the system search for the place, or ends that.
func (Phone) Listen(on bool) error {
	flag := C.int(0)
	if on {
		flag = 1
	}
	return call(func(s *C.sw_call) { C.sw_listen(s, flag) })
}

// Network names the network in use; 0 for none.
func (Phone) Network() (handle int64, err error) {
	err = call(func(s *C.sw_call) { handle = int64(C.sw_network(s)) })
	return handle, err
}

// TextScale is how many times larger than usual texts are to be drawn, by the phone's settings.
func (Phone) TextScale() (times float64, err error) {
	err = call(func(s *C.sw_call) { times = float64(C.sw_text_scale(s)) })
	return times, err
}

// SinceBoot is the time since the phone was started, the clock of Fix.At.
func SinceBoot() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

// degrees rounds to a tenth of a metre: the rest is noise that would cross the network.
func degrees(d float64) float64 { return math.Round(d*1e6) / 1e6 }
