// Package fault gives every failure a kind to act on and a code to translate.
package fault

import (
	"context"
	"errors"
	"syscall"
)

// A Kind tells a caller what to do about an error. Its number crosses the wire: append only.
type Kind uint8

// The kinds.
const (
	Internal     Kind = iota // a bug or a broken disk: log it, say nothing more
	Invalid                  // the input is wrong: show why
	Unauthorized             // sign in again
	Forbidden                // not yours
	NotFound                 // gone, or never was
	Conflict                 // somebody else was first
	Unavailable              // no network, no space, or busy: try again later
)

// An Error is a failure whose code the edges put into words. Code is a key such as "photo.too_large".
type Error struct {
	Kind Kind
	Code string
	Err  error // cause, for the log only; may be nil
}

// Error returns the code and, for the log, the cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Code
	}
	return e.Code + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New returns an *Error. cause may be nil.
func New(kind Kind, code string, cause error) error { return &Error{kind, code, cause} }

// Of returns the kind and code of err. A full disk and a passed deadline are recognised whoever met
// them; any other error that is not a fault is Internal.
func Of(err error) (Kind, string) {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.Kind, e.Code
	case errors.Is(err, syscall.ENOSPC):
		return Unavailable, "disk.full"
	case errors.Is(err, context.DeadlineExceeded):
		return Unavailable, "timeout"
	}
	return Internal, "internal"
}

// Is reports whether err carries the code.
func Is(err error, code string) bool {
	_, got := Of(err)
	return err != nil && got == code
}
