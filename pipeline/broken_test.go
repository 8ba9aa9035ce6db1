package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBrokenLines: lines of CSV and JSON lines that are broken, each in its way, are rejections with file, line and
// column; all runs and the curve are found all the same.
func TestBrokenLines(t *testing.T) {
	var csv, lines strings.Builder
	csv.WriteString("run_id,lr,epoch,val_acc,sec\n")
	for run := range 20 {
		for epoch := range 5 {
			lr, acc, sec := float64(run+1)/7, 0.5+0.05*float64(epoch)+0.001*float64(run*7%20), 10.5+float64(epoch%2)
			c := fmt.Sprintf("r%d,%g,%d,%g,%g", run, lr, epoch+1, acc, sec)
			j := fmt.Sprintf(`{"run_id":"r%d","lr":%g,"epoch":%d,"val_acc":%g,"sec":%g}`, run, lr, epoch+1, acc, sec)
			switch 5*run + epoch {
			case 7: // a cell is missing
				c, j = c[:strings.LastIndex(c, ",")], j[:len(j)-8]
			case 13: // two lines in one
				c, j = c+","+c, j+j
			case 21:
				c = fmt.Sprintf("r%d,%g,%d,oops,%g", run, lr, epoch+1, sec)
				j = strings.Replace(j, fmt.Sprint(acc), `"oops"`, 1)
			case 33:
				c, j = `"`+c, "["+j+"]"
			}
			csv.WriteString(c + "\n")
			lines.WriteString(j + "\n")
		}
	}
	type where struct {
		line          int64
		column, words string
	}
	for name, c := range map[string]struct {
		text string
		want []where
	}{
		"log.csv": {csv.String(), []where{{9, "sec", "4 cells"}, {15, "", "10 cells"},
			{35, "", "character 1 is not closed"}, {23, "val_acc", "not a number"}}},
		"log.jsonl": {lines.String(), []where{{8, "", "ends within the object (near character 68 of"},
			{14, "", "more than one object"},
			{34, "", "array where an object is wanted"}, {22, "val_acc", "not a number"}}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, name), []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
			l, err := Look(t.Context(), "broken", []string{name}, LookOptions{DataDir: dir, Work: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			config, err := Parse("broken.yaml", l.Config)
			if err != nil {
				t.Fatalf("%v\n%s", err, l.Config)
			}
			in, err := Ingest(t.Context(), config, Options{DataDir: dir, Out: filepath.Join(t.TempDir(), "broken")})
			if err != nil {
				t.Fatalf("%v\n%s", err, l.Config)
			}
			if len(in.Trials) != 20 || config.Logs[0].Curve == nil || len(in.Rejections) != len(c.want) {
				t.Fatalf("%d trials, rejections %+v\n%s", len(in.Trials), in.Rejections, l.Config)
			}
			for i, w := range c.want {
				r := in.Rejections[i]
				if r.File != name || r.Line != w.line || r.Column != w.column || !strings.Contains(r.Reason, w.words) {
					t.Errorf("%+v, want %+v", r, w)
				}
			}
		})
	}
}

// Logs that cannot be read leave no empty folder of stages behind.
func TestBrokenLogsLeaveNoFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "log.csv"), []byte("a,b\n1,2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := Parse("broken.yaml", []byte(`name: broken
space: {params: [{name: lr, kind: log, low: 0.1, high: 1}]}
logs: [{path: log.csv, layout: long, id: id, params: [lr]}]
variants: [{name: a, base: grid+linear}]
`))
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	if _, err := Run(t.Context(), c, Options{Out: out, DataDir: dir}); err == nil {
		t.Error("logs without a single column that is asked for were read")
	}
	if left, err := os.ReadDir(filepath.Dir(out)); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
