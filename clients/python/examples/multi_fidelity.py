"""Successive halving over epochs: many configurations for a short while, the better third for three times as long, and
so on.

usage: multi_fidelity.py BUNDLE [CONFIGURATIONS]
"""
import sys

import numpy as np

from eahas import Benchmark

ETA = 3


def main(folder: str, count: int) -> None:
    bench = Benchmark(folder)
    first, last, _ = bench.fidelity_range
    sign = -1 if bench.metric["higher_is_better"] else 1
    configs, spent, epochs = bench.sample(0, count), 0.0, max(first, last / ETA**3)
    while True:
        answers = bench.query_batch(configs, fidelity=epochs)
        if answers.energy is not None:
            spent += float(np.nansum([a.energy[-1] for a in answers]))  # joules if each rung begins anew
        best = answers[int(np.argmin(sign * answers.value))]
        print(
            "%4d configurations to epoch %5.1f: best %s %.2f %s"
            % (len(configs), epochs, best.metric, best.value, best.unit)
        )
        if len(configs) == 1 or epochs >= last:
            break
        keep = np.argsort(sign * answers.value, kind="stable")[: max(1, len(configs) // ETA)]
        configs, epochs = [configs[i] for i in keep], min(last, epochs * ETA)
    whole = float(np.sum(bench.query_batch(bench.sample(0, count)).energy_total)) if spent else 0.0
    if whole:
        print("%.4g kWh, against %.4g kWh for all of them to their end" % (spent / 3.6e6, whole / 3.6e6))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 81)
