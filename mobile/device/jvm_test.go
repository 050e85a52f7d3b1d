package device

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// bridge.c runs on a desktop's Java machine, which checks each use of its interface, with classes that stand for Android's and
// say what they were asked for. A phone has the last word: see docs/phone-checklist.md.
func TestTheBridgeAsksTheFrameworkForWhatItShould(t *testing.T) {
	t.Parallel()
	tools := map[string]string{}
	for _, name := range []string{"gcc", "javac", "java"} {
		path, err := exec.LookPath(name)
		if err != nil {
			if os.Getenv("E2E") == "must" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
		tools[name] = path
	}
	javac, err := filepath.EvalSymlinks(tools["javac"])
	if err != nil {
		t.Fatal(err)
	}
	include, out := filepath.Join(filepath.Dir(javac), "..", "include"), t.TempDir()
	lib := filepath.Join(out, "libmain.so")
	var sources []string
	for _, depth := range []string{"*", "*/*"} {
		found, err := filepath.Glob("testdata/jvm/android/" + depth + "/*.java")
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, found...)
	}
	run(t, tools["javac"], append([]string{"-encoding", "UTF-8", "-d", out, "testdata/jvm/Main.java"}, sources...)...)
	run(t, tools["gcc"], "-std=c11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-I"+include, "-I"+filepath.Join(include, "linux"), "-o", lib,
		"testdata/jvm/main.c", "bridge.c")
	said := run(t, tools["java"], "-Xcheck:jni", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-cp", out, "Main", lib)
	want, err := os.ReadFile("testdata/jvm/said.txt")
	if err != nil {
		t.Fatal(err)
	}
	if said != string(want) {
		t.Errorf("what the framework was asked for is not testdata/jvm/said.txt:\n%s", said)
	}
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}
