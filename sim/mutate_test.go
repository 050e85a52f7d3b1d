package sim

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Rule mutation: the code is built once more with each rule in it behind a switch, and the simulation must fail when the
// rule is switched off. The switches are in an overlay of the build; the code itself knows nothing of them.

var mutants = flag.String("sim.mutants", "", "which rules of mutations to switch off: all, or parts of their names with commas between; a few when empty")

// A mutation is a rule, where it stands in the code and how to switch it off there.
type mutation struct {
	rule  string
	focus string // name of a profile, see focuses
	quick bool   // so soon noticed that every run of the tests can look
	edits []edit
}

// An edit replaces text in a file, where it must stand exactly once. $off in the new text is the condition that the rule
// is switched off, and $rule its name for the functions of switchSource.
type edit struct{ file, old, new string }

// The environment variable that names the rule to switch off.
const brokenRule = "STOREWALK_SIM_BROKEN"

// switchSource is the package that the overlay adds.
const switchSource = `package broken

import (
	"os"
	"strings"
)

var rule = os.Getenv("` + brokenRule + `")

func Off(name string) bool { return rule == name }

// Int returns n when the rule is switched off, else 0.
func Int(name string, n int) int {
	if Off(name) {
		return n
	}
	return 0
}

// Text returns text with old replaced by new when the rule is switched off.
func Text(name, text, old, new string) string {
	if !strings.Contains(text, old) {
		panic("broken: " + name + ": no " + old)
	}
	if Off(name) {
		return strings.Replace(text, old, new, 1)
	}
	return text
}

// Do does something unless the rule is switched off.
func Do(name string, fn func() error) error {
	if Off(name) {
		return nil
	}
	return fn()
}
`

// enough is how many seeds may pass before a rule that is switched off shows.
const enough = 200

func TestEveryRuleInTheCodeIsNeeded(t *testing.T) {
	if os.Getenv(brokenRule) != "" {
		t.Skip("this is a broken build")
	}
	binary := buildBroken(t)
	run := make(chan mutation)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for m := range run {
				switch seed, why := firstViolation(t, binary, m); {
				case seed == 0:
					t.Errorf("%s: switched off, and %d seeds did not notice\n%s", m.rule, enough, why)
				default:
					t.Logf("| %s | %d | %.90s |", m.rule, seed, why)
				}
			}
		})
	}
	for _, m := range mutations {
		if *mutants == "" && m.quick || *mutants == "all" || *mutants != "" && slices.ContainsFunc(strings.Split(*mutants, ","), func(part string) bool { return strings.Contains(m.rule, part) }) {
			run <- m
		}
	}
	close(run)
	wg.Wait()
}

var found = regexp.MustCompile(`seed (\d+): (.*)`)

// firstViolation runs seeds with a rule switched off until one fails.
func firstViolation(t *testing.T, binary string, m mutation) (seed int, why string) {
	cmd := exec.CommandContext(t.Context(), binary, "-test.run", "^TestSim$", "-test.timeout", "0", "-sim.seeds", fmt.Sprint(enough), "-sim.stop", "-sim.procs", "1", "-sim.focus", m.focus)
	cmd.Env = append(os.Environ(), brokenRule+"="+m.rule)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return 0, ""
	}
	if hit := found.FindSubmatch(out); hit != nil {
		fmt.Sscan(string(hit[1]), &seed)
		return seed, string(hit[2])
	}
	return 0, string(out[:min(len(out), 2000)])
}

// buildBroken builds the simulation with every rule behind its switch.
func buildBroken(t *testing.T) (binary string) {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	replace := map[string]string{}
	write := func(path, text string) {
		name := filepath.Join(dir, strings.ReplaceAll(path, "/", "_"))
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(root, path)] = name
	}
	write("shared/broken/broken.go", switchSource)
	files := map[string]string{}
	for _, m := range mutations {
		for _, e := range m.edits {
			if files[e.file] == "" {
				b, err := os.ReadFile(filepath.Join(root, e.file))
				if err != nil {
					t.Fatal(err)
				}
				files[e.file] = string(b)
			}
			if n := strings.Count(files[e.file], e.old); n != 1 {
				t.Fatalf("%s: %d times in %s: %s", m.rule, n, e.file, e.old)
			}
			rule := fmt.Sprintf("%q", m.rule)
			text := strings.NewReplacer("$off", "broken.Off("+rule+")", "$rule", rule).Replace(e.new)
			files[e.file] = strings.Replace(files[e.file], e.old, text, 1)
		}
	}
	clause := regexp.MustCompile(`(?m)^package \w+$`)
	for path, text := range files {
		write(path, clause.ReplaceAllString(text, "$0\n\nimport \"storewalk/shared/broken\""))
	}
	overlay := filepath.Join(dir, "overlay.json")
	b, err := json.Marshal(map[string]any{"Replace": replace})
	if err == nil {
		err = os.WriteFile(overlay, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	binary = filepath.Join(dir, "sim.test")
	cmd := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", binary, "./sim")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, cmp.Or(string(out), "no output"))
	}
	return binary
}

func TestEveryMutationStandsInTheCode(t *testing.T) {
	for _, m := range mutations {
		for _, e := range m.edits {
			b, err := os.ReadFile(filepath.Join("..", e.file))
			if n := strings.Count(string(b), e.old); err != nil || n != 1 {
				t.Errorf("%s: %d times in %s: %s %v", m.rule, n, e.file, e.old, err)
			}
		}
	}
}
