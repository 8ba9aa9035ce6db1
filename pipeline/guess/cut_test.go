package guess

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sweepRun is a run of a made-up sweep: the rate sets how high it goes, group how long or how well it does.
type sweepRun struct {
	Run   string    `json:"run"`
	Rate  float64   `json:"lr"`
	Group string    `json:"task"`
	Acc   []float64 `json:"val_acc"`
}

// sweep makes n runs of 81 epochs.
func sweep(n int) []sweepRun {
	r := rand.New(rand.NewPCG(3, 4))
	out := make([]sweepRun, n)
	for i := range out {
		rate := math.Pow(10, -4*r.Float64())
		out[i] = sweepRun{fmt.Sprintf("r%03d", i), rate, string(rune('a' + i%3)), nil}
		height := 0.3 + 0.6*math.Exp(-math.Pow(math.Log10(rate)+2, 2)) - 0.1*float64(i%3)
		slow := 1 + 40*height*height // what goes high goes on rising for longer
		for e := range 81 {
			y := height*(1-math.Exp(-float64(e+1)/slow)) + 0.001*(r.Float64()-0.5)
			out[i].Acc = append(out[i].Acc, min(1, max(0, y)))
		}
	}
	return out
}

// halve keeps the better third at each rung.
func halve(runs []sweepRun) {
	left := make([]int, len(runs))
	for i := range left {
		left[i] = i
	}
	for _, rung := range []int{3, 9, 27} {
		slices.SortFunc(left, func(a, b int) int {
			if runs[a].Acc[rung-1] > runs[b].Acc[rung-1] {
				return -1
			}
			return 1
		})
		for _, i := range left[len(left)/3:] {
			runs[i].Acc = runs[i].Acc[:rung]
		}
		left = left[:len(left)/3]
	}
}

// median stops a run at an epoch from 5 on where its best value so far is below the median of the others' means.
func median(runs []sweepRun) {
	alive := make([]bool, len(runs))
	for i := range alive {
		alive[i] = true
	}
	for e := 5; e < 81; e += 4 {
		means := make([]float64, len(runs))
		var all []float64
		for i := range runs {
			if alive[i] {
				for _, y := range runs[i].Acc[:e] {
					means[i] += y / float64(e)
				}
				all = append(all, means[i])
			}
		}
		slices.Sort(all)
		for i := range runs {
			if alive[i] && slices.Max(runs[i].Acc[:e]) < all[len(all)/2] {
				alive[i] = false
				runs[i].Acc = runs[i].Acc[:e]
			}
		}
	}
}

// patience stops a run 6 epochs after its best value.
func patience(runs []sweepRun) {
	for i := range runs {
		best := 0
		for e, y := range runs[i].Acc {
			if y > runs[i].Acc[best] {
				best = e
			}
			if e-best == 6 {
				runs[i].Acc = runs[i].Acc[:e+1]
				break
			}
		}
	}
}

// byGroup gives each group its own length.
func byGroup(runs []sweepRun) {
	for i := range runs {
		runs[i].Acc = runs[i].Acc[:[]int{27, 54, 81}[runs[i].Group[0]-'a']]
	}
}

// anywhere ends three runs of four wherever it happens.
func anywhere(runs []sweepRun) {
	r := rand.New(rand.NewPCG(5, 6))
	for i := range runs {
		if i%4 > 0 {
			runs[i].Acc = runs[i].Acc[:3+r.IntN(70)]
		}
	}
}

// Runs that a search cut are told from runs of planned lengths and from runs that stop by themselves, by their curves
// alone, in wide logs and in long ones.
func TestFindCut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		end  func([]sweepRun)
		cut  bool
	}{{"halving", halve, true}, {"median rule", median, true}, {"patience", patience, false},
		{"length by axis", byGroup, false}, {"anywhere", anywhere, false}, {"whole", func([]sweepRun) {}, false}} {
		runs := sweep(120)
		c.end(runs)
		for layout, lines := range map[string]string{"wide": wideLines(t, runs), "long": longLines(runs)} {
			path := filepath.Join(t.TempDir(), layout+".jsonl")
			if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
				t.Fatal(err)
			}
			g, err := Look(t.Context(), "sweep", []Log{{Paths: []string{path}}}, ".", Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := g.cut != nil; got != c.cut || got && g.cut.planned != 81 {
				t.Errorf("%s, %s: %+v, wanted cut: %v", c.name, layout, g.cut, c.cut)
			}
			y, err := g.YAML("sweep", []Log{{Paths: []string{path}}}, "auto", "")
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(y), "\nepochs: {fixed: 81} # ") != c.cut {
				t.Errorf("%s, %s: %s", c.name, layout, y)
			}
		}
	}
}

func wideLines(t *testing.T, runs []sweepRun) string {
	var b strings.Builder
	for _, r := range runs {
		line, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n", line)
	}
	return b.String()
}

func longLines(runs []sweepRun) string {
	var b strings.Builder
	for _, r := range runs {
		for e, y := range r.Acc {
			fmt.Fprintf(&b, `{"run": %q, "lr": %g, "task": %q, "epoch": %d, "val_acc": %g}`+"\n", r.Run, r.Rate,
				r.Group, e+1, y)
		}
	}
	return b.String()
}
