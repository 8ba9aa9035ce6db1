"""Minimises error and energy at once with Optuna's ask-and-tell interface.

usage: ask_and_tell.py BUNDLE [TRIALS]
"""
import sys

import optuna

from eahas import Benchmark


def suggest(trial, space):
    """Asks the trial for a value on every axis that exists."""
    config = {}
    for axis in sorted(space.axes, key=space._depth):
        if not space.active(axis, config):
            continue
        name = axis["name"]
        if "choices" in axis:
            config[name] = trial.suggest_categorical(name, axis["choices"])
            continue
        low, high, step = axis.get("low", 0), axis.get("high", 0), axis.get("step", 0)
        log = axis["kind"] == "log" or axis.get("log", False)
        if axis["kind"] == "integer":
            x = trial.suggest_int(name, int(low), int(high), log=log, step=1 if log else int(step or 1))
        else:
            x = trial.suggest_float(name, low, high, log=log, step=None if log else step or None)
        if step and log:  # Optuna knows no grid under a logarithm
            x = min(high, float("%.12g" % (low + round((x - low) / step) * step)))
        config[name] = x
    return config


def main(folder, trials):
    bench = Benchmark(folder)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    quality = "maximize" if bench.metric["higher_is_better"] else "minimize"
    study = optuna.create_study(directions=[quality, "minimize"], sampler=optuna.samplers.NSGAIISampler(seed=1))
    for _ in range(trials):
        trial = study.ask()
        config = suggest(trial, bench.space)
        answer = bench.query(config)
        study.tell(trial, [answer["value"], answer["energy_total"] / 3.6e6])
    print("%d trials, %d on the front" % (trials, len(study.best_trials)))
    for t in sorted(study.best_trials, key=lambda t: t.values[1])[:10]:
        print("%s %.2f %s at %.4g kWh: %s" % (bench.metric["name"], t.values[0], bench.metric["unit"], t.values[1], t.params))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200)
