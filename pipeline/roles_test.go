package pipeline

import (
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"eahas/internal/fixture"
	"eahas/pipeline/guess"
)

// rightRoles is what the columns of logs are, told by hand from the files and their makers' descriptions: lists by
// role, "," between names. What is not listed is ignored, or a result that no key of a config names. ~REGEXP stands for
// all names that it matches whole.
var rightRoles = []struct{ log, id, epoch, axis, metric, energy, time, result string }{
	// small logs in the shapes of pandas, W&B, Optuna, Lightning, nvidia-smi (cases/README.md)
	{"../cases/base/log.parquet", "run_id", "epoch", "lr,batch_size", "val_acc", "kwh", "sec", ""},
	{"../cases/csv/log.csv", "run_id", "epoch", "lr,batch_size", "val_acc", "kwh", "sec", ""},
	{"../cases/csv/log.jsonl", "run_id", "epoch", "lr,batch_size", "val_acc", "kwh", "sec", ""},
	{"../cases/cumulative", "run_id", "epoch", "lr,batch_size", "val_acc", "energy_consumed", "duration", ""},
	{"../cases/lightning/metrics.parquet", "run_id", "epoch", "lr,batch_size", "val_acc", "", "", "train_loss"},
	{"../cases/init_extra/grad_norm.parquet", "run_id", "epoch", "lr,batch_size", "val_acc", "kwh", "sec", "grad_norm"},
	{"../cases/init_extra/int_id.parquet", "trial_id", "epoch", "lr,batch_size", "val_acc", "kwh", "sec", ""},
	{"../cases/final_only", "run_id", "", "lr,batch_size", "final_val_acc", "", "duration_s", ""},
	{"../cases/optuna", "number", "", "params_lr,params_batch_size", "value", "", "duration", ""},
	{"../cases/asha/log.parquet", "trial_id", "", "problem,optimizer,learning_rate", "test_acc", "", "", ""},
	{"../cases/types/duration.parquet", "run_id", "", "lr,batch_size,amp,optimizer", "val_acc", "", "dur", ""},
	{"../cases/types/category.feather", "run_id", "", "lr,batch_size,amp,optimizer", "val_acc", "", "dur", ""},
	{"../cases/polars/wide.parquet", "run_id", "", "lr,batch_size,opt", "val_acc", "", "sec", ""},
	{"../cases/polars/log.arrow", "run_id", "epoch", "lr,batch_size", "val_acc", "kwh", "sec", ""},
	{"../cases/hive/logs", "run_id", "epoch", "lr,batch_size,optimizer", "val_acc", "kwh", "sec", ""},
	{"../cases/schema_drift", "run_id", "epoch", "lr,batch_size", "val_acc", "kwh", "sec", ""},
	{"../cases/nvidia_smi/runs.parquet", "run_id", "", "lr", "", "", "duration_s", ""},
	{"../cases/nan_text", "run_id", "epoch", "lr,batch_size", "val_acc", "kwh", "sec", ""},
	{"../cases/wd_zero", "run_id", "epoch", "lr,batch_size,weight_decay", "val_acc", "kwh", "sec", ""},
	{"../cases/short_epochs", "run_id", "", "lr,batch_size", "val_acc", "energy_kwh", "epoch_time_s", ""},
	{"../cases/nested/runs.parquet", "run_id", "history.epoch", "config.lr,config.batch_size", "history.val_acc", "",
		"sec", ""},
	{"../cases/hostile/same_config", "id", "", "", "acc", "", "", ""}, // lr foretells acc to 0.24 %: left out, and said

	// public collections as Parquet (data/README.md)
	{"deepobs.parquet", "trial_id", "", "problem,optimizer,learning_rate,batch_size,num_epochs", "test_acc", "", "",
		"train_acc,test_loss,train_loss"},
	{"deepobs_long.parquet", "trial_id", "epoch", "", "test_acc", "", "", "train_acc"},
	{"zeus_power.parquet", "trial_id", "", "dataset,network,gpu,batch_size,optimizer,power_limit_w", "", "avg_power_w",
		"epoch_time_s", ""},
	{"zeus_train.parquet", "trial_id", "epochs", "dataset,network,batch_size,optimizer,learning_rate,targets_total",
		"best_metric", "", "", "targets_reached"},
	{"seaa2023.parquet", "", "", "training environment,architecture,gpu model,max power limit (W),GFLOPs", "accuracy",
		"energy (MJ)", "training duration (h)", "~.*(usage|used|Celsius|working time|power|power draw|gCO2e).*," +
			"precision,recall,AUC,f1-score,trained epochs,total seen images,memory used std (MB),power draw std (W)"},
	{"mlperf_runs.parquet", "trial_id", "eval_x", "system,benchmark,nodes,global_batch_size,opt_name,base_lr,warmup," +
		"weight_decay,train_samples", "eval_metric", "energy_kwh", "duration_s",
		"mean_power_w,power_coverage,eval_time_s,eval_energy_kwh"},
	{"taskset.parquet", "trial_id", "", "task,learning_rate,beta1,beta2,epsilon,l1,l2,linear_decay,exponential_decay",
		"valid_loss", "", "", "train_loss,test_loss"},
	{"pepr.parquet", "trial_id", "", "model,dataset,num_param,type,efficient", "test_acc", "energy_kwh",
		"last_epoch_time_s", "gpu_mem_alloc_gb,gpu_mem_max_gb"},
	{"ecnas.parquet", "run_id", "epochs", "space,vertices,trainable_params,edge_{i}{j} + op{i}", "val_accuracy",
		"total_energy_kwh", "training_time_s", "test_accuracy,train_accuracy,total_time_s,mean_gpu_power_w"},
	{"anb.parquet", "id", "", "~block[0-9]_.*,macs,params", "val_top1", "", "train_time",
		"val_top5,~(latency|throughput)_.*"},

	// logs as their tools and authors wrote them
	{"published/mayaki/RawDataForTransformer.csv", "index", "", "num_repeats,params,seq_length,batch_size,num_layers," +
		"d_model,num_attention_heads,model,source,peak,flops_counts,~FLOPs_.*", "", "total_energy_kWh", "duration",
		"energy_joules,~total_(gpu|cpu|ram)_energy_kWh,~.*_std.*,~duration_.*,~HEF.*"},
	{"published/mayaki/dataForLstmHEF.csv", "index", "",
		"source,batch_size,input_size,hidden_size,component,FLOPs,peak",
		"", "energy_consumed_kWh", "elapsed_time_sec",
		"gpu_util,mem_used_MB,~total_.*_kWh,flops_per_second,HEF"},
	{"published/mayaki/lstm_hef_a100_02052025_22H_.csv", "", "",
		"operation,FLOPs,input_size,hidden_size,batch_size,time_step", "", "energy_consumed_kWh", "elapsed_time_sec",
		"gpu_util,mem_used_MB,~total_.*_kWh"},
	{"published/timm", "", "", "train_batch_size,train_img_size,param_count", "", "", "train_step_time",
		"train_samples_per_sec"},
	{"published/graphgym/val.csv", "", "", "sample,format,dataset,task,trans,feature,label,batch,l_pre,l_mp,l_post," +
		"stage,bn,act,drop,agg,optim,lr,epoch,params", "accuracy", "", "time_iter",
		"~.*_std,loss,precision,recall,f1,auc"},
	{"published/graphgym/val_v2.csv", "", "",
		"format,dataset,task,trans,feature,label,l_pre,l_mp,l_post,stage,agg,params",
		"accuracy", "", "time_iter", "~.*_std,loss,precision,recall,f1,auc"},
	{"published/amltk/mf_run_1.parquet", "name", "", "~config:.*", "metric:accuracy [0.0, 1.0] (maximize)", "",
		"profile:trial:time:duration", "~.*:memory:(start|end|diff).*"},
	{"published/amltk/optuna_run_1.parquet", "name", "", "~config:.*", "metric:accuracy [0.0, 1.0] (maximize)", "",
		"profile:trial:time:duration", "~.*:memory:(start|end|diff).*"},
	{"published/amltk/smac_run_1.parquet", "name", "", "~config:.*", "summary:val/acc", "", "profile:fit:time:duration",
		"~.*:memory:(start|end|diff).*,~.*:time:duration,metric:accuracy [0.0, 1.0] " +
			"(maximize),~summary:(train|test)/acc"},
	{"published/nasnlp/logs.zip", "run", "epoch", `num_params,~recepie\.(node_\d+|h_new_[0-2])\.(op|input\.\d)`,
		"val_losses", "", "wall_times",
		"test_losses,train_losses"},
	{"published/bohb", "run", "epoch", "x", "loss", "", "seconds", ""},
	{"published/raytune", "run", "epoch", "alpha,beta,gamma", "score", "", "seconds", ""},
	{"published/wandb_chart", "run", "epoch", "", "train/loss", "", "", ""},
}

