package fault

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
)

func TestOfFindsTheKindAndCodeInAWrappedError(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk")
	err := fmt.Errorf("store: save photo 7: %w", New(Invalid, "photo.too_large", cause))
	if k, c := Of(err); k != Invalid || c != "photo.too_large" || !errors.Is(err, cause) {
		t.Fatal(k, c)
	}
	if !Is(err, "photo.too_large") || Is(nil, "internal") {
		t.Fatal("Is")
	}
	if k, c := Of(cause); k != Internal || c != "internal" {
		t.Fatal(k, c)
	}
	if _, c := Of(&os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}); c != "disk.full" {
		t.Fatal(c)
	}
	if _, c := Of(context.DeadlineExceeded); c != "timeout" {
		t.Fatal(c)
	}
}
