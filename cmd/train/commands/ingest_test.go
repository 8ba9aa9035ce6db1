package commands

import (
	"encoding/json"
	"math"
	"testing"
)

// TestIngestAsJSON: one object with counts and the first rejections, and nothing else on the output.
func TestIngestAsJSON(t *testing.T) {
	trials := runs(12)
	for _, i := range []int{3, 7, 8} {
		trials[i].Curve.Values[4] = math.NaN()
	}
	config, dir := logs(t, trials)
	t.Chdir(dir) // stages are kept beside it
	for _, show := range []string{"2", "-1"} {
		stdout := mustTrain(t, "ingest", "-json", "-quiet", "-show", show, "-config", config, "-data", dir)
		var got ingested
		if err := json.Unmarshal([]byte(stdout), &got); err != nil {
			t.Fatalf("%v\n%s", err, stdout)
		}
		want := map[string]int{"2": 2, "-1": 3}[show]
		if got.Rows != 12 || got.Trials != 12 || got.Rejected != 3 || len(got.Rejections) != want ||
			len(got.Inputs) != 1 ||
			got.Inputs[0].Path != "runs.parquet" || got.Rejections[0].Row != 3 || got.Warnings == nil ||
			got.Notes == nil {
			t.Errorf("-show %s: %+v", show, got)
		}
	}
}
