"""What logging costs a training: process time (user and system, all threads) of one epoch's line, and of the thread
that samples power.

    PYTHONPATH=clients/python python bench/logger.py

Beside it, in the same interleaved run, the least that anybody pays: a csv row, flushed. Meters: none; a scripted NVML
of 8 GPUs with energy counters, through the same calls as the driver's library (whose own time is not in it); a RAPL
tree in files. Needs a C compiler.
"""

from __future__ import annotations

import csv
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Callable

import eahas
from eahas.logger.nvml import Nvml
from eahas.logger.powercap import Powercap

ROUNDS = 31
LINES = 200
METRICS = {"val_accuracy": 0.91234, "train_loss": 0.31234, "val_loss": 0.41234}
FAKE = pathlib.Path(__file__).parent.parent / "clients" / "python" / "tests" / "fake_nvml.c"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ways = {"csv row, flushed": csv_rows(folder)}
        for name, meter in {"no meter": None, "NVML, 8 GPUs": nvml(folder), "RAPL, 2 packages": rapl(folder)}.items():
            run = eahas.log(folder, config={"lr": 0.1}, energy=meter, interval=1e9 if meter else None)
            ways[f"eahas, {name}"] = lambda run=run: run.epoch(**METRICS)
        spent: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, line in ways.items():
                began = time.process_time()
                for _ in range(LINES):
                    line()
                spent[name].append((time.process_time() - began) / LINES)
        floor = statistics.median(spent["csv row, flushed"])
        print(f"{'one line an epoch':24} {'microseconds':>12} {'of 1 s':>10} {'x csv':>7}")
        for name, seconds in spent.items():
            middle = statistics.median(seconds)
            print(f"{name:24} {1e6 * middle:12.1f} {middle:10.4%} {middle / floor:7.1f}")
        share = sampling(folder)
        print(f"{'5 power samples, 8 GPUs':24} {1e6 * share:12.1f} {share:10.4%}")


def csv_rows(folder: str) -> Callable[[], None]:
    file = open(os.path.join(folder, "log.csv"), "w", newline="")
    writer = csv.writer(file)
    epoch = 0

    def row() -> None:
        nonlocal epoch
        epoch += 1
        writer.writerow([epoch, *METRICS.values(), time.time()])
        file.flush()

    return row


def nvml(folder: str, kind: str = "E") -> Nvml:
    library = os.path.join(folder, "libnvidia-ml.so.1")
    if not os.path.exists(library):
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, FAKE], check=True)
    gpus = os.path.join(folder, kind)
    os.makedirs(gpus, exist_ok=True)
    for i in range(8):
        pathlib.Path(gpus, f"gpu{i}").write_text(f"GPU-{i}\nscripted\n{kind} 100000\n")
    os.environ["FAKE_NVML"] = gpus
    return Nvml(library)


def rapl(folder: str) -> Powercap:
    for i in range(2):
        zone = pathlib.Path(folder, "powercap", f"intel-rapl:{i}")
        zone.mkdir(parents=True)
        for name, value in {"name": f"package-{i}", "energy_uj": "5", "max_energy_range_uj": "262143328850"}.items():
            (zone / name).write_text(value)
    return Powercap(os.path.join(folder, "powercap"))


def sampling(folder: str) -> float:
    """Process time that the sampling thread takes of each second."""
    meter = subprocess.run(
        [sys.executable, __file__, "sample", folder], check=True, capture_output=True, text=True, env=os.environ
    )
    return float(meter.stdout)


def sample(folder: str) -> None:
    meter = nvml(os.path.join(folder), "P")
    run = eahas.log(folder, energy=meter)
    time.sleep(0.3)
    began, wall = time.process_time(), time.monotonic()
    time.sleep(4)
    print((time.process_time() - began) / (time.monotonic() - wall))
    run.close()


if __name__ == "__main__":
    sample(sys.argv[2]) if sys.argv[1:2] == ["sample"] else main()
