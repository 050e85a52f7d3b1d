package importer

import (
	"embed"
	"fmt"
	"io"
	"io/fs"

	"storewalk/shared/words"
)

// A Problem is one mistake in a file. Its Code is a key of Words, after "problem.".
type Problem struct {
	Line    int    // in the file, from 1; 0 when it is about the file
	Column  string // the header, as the file has it; empty when it is about a line
	Feature int    // of a GeoJSON file, from 1, since many have one line only; 0 in other files
	Code    string // such as "ean.check_digit"
	Value   string // what the file says
	Want    string // what it should say, or the line that says the same
}

//go:embed words/*.toml
var texts embed.FS

// Words returns the words of the problems, for words.Load.
func Words() fs.FS {
	sub, err := fs.Sub(texts, "words")
	if err != nil {
		panic(err) // the name is a constant of this file
	}
	return sub
}

// maxShown is how many problems a person can use at a time.
const maxShown = 100

// maxValue bounds what is repeated of a cell, in characters.
const maxValue = 40

// Text says where the problem is and what to do about it, in one line.
func (p Problem) Text(w words.Words) string {
	value := []rune(p.Value)
	if len(value) > maxValue {
		value = append(value[:maxValue], '…')
	}
	what := w.T("problem."+p.Code, "Value", string(value), "Want", p.Want)
	switch {
	case p.Line == 0:
		return fmt.Sprintf("%s [%s]", what, p.Code)
	case p.Feature != 0:
		return fmt.Sprintf("%s%s [%s]", w.T("problem.at_feature", "Line", p.Line, "Feature", p.Feature), what, p.Code)
	case p.Column == "":
		return fmt.Sprintf("%s%s [%s]", w.T("problem.at_line", "Line", p.Line), what, p.Code)
	}
	return fmt.Sprintf("%s%s [%s]", w.T("problem.at_cell", "Line", p.Line, "Column", p.Column), what, p.Code)
}

// Report writes one line for each problem, and after a hundred how many more there are.
func Report(out io.Writer, w words.Words, problems []Problem) error {
	for _, p := range problems[:min(len(problems), maxShown)] {
		if _, err := fmt.Fprintln(out, p.Text(w)); err != nil {
			return err
		}
	}
	if more := len(problems) - maxShown; more > 0 {
		_, err := fmt.Fprintln(out, w.T("problem.more", "N", more))
		return err
	}
	return nil
}
