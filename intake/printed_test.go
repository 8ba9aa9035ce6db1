package intake

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// What trainings print, of scripts as their users write them: Keras' bar, PyTorch's examples of MNIST and ImageNet,
// tables of words, loggers with time stamps.
func TestPrinted(t *testing.T) {
	for what, c := range map[string]struct {
		text string
		want map[string]float64 // at the last epoch, 2
	}{
		"pairs": {"Epoch 1/2: train_loss=2.000 val_acc=0.50 time=10.5s\n" +
			"Epoch 2/2: train_loss=1.5 val_acc=0.6 time=11s\nbest epoch: 1\n",
			map[string]float64{"train_loss": 1.5, "val_acc": .6, "time_s": 11}},
		"keras": {"Epoch 1/2\n10/10 - 1s - 99ms/step - accuracy: 0.40 - loss: 0.9 - val_loss: 0.8\n" +
			"Epoch 2/2\n10/10 - 1s - 99ms/step - accuracy: 0.50 - loss: 0.7 - val_loss: 0.6\n",
			map[string]float64{"accuracy": .5, "loss": .7, "val_loss": .6}},
		"mnist": {"Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.3\nTrain Epoch: 1 [640/60000 (1%)]\tLoss: 2.1\n\n" +
			"Test set: Average loss: 0.0512, Accuracy: 9800/10000 (98%)\n" +
			"Train Epoch: 2 [640/60000 (1%)]\tLoss: 1.1\n\n" +
			"Test set: Average loss: 0.0401, Accuracy: 9850/10000 (98.5%)\n",
			map[string]float64{"train_Loss": 1.1, "test_Average_loss": .0401, "test_Accuracy": 98.5}},
		"imagenet": {"Epoch: [0][  0/391]\tTime  0.294 ( 0.294)\tLoss 2.4e+00 (2.4e+00)\tAcc@1   9.38 (  9.38)\n" +
			"Epoch: [1][390/391]\tTime  0.200 ( 0.250)\tLoss 2.0e+00 (2.2e+00)\tAcc@1  19.38 ( 15.50)\n",
			map[string]float64{"Time": .25, "Loss": 2.2, "Acc@1": 15.5}},
		"words": {"Namespace(lr=0.1, opt='sgd', seed=3)\n" +
			"2026-01-01 10:00:00,123 INFO Epoch 1 | Train Loss: 0.5 | Val Acc: 91.2%\n" +
			"2026-01-01 10:01:00,123 INFO Epoch 2 | Train Loss: 0.4 | Val Acc: 92.5%\n",
			map[string]float64{"Train_Loss": .4, "Val_Acc": 92.5}},
		"steps": {"import torch # step 9 of the recipe\nstep:1/2 train_loss:2.5 train_time:387ms step_avg:1ms\n" +
			"step:1/2 val_loss:2.4\nstep:2/2 train_loss:1.5 train_time:500ms step_avg:2ms\nstep:2/2 val_loss:1.4\n",
			map[string]float64{"train_loss": 1.5, "train_time_ms": 500, "val_loss": 1.4, "step_avg": 2}},
		"iterations": {"2026-01-01 10:00:00 - INFO - iter 1: loss 2.5, time 10.5ms\niter 1: loss=2.5 lr=1e-3\n" +
			"saving step 7\niter 2: loss=1.5 lr=1e-4\n", map[string]float64{"loss": 1.5, "lr": 1e-4}},
		"brackets": {"[12/40] Building CXX object\n[ 1/ 2] loss: 2.5, acc: 0.5\n[ 2/ 2] loss: 1.5, acc: 0.7\n",
			map[string]float64{"loss": 1.5, "acc": .7}},
		"bars": {"1/2: loss: 2.5, acc: 0.5\n2/2: loss: 1.5, acc: 0.7\n", map[string]float64{"loss": 1.5, "acc": .7}},
		"parts": {"[epoch 1] Train: loss=0.5 acc=0.7 | Val: loss=0.6 acc=0.65\n" +
			"[epoch 2] Train: loss=0.4 acc=0.8 | Val: loss=0.5 acc=0.75\n",
			map[string]float64{"train_loss": .4, "train_acc": .8, "val_loss": .5, "val_acc": .75}},
	} {
		log := read(t, "printed", Options{}, lay(t, map[string]string{"a/train.log": c.text, "b/train.log": c.text}))
		if len(log.Runs) != 2 {
			t.Fatalf("%s: %d runs", what, len(log.Runs))
		}
		got := map[string]float64{}
		for name, s := range log.Runs[0].Series {
			if n := len(s.Epochs); s.Epochs[n-1] == 2 {
				got[name] = s.Values[n-1]
			}
		}
		if !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
		if what == "words" {
			lr, _ := log.Runs[1].Config["lr"].Float()
			if opt, _ := log.Runs[1].Config["opt"].Str(); lr != 0.1 || opt != "sgd" || log.Runs[1].Seed != "3" {
				t.Errorf("settings %v, seed %s", log.Runs[1].Config, log.Runs[1].Seed)
			}
		}
	}
}

// Seconds since the start count on, also where the clock was set back once.
func TestClockSetBack(t *testing.T) {
	text := ""
	for step := 1; step <= 60; step++ {
		ms := 20000 + 100*step
		if step > 10 {
			ms = 1000 * (step - 10)
		}
		text += fmt.Sprintf("step:%d/60 loss:%g train_time:%dms\n", step, 1/float64(step), ms)
	}
	log := read(t, "printed", Options{}, lay(t, map[string]string{"a/train.log": text, "b/train.log": text}))
	for _, c := range log.Columns {
		if c.Name == "train_time_ms" && (c.Role != RoleSeconds || c.Shape != Cumulative) {
			t.Errorf("%+v", c)
		}
	}
}

// Texts beside what a tool logged are left alone, and so are those that number nothing, or have no metric.
func TestNotPrinted(t *testing.T) {
	text := "Epoch 1: val_acc=0.5\nEpoch 2: val_acc=0.6\n"
	files := map[string]string{}
	for i := range 3 {
		files[fmt.Sprintf("r%d/train.log", i)] = text
		files[fmt.Sprintf("r%d/metrics.csv", i)] = "epoch,loss,val_acc\n1,2,.5\n2,1,.6\n"
	}
	read(t, "keras", Options{}, lay(t, files))
	for _, other := range []string{"val_acc=0.5\nval_acc=0.6\n", "Epoch 1: began\nEpoch 2: began\n",
		"epochs: 50\nlr: 0.1\n", "Epoch 2: val_acc=0.5\nEpoch 1: val_acc=0.6\n", "[1/9] Building a\n[2/9] Building b\n",
		"step 1: read\nstep 2: mix\n", "[2/9] loss: 1\n[1/9] loss: 2\n"} {
		m, err := Open(t.Context(), lay(t, map[string]string{"a/x.log": other, "b/x.log": other}))
		if err != nil || m != nil && slices.ContainsFunc(m.Found, func(f Found) bool { return f.Tool == "printed" }) {
			t.Errorf("%q: %v", other, err)
		}
	}
}
