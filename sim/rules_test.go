package sim

import "storewalk/shared/wire"

// A rule is one that a run can do without, by what the simulation does on the line or to the files.
type rule struct {
	name    string
	profile func(*profile)
	request func(*world, *phone, *wire.SyncRequest)
	answer  func(*world, *phone, *wire.SyncResponse)
}