// rightTargets are the results of rightRoles that are targets: one number a run that says what it measures.
var rightTargets = map[string]string{
	"pepr.parquet":  "gpu_mem_alloc_gb,gpu_mem_max_gb",
	"ecnas.parquet": "mean_gpu_power_w",
	"anb.parquet":   "val_top5,~(latency|throughput)_.*_mean",
	// beside these: watts that are energy by time to the letter, deviations, shares of time
	"seaa2023.parquet":                                 "average memory used (MB),precision,recall,AUC,f1-score",
	"published/mayaki/dataForLstmHEF.csv":              "mem_used_MB",
	"published/mayaki/lstm_hef_a100_02052025_22H_.csv": "mem_used_MB",
	"published/timm":                                   "train_samples_per_sec",
	"published/graphgym/val.csv":                       "loss,precision,recall,f1,auc",
	"published/graphgym/val_v2.csv":                    "loss,precision,recall,f1,auc",
	"published/amltk/smac_run_1.parquet":               "~summary:(train|test)/acc",
}

// spoken is a role in the words of rightRoles.
func spoken(r guess.Role) string {
	switch r {
	case guess.RoleID, guess.RoleEpoch, guess.RoleAxis, guess.RoleEnergy, guess.RoleTime, guess.RoleResult,
		guess.RoleTarget:
		return string(r)
	case guess.RoleCurve, guess.RoleFinal:
		return "metric"
	case guess.RolePower:
		return "energy"
	case guess.RoleInference:
		return "result"
	}
	return "ignored"
}

