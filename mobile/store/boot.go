package store

// A Boot is a clock that nobody sets: how long ago the phone was started.
type Boot struct {
	ID string // names this start; "" where the system has no such name, and then MS says nothing
	MS int64  // since it, asleep or not
}
