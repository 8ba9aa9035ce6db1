package guess

import (
	"fmt"
	"math"
	"testing"
)

// TestSettingsBesideResultsOfAPrefix: where settings stand below a prefix (with a dash, too), nothing beside them is
// one, but what names the data or the model; a label of the configuration below the prefix is none either.
func TestSettingsBesideResultsOfAPrefix(t *testing.T) {
	t.Parallel()
	header := "ID,dataset,cfg-config_id,cfg-batch,cfg-gpu_memory_utilization,cfg-response_type,cost-tokens,cost-duration," +
		"obj-f1_score+,obj-steps+"
	wantRoles(t, "dashes", table(header, 54, func(i int) string {
		return fmt.Sprintf("%d,%s,c%d_x,%d,%g,%s,%d,%.2f,%.3f,%d", i, []string{"a", "b"}[i%2], i, 8<<(i/2%3),
			0.8+0.05*float64(i/6%3), []string{"long", "short"}[i/18%2], 100+i*7%5, 10+at(i+3), at(i), i%3)
	}), map[string]string{"dataset": "axis", "cfg-config_id": "left out", "cfg-batch": "axis",
		"cfg-gpu_memory_utilization": "axis", "cfg-response_type": "axis", "cost-tokens": "left out",
		"cost-duration": "time: total, s", "obj-f1_score+": "final metric: score", "obj-steps+": "left out"})
}

// TestCodesAreNoAxes: a number of the configuration or of the data beside what it numbers is no axis; one that says
// more than its neighbours is.
func TestCodesAreNoAxes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, header string
		row          func(i int) string
		want         map[string]string
	}{
		{"of the settings, on several data sets", "config_idx,lr,bs,dataset,acc", func(i int) string {
			k := i % 6
			return fmt.Sprintf("%d,%g,%d,%s,%.3f", k, []float64{.1, .01, .001}[k%3], 32<<(k/3),
				[]string{"a", "b"}[i/6%2], at(i))
		}, map[string]string{"config_idx": "left out", "lr": "axis", "bs": "axis", "dataset": "axis"}},
		{"of the data", "task_id,dataset,lr,acc", func(i int) string {
			return fmt.Sprintf("%d,%s,%g,%.3f", []int{3, 31, 53}[i%3], []string{"a", "b", "c"}[i%3],
				0.1/float64(1+i/3), at(i))
		}, map[string]string{"task_id": "left out", "dataset": "axis", "lr": "axis"}},
		{"of data that nothing else names", "task_id,lr,acc", func(i int) string {
			return fmt.Sprintf("%d,%g,%.3f", []int{3, 31, 53}[i%3], 0.1/float64(1+i/3), at(i))
		}, map[string]string{"task_id": "axis", "lr": "axis"}},
		{"a depth with a width of its own", "depth,width,lr,acc", func(i int) string {
			return fmt.Sprintf("%d,%d,%g,%.3f", 1+i%3, 64<<(i%3), 0.1/float64(1+i/3), at(i))
		}, map[string]string{"depth": "axis", "width": "axis"}},
		{"two numbers of one configuration", "level_idx,lr,bs,acc", func(i int) string {
			return fmt.Sprintf("%d,%g,%d,%.3f", i%12, []float64{.1, .01, .001}[i%3], 32<<(i/3%2), at(i))
		}, map[string]string{"level_idx": "axis"}},
	} {
		wantRoles(t, c.name, table(c.header, 36, c.row), c.want)
	}
}

// at is as if drawn for row i.
func at(i int) float64 { return float64(i*7907%9941) / 9941 }

// TestATrialThatNumbersRows: a column called trial is the number of a repetition only where configurations are
// repeated.
func TestATrialThatNumbersRows(t *testing.T) {
	t.Parallel()
	for want, configurations := range map[string]int{"left out": 20, "seed": 4} {
		wantRoles(t, want, table("trial,dataset,lr,acc", 40, func(i int) string {
			return fmt.Sprintf("%d,%s,%g,%.3f", i%20, []string{"a", "b"}[i/20], 0.001*float64(1+i%configurations),
				at(i))
		}), map[string]string{"trial": want, "lr": "axis", "dataset": "axis"})
	}
}

// TestRounds: rounds along which a metric goes are the epochs of runs; rounds of a measurement repeat it.
func TestRounds(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"round", "Round", "comm_round", "boosting_round", "server_round"} {
		rows := func(along bool) string {
			return table("run_id,clients,energy_aware,"+name+",accuracy,energy_used,round_time", 60,
				func(i int) string {
					acc := 50 + 40*at(i*i)
					if along {
						acc = 90 - 40*math.Exp(-float64(i%5)) + at(i)
					}
					return fmt.Sprintf("%d,%d,%v,%d,%.2f,%.1f,%.3f", i/5, 2<<(i/5%3), i/15%2 == 0, i%5+1, acc,
						2+at(i), 1.5+at(i+9))
				})
		}
		wantRoles(t, name+" of a training", rows(true),
			map[string]string{"run_id": "id", name: "epoch", "clients": "axis",
				"energy_aware": "axis", "accuracy": "curve: accuracy, percent", "energy_used": "energy: per_epoch, J",
				"round_time": "time: per_epoch, s"})
		wantRoles(t, name+" of a measurement", rows(false), map[string]string{
			"accuracy": "final metric: accuracy, percent"})
	}
}

