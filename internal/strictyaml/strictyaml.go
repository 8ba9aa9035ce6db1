// Package strictyaml reads YAML that may come from anybody: unknown keys are refused with line and column, and a small
// file never asks for much memory or time (a chain of aliases that stands for billions of values, brackets that nest
// until the stack ends).
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	mostBytes  = 4 << 20 // of a file
	mostLevels = 100     // of lists and maps in each other
	mostValues = 500_000 // of a file, each alias counted as what it stands for
	mostShown  = 200     // characters of a line in an error
)

// ErrLimit is wrapped by errors about YAML that is larger, deeper or more repetitive than any config.
var ErrLimit = errors.New("yaml: beyond what a config may be")

// Decode reads one document into v, a pointer. Unknown keys are an error with line and column, as is a document that
// holds nothing.
func Decode(b []byte, v any) error { return decode(b, v, yaml.Strict()) }

// DecodeLoose is Decode for other programs' files: unknown keys are passed over.
func DecodeLoose(b []byte, v any) error { return decode(b, v) }

func decode(b []byte, v any, options ...yaml.DecodeOption) (err error) {
	// goccy/go-yaml v1.19.2 panics on some malformed tags (a list's key followed by " !- x").
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("malformed YAML: %v", r)
		}
	}()
	if err := check(b); err != nil {
		return err
	}
	if err := yaml.NewDecoder(bytes.NewReader(b), options...).Decode(v); err != nil {
		return shortened{err}
	}
	return nil
}

// check refuses what would cost too much to decode.
func check(b []byte) error {
	if len(b) > mostBytes {
		return fmt.Errorf("%w: more than %d bytes", ErrLimit, mostBytes)
	}
	if line, ok := indented(b); ok {
		return fmt.Errorf("%w: line %d: more than %d levels", ErrLimit, line, mostLevels)
	}
	tokens := lexer.Tokenize(string(b))
	if t := nested(tokens); t != nil {
		return fmt.Errorf("%w: [%d:%d] more than %d levels", ErrLimit, t.Position.Line, t.Position.Column, mostLevels)
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil // the decoder says it with the line
	}
	c := counter{anchors: map[string]int{}}
	for _, doc := range file.Docs {
		c.values(doc.Body)
	}
	return c.err
}

// indented finds a line that is indented by more than block lists and maps of mostLevels are.
func indented(b []byte) (line int, ok bool) {
	for l := range bytes.Lines(b) {
		line++
		text := bytes.TrimLeft(l, " -?\t")
		if len(l)-len(text) > 8*mostLevels && len(text) > 0 && text[0] != '#' {
			return line, true
		}
	}
	return 0, false
}

// nested returns the bracket that opens one level too many, or nil. Indented levels have one token a line, and are
// bounded by the lines' own length: each needs a space more than the one before.
func nested(tokens token.Tokens) *token.Token {
	depth := 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			if depth++; depth > mostLevels {
				return t
			}
		case token.SequenceEndType, token.MappingEndType:
			depth = max(0, depth-1)
		}
	}
	return nil
}

// counter counts values with each alias as what it stands for.
type counter struct {
	anchors map[string]int // values below an anchor, once it is known
	err     error
}

// values returns how many values n stands for.
func (c *counter) values(n ast.Node) int {
	if c.err != nil || n == nil {
		return 0
	}
	count := 1
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			count += c.values(v)
		}
	case *ast.MappingValueNode:
		count += c.values(n.Key) + c.values(n.Value)
	case *ast.MappingKeyNode:
		count += c.values(n.Value)
	case *ast.SequenceNode:
		for _, v := range n.Values {
			count += c.values(v)
		}
	case *ast.TagNode:
		count += c.values(n.Value)
	case *ast.AnchorNode:
		count += c.values(n.Value)
		c.anchors[n.Name.String()] = count
	case *ast.AliasNode:
		name := n.Value.String()
		of, known := c.anchors[name]
		if !known {
			c.refuse(n, fmt.Sprintf("*%s stands before or inside of &%s", name, name))
		}
		count += of
	}
	if count > mostValues {
		c.refuse(n, fmt.Sprintf("more than %d values, each alias counted as what it stands for", mostValues))
	}
	return count
}

func (c *counter) refuse(n ast.Node, why string) {
	if c.err == nil {
		at := n.GetToken().Position
		c.err = fmt.Errorf("%w: [%d:%d] %s", ErrLimit, at.Line, at.Column, why)
	}
}

// shortened is a decoder's error, which shows the lines around it, without the ends of long lines.
type shortened struct{ error }

func (s shortened) Unwrap() error { return s.error }

func (s shortened) Error() string {
	lines := strings.Split(s.error.Error(), "\n")
	for i, line := range lines {
		if r := []rune(line); len(r) > mostShown {
			lines[i] = string(r[:mostShown]) + " …"
		}
	}
	return strings.Join(lines, "\n")
}
