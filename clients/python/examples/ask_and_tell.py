"""Searches with Optuna's ask-and-tell interface: a good metric, and little energy where the surrogate knows it.

usage: ask_and_tell.py BUNDLE [TRIALS]
"""
import sys

import optuna

from eahas import Benchmark
from eahas.suggest import suggest

KWH = 3.6e6  # joules


def main(folder: str, trials: int) -> None:
    bench = Benchmark(folder)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    quality = "maximize" if bench.metric["higher_is_better"] else "minimize"
    energy = bench.query(bench.sample(0)).energy_total is not None
    directions = [quality, "minimize"] if energy else [quality]
    study = optuna.create_study(directions=directions, sampler=optuna.samplers.TPESampler(seed=1))
    for _ in range(trials):
        trial = study.ask()
        answer = bench.query(suggest(trial, bench.space))
        study.tell(trial, [answer.value, answer.energy_total / KWH] if energy else [answer.value])
    print("%d trials, %d of them on the front" % (trials, len(study.best_trials)))
    for t in sorted(study.best_trials, key=lambda t: t.values[-1])[:10]:
        cost = " at %.4g kWh" % t.values[1] if energy else ""
        print(
            "%s %.2f %s%s: %s"
            % (bench.metric["name"], t.values[0], bench.metric["unit"], cost, t.user_attrs.get("config", t.params))
        )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200)