// TestTablesOfPower: a peak is no mean by which a time is an energy, a clock in MHz no time, a temperature beside a
// power no setting, the rate of requests one, and a job's number nothing to learn.
func TestTablesOfPower(t *testing.T) {
	t.Parallel()
	wantRoles(t, "peak and mean", table("batch_size,request_rate,elapsed,peak_power[W],mean_power[W]", 24,
		func(i int) string {
			return fmt.Sprintf("%d,%d,%.2f,%.1f,%.1f", 8<<(i%3), 1+i/3%4, 50+at(i*i), 400+9*at(i), 300+9*at(i+5))
		}), map[string]string{"batch_size": "axis", "request_rate": "axis", "elapsed": "time: total, s",
		"mean_power[W]": "power: mean, W"})
	wantRoles(t, "clocks", table("workload,clock_applied_mhz,temp,runtime_s,pwr", 24, func(i int) string {
		return fmt.Sprintf("%s,%d,%d,%.2f,%.1f", []string{"a", "b"}[i%2], 645+60*(i/2%6), 60+i*i%7, 50+at(i*i),
			300+9*at(i+5))
	}), map[string]string{"workload": "axis", "clock_applied_mhz": "axis", "temp": "result",
		"runtime_s": "time: total, s", "pwr": "power: mean, W"})
	if _, err := guessOf(t, table("model,nodes,repeat,slurmid", 24, func(i int) string {
		return fmt.Sprintf("%s,%d,%d,%d", []string{"a", "b"}[i/12], 2<<(i/3%4), i%3, 10742795+i)
	}), Options{}); err == nil {
		t.Error("the number of a job is learnt")
	}
}

// TestTablesOfStages: the id of a run that several rows share is no axis, a number between the ends of its interval
// none either, the rate of what is missing is one, and windows from 0 on repeat a measurement.
func TestTablesOfStages(t *testing.T) {
	t.Parallel()
	wantRoles(t, "stages", table("variant,run_id,stage,kwh,duration", 48, func(i int) string {
		return fmt.Sprintf("v%d,default_%d,s%d,%.5f,%.3f", i/6%4, i/6, i%6, 0.1+at(i), 50+at(i*i))
	}), map[string]string{"variant": "axis", "stage": "axis", "run_id": "left out"})
	wantRoles(t, "only an id", table("run_id,stage,kwh", 48, func(i int) string {
		return fmt.Sprintf("e%d,s%d,%.5f", i/12, i%6, 0.1+at(i))
	}), map[string]string{"run_id": "axis", "stage": "axis"})
	wantRoles(t, "intervals", table("optimizer,bucket,beta,beta_lower,beta_upper,r_squared", 30, func(i int) string {
		return fmt.Sprintf("%s,b%d,%.4f,%.4f,%.4f,%.4f", []string{"a", "b"}[i%2], i/2%3, at(i), at(i)-.1,
			at(i)+.2, at(i*i))
	}), map[string]string{"optimizer": "axis", "bucket": "axis", "beta": "result", "beta_lower": "result",
		"beta_upper": "result"})
	wantRoles(t, "a lower without an upper", table("optimizer,beta,beta_lower,r_squared", 30, func(i int) string {
		return fmt.Sprintf("%s,%.4f,%.4f,%.4f", []string{"a", "b"}[i%2], at(i), at(i+7), at(i*i))
	}), map[string]string{"beta": "axis"})
	wantRoles(t, "windows", table("model,missing_rate,window,mae", 80, func(i int) string {
		return fmt.Sprintf("%s,%g,%d,%.3f", []string{"a", "b"}[i/40], .1*float64(i/10%4), i%10, at(i))
	}), map[string]string{"model": "axis", "missing_rate": "axis", "window": "seed", "mae": "final metric: loss"})
	wantRoles(t, "windows and results that nothing names",
		table("cover_50,cover_80,model,window", 60, func(i int) string {
			return fmt.Sprintf("%.2f,%.2f,%s,%d", at(i*i), at(i*i+3), []string{"a", "b", "c"}[i/20], i%20)
		}), map[string]string{"model": "axis", "window": "seed", "cover_50": "final metric: score",
			"cover_80": "result"})
	wantRoles(t, "windows of a length", table("model,window,mae", 40, func(i int) string {
		return fmt.Sprintf("%s,%d,%.3f", []string{"a", "b"}[i/20], 1+i%10, at(i))
	}), map[string]string{"window": "axis"})
	wantRoles(t, "a step's time", table("run_name,width,step,seconds_per_step,val_loss", 40, func(i int) string {
		return fmt.Sprintf("r%d,%d,%d,%.3f,%.3f", i/8, 64<<(i/8%4), 100*(1+i%8), 1+at(i/8), 3-.1*float64(i%8))
	}), map[string]string{"step": "epoch", "width": "axis", "seconds_per_step": "result"})
}
