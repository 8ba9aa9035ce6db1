"""Writes logs by the real tools, with the truth beside them: write_logs.py OUT [TOOL...], without one all TOOLS.

Every tool logs the same kind of small real training: a linear classifier on scikit-learn's digits, by stochastic
gradient descent, a few epochs. OUT/TOOL holds what the tool wrote, OUT/TOOL.json what it was told:
{"runs": [{"config", "epochs", "metrics", "status", ...}], "version": ...}.
"""
import importlib.metadata
import json
import os
import pathlib
import sys
import time
import warnings

warnings.filterwarnings("ignore")
os.environ.setdefault("KERAS_BACKEND", "jax")

CONFIGS = [{"alpha": 1e-4, "batch": 64, "seed": 0}, {"alpha": 1e-2, "batch": 128, "seed": 1},
    {"alpha": 1.0, "batch": 32, "seed": 2}]
EPOCHS = 4


def digits():
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    x, y = load_digits(return_X_y=True)
    return train_test_split(x / 16.0, y, test_size=0.3, random_state=0)


def train(config, epochs=EPOCHS):
    """Yields (epoch from 1, validation accuracy, training loss)."""
    import numpy as np
    from sklearn.linear_model import SGDClassifier
    from sklearn.metrics import log_loss

    xt, xv, yt, yv = digits()
    model = SGDClassifier(loss="log_loss", alpha=config["alpha"], random_state=config["seed"])
    rng = np.random.default_rng(config["seed"])
    for epoch in range(1, epochs + 1):
        order = rng.permutation(len(xt))
        for i in range(0, len(order), config["batch"]):
            part = order[i : i + config["batch"]]
            model.partial_fit(xt[part], yt[part], classes=range(10))
        yield epoch, float(model.score(xv, yv)), float(log_loss(yt, model.predict_proba(xt)))


def run(config, log, epochs=EPOCHS, cut=None):
    """Trains, calls log(epoch, val_acc, loss) and returns what it was told."""
    told = {"config": config, "epochs": [], "metrics": {"val_acc": [], "loss": []}}
    for epoch, acc, loss in train(config, epochs):
        log(epoch, acc, loss)
        told["epochs"].append(epoch)
        told["metrics"]["val_acc"].append(acc)
        told["metrics"]["loss"].append(loss)
        if epoch == cut:
            break
    return told


def version(package):
    return importlib.metadata.version(package)


def tensorboard(out):
    """tensorboardX: simple values and hparams; tensorboard.summary: scalars as tensors."""
    from tensorboard.summary import Writer
    from tensorboardX import SummaryWriter

    runs = []
    for i, c in enumerate(CONFIGS):
        w = SummaryWriter(str(out / f"run{i}"))

        def log(epoch, acc, loss):
            w.add_scalar("val/acc", acc, epoch)
            w.add_scalar("train/loss", loss, epoch)

        told = run(c, log)
        w.add_hparams({"alpha": c["alpha"], "batch": c["batch"], "seed": c["seed"], "net": "linear", "fast": True},
            {"hparam/acc": told["metrics"]["val_acc"][-1]}, name="hp")
        w.close()
        runs.append(told | {"id": f"run{i}"})
    w = Writer(str(out / "tensors"))
    c = CONFIGS[0]

    def log(epoch, acc, loss):
        w.add_scalar("val/acc", acc, epoch)
        w.add_scalar("train/loss", loss, epoch)

    told = run(c, log)
    w.close()
    runs.append(told | {"id": "tensors"})
    return {"runs": runs, "version": f"tensorboardX {version('tensorboardX')}, tensorboard {version('tensorboard')}"}


