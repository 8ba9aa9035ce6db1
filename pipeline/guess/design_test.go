package guess

import (
	"fmt"
	"strings"
	"testing"
)

// What is measured is no axis, whatever its name: here each table is one of a kind that people publish, with numbers
// made up.
func TestMeasuredIsNoAxis(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		header string
		row    func(i int) string
		want   map[string]string
	}{
		// every cell of a grid was run once: what else differs was measured
		{"device,task,arch,zork,val_acc", func(i int) string {
			return fmt.Sprintf("%s,%s,%d,0.%04d,0.%04d", []string{"pi", "phone"}[i%2], []string{"a", "b", "c"}[i/2%3],
				i/6, i*i*7919%9973, i*7907%9941)
		}, map[string]string{"device": "axis", "arch": "axis", "zork": "result"}},
		// random settings, each run once, are no grid
		{"device,task,zork,val_acc", func(i int) string {
			return fmt.Sprintf("%s,%s,0.%04d,0.%04d", []string{"pi", "phone"}[i%2], []string{"a", "b", "c"}[i/2%3],
				i*i*7919%9973, i*7907%9941)
		}, map[string]string{"device": "axis", "zork": "axis"}},
		// times and memory by their units
		{"model,batch,lat_ms_median,lat_ms_var,total_us,peak_memory_bytes,memory_str,val_acc", func(i int) string {
			return fmt.Sprintf("%s,%d,%d.%03d,0.%03d,%d,%d,%d.5 GB,0.%04d", []string{"r", "v"}[i%2], i/2%4, i*7%90,
				i*31%997, i*37%991, 1000+i*53%977, 1<<20*(1+i*11%83), i%5, i*7907%9941)
		}, map[string]string{"model": "axis", "batch": "axis", "lat_ms_median": "target", "lat_ms_var": "result",
			"total_us": "time: total, us", "memory_str": "result"}},
		// the value of a swept setting is no objective
		{"sweep,value,loss", func(i int) string {
			return fmt.Sprintf("%s,%d,1.%04d", []string{"width", "lr", "heads"}[i%3], i/3%4, i*7907%9941)
		}, map[string]string{"sweep": "axis", "value": "axis", "loss": "final metric: loss"}},
		// of how many runs a row is the mean; not where nothing is a mean
		{"depth,width,n,acc_mean,acc_std", func(i int) string {
			return fmt.Sprintf("%d,%d,%d,0.%04d,0.0%d", i%3, i/3%4, i%2+1, i*7907%9941, i%9)
		}, map[string]string{"depth": "axis", "n": "left out"}},
		{"depth,width,n,acc", func(i int) string {
			return fmt.Sprintf("%d,%d,%d,0.%04d", i%3, i/3%4, i%2+1, i*7907%9941)
		}, map[string]string{"depth": "axis", "n": "axis"}},
		// repetitions of a configuration differ in what was measured alone: whole numbers, truths and words, too
		{"dataset,split,experts,zork_single,zork_mean,ended_at,well,mood", func(i int) string {
			return fmt.Sprintf("%s,%d,%d,0.%04d,0.%04d,%d,%t,%s", []string{"a", "b", "c"}[i%3], i/3%4, []int{2, 5, 9,
				12}[i/12],
				(i%12)*7919%9973, i*i*7907%9941, i*i*31%7, i*i%5 < 2, []string{"good", "bad"}[i*i*7%5%2])
		}, map[string]string{"dataset": "axis", "split": "seed", "experts": "axis", "zork_single": "final metric: " +
			"score",
			"zork_mean": "result", "ended_at": "result", "well": "result", "mood": "result"}},
		// what stands behind the results was measured, if it is no word
		{"opt,level,val_acc,solved,seen_at,gadget", func(i int) string {
			return fmt.Sprintf("%s,%d,0.%04d,%t,%d,%s", []string{"s", "a"}[i%2], i*i%11, i*7907%9941, i%5 == 0,
				i*i*31%17,
				[]string{"x", "y"}[i/2%2])
		}, map[string]string{"opt": "axis", "level": "axis", "solved": "result", "seen_at": "result",
			"gadget": "axis"}},
		// the numbers of a search's trials are no repetitions, a deviation is of what begins as it does, and settings
		// that stand behind the results or below Best_Params are some all the same
		{"dataset,trial,kind,zork,CV_Score,CV_Std,Best_Params.C,reg_alpha", func(i int) string {
			return fmt.Sprintf("%s,%d,%s,%d,0.%04d,0.0%03d,%d,0.%d", []string{"a", "b", "c"}[i%3], i/3,
				[]string{"x", "y"}[i*i*7%5%2], i*i%11, i*7907%9941, i*7919%997, i*i%4, i*i%3+1)
		}, map[string]string{"kind": "axis", "zork": "axis", "CV_Std": "result", "Best_Params.C": "axis",
			"reg_alpha": "axis"}},
		// places by a result in each dataset
		{"place,dataset,method,val_acc", func(i int) string {
			return fmt.Sprintf("%d,d%d,m%d,0.%04d", i%6+1, i/6, (i%6*5+i/6)%6, 9000-i%6*100-i/6)
		}, map[string]string{"place": "result", "dataset": "axis", "method": "axis"}},
		// a setting with which the result falls is none
		{"level,dataset,val_acc", func(i int) string {
			return fmt.Sprintf("%d,d%d,0.%04d", i%6+1, i/6, 9000-i%6*100-i/6)
		}, map[string]string{"level": "axis", "dataset": "axis"}},
		// R's mlr3
		{"classif.ranger.mtry.ratio,classif.ranger.splitrule,errors,classif.ce,classif.bbrier,runtime_learners",
			func(i int) string {
				return fmt.Sprintf("0.%04d,%s,0,0.%04d,0.%04d,%d.5", i*i*7919%9973, []string{"gini", "extratrees"}[i%2],
					i*7907%9941, i*7901%9949, i%7+1)
			}, map[string]string{"classif.ranger.mtry.ratio": "axis", "classif.ranger.splitrule": "axis",
				"classif.ce": "final metric: error, fraction", "classif.bbrier": "target",
				"runtime_learners": "time: " +
					"total, s"}},
		// Julia's MLJ
		{"max_depth,subsampling,measurement,measurement_std", func(i int) string {
			return fmt.Sprintf("%d,0.%d,0.%04d,0.0%d", i%4, i/4%3+7, i*7907%9941, i%9+1)
		}, map[string]string{"max_depth": "axis", "subsampling": "axis", "measurement": "final metric: score"}},
		// another seed, a schedule's end, an energy that no machine took
		{"lr,seed,data_seed,exploration_final_eps,action_energy,reward", func(i int) string {
			return fmt.Sprintf("0.%d,%d,%d,0.0%d,%d.25,%d.5", i%3+1, i/3%4, i*i%9, i/12%3+1, i*i%37, i*7907%9941)
		}, map[string]string{"lr": "axis", "seed": "seed", "data_seed": "left out", "exploration_final_eps": "axis",
			"action_energy": "result", "reward": "final metric: score"}},
		// operations a second give the seconds of each program up to its size
		{"program,threads,pace,run,time_s", func(i int) string {
			seconds := 1 + float64(i*7907%9941)/1000
			return fmt.Sprintf("%s,%d,%.6g,%d,%.6g", []string{"bt", "cg", "ft"}[i%3], i/3%4,
				[]float64{168e3, 33e3, 7e3}[i%3]/seconds, i, seconds)
		}, map[string]string{"program": "axis", "threads": "axis", "pace": "left out"}},
	} {
		wantRoles(t, c.header, table(c.header, 48, c.row), c.want)
	}
}

