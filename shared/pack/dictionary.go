package pack

import _ "embed"

// dictionary is what flate is taken to have read before a message: small ones are mostly what it holds. It is made of
// the messages in testdata/samples, most usual last, and never changes: another one would be another encoding.
//
//go:embed dictionary
var dictionary []byte
