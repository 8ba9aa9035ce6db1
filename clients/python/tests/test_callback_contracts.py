"""The callbacks of libraries that are too large to install for every test: what Lightning 2.6.6 and transformers 5.24.0
call is written down here. Where the library is, the record is held against it; where it is not, the callback is driven
by it."""
import importlib
import importlib.util
import inspect
import sys
import types

import pytest

import eahas

LIGHTNING = {
    "on_fit_start": ["trainer", "pl_module"], "on_train_start": ["trainer", "pl_module"],
    "on_train_epoch_start": ["trainer", "pl_module"], "on_train_epoch_end": ["trainer", "pl_module"],
    "on_train_end": ["trainer", "pl_module"], "on_fit_end": ["trainer", "pl_module"],
    "on_exception": ["trainer", "pl_module", "exception"],
}
TRAINER = ("max_epochs", "current_epoch", "world_size", "global_rank", "local_rank", "num_nodes", "device_ids",
    "strategy", "callback_metrics")
TRANSFORMERS = {name: ["args", "state", "control", "kwargs"] for name in ("on_train_begin", "on_log", "on_train_end")}
STATE = ("epoch", "global_step", "max_steps", "num_train_epochs")
ARGUMENTS = ("num_train_epochs", "max_steps", "seed", "learning_rate", "weight_decay", "optim",
    "per_device_train_batch_size")


def present(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def only(folder):
    [run] = eahas.read_logs(folder)
    assert run.broken == []
    return run


def overridden(ours, base):
    return {n for n in vars(ours) if n.startswith("on_") and callable(getattr(base, n, None))}


@pytest.fixture
def stand_in(monkeypatch):
    """Puts a module with one base class in the library's place."""
    def put(name, cls, hooks, callback):
        module = types.ModuleType(name)
        setattr(module, cls, type(cls, (), {h: lambda self, *a, **k: None for h in hooks}))
        for part in [name.rsplit(".", i)[0] for i in range(name.count("."), 0, -1)]:
            monkeypatch.setitem(sys.modules, part, types.ModuleType(part))
        monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.delitem(sys.modules, callback, raising=False)
        loaded = importlib.import_module(callback)
        monkeypatch.delitem(sys.modules, callback)
        return loaded.EahasLogger

    return put


@pytest.mark.skipif(not present("lightning.pytorch"), reason="needs Lightning, and so PyTorch")
def test_what_lightning_calls():
    lightning = importlib.import_module("lightning.pytorch")
    from eahas.callbacks.lightning import EahasLogger

    for name, parameters in LIGHTNING.items():
        assert list(inspect.signature(getattr(lightning.Callback, name)).parameters)[1:] == parameters, name
    assert overridden(EahasLogger, lightning.Callback) == set(LIGHTNING)
    trainer = lightning.Trainer(accelerator="cpu", logger=False, enable_checkpointing=False)
    assert all(hasattr(trainer, name) for name in TRAINER)


@pytest.mark.skipif(not present("transformers") or not present("torch"), reason="needs transformers with PyTorch")
def test_what_transformers_call():
    transformers = importlib.import_module("transformers")
    from eahas.callbacks.transformers import EahasLogger

    for name, parameters in TRANSFORMERS.items():
        assert list(inspect.signature(getattr(transformers.TrainerCallback, name)).parameters)[1:] == parameters, name
    assert overridden(EahasLogger, transformers.TrainerCallback) == set(TRANSFORMERS)
    assert all(hasattr(transformers.TrainerState(), name) for name in STATE)
    assert all(name in transformers.TrainingArguments.__dataclass_fields__ for name in ARGUMENTS)


@pytest.mark.parametrize("error", [None, OSError("data")])
def test_lightning_by_the_record(stand_in, tmp_path, error):
    logger = stand_in("lightning.pytorch", "Callback", LIGHTNING, "eahas.callbacks.lightning")
    callback = logger(tmp_path, config={"extra": 1}, energy=None)
    assert {n for n in vars(logger) if n.startswith("on_")} == set(LIGHTNING)
    trainer = types.SimpleNamespace(
        max_epochs=3, current_epoch=0, world_size=1, global_rank=0, local_rank=0, num_nodes=1, device_ids=[0],
        strategy=types.SimpleNamespace(root_device=types.SimpleNamespace(type="cpu")), callback_metrics={})
    assert set(vars(trainer)) == set(TRAINER)
    both = {"trainer": trainer, "pl_module": types.SimpleNamespace(hparams={"lr": 0.1})}
    callback.on_fit_start(**both)
    callback.on_train_start(**both)
    for epoch in range(3):
        trainer.current_epoch = epoch
        callback.on_train_epoch_start(**both)
        if error and epoch == 2:
            callback.on_exception(**both, exception=error)
            break
        trainer.callback_metrics = {**trainer.callback_metrics, "val_accuracy": 0.1 + epoch, "loss_step": 5.0}
        callback.on_train_epoch_end(**both)
        trainer.callback_metrics["late"] = float(epoch)
    else:
        callback.on_train_end(**both)
        callback.on_fit_end(**both)
    run = only(tmp_path)
    assert run.header["config"] == {"lr": 0.1, "extra": 1} and run.header["planned_epochs"] == 3
    assert run.end == ("failed" if error else "finished")
    last = 2 if error else 3
    assert [e.number for e in run.epochs] == list(range(last + 1))
    assert run.epochs[-1].metrics == {"val_accuracy": last - 0.9, "late": last - 1.0}


def test_transformers_by_the_record(stand_in, tmp_path):
    logger = stand_in("transformers", "TrainerCallback", TRANSFORMERS, "eahas.callbacks.transformers")
    assert {n for n in vars(logger) if n.startswith("on_")} == set(TRANSFORMERS)
    callback = logger(tmp_path, config={"width": 4}, energy=None)
    values = dict(num_train_epochs=2.0, max_steps=-1, seed=7, learning_rate=1e-3, weight_decay=0.0, optim="adamw",
        per_device_train_batch_size=8)
    assert set(values) == set(ARGUMENTS)
    state = types.SimpleNamespace(epoch=None, global_step=0, max_steps=8, num_train_epochs=2)
    assert set(vars(state)) == set(STATE)
    both = {"args": types.SimpleNamespace(**values), "state": state, "control": None}
    callback.on_train_begin(**both, model=None)
    for step in (2, 4, 6, 8):
        state.epoch, state.global_step = step / 4, step
        callback.on_log(
            **both, logs={"loss": 1 / step, "grad_norm": 2.0, "learning_rate": 1e-3, "epoch": step / 4}, model=None
        )
    callback.on_log(**both, logs={"eval_accuracy": 0.75, "eval_runtime": 1.0, "epoch": 2.0})
    callback.on_log(**both, logs={"train_runtime": 3.0, "train_loss": 0.25, "epoch": 2.0})
    callback.on_train_end(**both)
    run = only(tmp_path)
    assert (run.end, run.header["planned_epochs"], run.header["seed"]) == ("finished", 2, 7)
    assert run.header["config"]["per_device_train_batch_size"] == 8 and run.header["config"]["width"] == 4
    assert [e.number for e in run.epochs] == [0, 0.5, 1, 1.5, 2]
    assert run.epochs[-1].metrics["eval_accuracy"] == 0.75 and run.epochs[-1].metrics["loss"] == 1 / 8
    assert run.last["results"] == {"train_loss": 0.25}
