package arrowio

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eahas/features"
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

// A number measured on several devices, a row each, is a target for each device by where, of one trial where the rows
// have an id; without where it is one target along an axis of devices.
func TestRowsOfDevices(t *testing.T) {
	text := "net,width,device,lat\nn1,8,a100,2\nn1,8,t4,5\nn2,16,t4,8\nn2,16,a100,3\nn3,32,a100,4\n"
	on := func(name target.Target, device string) trial.TargetColumn {
		return trial.TargetColumn{Name: name, Column: "lat", Unit: "ms", Where: map[string]trial.Values{
			"device": {features.Text(device)}}}
	}
	m := trial.Mapping{Layout: trial.Long, ID: "net", Params: trial.Columns{"width": "width"}}
	r, err := readNumbers(t, text, m, on("lat_a100", "a100"), on("lat_t4", "t4"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := numbersOf(r), "n1[{lat_a100 0.002} {lat_t4 0.005}] n2[{lat_a100 0.003} {lat_t4 0.008}] "+
		"n3[{lat_a100 0.004}]"; got != want {
		t.Errorf("%s, wanted %s", got, want)
	}
	m = trial.Mapping{Layout: trial.Wide, Params: trial.Columns{"width": "width"}}
	if r, err = readNumbers(t, text, m, on("lat_a100", "a100"), on("lat_t4", "t4")); err != nil || len(r.Trials) != 5 ||
		len(r.Trials[0].Numbers) != 1 || r.Trials[0].Group != r.Trials[1].Group {
		t.Errorf("%v %v", err, r)
	}
	m.Params["device"] = "device"
	if r, err = readNumbers(t, text, m, trial.TargetColumn{Name: "lat", Unit: "ms"}); err != nil ||
		len(r.Trials) != 5 || r.Trials[1].Config.Get("device") != features.Text("t4") {
		t.Errorf("%v %v", err, r)
	}
	if _, err := readNumbers(t, text, m, trial.TargetColumn{Name: "lat", Unit: "ms", Where: map[string]trial.Values{
		"gpu": {features.Text("t4")}}}); !errors.Is(err, ErrColumn) ||
		!strings.Contains(err.Error(), "target lat where") {
		t.Errorf("a column that no file has: %v", err)
	}
}

// A unit that the column's texts contradict, and one that nothing has, are errors or said row by row.
func TestUnitsOfTargetsThatDoNotFit(t *testing.T) {
	m := trial.Mapping{Layout: trial.Wide, ID: "id", Params: trial.Columns{"lr": "lr"}}
	lat := trial.TargetColumn{Name: "latency", Column: "lat", Unit: "ms"}
	if _, err := readNumbers(t, "id,lr,lat\na,1,69 W\nb,2,70 W\nc,3,71 W\n", m, lat); err == nil ||
		!strings.Contains(err.Error(), "target latency") || !strings.Contains(err.Error(), "69 W") {
		t.Errorf("watts where milliseconds are declared: %v", err)
	}
	r, err := readNumbers(t, "id,lr,acc\na,1,0.5\nb,2,70\n", m,
		trial.TargetColumn{Name: "acc", Unit: "fraction", Direction: target.Higher})
	if err != nil || len(r.Rejections) != 1 ||
		!strings.Contains(r.Rejections[0].Reason, "out of its bounds, 0 to 1 fraction") {
		t.Errorf("a percentage where fractions are declared: %v %+v", err, r)
	}
}
