"""Draws learning curves over the joules that they cost, and one of them with its interval.

usage: plot.py BUNDLE PICTURE.png
"""
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

from eahas import Benchmark  # noqa: E402


def main(folder: str, picture: str) -> None:
    bench = Benchmark(folder)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.5), constrained_layout=True)
    joules = bench.query(bench.sample(0)).energy_total is not None
    bench.plot(40, left, over="energy" if joules else "epoch")
    level = bench.levels[-1] if bench.levels else None
    bench.query(bench.sample(1), level=level).plot(right)
    if bench.synthetic:
        figure.suptitle("synthetic")
    figure.savefig(picture, dpi=120)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
