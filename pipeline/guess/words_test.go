package guess

import (
	"testing"

	"eahas/trial/names"
)

// The kinds are those of docs/log.md; words stand alone, and weights of a loss are settings.
func TestMetricKind(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"val_loss": "loss", "trainLoss": "loss", "nll": "loss", "test/rmse": "loss", "cross_entropy": "loss",
		"val_err": "error", "top1_err": "error", "WER": "error", "error": "error",
		"acc": "accuracy", "valAcc": "accuracy", "Top5": "accuracy", "eval/accuracy": "accuracy",
		"f1": "score", "mIoU": "score", "miou": "score", "AUC": "score", "reward": "score",
		"latency": "", "accumulate": "", "lossy": "", "lr": "", "": "",
		"loss_weight": "", "weight_loss": "", "accuracy_threshold": "", "score_fn": "", "error_type": "",
		"acc_loss": "loss", "top1_error": "error", "err_acc": "error", // the first row that has a word decides
	} {
		if got := names.Metric(name); got != want {
			t.Errorf("Metric(%q) = %q, wanted %q", name, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"epoch": true, "train/epoch": true, "epoch_id": true, "Step": true,
		"training_iteration": true, "epoch_time": false, "stepsize": false,
		"max_epochs": false} {
		if got := isEpochs(name); got != want {
			t.Errorf("isEpochs(%q) = %v", name, got)
		}
	}
	for name, want := range map[string]string{"config.lr": "lr", "params_lr": "lr", "hparams/opt.lr": "opt.lr",
		"lr": "lr", "configure": "configure", "my.config.lr": "my.config.lr"} {
		if got := bare(name); got != want {
			t.Errorf("bare(%q) = %q, wanted %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"a.b": "b", "a/b": "b", "a.b/c": "c", "a/b.c": "c", "a": "a", "a.": "a.",
		"": ""} {
		if got := names.Last(name); got != want {
			t.Errorf("names.Last(%q) = %q, wanted %q", name, got, want)
		}
	}
}
