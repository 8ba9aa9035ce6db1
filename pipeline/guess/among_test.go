package guess

import (
	"fmt"
	"strings"
	"testing"
)

// A column of an unusual name is told by where it stands and by what it is called beside.
func TestAmongResults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ header, column, want string }{
		{"method,level,forget_qa_rouge,strength", "strength", "result: stands behind forget_qa_rouge"},
		{"method,level,forget_qa_prob,forget_qa_rouge", "forget_qa_prob",
			"result: its name: called like forget_qa_rouge"},
		{"method,level,val_acc,model_utility", "model_utility", "result: stands behind val_acc"},
		{"method,level,train_time_s,share_kept", "share_kept", "result: stands behind train_time_s"},
		{"strength,method,level,val_acc", "strength", "axis: "},    // before the results
		{"level,val_acc,strength", "strength", "axis: "},           // one setting alone before them says no order
		{"method,level,val_acc,strength,lr", "strength", "axis: "}, // a setting behind them is another order
		{"method,level,val_acc,strength", "level", "axis: "},
		{"method,seed_0,seed_1,val_acc", "seed_1", "result: its name: one of several columns"},
		{"probe_mean,probe_std,method,val_acc", "probe_mean", "result: its name: a mean with its deviation"},
		{"method,run_idx,seed,val_acc", "seed", "seed: its name"},
		{"method,level,num_seeds,val_acc", "num_seeds", "left out: says of how many runs"},
	} {
		columns := strings.Split(c.header, ",")
		g, err := guessOf(t, table(c.header, 24, func(i int) string {
			var cells []string
			for k, name := range columns {
				switch name {
				case "method":
					cells = append(cells, []string{"a", "b", "c"}[i%3])
				case "run_idx":
					cells = append(cells, fmt.Sprint(i%4))
				case "seed":
					cells = append(cells, fmt.Sprint(10000+i*17%24))
				case "level", "num_seeds":
					cells = append(cells, fmt.Sprint(i/3%4+1))
				default:
					cells = append(cells, fmt.Sprintf("0.%03d", 100+(i*i*(37+k)+i*53*k)%811))
				}
			}
			return strings.Join(cells, ",")
		}), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.header, err)
			continue
		}
		role, why := g.role(c.column)
		role, _, _ = strings.Cut(role, ":")
		if got := role + ": " + why; !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s: %s, wanted %s", c.header, c.column, got, c.want)
		}
	}
}

// The table of a grid search by scikit-learn: the mean over the splits is learnt, the time is that of a whole fit.
func TestGridSearchTable(t *testing.T) {
	t.Parallel()
	g, err := guessOf(t, table("mean_fit_time,std_fit_time,mean_score_time,std_score_time,param_c,param_kernel,"+
		"split0_test_score,split1_test_score,mean_test_score,std_test_score,rank_test_score", 24,
		func(i int) string {
			return fmt.Sprintf("1.%d,0.1%d,0.0%d,0.01%d,%d,%s,0.8%d,0.7%d,0.75%d,0.0%d,%d", i*7%24+10, i, i*5%24+10,
				i, i%8, []string{"rbf", "linear", "poly"}[i/8], i*11%24+10, i*13%24+10, i*17%24+10, i+10, i+1)
		}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"mean_test_score": "final metric: score",
		"mean_fit_time": "time: total, s", "param_c": "axis", "param_kernel": "axis",
		"split0_test_score": "result: score",
		"std_test_score":    "result: score",
		"mean_score_time":   "result", "std_score_time": "result"} {
		if got, why := g.role(name); got != want {
			t.Errorf("%s: %s (%s), wanted %s", name, got, why, want)
		}
	}
	if got, _ := g.role("rank_test_score"); got != "result" && got != "left out" {
		t.Errorf("rank_test_score: %s", got)
	}
}
