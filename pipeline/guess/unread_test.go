package guess

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Rows that cannot be read are said: where they are all, that is the error, with the remedy.
func TestRowsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	_, err := surveyOf(t, table("run,lr,layers,acc", 20, func(i int) string {
		return fmt.Sprintf("r%d,%g,[64, %d],%g", i, .01*float64(1+i%3), 32<<(i%2), .5+.01*float64(i*5%7))
	}))
	if !errors.Is(err, ErrUnclear) || !strings.Contains(err.Error(), "20 rows cannot be read, 0 can") ||
		!strings.Contains(err.Error(), "5 cells where the header names 4 columns") ||
		!strings.Contains(err.Error(), "quotes") {
		t.Errorf("%v", err)
	}
	g := lookAt(t, "log.csv", table("run,lr,layers,acc", 20, func(i int) string {
		if i == 7 {
			return "cut,off"
		}
		return fmt.Sprintf("r%d,%g,%d,%g", i, .01*float64(1+i%3), 32<<(i%2), .5+.01*float64(i*5%7))
	}))
	var b strings.Builder
	g.WriteTable(&b)
	if !strings.Contains(b.String(), "1 rows cannot be read, 19 can; the first is row 7 (from 0) of") ||
		!strings.Contains(b.String(), "2 cells where the header names 4 columns") ||
		strings.Contains(b.String(), "quotes") {
		t.Error(b.String())
	}
}

// A column that one of the files lacks names no runs.
func TestNameOfRunsInOneFileOnly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	row := func(i int) string {
		return fmt.Sprintf("%g,%d,%g,%d", .01*float64(1+i%3), 32<<(i%2), .5+.01*float64(i*5%7), 100+i*7%13)
	}
	for file, content := range map[string]string{
		"a.csv": table(",lr,layers,acc,time_s", 20, func(i int) string { return fmt.Sprintf("%d,%s", i, row(i)) }),
		"b.csv": table("lr,layers,acc,time_s", 20, row),
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, files := range [][]string{{"a.csv", "b.csv"}, {"a.csv"}} {
		g, err := Look(context.Background(), "x", []Log{{Paths: files}}, dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if id := g.Mappings[0].ID; (id == "index") != (len(files) == 1) {
			t.Errorf("%v: runs are named by %q", files, id)
		}
	}
}
