package names

import (
	"strings"
	"testing"
)

// TestMetric holds names as people and tools write them: PyTorch, Keras, mmseg, YOLO, fairseq, Hugging Face,
// scikit-learn, and German spreadsheets.
func TestMetric(t *testing.T) {
	for name, want := range map[string]string{
		"val/acc": "accuracy", "valAcc": "accuracy", "val_accuracy": "accuracy", "acc@1": "accuracy",
		"Top1":     "accuracy",
		"val/top5": "accuracy", "Top-1 Acc": "accuracy", "Prec@1": "accuracy", "testacc": "accuracy",
		"aAcc":            "accuracy",
		"Genauigkeit (%)": "accuracy", "test.top1": "accuracy", "balanced_accuracy": "accuracy", "acc1": "accuracy",
		"top1_err": "error", "error_rate": "error", "val.err": "error", "WER": "error", "Fehlerrate": "error",
		"eval_loss": "loss", "perplexity": "loss", "PPL": "loss", "trainLoss": "loss", "trainloss": "loss",
		"RMSE":         "loss",
		"val/box_loss": "loss", "test_losses": "loss", "Verlust": "loss", "cross_entropy": "loss", "NLL": "loss",
		"dev_bleu": "score", "mIoU": "score", "metrics/mAP50(B)": "score", "metrics/precision(B)": "score",
		"F1":      "score",
		"eval_f1": "score", "roc_auc": "score", "rouge-L": "score", "episode_reward": "score", "R2": "score",

		"test_error/Accuracy": "accuracy", "accuracy/loss": "loss", "error/val": "error", "loss.f1": "score",
		"no_error": "score", "obj-without_errors+": "score",

		"mapping": "", "latency": "", "feature_map_size": "", "loss_weight": "", "loss_fn": "", "lr": "",
		"score_threshold": "",
		"accelerator":     "", "batch_size": "", "label_smoothing": "", "metric_for_best_model": "", "top_k": "",
		"lambda_loss": "", "bin_loss_w": "", "mean_score_time": "", "rank_test_score": "", "mean_test_score": "score",
		"metrics.false_negatives": "loss", "mean_test_neg_root_mean_squared_error": "score", "neg_log_loss": "score",
		"neg_log_likelihood": "", "neg_nll": "loss", "metrics.true_positives": "score",
	} {
		if got := Metric(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// TestCost holds units in names; case counts: mJ is not MJ.
func TestCost(t *testing.T) {
	kinds := map[Kind]string{Energy: "energy", Time: "time", Power: "power"}
	for name, want := range map[string]string{
		"total_energy (kWh)": "energy kWh", "total_energy_kWh": "energy kWh", "energyKWh": "energy kWh",
		"energy_consumed_kWh": "energy kWh", "energyConsumedkWh": "energy kWh", "ENERGY_KWH": "energy kWh",
		"energy_MJ": "energy MJ", "energy [MJ]": "energy MJ", "energy_mJ": "energy mJ", "energy_J": "energy J",
		"E (J)": "", "inference_j": "energy J", "tune_s": "time s", "window_s": "", "total_j": "energy J",
		"joules": "energy J", "energy_consumed": "energy kWh", "energyWh": "energy Wh", "energy_mWh": "energy mWh",
		"energy_MWh": "energy MWh", "Energieverbrauch_Wh": "energy Wh", "Stromverbrauch [kWh]": "energy kWh",
		"energy": "energy ", "J_per_epoch": "", "kWh/epoch": "energy kWh", "gpu_energy_kj": "energy kJ",
		"energy_btu": "energy  foreign", "training_time_s": "time s", "time_total_s": "time s", "trainTime": "time ",
		"duration_ms": "time ms", "durationMs": "time ms", "gpu_hours": "time h", "wall_times": "time ",
		"elapsed":    "time ",
		"epoch_time": "time ", "Trainingsdauer (min)": "time min", "Dauer_s": "time s", "Zeit [s]": "time s",
		"sec":      "time s",
		"time (h)": "time h", "minutes": "time min", "training duration (h)": "time h", "time/epoch (s)": "time s",
		"avg_power_w": "power W", "pwr": "power ", "clock_applied_mhz": "", "wall_clock_s": "time s",
		"power.draw [W]": "power W", "watts": "power W", "power_mW": "power mW", "GPU Power Draw (W)": "power W",
		"power_consumption": "power ",

		"avg_intensity (gCO2/kWh)": "", "samples_per_second": "", "it/s": "", "latency": "", "batch_size": "",
		"alphas":  "",
		"classes": "", "power_limit_w": "", "max_time": "", "time_budget_s": "", "warmup_s": "", "time_step": "",
		"memory_consumption": "", "power_t": "", "timestamp": "", "start_time": "", "emissions_kg": "",
		"energy_model": "",
		"timeout":      "", "num_timesteps": "", "time_mask": "",
	} {
		c, ok := CostOf(name)
		got := ""
		if ok {
			got = kinds[c.Kind] + " " + c.Unit
			if c.Foreign != "" {
				got += " foreign"
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// TestRoles holds what counts, what tells runs apart, and what is known only after the start.
func TestRoles(t *testing.T) {
	for _, c := range []struct {
		what  string
		is    func(string) bool
		yes   string
		never string
	}{
		{"epoch", IsEpoch, "epoch epochs Epoch trainer/epoch history.epoch epoch_id current_epoch Epoche " +
			"train/epoch ep época Époque эпоха epok",
			"warmup_epochs best_epoch time_epoch max_epochs epoch_time trained_epochs"},
		{"step", IsStep, "step _step global_step trainer/global_step iteration iter training_iteration Schritt " +
			"num_updates",
			"time_step log_step eval_steps warmup_steps step_size steps_per_epoch"},
		{"round", IsRound, "round Round comm_round server_round boosting_round round_id fl_round",
			"rounds num_rounds round_time rounding n_boost_round"},
		{"numbered", IsNumbered, "config_idx task_id arch_index dataset-no model_id hp_config_id",
			"run_id id trial_number num_layers model n_tasks"},
		{"subject", IsSubject, "model task dataset_name learner gpu_type", "algorithm variant epochs model_size"},
		{"outcome text", IsOutcomeText, "response raw_answer selected_features", "response_type answer_format"},
		{"run", IsRunID, "run_id trial_id id name Run runName experiment_id Lauf Versuch-ID job_id uuid Run_Nr",
			"model batch_size hidden_size grid valid"},
		{"seed", IsSeed, "seed random_state trial_seed randomSeed repeat rng_seed",
			"speed seed_size feedback num_seeds n_probe_seeds"},
		{"usual setting", IsUsualSetting, "lr batch_size num_heads model model_name max_depth n_params Optimizer",
			"model_utility strength gen_gap Median 90th_pct"},
		{"planned", IsPlanned, "max_epochs num_epochs n_epochs maxEpochs num_train_epochs epochs " +
			"Anzahl_Epochen nombre_d'époques num_épocas épocas épocas_totales число_эпох " +
			"liczba_epok antal_epoker",
			"warmup_epochs epoch_time"},
		{"measured", IsMeasured, "gpu_util mem_used_MB gpu_mem_alloc_gb average_memory_used grad_norm throughput " +
			"samples_per_sec emissions trained_epochs best_epoch peak_memory flops_per_second " +
			"profile:fit:memory:end_rss achieved_request_rate " +
			"Rank_Overall std pareto_optimal communication_mb " +
			"dynamic_learning_rate current_lr last_lr average_temperature(Celsius) total_seen_images targets_reached " +
			"n_iter_ MFU tn fp peak_mb speedup cpu_load",
			"replay_memory_size learning_rate dropout_rate weight_decay final_activation hidden_size " +
				"temperature flops " +
				"request_rate params macs lora_rank memory_len init_std speed_perturb use_best keep_rate"},
		{"moment", IsMoment, "timestamp start_time created_at date datetime_complete startTime Datum end_time",
			"epoch_time update_rate state data start_lr"},
		{"where", IsWhere, "hostname git_commit log_dir output_dir checkpoint_path user notes",
			"dataset optimizer model"},
	} {
		for _, n := range strings.Fields(c.yes) {
			if !c.is(strings.ReplaceAll(n, "_", "_")) {
				t.Errorf("%q is not taken for: %s", n, c.what)
			}
		}
		for _, n := range strings.Fields(c.never) {
			if c.is(n) {
				t.Errorf("%q is taken for: %s", n, c.what)
			}
		}
	}
}

func TestSplitAmong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		all  []string
		want Split
	}{
		{"accuracy", []string{"train_loss", "valid_loss", "accuracy"}, Validation},
		{"metrics/mAP50(B)", []string{"train/box_loss", "val/box_loss", "metrics/mAP50(B)"}, Validation},
		{"acc", []string{"train_loss", "val_loss", "val_acc", "acc"}, NoSplit},
		{"acc", []string{"loss", "val_loss", "acc"}, NoSplit},
		{"loss", []string{"train_loss", "val_loss", "loss"}, NoSplit},
		{"test_acc", []string{"train_loss", "val_loss", "test_acc"}, Test},
		{"acc", []string{"train_loss", "val_loss", "acc", "train_acc"}, NoSplit},
	} {
		if got := SplitAmong(c.name, c.all); got != c.want {
			t.Errorf("%s among %v: %v, wanted %v", c.name, c.all, got, c.want)
		}
	}
}

func TestOtherEnergies(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"action_energy": true, "kinetic_energy": true, "gpu0_energy": false, "free energy": true,
		"binding_energy_mean": true,
		"energy":              false, "total_energy": false, "train_energy_total": false, "gpu_energy": false,
		"energy_used":      false,
		"energy_per_epoch": false, "gesamtenergie_energie": true, "binding_energy_kj": false,
		"energy_consumption": false,
	} {
		if c, ok := CostOf(name); !ok || c.Kind != Energy || c.Other != want {
			t.Errorf("%s: %+v %v, wanted other: %v", name, c, ok, want)
		}
	}
	for name, want := range map[string]string{"gpu_energy": "gpu", "ram_energy (kWh)": "ram", "energy": ""} {
		if c, _ := CostOf(name); c.Of != want {
			t.Errorf("%s is of %q, wanted %q", name, c.Of, want)
		}
	}
}
