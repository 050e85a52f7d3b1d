package wire

import (
	"bytes"
	"encoding/json"
)

// Encode writes a message as JSON. Records go through byte for byte: json.Marshal would write the '<', '>'
// and '&' inside them as escapes, and the copy that arrives would be another than the one that was sent.
func Encode(message any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(message); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
