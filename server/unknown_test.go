package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"storewalk/shared/fault"
	"storewalk/shared/wire"
)

func TestAnUnknownPathOfTheProtocolIsAnsweredInTheProtocol(t *testing.T) {
	t.Parallel()
	d := openDoor(t)
	for _, at := range []struct{ method, path string }{{http.MethodPost, "/v1/nowhere"}, {http.MethodGet, "/v1/sync"}, {http.MethodDelete, "/v1/blobs/"}} {
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), at.method, at.path, nil))
		var body wire.Error
		err := json.Unmarshal(w.Body.Bytes(), &body)
		if err != nil || w.Code != http.StatusNotFound || body != (wire.Error{Kind: fault.NotFound, Code: "request.unknown"}) {
			t.Errorf("%s %s: %d %s %v", at.method, at.path, w.Code, w.Body, err)
		}
	}
}
