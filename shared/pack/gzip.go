package pack

import (
	"bytes"
	"compress/gzip"
	"errors"
)

// WorthGzip is the size in bytes from which gzip saves more of a message than its header costs.
const WorthGzip = 400

// Gzip returns a message as it goes to whoever does not know Encoding.
func Gzip(message []byte) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(message)
	err = errors.Join(err, z.Close())
	return out.Bytes(), err
}
