package intake

import (
	"context"
	"path"
	"slices"
	"strings"

	"eahas/features"
)

var huggingfaceReader = Reader{
	Name:  "huggingface",
	Tool:  "Hugging Face Trainer",
	Files: "trainer_state.json of runs and their checkpoints; training_args.json",
	Told:  "a trainer_state.json with log_history",
	Gives: "loss and eval_* by (fractional) epoch; the configuration from training_args.json beside it " +
		"(args.to_json_string()) or from the run's TensorBoard events; train_runtime as seconds of the whole run",
	Convert: "training_args.bin is a pickle: open(\"training_args.json\", \"w\").write(trainer.args.to_json_string())",
	find: func(t *tree) *Found {
		files := t.free(func(f *file) bool {
			return f.base() == "trainer_state.json" && strings.Contains(string(f.head()), `"log_history"`) ||
				f.base() == "trainer_state.json" && f.size > headBytes
		})
		for _, f := range files {
			for _, c := range t.dirs[f.dir()] {
				if c.base() == "training_args.json" || c.base() == "config.json" ||
					strings.HasSuffix(c.base(), "_results.json") {
					t.take("huggingface", c)
				}
			}
		}
		return found(Certain, "trainer_state.json with log_history", files)
	},
	read: readHuggingFace,
}

func readHuggingFace(ctx context.Context, t *tree, found *Found, log *Log) error {
	// A run's folder may hold its checkpoints: the state of the most steps has the whole history.
	states := map[string]map[string]any{}
	var order []string
	from := map[string]*file{}
	err := log.each(ctx, found.files, func(f *file) error {
		v, err := readJSON(f)
		if err != nil {
			return err
		}
		state := object(v)
		id := f.dir()
		if strings.HasPrefix(path.Base(id), "checkpoint-") && path.Dir(id) != "." {
			id = path.Dir(id)
		}
		if states[id] == nil {
			order = append(order, id)
		} else if steps(state) < steps(states[id]) || steps(state) == steps(states[id]) &&
			entries(state) <= entries(states[id]) {
			return nil
		}
		states[id], from[id] = state, f
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range order {
		run, err := log.run("huggingface", id, from[id].name)
		if err != nil {
			return err
		}
		run.Name = path.Base(id)
		log.trainerArgs(run, t.beside(id, "training_args.json"))
		if err := log.history(run, states[id]); err != nil {
			return err
		}
	}
	return nil
}

func steps(state map[string]any) float64 {
	x, _ := number(state["global_step"])
	return x
}

func entries(state map[string]any) int {
	list, _ := state["log_history"].([]any)
	return len(list)
}

// trainerBookkeeping are training arguments that say where things are written, not how the model is trained.
var trainerBookkeeping = []string{"output_dir", "logging_dir", "run_name", "report_to", "push_to_hub", "hub_", "save_",
	"logging_", "eval_steps", "eval_delay", "disable_tqdm", "log_",
	"local_rank", "ddp_", "deepspeed", "fsdp", "dataloader_", "overwrite_", "do_", "load_best", "metric_for",
	"greater_is", "ignore_data", "resume_", "skip_", "past_index",
	"include_", "remove_unused", "no_cuda", "use_cpu", "use_mps", "jit_mode", "tpu_", "ray_", "mp_parameters", "debug",
	"prediction_loss_only", "eval_", "evaluation_", "trackio", "project", "accelerator_config", "average_tokens"}

// trainerArgs reads training arguments: those that say how a model is trained. What every run leaves at its default is
// constant and so no axis.
func (l *Log) trainerArgs(run *Run, f *file) {
	if f == nil {
		return
	}
	v, err := readJSON(f)
	if err != nil {
		l.leave(f.name, "%v", err)
		return
	}
	flatten("", v, func(name string, v features.Value) {
		if !slices.ContainsFunc(trainerBookkeeping, func(p string) bool { return strings.HasPrefix(name, p) }) {
			run.set(name, v)
		}
	})
}

// history reads the log_history of a trainer's state.
func (l *Log) history(run *Run, state map[string]any) error {
	if x, ok := number(state["num_train_epochs"]); ok && x > 0 {
		run.Planned = x
	}
	if x, ok := number(state["train_batch_size"]); ok && x > 0 && len(run.Config) == 0 {
		run.set("train_batch_size", features.Number(x))
	}
	ended, err := l.entries(run, state)
	if err != nil {
		return err
	}
	l.declare(Column{Name: "train_runtime", Role: RoleSeconds, Unit: "s", Shape: Total,
		Why: "train_runtime is the whole training in seconds"})
	for _, name := range []string{"eval_runtime", "eval_samples_per_second", "eval_steps_per_second", "learning_rate",
		"grad_norm"} {
		l.declare(Column{Name: name, Role: RoleMetric, Kind: "other", Unit: "raw",
			Why: "of one evaluation or of the schedule"})
	}
	most := 0.0
	for _, s := range run.Series {
		s.sort()
		if n := len(s.Epochs); n > 0 {
			most = max(most, s.Epochs[n-1])
		}
	}
	switch {
	case ended && most < run.Planned-0.5:
		run.Status = Stopped
	case ended:
		run.Status = Finished
	case most < run.Planned-1e-6:
		run.Status = Killed
	}
	return nil
}

// entries takes the points of a log_history. ended: the entry that is written at the training's end is there.
func (l *Log) entries(run *Run, state map[string]any) (ended bool, err error) {
	list, _ := state["log_history"].([]any)
	for _, e := range list {
		entry := object(e)
		epoch, ok := number(entry["epoch"])
		if !ok {
			if epoch, ok = number(entry["step"]); !ok {
				continue
			}
		}
		_, final := entry["train_runtime"]
		for name, v := range entry {
			x, ok := number(v)
			if !ok || name == "epoch" || name == "step" {
				continue
			}
			if final {
				run.Final[name] = features.Number(x)
			} else if err := l.point(run, name, epoch, x); err != nil {
				return ended, err
			}
		}
		ended = ended || final
	}
	return ended, nil
}
