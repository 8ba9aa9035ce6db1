package intake

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestStrangeSaysWhyOfEmptyAndUnknownFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"empty.jsonl": "", "list.jsonl": "[1]\n", "rows.jsonl": `{"a": 1}`,
		"a.npy": "\x93NUMPY"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]string{}
	for _, l := range Strange(context.Background(), dir) {
		got[filepath.Base(l.From)] = l.Why
	}
	if len(got) != 3 || got["empty.jsonl"] != "JSON of no known shape" || got["list.jsonl"] != got["empty.jsonl"] ||
		!strings.Contains(got["a.npy"], "NumPy") {
		t.Errorf("said %q", got)
	}
}

// A comment before the names may be longer than a reader's first buffer: a whole configuration in one line.
func TestLongCommentBeforeNames(t *testing.T) {
	dir := t.TempDir()
	long := "# " + strings.Repeat("x", 10_000)
	var b strings.Builder
	b.WriteString(long + "\nepoch,loss,val_accuracy\n")
	b.WriteString("1,0.5,60\n2,0.4,70\n")
	for i, name := range []string{"a.csv", "b.csv"} {
		fmt.Fprintf(&b, "3,0.3,8%d\n", i) // or the one would be a copy of the other; of two epochs 3 the last stands
		if err := os.WriteFile(filepath.Join(dir, name), []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m, err := Open(context.Background(), dir)
	if err != nil || m == nil {
		t.Fatal(m, err)
	}
	log, err := m.Read(context.Background(), Options{})
	if err != nil || len(log.Runs) != 2 || len(log.Runs[0].Series["val_accuracy"].Values) != 3 {
		t.Fatalf("%v: %+v", err, log)
	}
}

// A file that cannot be opened is said to be that, not a table of nobody.
func TestClosedFiles(t *testing.T) {
	run := "epoch,loss,val_acc\n1,2,.5\n2,1,.6\n"
	m, err := Open(t.Context(),
		lay(t, map[string]string{"a/log.csv": run, "b/log.csv": run, "c/log.csv.gz": "\x1f\x8bno gzip"}))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if len(m.Left) != 1 || !strings.HasPrefix(m.Left[0].Why, "it cannot be opened: ") {
		t.Errorf("%+v", m.Left)
	}
}
