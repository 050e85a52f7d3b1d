package store

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestThePackageCommentNamesEveryFileAndNoOthers(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	must(t, err)
	named := []string{"doc"}
	for _, line := range regexp.MustCompile(`(?m)^//   - .*$`).FindAllString(string(text), -1) {
		line = regexp.MustCompile(` \(.*?\)`).ReplaceAllString(line, "")
		for _, list := range regexp.MustCompile(`: ([a-z_, ]+)`).FindAllStringSubmatch(line, -1) {
			named = append(named, strings.Split(list[1], ", ")...)
		}
	}
	var files []string
	paths, err := filepath.Glob("*.go")
	must(t, err)
	for _, path := range paths {
		if name := strings.TrimSuffix(path, ".go"); !strings.HasSuffix(name, "_test") && !strings.HasSuffix(name, "_linux") && !strings.HasSuffix(name, "_other") {
			files = append(files, name)
		}
	}
	slices.Sort(named)
	equal(t, slices.Compact(named), files)
}
