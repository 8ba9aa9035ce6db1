"""The callbacks against the real libraries; those that are not installed are skipped, with the reason."""

import math

import pytest

import eahas


def only(folder):
    runs = eahas.read_logs(folder)
    assert len(runs) == 1 and runs[0].broken == []
    return runs[0]


# ---- Keras


@pytest.fixture
def keras():
    pytest.importorskip("keras", reason="needs Keras with a backend (jax, torch or tensorflow)", exc_type=ImportError)
    import keras

    return keras


def keras_fit(keras, epochs, **more):
    import numpy as np

    keras.utils.set_random_seed(0)
    x = np.random.RandomState(0).rand(64, 4).astype("float32")
    y = (x.sum(1) > 2).astype("int32")
    model = keras.Sequential([keras.layers.Dense(4, activation="relu"), keras.layers.Dense(2, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(x, y, batch_size=16, epochs=epochs, validation_split=0.25, verbose=0, **more)


def test_keras(keras, tmp_path):
    from eahas.callbacks.keras import EahasLogger

    callback = EahasLogger(tmp_path, config={"batch_size": 16}, seed=0, energy=None)
    history = keras_fit(keras, 3, callbacks=[callback]).history
    run = only(tmp_path)
    assert (run.end, run.header["planned_epochs"]) == ("finished", 3)
    assert run.header["config"]["optimizer"]["name"] == "Adam"
    assert run.header["config"]["optimizer"]["learning_rate"] == pytest.approx(0.01)
    assert run.header["config"]["batch_size"] == 16
    assert [e.number for e in run.epochs] == [1, 2, 3]
    for name in ("loss", "val_loss", "accuracy", "val_accuracy"):
        assert [e.metrics[name] for e in run.epochs] == pytest.approx(history[name])


def test_keras_early_stop_and_given_run(keras, tmp_path):
    from eahas.callbacks.keras import EahasLogger

    stop = keras.callbacks.EarlyStopping("val_loss", patience=0, baseline=-1.0)
    keras_fit(keras, 9, callbacks=[stop, EahasLogger(tmp_path / "a", energy=None)])
    assert only(tmp_path / "a").end == "stopped_early"

    class Fails(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                raise OSError("data")

    with pytest.raises(OSError):
        with eahas.log(tmp_path / "b", energy=None, planned_epochs=4) as run:
            keras_fit(keras, 4, callbacks=[EahasLogger(run=run), Fails()])
    assert only(tmp_path / "b").end == "failed" and len(only(tmp_path / "b").epochs) == 1


# ---- Optuna


def test_optuna(tmp_path):
    optuna = pytest.importorskip("optuna")
    from eahas.callbacks.optuna import log_trial

    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def objective(trial):
        lr = trial.suggest_float("lr", 1e-4, 1, log=True)
        trial.suggest_int("depth", 2, 8, step=2)
        trial.suggest_categorical("act", ["relu", "gelu"])
        with log_trial(trial, tmp_path, metric="val_accuracy", planned_epochs=5, energy=None) as run:
            for epoch in range(5):
                run.epoch(val_accuracy=(1 - lr) * epoch / 5, loss=1.0)
            run.result(test_accuracy=0.5)
        return 1 - lr

    study = optuna.create_study(
        study_name="s",
        direction="maximize",
        sampler=optuna.samplers.RandomSampler(seed=1),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=3, n_warmup_steps=1),
    )
    study.optimize(objective, n_trials=12)
    runs = {r.header["tags"]["trial"]: r for r in eahas.read_logs(tmp_path)}
    assert len(runs) == 12
    states = {t.number: t.state.name for t in study.trials}
    assert "PRUNED" in states.values() and "COMPLETE" in states.values()
    for trial in study.trials:
        run = runs[trial.number]
        assert run.end == {"PRUNED": "pruned", "COMPLETE": "finished"}[states[trial.number]]
        assert run.header["config"] == trial.params
        values = {e.number: e.metrics["val_accuracy"] for e in run.epochs}
        assert values == pytest.approx(trial.intermediate_values)
        assert run.header["space"] == {
            "lr": {"kind": "log", "low": 1e-4, "high": 1},
            "depth": {"kind": "integer", "low": 2, "high": 8, "step": 2},
            "act": {"kind": "choice", "choices": ["relu", "gelu"]},
        }
        assert run.metrics["val_accuracy"]["objective"] is True


# ---- Lightning


@pytest.fixture
def lightning():
    return pytest.importorskip("lightning.pytorch", reason="needs Lightning, and so PyTorch", exc_type=ImportError)


def module(lightning, late=True, fail_at=None):
    import torch

    class Module(lightning.LightningModule):
        def __init__(self, lr, width):
            super().__init__()
            self.save_hyperparameters()
            self.net = torch.nn.Linear(4, 1)
            self.truth = []  # what each epoch logged

        def training_step(self, batch, index):
            if self.current_epoch == fail_at:
                raise OSError("data")
            loss = self.net(batch[0]).square().mean()
            self.log("train_loss", loss, on_step=True, on_epoch=True)
            return loss

        def validation_step(self, batch, index):
            self.log("val_accuracy", (self.current_epoch + 1) / 10)

        def on_train_epoch_end(self):
            if late:
                self.log("late", float(self.current_epoch))

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), self.hparams.lr)

        def data(self):
            return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.rand(16, 4)), 8)

        train_dataloader = val_dataloader = data

    return Module(lr=0.1, width=4)


