package commands

import (
	"fmt"
	"path/filepath"
	"testing"

	"eahas/pipeline"
)

func TestTaskSetCountsWhatIsNotFinite(t *testing.T) {
	config, data := example(t, "taskset", "taskset.parquet")
	c, err := pipeline.Load(config)
	if err != nil {
		t.Fatal(err)
	}
	in, err := pipeline.Ingest(t.Context(), c, pipeline.Options{DataDir: data, Out: filepath.Join(t.TempDir(), "x")})
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Trials) != 12000 || len(in.Rejections) != 0 {
		t.Errorf("%d trials, %d rejected; wanted 12000 and 0", len(in.Trials), len(in.Rejections))
	}
	counts := map[string]int{}
	for _, n := range in.Notes {
		counts[n.Kind] = n.N
	}
	// 917: duckdb 1.5, count of rows with a NaN or infinite element in valid_loss.
	if counts["non-finite points capped"] != 917 {
		t.Errorf("notes %v; wanted 917 capped curves", in.Notes)
	}
}

func TestEveryExampleLoads(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "examples", "*.yaml"))
	if err != nil || len(files) < 6 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, f := range files {
		if filepath.Base(f) == "search.yaml" { // a study of searches, not a run
			continue
		}
		if _, err := pipeline.Load(f); err != nil {
			t.Error(fmt.Errorf("%s: %w", f, err))
		}
	}
}
