package pipeline

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"eahas/internal/strictyaml"
)

var update = flag.Bool("update", false, "write docs/config.md anew")

// TestConfigReference holds docs/config.md to the code's own definitions: every key of a config, with the comment of
// its field. go test ./pipeline -run TestConfigReference -update writes it.
func TestConfigReference(t *testing.T) {
	r := reference{files: map[string]map[string]*ast.StructType{}, t: t, titles: map[reflect.Type]string{},
		examples: examples(t)}
	r.section("", reflect.TypeFor[Config]()) // for the titles, to which the links of the second go
	r.out.Reset()
	r.done = nil
	r.out.WriteString("# Every key of a config\n\nMade from the code's definitions by `go test ./pipeline -run " +
		"TestConfigReference -update`; a test holds it true. `eahas init`\nwrites a config from logs, and the " +
		"comments " +
		"in it say why each line is as it is. `[]` behind a key is a list, `{}` a map by names of your own.\n" +
		"Unknown keys are refused with line and column. Examples are of one key each, from " +
		"`pipeline/testdata/keys.yaml`, which the test\nreads as a config is read. " +
		"`eahas init -explain KEY` prints the same.\n")
	r.section("", reflect.TypeFor[Config]())
	path := filepath.Join("..", "docs", "config.md")
	if *update {
		if err := os.WriteFile(path, r.out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	is, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(is, r.out.Bytes()) {
		t.Errorf("docs/config.md is not what the code says (%v): go test ./pipeline -run TestConfigReference -update",
			err)
	}
}

// reference writes the page.
type reference struct {
	t     *testing.T
	out   bytes.Buffer
	files map[string]map[string]*ast.StructType // by package path and type
	done  []reflect.Type

	titles   map[reflect.Type]string // of the section that has the keys of a struct
	examples any                     // testdata/keys.yaml
}

// examples reads an example of each key. As a config it is read, too, so that none has a key or a type that there is
// not.
func examples(t *testing.T) any {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "keys.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var c Config
	if err := strictyaml.Decode(b, &c); err != nil {
		t.Errorf("testdata/keys.yaml: %v", err)
	}
	var all yaml.MapSlice
	if err := yaml.UnmarshalWithOptions(b, &all, yaml.UseOrderedMap()); err != nil {
		t.Fatal(err)
	}
	return all
}

// example writes the example of a key in one line. at is the path of the struct that it belongs to.
func (r *reference) example(at, key string) (string, bool) {
	v := r.examples
	for _, k := range strings.Split(strings.Trim(at+"."+key, "."), ".") {
		name := strings.NewReplacer("[]", "", "{}", "").Replace(k)
		m, _ := v.(yaml.MapSlice)
		i := slices.IndexFunc(m, func(e yaml.MapItem) bool { return e.Key == name })
		if i < 0 {
			return "", false
		}
		v = m[i].Value
		for mark := k[len(name):]; mark != ""; mark = mark[2:] {
			switch inner := v.(type) {
			case []any:
				v = inner[0]
			case yaml.MapSlice:
				v = inner[0].Value
			}
		}
	}
	b, err := yaml.MarshalWithOptions(yaml.MapSlice{{Key: key, Value: v}}, yaml.Flow(true))
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(string(b)), "{"), "}"), true
}

