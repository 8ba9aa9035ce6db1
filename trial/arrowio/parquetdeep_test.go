package arrowio

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// deepRows are lists of lists, of numbers and of texts, and what they are as texts of JSON.
const deepRows = `[{"m": [[0, 1], [0, 0]], "o": [["a"], ["b\"c", "d"]]}, {"m": null, "o": null}, {"m": [], "o": []},
	{"m": [[], [1, null], [7]], "o": [["x", ""]]}, {"m": [[5]], "o": [[]]}]`

var deepTexts = map[string][]string{
	"m": {`[[0,1],[0,0]]`, ``, `[]`, `[[],[1,null],[7]]`, `[[5]]`},
	"o": {`[["a"],["b\"c","d"]]`, ``, `[]`, `[["x",""]]`, `[[]]`},
}

// deepFiles writes the rows as Parquet and as an Arrow file.
func deepFiles(t testing.TB) map[string][]byte {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "m", Type: arrow.ListOf(arrow.ListOf(arrow.PrimitiveTypes.Int64)), Nullable: true},
		{Name: "o", Type: arrow.ListOf(arrow.ListOf(arrow.BinaryTypes.String)), Nullable: true}}, nil)
	rec, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(deepRows))
	if err != nil {
		t.Fatal(err)
	}
	var asParquet, asArrow bytes.Buffer
	w, err := pqarrow.NewFileWriter(schema, &asParquet, nil, pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	a, err := ipc.NewFileWriter(&asArrow, ipc.WithSchema(schema))
	if err != nil {
		t.Fatal(err)
	}
	for _, do := range []func() error{func() error { return w.Write(rec) }, w.Close,
		func() error { return a.Write(rec) }, a.Close} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	return map[string][]byte{"parquet": asParquet.Bytes(), "arrow": asArrow.Bytes()}
}

// Lists in lists are texts of JSON, in Parquet and Arrow files as in JSON, and are for graphs alone.
func TestListsInLists(t *testing.T) {
	t.Parallel()
	for format, file := range deepFiles(t) {
		src, err := openReader(bytes.NewReader(file), int64(len(file)), nil)
		if err != nil {
			t.Fatal(format, err)
		}
		for i, l := range src.leaves() {
			if !l.deep || l.use == nil || !strings.Contains(l.use.Error(), "lists in lists are not read") {
				t.Errorf("%s: %s is %+v", format, l.name, l)
			}
			var got []string
			if err := src.scan(t.Context(), []int{i}, func(b *batch) error {
				for r := range b.n {
					got = append(got, b.cols[0].json(r))
				}
				return nil
			}); err != nil {
				t.Fatal(format, err)
			}
			want := deepTexts[l.name]
			if format == "arrow" { // its library writes blanks
				for k := range got {
					got[k] = strings.ReplaceAll(got[k], ", ", ",")
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %s is %q, wanted %q", format, l.name, got, want)
			}
		}
		src.close()
	}
}
