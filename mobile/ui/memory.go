package ui

import "runtime/debug"

// memoryLimit is what the app's heap and stacks may grow to before they are swept more often. A photo of 50 megapixels leaves
// tens of megabytes that nobody needs any more; by itself Go would wait for as much again before it gives them back, and
// Android ends what is large first.
const memoryLimit = 128 << 20

// SpareMemory makes the app keep little of what it no longer needs. It is called once, before anything else.
func SpareMemory() { debug.SetMemoryLimit(memoryLimit) }
