package arrowio

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"eahas/trial"
)

// tableTexts are one table in every text form: three rows, the last without a value.
var tableTexts = map[string]string{
	"csv":        "id,lr,acc\na,0.10,0.5\nb,1e-2,NaN\nc,,0.25\n",
	"tsv":        "id\tlr\tacc\r\na\t0.10\t0.5\r\nb\t1e-2\tnan\r\nc\t\t0.25",
	"semicolons": "\xef\xbb\xbfid;lr;acc\n\"a\"; 0.1 ;0.5\nb;1e-2;NaN\nc;N/A;.25\n",
	"json lines": `{"id":"a","lr":0.1,"acc":0.5}` + "\n\n" + `{"id":"b","lr":0.01,"acc":NaN}` + "\n" +
		`{"id":"c","lr":null,"acc":0.25}`,
	"json array": `[{"id":"a","lr":0.1,"acc":0.5}, {"lr":0.01,"acc":"NaN","id":"b"},` + "\n" + `{"id":"c","acc":0.25}]`,
	"json list within": "{\n" + `"version": 1, "runs": [{"id":"a","lr":0.1,"acc":0.5}, ` +
		`{"lr":0.01,"acc":NaN,"id":"b"},{"id":"c","acc":0.25}]}`,
	"json runs by name": `{"a": {"id":"a","lr":0.1,"acc":0.5},` + "\n" + ` "b": {"id":"b","lr":0.01,"acc":NaN}, ` +
		`"c": {"id":"c","acc":0.25}}`,
	"json by pandas": `{"id":{"0":"a","1":"b","2":"c"},"lr":{"0":0.1,"1":0.01,"2":null},"acc":{"0":0.5,"1":NaN,"2":0.25}}`,
	"json by pandas, filtered": `{"id":{"3":"a","7":"b","10":"c"},"lr":{"3":0.1,"7":0.01},` +
		`"acc":{"3":0.5,"7":NaN,"10":0.25}}`,
	"json of lists": "{\n" + `"id":["a","b","c"],"lr":[0.1,0.01,null],"acc":[0.5,"NaN",0.25]}`,
	"json split": `{"columns":["id","lr","acc"],"index":[0,1,2],"data":[["a",0.1,0.5],["b",0.01,NaN],` +
		`["c",null,0.25]]}`,
}

// TestTextTables reads the same table from every text form, plain and compressed.
func TestTextTables(t *testing.T) {
	for name, text := range tableTexts {
		for _, packed := range []string{"plain", "gzip", "zstd", "zip"} {
			t.Run(name+" "+packed, func(t *testing.T) {
				table, err := TableOf(pack(t, packed, []byte(text)), "x")
				if err != nil {
					t.Fatal(err)
				}
				defer table.Close()
				n := 0
				err = table.Scan(t.Context(), []string{"acc", "id", "lr"}, func(r *Rows) error {
					for i := range r.Len() {
						id, acc, lr := r.Text(1, i), r.Float(0, i), r.Value(2, i).String()
						want := [][3]any{{"a", .5, "0.1"}, {"b", math.NaN(), "0.01"}, {"c", .25, "missing"}}[n]
						w := want[1].(float64)
						if id != want[0] || lr != want[2] || acc != w && !(math.IsNaN(acc) && math.IsNaN(w)) {
							t.Errorf("row %d: %s %v %s", n, id, acc, lr)
						}
						n++
					}
					if b := r.Broken(); len(b) > 0 {
						t.Errorf("%+v", b)
					}
					return nil
				})
				if err != nil || n != 3 {
					t.Error(err, n)
				}
			})
		}
	}
}

func pack(t *testing.T, how string, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	switch how {
	case "plain":
		return b
	case "gzip":
		w := gzip.NewWriter(&out)
		_, _ = w.Write(b)
		_ = w.Close()
	case "zstd":
		w, err := zstd.NewWriter(&out)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write(b)
		_ = w.Close()
	case "zip":
		z := zip.NewWriter(&out)
		w, err := z.Create("log")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write(b)
		_ = z.Close()
	}
	return out.Bytes()
}

