package web

import (
	"bytes"
	"strings"
)

// What a person typed may hold characters that turn the direction of writing, and not turn it back. It is stored as typed; on
// a page each such piece of text is closed and set apart, so that nothing beside it is turned.
const (
	embeddings = "\u202a\u202b\u202d\u202e" // ended by popEmbedding
	isolates   = "\u2066\u2067\u2068"       // ended by popIsolate

	popEmbedding, popIsolate = '\u202c', '\u2069'
	firstStrong              = "\u2068" // begins a piece whose direction is that of its first letter
)

// turns reports whether a text may turn the direction of what follows.
func turns(text string) bool {
	return strings.ContainsAny(text, embeddings+isolates+string(popEmbedding)+string(popIsolate))
}

// isolate returns a text that turns nothing beside it: all that it begins is ended, and it ends nothing else.
func isolate(text string) string {
	if !turns(text) {
		return text
	}
	var b strings.Builder
	var open []rune // what ends each that is open
	b.WriteString(firstStrong)
	for _, r := range text {
		switch {
		case strings.ContainsRune(embeddings, r):
			open = append(open, popEmbedding)
		case strings.ContainsRune(isolates, r):
			open = append(open, popIsolate)
		case r == popEmbedding || r == popIsolate:
			if len(open) == 0 || open[len(open)-1] != r {
				continue // it would end what is not this text's
			}
			open = open[:len(open)-1]
		}
		b.WriteRune(r)
	}
	for i := len(open) - 1; i >= 0; i-- {
		b.WriteRune(open[i])
	}
	b.WriteRune(popIsolate)
	return b.String()
}

// setApart isolates every piece of text of a page. Attributes are left alone, and what is in a field: it is to be as typed.
func setApart(page []byte) []byte {
	if !turns(string(page)) {
		return page
	}
	var out bytes.Buffer
	field := false
	for len(page) > 0 {
		if page[0] == '<' {
			end := tagEnd(page)
			tag := page[:end]
			field = bytes.HasPrefix(tag, []byte("<textarea")) || field && !bytes.HasPrefix(tag, []byte("</textarea"))
			out.Write(tag)
			page = page[end:]
			continue
		}
		end := bytes.IndexByte(page, '<')
		if end < 0 {
			end = len(page)
		}
		if text := string(page[:end]); field {
			out.WriteString(text)
		} else {
			out.WriteString(isolate(text))
		}
		page = page[end:]
	}
	return out.Bytes()
}

// tagEnd is where the tag ends with which a page begins. A ">" in a quoted attribute does not end it.
func tagEnd(page []byte) int {
	var quote byte
	for i, c := range page {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == 0 && c == '>':
			return i + 1
		}
	}
	return len(page)
}
