package auth

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"storewalk/shared/fault"

	"github.com/gin-gonic/gin"
)

func TestAPasswordFitsOnlyItsOwnHash(t *testing.T) {
	t.Parallel()
	a, err := HashPassword("六盘山-2026")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := HashPassword("六盘山-2026")
	if a == b || !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatal(a, b)
	}
	if !CheckPassword(a, "六盘山-2026") || CheckPassword(a, "六盘山-2025") || CheckPassword("", "") || CheckPassword(a, "") {
		t.Fatal("a wrong password fitted or the right one did not")
	}
}

func TestAShortPasswordIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := HashPassword("六盘山六盘山六"); !fault.Is(err, "account.password_short") {
		t.Fatal(err)
	}
}

func TestGuessingIsBrakedAndThenAllowedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var l Limiter
		for range loginBurst {
			if err := l.Allow("ma", "10.0.0.1"); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.Allow("ma", "10.0.0.1"); !fault.Is(err, "auth.too_many") {
			t.Fatal(err)
		}
		if l.Allow("li", "10.0.0.1") != nil || l.Allow("ma", "10.0.0.2") != nil {
			t.Fatal("somebody else was stopped too")
		}
		time.Sleep(loginEvery) // synctest's clock
		if err := l.Allow("ma", "10.0.0.1"); err != nil {
			t.Fatal(err)
		}
		l.Forget("ma", "10.0.0.1")
		if err := l.Allow("ma", "10.0.0.1"); err != nil {
			t.Fatal("a success did not clear the failures")
		}
	})
}

type oneSession string

func (s oneSession) SessionByToken(_ context.Context, token string) (Principal, error) {
	if token != string(s) {
		return Principal{}, ErrSignedOut
	}
	return Principal{Name: "李娜"}, nil
}

func TestOnlyABrowserWithASessionGetsThrough(t *testing.T) {
	t.Parallel()
	gin.SetMode(gin.TestMode)
	token := NewToken()
	engine := gin.New()
	engine.Use(Require(oneSession(token), func(c *gin.Context, err error) {
		_, code := fault.Of(err)
		c.String(http.StatusUnauthorized, code)
	}))
	engine.GET("/", func(c *gin.Context) { c.String(http.StatusOK, Caller(c).Name) })
	ask := func(token string) string {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.AddCookie(&http.Cookie{Name: cookieName, Value: token})
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, r)
		return w.Body.String()
	}
	if got := ask(token); got != "李娜" {
		t.Fatal(got)
	}
	if got := ask(NewToken()); got != "auth.signed_out" {
		t.Fatal(got)
	}
}

func TestTheCookieIsOutOfReachOfScriptsAndSecureOverTLS(t *testing.T) {
	t.Parallel()
	for _, proto := range []string{"http", "https"} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("X-Forwarded-Proto", proto)
		w := httptest.NewRecorder()
		SetSession(w, r, "t")
		c := w.Result().Cookies()[0]
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure != (proto == "https") {
			t.Errorf("%+v", c)
		}
	}
}

func TestAnotherSiteCanNotPost(t *testing.T) {
	t.Parallel()
	h := SameOrigin(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Fatal(w.Code)
	}
}
