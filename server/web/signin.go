package web

import (
	"net/http"

	"storewalk/server/auth"
	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/words"

	"github.com/gin-gonic/gin"
)

type signInBody struct {
	Login string
	Next  string
	Error string // key of words
}

func (w *Web) signInPage(c *gin.Context) error {
	return w.render(c, http.StatusOK, "signin", page{Title: "signin.title", Body: signInBody{Next: local(c.Query("next"))}})
}

func (w *Web) signIn(c *gin.Context) error {
	ctx, login := c.Request.Context(), c.PostForm("login")
	next := local(c.PostForm("next"))
	refused := func(status int, key string) error {
		return w.render(c, status, "signin", page{Title: "signin.title", Body: signInBody{login, next, key}})
	}
	if err := w.brake.Allow(login, c.ClientIP()); err != nil {
		return refused(http.StatusTooManyRequests, "signin.too_many")
	}
	account, err := w.store.Authenticate(ctx, login, c.PostForm("password"))
	switch {
	case fault.Is(err, "auth.wrong_password"):
		return refused(http.StatusUnauthorized, "signin.wrong")
	case fault.Is(err, "auth.revoked"):
		return refused(http.StatusUnauthorized, "signin.blocked")
	case err != nil:
		return err
	case account.Role != field.RoleSupervisor:
		return refused(http.StatusUnauthorized, "signin.manager")
	}
	w.brake.Forget(login, c.ClientIP())
	token, err := w.store.StartSession(ctx, account.ID)
	if err != nil {
		return err
	}
	auth.SetSession(c.Writer, c.Request, token)
	c.Redirect(http.StatusSeeOther, next)
	return nil
}

func (w *Web) signOut(c *gin.Context) error {
	if err := w.store.EndSession(c.Request.Context(), auth.Token(c.Request)); err != nil {
		return err
	}
	auth.ClearSession(c.Writer, c.Request)
	c.Redirect(http.StatusSeeOther, "/signin")
	return nil
}

const (
	langCookie = "storewalk_lang"
	langLife   = 365 * 24 * 60 * 60 // seconds
)

// language is the one the browser chose, Chinese until then.
func language(c *gin.Context) words.Lang {
	cookie, err := c.Cookie(langCookie)
	if err != nil {
		return words.ZH
	}
	return words.ParseLang(cookie)
}

func (w *Web) setLanguage(c *gin.Context) error {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: langCookie, Value: string(words.ParseLang(c.PostForm("lang"))), Path: "/", MaxAge: langLife,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: auth.Encrypted(c.Request),
	})
	c.Redirect(http.StatusSeeOther, local(c.PostForm("next")))
	return nil
}