def keras(out):
    import keras

    xt, xv, yt, yv = digits()
    runs = []
    for i, c in enumerate(CONFIGS[:2]):
        keras.utils.set_random_seed(c["seed"])
        m = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, activation="softmax")])
        m.compile(keras.optimizers.SGD(c["alpha"] * 10), "sparse_categorical_crossentropy", metrics=["accuracy"])
        d = out / f"lr={c['alpha'] * 10}_bs={c['batch']}"
        d.mkdir()
        h = m.fit(xt, yt, batch_size=c["batch"], epochs=EPOCHS, validation_data=(xv, yv), verbose=0,
            callbacks=[keras.callbacks.CSVLogger(str(d / "training.log"))])
        runs.append({"id": d.name, "config": {"lr": c["alpha"] * 10, "bs": c["batch"]},
            "epochs": list(range(1, EPOCHS + 1)), "metrics": {k: [float(x) for x in v] for k, v in h.history.items()}})
    return {"runs": runs, "version": f"keras {version('keras')}"}


def optuna(out):
    import optuna as o

    o.logging.set_verbosity(o.logging.ERROR)
    study = o.create_study(study_name="digits", storage=f"sqlite:///{out}/optuna.db", direction="maximize",
        sampler=o.samplers.RandomSampler(seed=0))
    runs = []

    def objective(trial):
        c = {"alpha": trial.suggest_float("alpha", 1e-5, 10, log=True),
            "batch": trial.suggest_categorical("batch", [32, 64, 128]),
            "penalty": trial.suggest_categorical("penalty", ["l2", "none"]), "seed": 0}
        told = {"id": f"digits/{trial.number}", "config": {k: c[k] for k in ("alpha", "batch", "penalty")},
            "epochs": [], "metrics": {"intermediate": []}}
        runs.append(told)
        if trial.number == 5:
            told["status"] = "failed"
            raise ValueError("as planned")
        for epoch, acc, _ in train(c):
            trial.report(acc, epoch)
            told["epochs"].append(epoch)
            told["metrics"]["intermediate"].append(acc)
            if trial.number in (2, 4) and epoch == 2:
                told["status"] = "pruned"
                raise o.TrialPruned()
        told |= {"status": "finished", "value": acc}
        return acc

    study.optimize(objective, n_trials=6, catch=(ValueError,))
    study.trials_dataframe().to_csv(out / "trials.csv", index=False)
    return {"runs": runs, "version": f"optuna {version('optuna')}"}


def mlflow(out, uri=None):
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    import mlflow as m

    m.set_tracking_uri(uri or f"file://{out}/mlruns")
    m.set_experiment("digits")
    runs = []
    for i, c in enumerate(CONFIGS):
        with m.start_run(run_name=f"run-{i}") as active:
            m.log_params({"alpha": c["alpha"], "batch": c["batch"], "seed": c["seed"]})
            told = run(c, lambda e, a, l: m.log_metrics({"val_acc": a, "loss": l}, step=e))
            m.set_tag("host", "here")
            runs.append(told | {"id": active.info.run_id, "status": "finished"})
    return {"runs": runs, "version": f"mlflow-skinny {version('mlflow-skinny')}"}


def mlflowdb(out):
    return mlflow(out, f"sqlite:///{out}/mlflow.db")


def raytune(out):
    import ray
    from ray import tune

    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    here = str(pathlib.Path(__file__).parent)

    def trainable(config):
        sys.path.insert(0, here)
        from ray import tune as t
        import write_logs

        for epoch, acc, loss in write_logs.train(config):
            t.report({"val_acc": acc, "loss": loss, "nested": {"twice": 2 * acc}})

    results = tune.Tuner(
        trainable,
        param_space={"alpha": tune.grid_search([1e-4, 1e-2]), "batch": 64, "seed": 0},
        run_config=tune.RunConfig(name="digits", storage_path=str(out), verbose=0),
    ).fit()
    runs = []
    for r in results:
        d = r.metrics_dataframe
        runs.append({"id": r.metrics["trial_id"], "config": {k: v for k, v in r.config.items() if k != "seed"},
            "epochs": d["training_iteration"].tolist(),
            "metrics": {"val_acc": d["val_acc"].tolist(), "loss": d["loss"].tolist()},
            "seconds": d["time_total_s"].tolist()})
    ray.shutdown()
    return {"runs": runs, "version": f"ray {version('ray')}"}


