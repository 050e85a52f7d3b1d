package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// Encode writes a message as JSON. Records go through byte for byte and unread: they are compact JSON already, and
// json.Marshal would look at each byte twice and write the '<', '>' and '&' inside them as escapes, so that the copy
// that arrives would be another than the one that was sent.
func Encode(message any) ([]byte, error) {
	message, records := withoutRecords(message)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(message); err != nil {
		return nil, err
	}
	text := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if len(records) == 0 {
		return text, nil
	}
	return putBack(text, records), nil
}

// blank stands for the records of a list while the rest of a message is encoded. No text of a message holds
// one of blankLists, since quotes are escaped inside texts, and no other list has these names.
var blank = []json.RawMessage{json.RawMessage("0")}

var blankLists = [][]byte{[]byte(`"push":[0]`), []byte(`"puts":[0]`)}

// withoutRecords returns a message with blank for each list of records that is not empty, and those lists in the order of
// the encoding.
func withoutRecords(message any) (any, [][]json.RawMessage) {
	var out [][]json.RawMessage
	take := func(list *[]json.RawMessage) {
		if len(*list) > 0 {
			out = append(out, *list)
			*list = blank
		}
	}
	switch m := message.(type) {
	case SyncRequest:
		take(&m.Push)
		return m, out
	case SyncResponse:
		m.Feeds = slices.Clone(m.Feeds)
		for i := range m.Feeds {
			take(&m.Feeds[i].Puts)
		}
		return m, out
	case RangesResponse:
		take(&m.Puts)
		return m, out
	}
	return message, nil
}

// putBack puts lists of records where they are blank.
func putBack(text []byte, lists [][]json.RawMessage) []byte {
	size := len(text)
	for _, list := range lists {
		for _, raw := range list {
			size += len(raw) + 1
		}
	}
	out := make([]byte, 0, size)
	for _, list := range lists {
		at := -1
		for _, b := range blankLists {
			if i := bytes.Index(text, b); i >= 0 {
				at = i + len(b) - len("0]")
			}
		}
		out = append(out, text[:at]...)
		for i, raw := range list {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, raw...)
		}
		text = text[at+1:]
	}
	return append(out, text...)
}

// The places of records in messages, as pack.Open wants them.
var (
	RequestRecords  = []string{"push"}
	ResponseRecords = []string{"feeds.puts", "puts"}
)

// Decode reads a message from JSON into into. records are those that came beside the text, where their numbers stand; nil
// when they are in it.
func Decode(text []byte, records [][]byte, into any) error {
	if err := json.Unmarshal(text, into); err != nil || records == nil {
		return err
	}
	switch m := into.(type) {
	case *SyncRequest:
		return fill(m.Push, records)
	case *SyncResponse:
		for _, f := range m.Feeds {
			if err := fill(f.Puts, records); err != nil {
				return err
			}
		}
	case *RangesResponse:
		return fill(m.Puts, records)
	}
	return nil
}

// fill replaces the numbers of records by them.
func fill(list []json.RawMessage, records [][]byte) error {
	for i, raw := range list {
		at, err := strconv.Atoi(string(raw))
		if err != nil || at < 0 || at >= len(records) {
			return fmt.Errorf("record %.20q of %d", raw, len(records))
		}
		list[i] = records[at]
	}
	return nil
}
