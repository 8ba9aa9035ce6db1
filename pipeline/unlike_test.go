package pipeline

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// written is a small sweep in the form that somebody keeps it in: 24 runs of 5 epochs of which run r has the learning
// rate 0.001 (r+1), the batch 16 << r%3, and epoch e the accuracy .3 + .02 r%7 + .05 e, some 100 joules and 12 seconds.
type written struct {
	head string                     // of a table
	row  func(r, e int) string      // one line; "" for none
	wide bool                       // a line a run: e is 0
	file func(text string) []byte   // of the text; nil: as it is
	tree func(r int) (p, t string)  // in place of a table: a file for each run
	want string                     // axes, sorted, with commas between
	cost func(r int) (j, s float64) // of run r, by the order of trials' batch and rate; nil: sum of all
}

const sweepRuns, sweepEpochs = 24, 5

func lrOf(r int) float64       { return 0.001 * float64(r+1) }
func batchOf(r int) int        { return 16 << (r % 3) }
func accOf(r, e int) float64   { return .3 + .02*float64(r*5%7) + .05*float64(e) + .001*float64(r*11%13) }
func secOf(r, e int) float64   { return 10 + float64(r*3%5) + float64(r)/100 + float64(e%3)/4 }
func jouleOf(r, e int) float64 { return 100 + float64(r*7%24) + float64(e*3%4) }

// secondsOf and joulesOf are the sums of the first n epochs.
func secondsOf(r, n int) (sum float64) {
	for e := range n {
		sum += secOf(r, e)
	}
	return sum
}

func joulesOf(r, n int) (sum float64) {
	for e := range n {
		sum += jouleOf(r, e)
	}
	return sum
}

// comma writes a number as a German spreadsheet does.
func comma(x float64, digits int) string {
	return strings.ReplaceAll(fmt.Sprintf("%.*f", digits, x), ".", ",")
}