def lightning_fit(lightning, tmp_path, model, callbacks, **more):
    options = dict(accelerator="cpu", logger=False, enable_checkpointing=False, enable_progress_bar=False)
    trainer = lightning.Trainer(enable_model_summary=False, callbacks=callbacks, **{**options, **more})
    trainer.fit(model)


@pytest.mark.filterwarnings("ignore")
def test_lightning(lightning, tmp_path):
    from eahas.callbacks.lightning import EahasLogger

    callback = EahasLogger(tmp_path, config={"extra": 1}, energy=None)
    lightning_fit(lightning, tmp_path, module(lightning), [callback], max_epochs=4, check_val_every_n_epoch=2)
    run = only(tmp_path)
    assert (run.end, run.header["planned_epochs"]) == ("finished", 4)
    assert run.header["config"] == {"lr": 0.1, "width": 4, "extra": 1}
    assert [e.number for e in run.epochs] == [0, 1, 2, 3, 4]
    # Validated every second epoch: no value of an earlier epoch stands in the others.
    validated = [e.metrics.get("val_accuracy") for e in run.epochs]
    assert validated == [None, None, pytest.approx(0.2), None, pytest.approx(0.4)]
    assert [e.metrics.get("late") for e in run.epochs] == [None, 0, 1, 2, 3]
    assert all("train_loss" in e.metrics or "train_loss_epoch" in e.metrics for e in run.epochs[1:])


@pytest.mark.filterwarnings("ignore")
def test_lightning_ends(lightning, tmp_path):
    from eahas.callbacks.lightning import EahasLogger

    stop = lightning.callbacks.EarlyStopping("val_accuracy", mode="min", patience=1)
    callbacks = [stop, EahasLogger(tmp_path / "a", energy=None)]
    lightning_fit(lightning, tmp_path, module(lightning), callbacks, max_epochs=9)
    assert only(tmp_path / "a").end == "stopped_early"
    with pytest.raises(OSError):
        model = module(lightning, fail_at=2)
        lightning_fit(lightning, tmp_path, model, [EahasLogger(tmp_path / "b", energy=None)], max_epochs=9)
    run = only(tmp_path / "b")
    assert run.end == "failed" and [e.number for e in run.epochs] == [0, 1, 2]


# ---- Hugging Face


@pytest.mark.filterwarnings("ignore")
def test_transformers(tmp_path):
    transformers = pytest.importorskip("transformers", reason="needs transformers")
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    pytest.importorskip("accelerate", reason="needs accelerate")
    from eahas.callbacks.transformers import EahasLogger

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.net = torch.nn.Linear(4, 2)

        def forward(self, x, labels):
            logits = self.net(x)
            return {"loss": torch.nn.functional.cross_entropy(logits, labels), "logits": logits}

    data = [{"x": torch.rand(4), "labels": torch.tensor(i % 2)} for i in range(32)]
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path / "out"),
        num_train_epochs=2,
        per_device_train_batch_size=8,
        logging_steps=2,
        eval_strategy="epoch",
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
        seed=7,
    )
    trainer = transformers.Trainer(
        Net(),
        arguments,
        train_dataset=data,
        eval_dataset=data,
        compute_metrics=lambda p: {"accuracy": float((p.predictions.argmax(-1) == p.label_ids).mean())},
        callbacks=[EahasLogger(tmp_path / "runs", config={"width": 4}, energy=None)],
    )
    trainer.train()
    run = only(tmp_path / "runs")
    history = trainer.state.log_history
    assert (run.end, run.header["planned_epochs"], run.header["seed"]) == ("finished", 2, 7)
    assert run.header["config"]["per_device_train_batch_size"] == 8 and run.header["config"]["width"] == 4
    assert "output_dir" not in run.header["config"]
    assert [e.number for e in run.epochs] == [0, 0.5, 1, 1.5, 2]
    for key in ("loss", "eval_loss", "eval_accuracy"):
        want = {h["epoch"]: h[key] for h in history if key in h}
        got = {e.number: e.metrics[key] for e in run.epochs if key in e.metrics}
        assert got == pytest.approx(want)
    assert not any("runtime" in k or "per_second" in k for e in run.epochs for k in e.metrics)
    assert run.last["results"]["train_loss"] == pytest.approx(history[-1]["train_loss"])


# ---- plain PyTorch needs no callback


def test_torch(tmp_path):
    torch = pytest.importorskip("torch", reason="needs PyTorch")
    net = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(net.parameters(), 0.1)
    with eahas.log(tmp_path, config={"lr": 0.1, "dtype": torch.float32}, energy=None) as run:
        for _ in range(2):
            loss = net(torch.ones(4, 2)).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            run.epoch(loss=loss, val_accuracy=torch.tensor(0.5))
    read = only(tmp_path)
    assert read.header["config"] == {"lr": 0.1, "dtype": "torch.float32"}
    assert (
        all(math.isfinite(e.metrics["loss"]) for e in read.epochs) and read.epochs[0].metrics["val_accuracy"] == 0.5
    )
