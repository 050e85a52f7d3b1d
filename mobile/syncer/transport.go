package syncer

import "net/http"

// WrapTransport lets wrap put itself around the connections of this Syncer: to count what crosses them, or to
// lead them over a network of its own. Call it once, before anything is sent.
func (s *Syncer) WrapTransport(wrap func(*http.Transport) http.RoundTripper) {
	if own, ok := s.http.Transport.(*http.Transport); ok {
		s.http.Transport = wrap(own)
	}
}