// TestBzip2 reads what Python 3.11's bz2.compress made of the table as CSV.
func TestBzip2(t *testing.T) {
	b, err := hex.DecodeString("425a68393141592653595c5760eb000012dd8000100007720000013e241000200031434d3000562646136a14f0692cf55eb0" +
		"c43640c261e54044b35ec65bdf1772453850905c5760eb")
	if err != nil {
		t.Fatal(err)
	}
	table, err := TableOf(b, "x")
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	n := 0
	if err := table.Scan(t.Context(), []string{"id"}, func(r *Rows) error { n += r.Len(); return nil }); err != nil ||
		n != 3 {
		t.Error(err, n)
	}
}

// TestWholeObjectsThatAreNoTables: one run, or a configuration, is one line of JSON lines as before.
func TestWholeObjectsThatAreNoTables(t *testing.T) {
	for _, text := range []string{`{"id":"a","lr":0.1}`, `{"id":"a","history":{"acc":[0.1,0.2]}}`,
		`{"a":{"x":1},"b":{"y":2}}`, `{"lr":[0.1],"acc":[0.5]}`} {
		table, err := TableOf([]byte(text), "x")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		_ = table.Scan(t.Context(), nil, func(r *Rows) error { n += r.Len(); return nil })
		if table.Close(); n != 1 {
			t.Errorf("%s: %d rows", text, n)
		}
	}
	var z bytes.Buffer
	w := zip.NewWriter(&z)
	for _, name := range []string{"a.csv", "b.csv"} {
		f, _ := w.Create(name)
		_, _ = f.Write([]byte("a,b\n1,2\n"))
	}
	_ = w.Close()
	if _, err := TableOf(z.Bytes(), "x"); !errors.Is(err, ErrFormat) ||
		!strings.Contains(err.Error(), "2 files; unpack it") {
		t.Errorf("an archive of two: %v", err)
	}
}

