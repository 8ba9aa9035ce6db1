package intake

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of docs/import.md again")

// TestDocs holds the table of docs/import.md to Readers: go test ./intake -run TestDocs -update writes it.
func TestDocs(t *testing.T) {
	const path, begin, end = "../docs/import.md", "<!-- readers -->\n", "<!-- end -->"
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	table.WriteString("| reader | tool | files | told by | what is read |\n|---|---|---|---|---|\n")
	cell := strings.NewReplacer("|", "\\|", "<", "&lt;").Replace
	for _, r := range Readers {
		gives := r.Gives
		if r.Convert != "" {
			gives += ". Not read: " + r.Convert
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s | %s |\n", r.Name, cell(r.Tool), cell(r.Files), cell(r.Told),
			cell(gives))
	}
	head, rest, ok := strings.Cut(string(b), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table", path)
	}
	want := head + begin + table.String() + end + tail
	if want == string(b) {
		return
	}
	if !*update {
		t.Fatalf("%s is not what Readers say; go test ./intake -run TestDocs -update", path)
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