// A table of settings alone is none to learn from, and says so.
func TestNothingMeasured(t *testing.T) {
	t.Parallel()
	_, err := guessOf(t, table("run,model,min_epoch,depth", 24, func(i int) string {
		return fmt.Sprintf("r%d,%s,%d,%d", i, []string{"a", "b"}[i%2], i%3, i%4)
	}), Options{})
	if err == nil || !strings.Contains(err.Error(), "nothing to learn") {
		t.Errorf("%v", err)
	}
}

// Products are looked for in a bounded time where a table has many columns and most runs lack most of them.
func TestProductsOfManyColumns(t *testing.T) {
	t.Parallel()
	const runs, columns = 1200, 150
	var header []string
	for k := range columns {
		header = append(header, fmt.Sprintf("x%d,m%d_loss", k, k))
	}
	g, err := guessOf(t, table("lr,"+strings.Join(header, ","), runs, func(i int) string {
		cells := []string{fmt.Sprintf("0.%03d", i*7%997)}
		for k := range columns {
			if k%5 == i%5 {
				cells = append(cells, fmt.Sprintf("%d.%d,0.%04d", i*(k+3)%89+1, k%7, (i+k)*(7907+i%13*k)%9941))
			} else {
				cells = append(cells, ",")
			}
		}
		return strings.Join(cells, ",")
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if role, _ := g.role("lr"); role != "axis" {
		t.Errorf("lr: %s", role)
	}
}
