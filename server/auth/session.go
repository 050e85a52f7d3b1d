package auth

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// SessionLife is how long a browser stays signed in after it was last used.
const SessionLife = 30 * 24 * time.Hour

const cookieName = "storewalk_session"

// Sessions finds who a browser's token belongs to.
type Sessions interface {
	// SessionByToken returns ErrSignedOut for an unknown or expired token, ErrRevoked for a blocked account.
	SessionByToken(ctx context.Context, token string) (Principal, error)
}

// principalKey is where Require leaves the caller in Gin's context.
const principalKey = "storewalk/principal"

// Require lets only browsers with a session through; refuse answers the others and is given the reason.
func Require(sessions Sessions, refuse func(*gin.Context, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		p, err := sessions.SessionByToken(c.Request.Context(), Token(c.Request))
		if err != nil {
			refuse(c, err)
			c.Abort()
			return
		}
		c.Set(principalKey, p)
	}
}

// Caller returns who Require let through; the zero Principal outside of it.
func Caller(c *gin.Context) Principal {
	p, _ := c.Get(principalKey)
	principal, _ := p.(Principal)
	return principal
}

// Token returns the session token of a browser's request, or "".
func Token(r *http.Request) string {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// SetSession gives the browser a session token.
func SetSession(w http.ResponseWriter, r *http.Request, token string) {
	setCookie(w, r, token, int(SessionLife/time.Second))
}

// ClearSession makes the browser forget its token.
func ClearSession(w http.ResponseWriter, r *http.Request) { setCookie(w, r, "", -1) }

func setCookie(w http.ResponseWriter, r *http.Request, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: Encrypted(r),
	})
}

// Encrypted reports whether the browser came over TLS, also when a proxy in front of the server ended it.
// The server takes the proxy's header away from requests that no trusted proxy sent.
func Encrypted(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}

// SameOrigin wraps a handler so that a browser on another site can not make it change anything.
func SameOrigin(h http.Handler) http.Handler { return http.NewCrossOriginProtection().Handler(h) }