def wandb(out):
    os.environ.update(WANDB_MODE="offline", WANDB_DIR=str(out), WANDB_SILENT="true")
    import wandb as w

    runs = []
    for i, c in enumerate(CONFIGS):
        r = w.init(project="digits", id=f"run{i}", name=f"sgd-{i}",
            config={"alpha": c["alpha"], "batch": c["batch"], "seed": c["seed"], "net": {"kind": "linear"}},
            settings=w.Settings(x_disable_stats=True, x_disable_meta=True))
        told = run(c, lambda e, a, l: r.log({"epoch": e, "val_acc": a, "loss": l}))
        r.summary["best"] = max(told["metrics"]["val_acc"])
        r.finish()
        runs.append(told | {"id": f"run{i}"})
    return {"runs": runs, "version": f"wandb {version('wandb')}"}


def codecarbon(out):
    from codecarbon import EmissionsTracker

    runs = []
    for i, c in enumerate(CONFIGS[:2]):
        t = EmissionsTracker(project_name=f"run{i}", output_dir=str(out), measure_power_secs=1, log_level="critical",
            allow_multiple_runs=True, force_mode_cpu_load=False, force_cpu_power=35.0)
        t.start()
        began = time.time()
        told = run(c, lambda *_: time.sleep(0.3))
        t.stop()
        d = t.final_emissions_data
        runs.append(told | {"id": f"run{i}", "joules": d.energy_consumed * 3.6e6, "total_seconds": d.duration,
            "began": began, "ended": time.time()})
    return {"runs": runs, "version": f"codecarbon {version('codecarbon')}"}


def smac(out):
    from ConfigSpace import Categorical, ConfigurationSpace, Float
    from smac import MultiFidelityFacade, Scenario

    space = ConfigurationSpace(seed=0)
    space.add([Float("alpha", (1e-4, 1.0), log=True), Categorical("batch", [64, 128])])
    scenario = Scenario(space, name="digits", output_directory=out, n_trials=8, min_budget=1, max_budget=4, seed=0)
    runs = []

    def target(config, seed=0, budget=0):
        c = {"alpha": config["alpha"], "batch": int(config["batch"]), "seed": seed}
        *_, (epoch, acc, _) = train(c, max(1, int(budget)))
        runs.append({"config": {"alpha": c["alpha"], "batch": c["batch"]}, "budget": budget, "value": 1 - acc})
        return 1 - acc

    MultiFidelityFacade(scenario, target, overwrite=True, logging_level=40).optimize()
    return {"runs": runs, "version": f"smac {version('smac')}"}


def synetune(out):
    os.environ["SYNETUNE_FOLDER"] = str(out)
    import logging

    from syne_tune import StoppingCriterion, Tuner
    from syne_tune.backend import LocalBackend
    from syne_tune.config_space import choice, loguniform
    from syne_tune.optimizer.baselines import RandomSearch

    logging.getLogger().setLevel(logging.ERROR)
    script = out.parent / "synetune_train.py"
    script.write_text(
        "import argparse, sys\n"
        f"sys.path.insert(0, {str(pathlib.Path(__file__).parent)!r})\n"
        "from syne_tune import Reporter\n"
        "from write_logs import train\n"
        "p = argparse.ArgumentParser()\n"
        "p.add_argument('--alpha', type=float); p.add_argument('--batch', type=int)\n"
        "a, _ = p.parse_known_args()\n"
        "report = Reporter()\n"
        "for e, acc, loss in train({'alpha': a.alpha, 'batch': a.batch, 'seed': 0}):\n"
        "    report(epoch=e, val_acc=acc, loss=loss)\n"
    )
    space = {"alpha": loguniform(1e-4, 1.0), "batch": choice([64, 128])}
    tuner = Tuner(
        trial_backend=LocalBackend(entry_point=str(script)),
        scheduler=RandomSearch(space, metrics=["val_acc"], do_minimize=False, random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_completed=2),
        n_workers=1, sleep_time=0.5, suffix_tuner_name=False, tuner_name="digits", print_update_interval=1e9,
        results_update_interval=0.5,
    )
    tuner.run()
    script.unlink()
    return {"runs": [], "version": f"syne-tune {version('syne-tune')}"}