// TestFolderOfTexts: a table that a spreadsheet saved as .txt is found where nothing else is, and so are
// JSON lines in a .log; prose is none.
func TestFolderOfTexts(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"runs.txt": "id\tlr\tacc\na\t0.1\t0.5\nb\t0.2\t0.6\n",
		"notes.txt": "lr, batch and acc\nwere tried\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := list([]string{dir}, "")
	if err != nil || len(files) != 1 || filepath.Base(files[0].path) != "runs.txt" {
		t.Errorf("%+v, %v", files, err)
	}
	other := t.TempDir()
	for name, text := range map[string]string{"search.log": "{\"lr\": 0.1, \"loss\": NaN}\n" +
		"{\"lr\": 0.2, \"loss\": 2}\n{\"l",
		"out.log": "{ what a program\nprinted }\nand more\n"} {
		if err := os.WriteFile(filepath.Join(other, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if files, err = list([]string{other}, ""); err != nil || len(files) != 1 ||
		filepath.Base(files[0].path) != "search.log" {
		t.Errorf("JSON lines in a .log: %+v, %v", files, err)
	}
}

// TestCountsWithMultipliers: a setting that is written 11.7M is a number, in each row as in the description.
func TestCountsWithMultipliers(t *testing.T) {
	table, err := TableOf([]byte("id,params,flops\na,11.7M,4.1G\nb,\"1,024\",1.8k\nc,7B,0.5\n"), "x")
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	var got []string
	err = table.Scan(t.Context(), []string{"params", "flops"}, func(r *Rows) error {
		for i := range r.Len() {
			got = append(got, r.Value(0, i).String()+" "+r.Value(1, i).String())
		}
		return nil
	})
	want := []string{"1.17e+07 4.1e+09", "1024 1800", "7e+09 0.5"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
}

// TestNestedJSON reads objects in objects, lists, and lists of objects.
func TestNestedJSON(t *testing.T) {
	table, err := TableOf([]byte(`{"id":"a","config":{"lr":0.1,"opt":{"name":"sgd"}},"history":[{"epoch":1,"acc":0.5},{"epoch":2}],"tags":[1,2,3]}`+"\n"+
		`{"id":"b","config":{"lr":1},"history":[],"big":18446744073709551615}`), "x")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{}
	for _, c := range table.Columns() {
		kinds[c.Name] = c.Kind
	}
	for name, kind := range map[string]string{"config.lr": "number", "config.opt.name": "text",
		"history.epoch": "integer", "history.acc": "number", "tags": "integer", "big": "text"} {
		if kinds[name] != kind {
			t.Errorf("%s is %q, want %s", name, kinds[name], kind)
		}
	}
	rows := 0
	err = table.Scan(t.Context(), []string{"history.acc", "history.epoch", "big", "config.opt.name"},
		func(r *Rows) error {
			rows += r.Len()
			acc, epoch := r.Floats(nil, 0, 0), r.Floats(nil, 1, 0)
			if len(acc) != 2 || acc[0] != .5 || !math.IsNaN(acc[1]) || len(epoch) != 2 || epoch[1] != 2 ||
				r.Text(3, 0) != "sgd" || !r.Null(3, 1) {
				t.Errorf("%v %v", acc, epoch)
			}
			if len(r.Floats(nil, 0, 1)) != 0 || r.Text(2, 1) != "18446744073709551615" {
				t.Errorf("second row: %q", r.Text(2, 1))
			}
			return nil
		})
	if err != nil || rows != 2 {
		t.Error(err, rows)
	}
}

// TestBrokenLinesAreRejections: they have file, line and column, and the lines around them are read.
func TestBrokenLinesAreRejections(t *testing.T) {
	dir := t.TempDir()
	csv := "id,lr,epoch,acc,note\n" +
		"a,0.1,1,0.5,x\na,0.1,2,0.6\na,0.1,3,zero,x\na,0.1,4,0.7,\"open\na,0.1,5,0.8,\"two\nlines\"\na,0.1,6,0.9,x\n"
	jsonl := `{"id":"a","lr":0.1,"epoch":1,"acc":0.5}` + "\n{\"id\":\n" + `{"id":"a","lr":0.1,"epoch":2,"acc":0.6}` +
		"\n3\n" + `{"id":"a","lr":0.1,"epoch":3,"acc":0.7}`
	for name, text := range map[string]string{"a.csv": csv, "a.jsonl": jsonl} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(name string) *Result {
		t.Helper()
		r, err := Ingest(t.Context(), []trial.Mapping{{Path: trial.Strings{name}, Layout: trial.Long, ID: "id",
			Params: trial.Columns{"lr": "lr"},
			Curve: &trial.CurveColumn{Column: "acc", Kind: "accuracy", Unit: "fraction", Nonfinite: "drop",
				Epochs: trial.EpochsSpec{Column: "epoch"}}}}, dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := read("a.csv")
	type at struct {
		line   int64
		column string
	}
	var got []at
	for _, x := range r.Rejections {
		got = append(got, at{x.Line, x.Column})
	}
	want := []at{{3, "note"}, {5, ""}, {4, "acc"}}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Fatalf("rejections %+v, want lines and columns %+v", r.Rejections, want)
	}
	if e := r.Trials[0].Curve.Epochs; len(e) != 3 || e[1] != 5 || e[2] != 6 {
		t.Errorf("epochs %v, want 1, 5 and 6", e)
	}
	r = read("a.jsonl")
	if len(r.Rejections) != 2 || r.Rejections[0].Line != 2 || r.Rejections[1].Line != 4 ||
		len(r.Trials[0].Curve.Epochs) != 3 {
		t.Errorf("%+v", r.Rejections)
	}
}

// TestTextsThatAreNoTables are refused with what to do.
func TestTextsThatAreNoTables(t *testing.T) {
	for name, c := range map[string]struct {
		b    string
		is   error
		says string
	}{
		"one word":          {"hello", ErrFormat, "begins with"},
		"no header":         {"1,2,3\n4,5,6\n", ErrFormat, "put a line of names before it"},
		"two of one name":   {"a,b,a\n1,2,3\n", ErrColumn, `"a"`},
		"zeros":             {"a\x00b,c\n", ErrFormat, "begins with"},
		"empty":             {" \n\n", ErrCorrupt, "empty"},
		"array of numbers":  {"[1,2,3]", ErrFormat, "one object a line"},
		"truncated array":   {`[{"a":1},`, ErrCorrupt, "JSON"},
		"truncated gzip":    {string(pack(t, "gzip", []byte("a,b\n1,2\n"))[:20]), ErrCorrupt, ""},
		"compressed format": {string(pack(t, "zstd", []byte("PAR1....PAR1"))), ErrFormat, "decompress it first"},
		"bomb": {string(pack(t, "gzip", append([]byte("a,b\n"),
			bytes.Repeat([]byte("1,2\n"), 20<<20)...))), ErrCorrupt, "decompress"},
	} {
		t.Run(name, func(t *testing.T) {
			table, err := TableOf([]byte(c.b), "x")
			if err == nil {
				err = table.Scan(context.Background(), []string{table.Columns()[0].Name},
					func(*Rows) error { return nil })
			}
			if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %v that says %q", err, c.is, c.says)
			}
		})
	}
}

// FuzzSplitQuotes compares the splitting of a line with that of encoding/csv, its simple twin.
func FuzzSplitQuotes(f *testing.F) {
	for _, s := range []string{`"a","b,c",1`, `a,"say ""x""",`, `"a"b,c`, `a"b,c`, `"a`, `"",""`, ``, `"`, `""`, `,`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\r\n") {
			return
		}
		c := &csvForm{comma: ','}
		got, ok := c.split(s, nil)
		want, err := c.quoted([]byte(s))
		if ok != (err == nil) || ok && !slices.Equal(got, want) {
			t.Errorf("%q: %q %t, want %q %v", s, got, ok, want, err)
		}
	})
}

// FuzzTextTable reads hostile texts in every form.
func FuzzTextTable(f *testing.F) {
	for _, text := range tableTexts {
		f.Add([]byte(text))
	}
	f.Add([]byte(`{"a":[{"b":[1]},{"b":2}],"a.b":3}`))
	f.Add([]byte("a,\"b\n1,2\"\n\"3,4\n5,\"6\"\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		table, err := TableOf(b, "x")
		if err != nil {
			return
		}
		defer table.Close()
		var names []string
		for _, c := range table.Columns() {
			if c.Kind != "unsupported" {
				names = append(names, c.Name)
			}
		}
		_ = table.Scan(t.Context(), names, func(r *Rows) error {
			for i := range r.Len() {
				for c := range names {
					if r.b.cols[c].list {
						_ = r.Floats(nil, c, i)
						continue
					}
					_, _, _ = r.Value(c, i), r.Float(c, i), r.Text(c, i)
				}
			}
			return nil
		})
	})
}

// TestLeadOfLines: lines that say one thing each stand above a table; the keys of a document and a table of two columns
// do not make one.
func TestLeadOfLines(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"id: 0\nparameters: 17179620\nepoch, acc, loss\n0, 0.5, 1\n1, 0.6, 2\n": 2,
		"# made by hand\n\nlr = 0.1\nepoch\tacc\tloss\n0\t0.5\t1\n1\t0.6\t2\n":  3,
		"lr: 0.1\nepoch: 3\nacc: 0.5\nloss: 2\n":                                0,
		"a: 1\nepoch,acc\n0,0.5\n1,0.6\n":                                       0,
		"epoch,acc,loss\n0,0.5,1\n1,0.6,2\n":                                    0,
		"lr: 0.1\na, b, c\nand, so, on\nfor, ever, more\n":                      0,
	} {
		if got := Lead([]byte(text)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