// section writes the keys of a struct, then those of the structs below it, each once.
func (r *reference) section(at string, s reflect.Type) {
	if slices.Contains(r.done, s) {
		return
	}
	r.done = append(r.done, s)
	r.titles[s] = at
	title := at
	if title == "" {
		title = "The top"
	}
	fmt.Fprintf(&r.out, "\n## %s\n\n", title)
	r.out.WriteString("| key | value | what | example |\n|---|---|---|---|\n")
	type below struct {
		at string
		of reflect.Type
	}
	var more []below
	r.keys(s, func(key, what string, f reflect.Type) {
		value, inner, mark := kindOf(f)
		name := at
		if name != "" {
			name += "."
		}
		if inner != nil {
			value = "[below](#" + anchor(r.titles[inner]) + ")"
			if slices.Contains(r.done, inner) {
				value = "[as above](#" + anchor(r.titles[inner]) + ")"
			}
			more = append(more, below{name + key + mark, inner})
		}
		example, ok := r.example(at, key)
		if what == "" || !ok {
			t := r.t
			t.Errorf("%s%s: comment %q, example %q: the field needs a comment, and testdata/keys.yaml an example", name,
				key, what, example)
		}
		if inner != nil {
			example = "" // its keys have theirs
		}
		if example != "" {
			example = "`" + example + "`"
		}
		bar := strings.NewReplacer("|", "\\|")
		fmt.Fprintf(&r.out, "| `%s%s` | %s | %s | %s |\n", key, mark, value, bar.Replace(what), bar.Replace(example))
	})
	for _, b := range more {
		r.section(b.at, b.of)
	}
}

func anchor(title string) string {
	return strings.Map(func(c rune) rune {
		if c == '_' || c == '-' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, strings.ToLower(title))
}

// keys hands out the keys of a struct, with those of the structs that are written inline.
func (r *reference) keys(s reflect.Type, each func(key, what string, f reflect.Type)) {
	for i := range s.NumField() {
		f := s.Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case !f.IsExported() || key == "-":
		case strings.Contains(options, "inline"):
			r.keys(f.Type, each)
		case key != "":
			each(key, r.comment(s, f.Name), f.Type)
		}
	}
}

// kindOf says what is written behind a key; inner is the struct whose keys follow.
func kindOf(f reflect.Type) (value string, inner reflect.Type, mark string) {
	for {
		spoken := map[string]string{"Strings": "text or list of texts", "Values": "value or list of values",
			"Columns": "map or list of names"}[f.Name()]
		if spoken == "" {
			spoken = "see what"
		}
		if _, own := reflect.New(f).Interface().(interface{ UnmarshalYAML(func(any) error) error }); own &&
			!hasKeys(f) {
			return spoken, nil, mark
		}
		switch f.Kind() {
		case reflect.Pointer:
			f = f.Elem()
			continue
		case reflect.Slice:
			f, mark = f.Elem(), mark+"[]"
			continue
		case reflect.Map:
			f, mark = f.Elem(), mark+"{}"
			continue
		case reflect.Struct:
			if hasKeys(f) {
				return "", f, mark
			}
			return spoken, nil, mark
		case reflect.String:
			return "text", nil, mark
		case reflect.Bool:
			return "true or false", nil, mark
		case reflect.Float64:
			return "number", nil, mark
		}
		return "whole number", nil, mark
	}
}

func hasKeys(f reflect.Type) bool {
	if f.Kind() != reflect.Struct {
		return false
	}
	for i := range f.NumField() {
		if f.Field(i).Tag.Get("yaml") != "" {
			return true
		}
	}
	return false
}

// comment is what the source says of a field.
func (r *reference) comment(s reflect.Type, field string) string {
	types := r.files[s.PkgPath()]
	if types == nil {
		types = map[string]*ast.StructType{}
		r.files[s.PkgPath()] = types
		module := strings.TrimSuffix(reflect.TypeFor[Config]().PkgPath(), "pipeline")
		dir := filepath.FromSlash(strings.TrimPrefix(s.PkgPath(), module))
		files, err := filepath.Glob(filepath.Join("..", dir, "*.go"))
		if err != nil {
			r.t.Fatal(err)
		}
		for _, name := range files {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				r.t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if spec, ok := n.(*ast.TypeSpec); ok {
					if st, ok := spec.Type.(*ast.StructType); ok {
						types[spec.Name.Name] = st
					}
				}
				return true
			})
		}
	}
	st := types[s.Name()]
	if st == nil {
		return ""
	}
	for _, f := range st.Fields.List {
		for _, n := range f.Names {
			if n.Name != field {
				continue
			}
			text := f.Doc.Text()
			if text == "" {
				text = f.Comment.Text()
			}
			return strings.Join(strings.Fields(text), " ")
		}
	}
	return ""
}