var unlike = map[string]written{
	"German names, decimal commas, percent": {
		head: "Lauf;Epoche;Lernrate;Stapel;Genauigkeit (%);Energieverbrauch [Wh];Dauer [s]",
		row: func(r, e int) string {
			return fmt.Sprintf("L%d;%d;%s;%d;%s;%s;%s", r, e+1, comma(lrOf(r), 4), batchOf(r),
				comma(100*accOf(r, e), 2),
				comma(jouleOf(r, e)/3600, 8), comma(secOf(r, e), 2))
		},
		file: func(t string) []byte { return []byte(strings.ReplaceAll(t, "\n", "\r\n")) },
		want: "Lernrate,Stapel"},
	"Excel's Unicode text": {
		head: "Run ID\tEpoch\tLearning Rate\tBatch Size\tVal Acc\tEnergy (kJ)\tTime (s)",
		row: func(r, e int) string {
			return fmt.Sprintf("run %d\t%d\t%g\t%d\t%g\t%g\t%g", r, e+1, lrOf(r), batchOf(r), accOf(r, e),
				jouleOf(r, e)/1000, secOf(r, e))
		},
		file: func(t string) []byte {
			out := []byte{0xff, 0xfe}
			for _, u := range utf16.Encode([]rune(t)) {
				out = append(out, byte(u), byte(u>>8))
			}
			return out
		},
		want: "Batch Size,Learning Rate"},
	"Latin-1, a mark of units behind the numbers": {
		head: "id,epoch,lr,batch,größe,acc@1,energy,time",
		row: func(r, e int) string {
			return fmt.Sprintf("%d,%d,%g,%d,fest,%.2f%%,%.3f J,%.2f s", 1000+r, e+1, lrOf(r), batchOf(r),
				100*accOf(r, e), jouleOf(r, e), secOf(r, e))
		},
		file: func(t string) []byte { return []byte(strings.NewReplacer("ö", "\xf6", "ß", "\xdf").Replace(t)) },
		want: "batch,lr"},
	"camel case, epochs from 0, durations as clocks": {
		head: "runId,epochIdx,learningRate,batchSize,valTop1,energyConsumedKWh,epochTime",
		row: func(r, e int) string {
			return fmt.Sprintf("r%d,%d,%g,%d,%g,%g,0:00:%05.2f", r, e, lrOf(r), batchOf(r), accOf(r, e),
				jouleOf(r, e)/3.6e6, secOf(r, e))
		},
		want: "batchSize,learningRate"},
	"counts on, MJ and minutes, a mark at the beginning": {
		head: "experiment_id,epoch,lr,bs,dev_acc,total_energy_MJ,elapsed_minutes",
		row: func(r, e int) string {
			return fmt.Sprintf("e-%d,%d,%g,%d,%g,%g,%g", r, e+1, lrOf(r), batchOf(r), accOf(r, e), joulesOf(r, e+1)/1e6,
				secondsOf(r, e+1)/60)
		},
		file: func(t string) []byte { return []byte("\xef\xbb\xbf" + t) },
		want: "bs,lr"},
	"pandas' index, empty and constant columns, doubled rows": {
		head: "Unnamed: 0,run,epoch,lr,batch_size,optimizer,note,val/accuracy,kwh,sec",
		row: func(r, e int) string {
			line := fmt.Sprintf("r%d,%d,%g,%d,adam,,%g,%g,%g", r, e+1, lrOf(r), batchOf(r), accOf(r, e),
				jouleOf(r, e)/3.6e6, secOf(r, e))
			return fmt.Sprintf("%d,%s", r*sweepEpochs+e, line)
		},
		want: "batch_size,lr"},
	"no id, runs below each other": {
		head: "epoch,lr,batch_size,loss,val_loss,val_acc,energy_j,time_s",
		row: func(r, e int) string {
			return fmt.Sprintf("%d,%g,%d,%g,%g,%g,%g,%g", e+1, lrOf(r), batchOf(r), 2-accOf(r, e), 2.1-accOf(r, e),
				accOf(r, e),
				jouleOf(r, e), secOf(r, e))
		},
		want: "batch_size,lr"},
	"one JSON a run in a tree of settings": {
		tree: func(r int) (string, string) {
			var acc, j, s []string
			for e := range sweepEpochs {
				acc = append(acc, fmt.Sprint(accOf(r, e)))
				j = append(j, fmt.Sprint(jouleOf(r, e)))
				s = append(s, fmt.Sprint(secOf(r, e)))
			}
			return fmt.Sprintf("bs=%d/run%d.json", batchOf(r), r),
				fmt.Sprintf(`{"config": {"lr": %g, "bs": %d}, "val_acc": [%s], `+
					`"energy_j": [%s], "epoch_seconds": [%s]}`, lrOf(r), batchOf(r), strings.Join(acc, ","),
					strings.Join(j, ","),
					strings.Join(s, ","))
		},
		want: "config.bs,config.lr"},
	"hive folders of CSV": {
		tree: func(r int) (string, string) {
			var b strings.Builder
			b.WriteString("run_id,epoch,val_acc,joules,seconds\n")
			for e := range sweepEpochs {
				fmt.Fprintf(&b, "r%d,%d,%g,%g,%g\n", r, e+1, accOf(r, e), jouleOf(r, e), secOf(r, e))
			}
			return fmt.Sprintf("lr=%g/bs=%d/part-%d.csv", lrOf(r), batchOf(r), r), b.String()
		},
		want: "bs,lr"},
	"a row a run, thousands in groups, hours, booleans": {
		head: "Name,LR,Batch,AMP,Final Accuracy,Energy (J),Training time (h),Peak memory (MB),Best epoch",
		row: func(r, _ int) string {
			return fmt.Sprintf(`model-%d,%g,%d,%v,%g,"%d,%03d.5",%.9f,"1,%03d",%d`, r, lrOf(r), batchOf(r), r%2 == 0,
				accOf(r, 4),
				1+r*7%24, 10*r, secondsOf(r, 5)/3600, 100+r, 3+r%3)
		},
		wide: true, want: "AMP,Batch,LR",
		cost: func(r int) (float64, float64) { return float64(1000*(1+r*7%24)+10*r) + .5, secondsOf(r, 5) }},
	"semicolons at the end of lines, mWh": {
		head: "trial;epoch;lr;bs;top1;energy_mWh;dur_ms",
		row: func(r, e int) string {
			return fmt.Sprintf("t%d;%d;%g;%d;%g;%g;%g;", r, e+1, lrOf(r), batchOf(r), accOf(r, e), jouleOf(r, e)/3.6,
				1000*secOf(r, e))
		},
		want: "bs,lr"},
	"several metrics by split, NaN, steps": {
		head: "run_name\tglobal_step\thparams/lr\thparams/bs\ttrain/acc\tval/acc\ttest/acc\ttrain/grad_norm\tjoules\tseconds",
		row: func(r, e int) string {
			grad := fmt.Sprint(1 + float64(e*r%5))
			if r == 3 && e == 4 {
				grad = "nan"
			}
			return fmt.Sprintf("run-%d\t%d\t%g\t%d\t%g\t%g\t%g\t%s\t%g\t%g", r, e+1, lrOf(r), batchOf(r),
				accOf(r, e)+.1,
				accOf(r, e), accOf(r, e)-.01, grad, jouleOf(r, e), secOf(r, e))
		},
		want: "bs,lr"},
}

