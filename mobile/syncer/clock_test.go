package syncer

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/wire"
)

// A phone whose clock is years off takes every certificate for expired or not yet valid.
func TestACertificateThatIsOutOfDateIsSaidToBeTheClock(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]time.Time{"clock ahead": time.Now().AddDate(-5, 0, 0), "clock behind": time.Now().AddDate(5, 0, 0)} {
		cert := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: from.AddDate(1, 0, 0), DNSNames: []string{"localhost"}}
		der, err := x509.CreateCertificate(rand.Reader, cert, cert, &key.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		srv := httptest.NewUnstartedServer(http.NotFoundHandler())
		srv.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
		srv.StartTLS()
		defer srv.Close()
		c := &client{base: srv.URL, http: newHTTP()}
		if err := c.post(t.Context(), wire.PathSync, wire.SyncRequest{}, &wire.SyncResponse{}); !fault.Is(err, "network.clock") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