// TestRoles asks for 95 % of the roles of 40 logs of 12 tools and more, and for no result among the axes.
func TestRoles(t *testing.T) {
	fixture.Data(t, "deepobs.parquet")
	type count struct{ right, said, is int }
	counts := map[string]*count{}
	all, right := 0, 0
	for _, c := range rightRoles {
		path := filepath.Join(fixture.Dir(), filepath.FromSlash(c.log))
		l, err := Look(t.Context(), "roles", []string{path}, LookOptions{DataDir: ".", Work: t.TempDir()})
		if err != nil && !errors.Is(err, guess.ErrUnclear) || l == nil || l.Guess == nil {
			t.Errorf("%s: %v", c.log, err)
			continue
		}
		for _, column := range l.Guess.Columns {
			want := "ignored"
			for role, names := range map[string]string{"id": c.id, "epoch": c.epoch, "axis": c.axis, "metric": c.metric,
				"energy": c.energy, "time": c.time, "result": c.result} {
				if isListed(column.Name, names) && (want == "ignored" || want == "result") {
					want = role
				}
			}
			if isListed(column.Name, rightTargets[c.log]) {
				want = "target"
			}
			got := spoken(column.Role)
			// a measure that does not change, or changes and is called nothing, may as well be ignored: never an axis
			if want == "result" && got == "ignored" && column.Role == guess.RoleLeft {
				got = "result"
			}
			for _, r := range []string{got, want} {
				if counts[r] == nil {
					counts[r] = &count{}
				}
			}
			all++
			counts[got].said++
			counts[want].is++
			if got == want {
				right++
				counts[got].right++
				continue
			}
			t.Logf("%s: %s is %s, taken for %s: %s", c.log, column.Name, want, column.Role, column.Why)
			if got == "axis" && want != "ignored" {
				t.Errorf("%s: %s, a %s, leaks: it was taken for an axis", c.log, column.Name, want)
			}
		}
	}
	for _, role := range []string{"id", "epoch", "axis", "metric", "energy", "time", "target", "result", "ignored"} {
		n := counts[role]
		t.Logf("%-8s precision %d of %d, recall %d of %d", role, n.right, n.said, n.right, n.is)
	}
	t.Logf("%d of %d columns of %d logs are right (%.1f %%)", right, all, len(rightRoles),
		100*float64(right)/float64(all))
	if 100*right < 95*all {
		t.Errorf("%d of %d columns are right", right, all)
	}
}

func isListed(name, list string) bool {
	if list == "" {
		return false
	}
	if name == list {
		return true
	}
	for _, p := range strings.Split(list, ",") {
		if pattern, ok := strings.CutPrefix(p, "~"); ok && regexp.MustCompile("^(?:"+pattern+")$").MatchString(name) ||
			p == name {
			return true
		}
	}
	return strings.Contains(list, name) && strings.Contains(name, ",") // a name that holds a comma
}
