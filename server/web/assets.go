package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"mime"
	"net/http"
	"path"

	"github.com/gin-gonic/gin"
)

//go:embed static
var staticFiles embed.FS

// assets are the files that pages load, by name.
type assets map[string]asset

type asset struct {
	content []byte
	kind    string // media type
	version string // of the content: an address with it may be kept for ever
}

func loadAssets() (assets, error) {
	entries, err := staticFiles.ReadDir("static")
	if err != nil {
		return nil, err
	}
	out := assets{}
	for _, e := range entries {
		content, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(content)
		out[e.Name()] = asset{content, mime.TypeByExtension(path.Ext(e.Name())), hex.EncodeToString(sum[:6])}
	}
	return out, nil
}

// address returns where a page finds the file.
func (a assets) address(name string) string { return "/static/" + name + "?v=" + a[name].version }

func (a assets) serve(c *gin.Context) {
	f, ok := a[c.Param("name")]
	if !ok {
		c.Status(http.StatusNotFound)
		return
	}
	keep := "no-cache"
	if c.Query("v") == f.version {
		keep = "public, max-age=31536000, immutable"
	}
	c.Header("Cache-Control", keep)
	c.Header("X-Content-Type-Options", "nosniff")
	c.Data(http.StatusOK, f.kind, f.content)
}
