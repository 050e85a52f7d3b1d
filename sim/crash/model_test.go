package crash

import (
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// after follows what a script does, and returns the files that a cut leaves, as name=content with a letter a sector.
func after(rnd *rand.Rand, l loss, script string) string {
	d := newDisk("/root")
	for i, line := range strings.Split(strings.TrimSuffix(script, ", "), ", ") {
		word := strings.Fields(line + " - -")
		o := op{seq: i, since: i, what: word[0], path: filepath.Join("/root", word[1]), to: filepath.Join("/root", word[2])}
		if o.what == "write" {
			o.data = []byte(strings.Repeat(word[2], 2*sector))
		}
		d.do(o)
	}
	files := d.left(rnd, l, "/root")
	var out []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if b := files[name]; b != nil {
			text := ""
			for at := 0; at < len(b); at += sector {
				text += string(b[at])
			}
			out = append(out, name+"="+text)
		}
	}
	return strings.Join(out, " ")
}

func TestAPowerCutLeavesWhatWasSyncedAndMayTakeTheRest(t *testing.T) {
	t.Parallel()
	const written = "mkdir a, sync ., create a/x, write a/x o, sync a/x, sync a, "
	for script, want := range map[string][]string{
		"mkdir a, create a/x, write a/x o, sync a/x": {"", "a/x=oo"},
		written:                                           {"a/x=oo"},
		written + "write a/x n":                           {"a/x=oo", "a/x=no", "a/x=on", "a/x=nn"},
		written + "write a/x n, sync a/x":                 {"a/x=nn"},
		written + "rename a/x a/y":                        {"a/x=oo", "a/y=oo"},
		written + "rename a/x a/y, sync a":                {"a/y=oo"},
		written + "unlink a/x":                            {"a/x=oo", ""},
		written + "create a/y, write a/y n":               {"a/x=oo", "a/x=oo a/y=", "a/x=oo a/y=n", "a/x=oo a/y=nn", "a/x=oo a/y=\x00n"},
		written + "create a/y, write a/y n, sync a/y":     {"a/x=oo", "a/x=oo a/y=nn"},
		written + "mkdir b, sync ., rename a/x b/x":       {"a/x=oo", "b/x=oo"},
		written + "mkdir b, rename a/x b/x, sync b":       {"", "b/x=oo"}, // the folder itself was not made to last
		written + "rename a/x a/y, create a/z, sync a/z":  {"a/x=oo", "a/y=oo", "a/y=oo a/z="},
		written + "truncate a/x, write a/x n, sync a":     {"a/x=oo", "a/x=", "a/x=n", "a/x=nn", "a/x=\x00n"},
		written + "rename a/x a/y, create a/x, sync a/x ": {"a/x=oo", "a/y=oo", "a/x= a/y=oo"},
	} {
		rnd, seen := rand.New(rand.NewPCG(1, 2)), map[string]bool{}
		for i := range 200 {
			seen[after(rnd, all+loss(i%int(losses-all)), script)] = true
		}
		for _, w := range want {
			if !seen[w] {
				t.Errorf("%s: %q never happened", script, w)
			}
			delete(seen, w)
		}
		if len(seen) > 0 {
			t.Errorf("%s: must not happen: %q", script, slices.Collect(maps.Keys(seen)))
		}
	}
}
