// Package device is what the phone offers beside its screen: a camera, a place, a network. Android's is asked without any Java of
// our own, through a table of the framework's methods in one C file; other machines have less.
package device

import "storewalk/shared/fault"

// noCamera is the fault of a camera that does not open.
func noCamera(err error) error { return fault.New(fault.Unavailable, "photo.no_camera", err) }
