package crash

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// calls are all by which a file or a folder can change, and by which a change can be made to last. Of those that the
// parser does not know none may occur on a file that is followed.
const calls = "open,openat,creat,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync_file_range,sync,syncfs," +
	"rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,ftruncate,truncate,mkdir,mkdirat,lseek," +
	"fallocate,copy_file_range,sendfile,splice"

// An op is one call that changed something, or made it last.
type op struct {
	seq   int // its place in the order in which the calls returned
	since int // the first of seq that had not returned when it was made
	what  string
	path  string
	to    string // of a rename
	at    int64  // of a write in bytes; of a truncate the new size, of a grow the least
	data  []byte
}

// traced runs a command under strace and returns what it and its children did to files below root, in order.
func traced(t *testing.T, root string, cmd *exec.Cmd) []op {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil && os.Getenv("E2E") != "must" {
		t.Skip("strace is missing; make apt installs it")
	}
	try(t, err)
	log := filepath.Join(t.TempDir(), "trace")
	cmd.Args = append([]string{strace, "-f", "--seccomp-bpf", "-y", "-xx", "-s", "16777216", "-o", log, "-e", "trace=" + calls, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = strace
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := parser{root: root, began: map[string]unfinished{}, position: map[string]int64{}}
	lines := bufio.NewReaderSize(f, 1<<20)
	for n := 1; ; n++ {
		text, err := lines.ReadString('\n')
		if err != nil {
			break // the end
		}
		if err := p.line(strings.TrimSuffix(text, "\n")); err != nil {
			t.Fatalf("line %d of the trace: %v: %.300s", n, err, text)
		}
	}
	if len(p.began) > 0 {
		t.Logf("%d calls never returned", len(p.began))
	}
	return p.ops
}

type unfinished struct {
	text  string
	since int
}

type parser struct {
	root     string
	ops      []op
	began    map[string]unfinished // calls under way, by thread
	position map[string]int64      // where write goes on; each file that is written so has one writer
}

// line takes one line: a call, or the first or second half of one that others came in between of.
func (p *parser) line(text string) error {
	thread, call, ok := strings.Cut(text, " ")
	call = strings.TrimLeft(call, " ")
	if !ok || strings.HasPrefix(call, "---") || strings.HasPrefix(call, "+++") {
		return nil
	}
	since := len(p.ops)
	if head, ok := strings.CutSuffix(call, " <unfinished ...>"); ok {
		p.began[thread] = unfinished{head, since}
		return nil
	}
	if rest, ok := strings.CutPrefix(call, "<... "); ok {
		_, tail, _ := strings.Cut(rest, " resumed>")
		call, since = p.began[thread].text+tail, p.began[thread].since
		delete(p.began, thread)
	}
	name, rest, ok := strings.Cut(call, "(")
	end := strings.LastIndex(rest, " = ")
	if !ok || end < 0 {
		return fmt.Errorf("no call")
	}
	args, result := strings.TrimSuffix(strings.TrimRight(rest[:end], " "), ")"), rest[end+3:]
	if strings.HasPrefix(result, "-1") || strings.HasPrefix(result, "?") {
		return nil
	}
	return p.call(name, args, result, since)
}

// arg matches one argument as strace writes it with -y and -xx.
var arg = regexp.MustCompile(`"((?:\\x[0-9a-f]{2})*)"|([A-Z0-9_|a-z-]+)(?:<((?:\\x[0-9a-f]{2})*)[^>]*>)?`)

// An argument is a text, or a number or name and the file behind it.
type argument struct{ text, word, file string }

func arguments(s string) (out []argument, err error) {
	for _, m := range arg.FindAllStringSubmatch(s, -1) {
		text, err1 := unhex(m[1])
		file, err2 := unhex(m[3])
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("%v %v", err1, err2)
		}
		out = append(out, argument{text, m[2], strings.TrimSuffix(file, " (deleted)")})
	}
	return out, nil
}

func unhex(s string) (string, error) {
	b, err := hex.DecodeString(strings.ReplaceAll(s, `\x`, ""))
	return string(b), err
}

func (p *parser) call(name, args, result string, since int) error {
	if strings.HasPrefix(name, "pwrite64") || name == "write" { // most of all: look at the file before all of the data
		head, _, _ := strings.Cut(args, ",")
		if a, err := arguments(head); err != nil || len(a) != 1 || !p.follows(a[0].file) {
			return err
		}
	}
	a, err := arguments(args)
	if err != nil || len(a) == 0 {
		return err
	}
	path := func(i int) string { // of an argument, or of two: a folder and a name in it
		if strings.HasSuffix(name, "at") || name == "renameat2" {
			i *= 2
			if filepath.IsAbs(a[i+1].text) {
				return a[i+1].text
			}
			return filepath.Join(a[i].file, a[i+1].text)
		}
		return a[i].text
	}
	add := func(o op) {
		if p.follows(o.path) {
			o.seq, o.since = len(p.ops), since
			p.ops = append(p.ops, o)
		}
	}
	number := func(s string) int64 {
		n, parseErr := strconv.ParseInt(s, 10, 64)
		if parseErr != nil {
			err = parseErr
		}
		return n
	}
	switch name {
	case "open", "openat":
		file := path(0)
		p.position[file] = 0
		if strings.Contains(args, "O_CREAT") {
			add(op{what: "create", path: file})
		}
		if strings.Contains(args, "O_TRUNC") {
			add(op{what: "truncate", path: file})
		}
	case "lseek":
		p.position[a[0].file] = number(result)
	case "write":
		n := number(result)
		add(op{what: "write", path: a[0].file, at: p.position[a[0].file], data: []byte(a[1].text[:n])})
		p.position[a[0].file] += n
	case "pwrite64":
		add(op{what: "write", path: a[0].file, at: number(a[3].word), data: []byte(a[1].text[:number(result)])})
	case "ftruncate":
		add(op{what: "truncate", path: a[0].file, at: number(a[1].word)})
	case "fallocate":
		if number(a[1].word) != 0 { // a mode that does more than to take room
			return fmt.Errorf("fallocate in mode %s is not known", a[1].word)
		}
		add(op{what: "grow", path: a[0].file, at: number(a[2].word) + number(a[3].word)})
	case "fsync", "fdatasync":
		add(op{what: "sync", path: a[0].file})
	case "mkdir", "mkdirat":
		add(op{what: "mkdir", path: path(0)})
	case "rename", "renameat", "renameat2":
		add(op{what: "rename", path: path(0), to: path(1)})
	case "unlink", "unlinkat", "rmdir":
		add(op{what: "unlink", path: path(0)})
	default:
		for _, x := range a {
			if p.follows(x.file) || p.follows(x.text) {
				return fmt.Errorf("%s is not known", name)
			}
		}
	}
	return err
}

// follows leaves out what is not in the root, and what nobody reads after a power cut: the index that SQLite shares
// between processes, and locks.
func (p *parser) follows(path string) bool {
	return (path == p.root || strings.HasPrefix(path, p.root+"/")) && !strings.HasSuffix(path, "-shm") && filepath.Base(path) != "lock"
}
