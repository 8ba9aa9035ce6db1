package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLookReadsOtherLogs: our own JSON lines go straight in; what epoch 0 cost, the preparation, is not the training's.
func TestLookReadsOtherLogs(t *testing.T) {
	dir := t.TempDir()
	for run := range 6 {
		var b strings.Builder
		fmt.Fprintf(&b, "{\"eahas_log\": 1, \"config\": {\"lr\": 0.%d}}\n", run+1)
		for epoch := range 5 {
			fmt.Fprintf(&b, "{\"epoch\": %d, \"metrics\": {\"val_accuracy\": 0.%d}, \"seconds\": %d, \"joules\": %d}\n",
				epoch, 1+epoch, 3+10*epoch, 400+2000*epoch)
		}
		b.WriteString("{\"end\": \"finished\"}\n")
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("r%d.jsonl", run)), []byte(b.String()),
			0o644); err != nil {
			t.Fatal(err)
		}
	}
	l, c, in := readLooked(t, nil, dir)
	if l.Import == nil || !c.Logs[0].Import || len(c.Space.Space.Params) != 1 || len(in.Trials) != 6 {
		t.Fatalf("%d trials\n%s", len(in.Trials), l.Config)
	}
	for _, x := range in.Trials {
		if x.TrainEnergy.Total != 8000 || x.TrainTime.Total != 40 || x.Trained != 4 || len(x.Curve.Values) != 5 {
			t.Errorf("%s: %v J, %v s, %v epochs, curve %v", x.ID, x.TrainEnergy.Total, x.TrainTime.Total, x.Trained,
				x.Curve)
		}
	}
	if name := in.Inputs[0].Path; !strings.HasSuffix(name, "(imported)") || strings.Contains(name, "/") {
		t.Errorf("the input is called %q", name)
	}
}
