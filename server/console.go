package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"storewalk/server/importer"
	"storewalk/shared/fault"
	"storewalk/shared/words"

	"github.com/alecthomas/kong"
)

// A console is where a command reads and writes.
type console struct {
	in       io.Reader
	out, err io.Writer
}

// table begins a table under the names of its columns.
func (c *console) table(head ...string) *table {
	t := &table{out: c.out}
	t.row(head...)
	return t
}

// command runs one command line and returns its exit code: 1 when it failed, 2 when it makes no sense.
func command(ctx context.Context, args []string, c *console) int {
	parser := kong.Must(&commands{}, kong.Name("server"), kong.Writers(c.out, c.err),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(c), kong.Vars{"version": version(), "tolerance": fmt.Sprint(importer.Tolerance)})
	line, err := parser.Parse(args)
	var usage *kong.ParseError
	if errors.As(err, &usage) {
		fmt.Fprintln(c.err, "server:", err, "(server --help)")
		return 2
	}
	if err := line.Run(); err != nil {
		fmt.Fprintln(c.err, "server:", say(err))
		return 1
	}
	return 0
}

// passwordOf returns what the flag says, or a line that is typed or piped in.
func passwordOf(c *console, flag string) (string, error) {
	if flag != "" {
		return flag, nil
	}
	if f, ok := c.in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			fmt.Fprint(c.err, "Password (it is shown while you type): ")
		}
	}
	line, err := bufio.NewReader(c.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// say puts an error into words for a terminal, with its code and cause.
func say(err error) string {
	kind, code := fault.Of(err)
	if kind == fault.Internal {
		return err.Error()
	}
	w, loadErr := terminal()
	if loadErr != nil || !w.Has("fault."+code) {
		return err.Error()
	}
	return fmt.Sprintf("%s [%v]", w.FaultCode(code), err)
}

// terminal returns the words of the terminal's language: English unless the environment asks for Chinese.
func terminal(fsys ...fs.FS) (words.Words, error) {
	book, err := words.Load(fsys...)
	if err != nil {
		return words.Words{}, err
	}
	locale := cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))
	if strings.HasPrefix(locale, string(words.ZH)) {
		return book.In(words.ZH), nil
	}
	return book.In(words.EN), nil
}
