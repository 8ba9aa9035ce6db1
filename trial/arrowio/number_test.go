package arrowio

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/trial"
	"eahas/trial/target"
)

func readNumbers(t *testing.T, text string, m trial.Mapping, columns ...trial.TargetColumn) (*Result, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.csv")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	m.Path = trial.Strings{path}
	return Ingest(t.Context(), []trial.Mapping{m}, "", Options{Targets: columns})
}

func numbersOf(r *Result) string {
	var out []string
	for _, x := range r.Trials {
		out = append(out, fmt.Sprint(x.ID, x.Numbers))
	}
	return strings.Join(out, " ")
}

// A wide log has a number a row, in the column's unit; one that its target cannot have is left out, and named.
func TestNumbersOfAWideLog(t *testing.T) {
	low, high := 0.0, 2.0
	r, err := readNumbers(t, "id,lr,lat,score\na,1,250,1.5\nb,2,,2.5\nc,3,-4,0\nd,4,3 s,inf\n",
		trial.Mapping{Layout: trial.Wide, ID: "id", Params: trial.Columns{"lr": "lr"}},
		trial.TargetColumn{Name: "latency", Column: "lat", Unit: "ms"},
		trial.TargetColumn{Name: "score", Direction: target.Higher, Scale: target.Bounded, Low: &low, High: &high})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := numbersOf(r), "a[{latency 0.25} {score 1.5}] c[{score 0}] d[{latency 3}]"; got != want {
		t.Errorf("%s, wanted %s", got, want)
	}
	var said []string
	for _, x := range r.Rejections {
		said = append(said, fmt.Sprintf("%d %s %s: %s", x.Row, x.Column, x.Value, x.Reason))
	}
	if got, want := strings.Join(said, "\n"), "1 score 2.5: target score: out of its bounds, 0 to 2 \n"+
		"2 lat -4: target latency: not above 0, as scale log needs\n"+
		"3 score +Inf: target score: not a finite number"; got != want {
		t.Errorf("%s\nwanted\n%s", got, want)
	}
	if d := r.Targets[0]; d.Unit != "s" || d.Scale != target.Log || d.Direction != target.Lower {
		t.Errorf("%+v", d)
	}
}

// A long log has the value of the last epoch that has one, in whatever order the rows come, or the mean over the
// epochs. What a run that was cut says of its end is no number of a whole run; what is the same in all of its rows is.
func TestNumbersOfALongLog(t *testing.T) {
	m := trial.Mapping{Layout: trial.Long, ID: "id", Planned: "plan", Params: trial.Columns{"lr": "lr"},
		Curve: &trial.CurveColumn{Column: "loss", Kind: "loss", Epochs: trial.EpochsSpec{Column: "epoch"}}}
	r, err := readNumbers(t, "id,lr,plan,epoch,loss,test,watts,size\n"+
		"a,1,3,1,.9,50,100,7\na,1,3,3,.7,70,300,7\na,1,3,2,.8,60,,7\n"+
		"b,2,4,1,.9,50,100,8\nb,2,4,2,.8,60,200,8\nb,2,4,3,.7,61,,8\n", m,
		trial.TargetColumn{Name: "test", Unit: "percent", Direction: target.Higher},
		trial.TargetColumn{Name: "watts", Unit: "W", Per: "epoch"},
		trial.TargetColumn{Name: "size", Direction: target.Lower})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := numbersOf(r), "a[{test 70} {watts 200} {size 7}] b[{watts 150} {size 8}]"; got != want {
		t.Errorf("%s, wanted %s", got, want)
	}
}

// Without a curve a long log gives its targets alone, in the order of the rows.
func TestLongLogOfTargetsAlone(t *testing.T) {
	m := trial.Mapping{Layout: trial.Long, ID: "id", Params: trial.Columns{"lr": "lr"}}
	test := trial.TargetColumn{Name: "test", Unit: "fraction", Direction: target.Higher}
	r, err := readNumbers(t, "id,lr,test\na,1,.5\na,1,.75\nb,2,.25\n", m, test)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := numbersOf(r), "a[{test 75}] b[{test 25}]"; got != want {
		t.Errorf("%s, wanted %s", got, want)
	}
	if _, err := readNumbers(t, "id,lr\na,1\n", m, test); !errors.Is(err, ErrColumn) ||
		!strings.Contains(err.Error(), `targets[0] (test)`) {
		t.Errorf("a column that no file has: %v", err)
	}
	if _, err := readNumbers(t, "id,lr,test\na,1,.5\n", m); !errors.Is(err, ErrMapping) {
		t.Errorf("neither a curve nor targets: %v", err)
	}
}