def carbontracker(out):
    from carbontracker.tracker import CarbonTracker

    c = CONFIGS[0]
    t = CarbonTracker(epochs=EPOCHS, epochs_before_pred=1, monitor_epochs=-1, update_interval=0.2, log_dir=str(out),
        components="cpu", verbose=0, ignore_errors=False, sim_cpu="Simulated", sim_cpu_tdp=35.0, sim_cpu_util=0.5)
    for _ in train(c):
        t.epoch_start()
        time.sleep(0.5)
        t.epoch_end()
    t.stop()
    return {"runs": [], "version": f"carbontracker {version('carbontracker')}"}


def sacred(out):
    from sacred import SETTINGS, Experiment
    from sacred.observers import FileStorageObserver

    SETTINGS.CAPTURE_MODE = "no"
    ex = Experiment("digits", interactive=True, save_git_info=False)

    @ex.main
    def main(_run, alpha, batch, seed):
        def log(epoch, acc, loss):
            _run.log_scalar("val_acc", acc, epoch)
            _run.log_scalar("loss", loss, epoch)

        told.append(run({"alpha": alpha, "batch": batch, "seed": seed}, log))
        _run.info["last"] = told[-1]["metrics"]["loss"][-1]
        if len(told) == 3:
            raise KeyboardInterrupt
        return told[-1]["metrics"]["val_acc"][-1]

    told = []
    ex.observers.append(FileStorageObserver(str(out)))
    for c in CONFIGS:
        try:
            ex.run(config_updates=c, options={"--loglevel": "CRITICAL"})
        except KeyboardInterrupt:
            pass
    return {
        "runs": [t | {"id": str(i + 1), "status": "killed" if i == 2 else "finished"} for i, t in enumerate(told)],
        "version": f"sacred {version('sacred')}",
    }


def dvclive(out):
    """Needs DVC, which is large: what this wrote lies in torchlogs/, made once."""
    from dvclive import Live

    runs = []
    os.chdir(out)  # DVC makes the repository around it one of its own
    for i, c in enumerate(CONFIGS[:2]):
        with Live(
            str(out / f"run{i}" / "dvclive"), save_dvc_exp=False, dvcyaml=None, report=None, monitor_system=False
        ) as live:
            live.log_params({"alpha": c["alpha"], "batch": c["batch"]})

            def log(epoch, acc, loss):
                live.step = epoch
                live.log_metric("val/acc", acc)
                live.log_metric("train/loss", loss)
                live.make_summary()

            told = run(c, log)
        told["metrics"] = {"val/acc": told["metrics"]["val_acc"], "train/loss": told["metrics"]["loss"]}
        runs.append(told | {"id": f"run{i}", "config": {"alpha": c["alpha"], "batch": c["batch"]}})
    return {"runs": runs, "version": f"dvclive {version('dvclive')}"}


TOOLS = [tensorboard, keras, optuna, mlflow, mlflowdb, raytune, wandb, codecarbon, smac, synetune,
    carbontracker, sacred]
ASKED = [dvclive]  # only when named

if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1]).resolve()
    for tool in TOOLS + ASKED:
        if tool.__name__ in sys.argv[2:] or not sys.argv[2:] and tool in TOOLS:
            folder = out / tool.__name__
            folder.mkdir(parents=True)
            truth = tool(folder)
            (out / f"{tool.__name__}.json").write_text(json.dumps(truth))
