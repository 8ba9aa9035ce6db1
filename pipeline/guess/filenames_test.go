package guess

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What only the names of files say is not read, which is said; names that a column repeats, that number files, or that
// are those of runs are passed over.
func TestSettingsInNamesOfFiles(t *testing.T) {
	t.Parallel()
	plain := func(string, int) string { return "" }
	for name, c := range map[string]struct {
		files []string
		rows  int
		more  string // a further column
		cell  func(file string, row int) string
		want  string // in the warning; "" for none
	}{
		"models": {[]string{"results_resnet.csv", "results_vgg.csv", "results_mlp.csv"}, 12, "", plain,
			"(mlp, resnet, vgg)"},
		"a shared end": {[]string{"adam_runs.csv", "sgd_runs.csv"}, 12, "", plain, "(adam, sgd)"},
		"decimals":     {[]string{"results_x0.1.csv", "results_x0.3.csv"}, 12, "", plain, "(x0.1, x0.3)"},
		"numbers":      {[]string{"part-0001.csv", "part-0002.csv"}, 12, "", plain, ""},
		"days":         {[]string{"sweep_2026-11-29.csv", "sweep_2026-11-30.csv"}, 12, "", plain, ""},
		"in a column": {[]string{"results_resnet.csv", "results_vgg.csv"}, 12, ",model",
			func(file string, _ int) string { return "," + strings.TrimSuffix(file[len("results_"):], ".csv") }, ""},
		"one file": {[]string{"results_resnet.csv"}, 12, "", plain, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for k, file := range c.files {
				content := table("lr,layers,acc,time_s"+c.more, c.rows, func(i int) string {
					return fmt.Sprintf("%g,%d,%g,%d%s", .01*float64(1+i%3), 32<<(i%2),
						.5+.01*float64(i*5%7)+.1*float64(k), 100+i*7%13, c.cell(file, i))
				})
				if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			g, err := Look(context.Background(), "x", []Log{{Paths: []string{"."}}}, dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(g.Warnings, "\n")
			warned := strings.Contains(got, "names of the")
			if warned != (c.want != "") || !strings.Contains(got, c.want) {
				t.Errorf("warnings %q, want %q", got, c.want)
			}
		})
	}
}