func (w written) write(t *testing.T) string {
	dir := t.TempDir()
	put := func(name string, b []byte) string {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if w.tree != nil {
		for r := range sweepRuns {
			name, text := w.tree(r)
			put("logs/"+name, []byte(text))
		}
		return filepath.Join(dir, "logs")
	}
	var b strings.Builder
	b.WriteString(w.head + "\n")
	for r := range sweepRuns {
		for e := range sweepEpochs {
			if w.wide && e > 0 {
				continue
			}
			b.WriteString(w.row(r, e) + "\n")
		}
	}
	text := []byte(b.String())
	if w.file != nil {
		text = w.file(b.String())
	}
	return put("sweep.csv", text)
}

// TestUnlike reads one sweep as people keep theirs: other names, units, separators, encodings and folders. What it cost
// and how well it went must come out in each.
func TestUnlike(t *testing.T) {
	for name, w := range unlike {
		t.Run(name, func(t *testing.T) {
			_, config, in := readLooked(t, nil, w.write(t))
			var axes []string
			for _, p := range config.Space.Space.Params {
				axes = append(axes, p.Name)
			}
			slices.Sort(axes)
			if got := strings.Join(axes, ","); got != w.want || len(in.Trials) != sweepRuns {
				t.Fatalf("axes %s, want %s; %d trials", got, w.want, len(in.Trials))
			}
			var joules, seconds, last, wantJ, wantS, wantLast float64
			for i := range in.Trials {
				x := &in.Trials[i]
				joules += x.TrainEnergy.Total
				seconds += x.TrainTime.Total
				if n := len(x.Curve.Values); n > 0 {
					last += x.Curve.Values[n-1]
				} else {
					last += x.Numbers[0].Value
				}
				j, s := joulesOf(i, sweepEpochs), secondsOf(i, sweepEpochs)
				if w.cost != nil {
					j, s = w.cost(i)
				}
				wantJ, wantS, wantLast = wantJ+j, wantS+s, wantLast+100*accOf(i, sweepEpochs-1)
			}
			for what, v := range map[string][2]float64{"joules": {joules, wantJ}, "seconds": {seconds, wantS},
				"last points": {last, wantLast}} {
				if !(math.Abs(v[0]/v[1]-1) < 1e-3) {
					t.Errorf("%s: %v, want %v", what, v[0], v[1])
				}
			}
		})
	}
}

// TestUnknownUnit: a cost in a unit that is not known is left out and said, never taken for joules.
func TestUnknownUnit(t *testing.T) {
	w := written{head: "run,epoch,lr,acc,energy_btu", row: func(r, e int) string {
		return fmt.Sprintf("r%d,%d,%g,%g,%g", r, e+1, lrOf(r), accOf(r, e), jouleOf(r, e)/1055)
	}}
	l, config, _ := readLooked(t, nil, w.write(t))
	if config.Logs[0].Energy != nil || !strings.Contains(string(l.Config),
		"a cost in BTU, which is no unit that is known") {
		t.Errorf("%s", l.Config)
	}
}

// TestNvidiaSmiWithoutConfig joins nvidia-smi's samples, as it writes them, to the runs of another file.
func TestNvidiaSmiWithoutConfig(t *testing.T) {
	w := written{head: "run_id,lr,duration_s", wide: true, row: func(r, _ int) string {
		return fmt.Sprintf("r%d,%g,%d", r, lrOf(r), 4)
	}}
	runs := w.write(t)
	w = written{head: "run_id,timestamp,index,power.draw [W]", row: func(r, e int) string {
		watts := fmt.Sprintf("%d.00 W", 50+r)
		if e == 2 {
			watts = "[N/A]"
		}
		return fmt.Sprintf("r%d,2026/11/01 %02d:00:%02d.000,0,%s", r, r%24, e, watts)
	}}
	_, _, in := readLooked(t, nil, runs, w.write(t))
	for i := range in.Trials {
		if got, want := in.Trials[i].TrainEnergy.Total, 4*float64(50+i); !(math.Abs(got/want-1) < 1e-9) {
			t.Errorf("%s: %v J, want %v", in.Trials[i].ID, got, want)
		}
	}
}
