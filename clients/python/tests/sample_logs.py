"""Writes runs of every kind with the logger, and what a reader must find in them.

    python sample_logs.py FOLDER     runs in FOLDER, the truth as JSON on the standard output

The truth of a run: its configuration by dotted axes, how it ended, and by epoch the metrics and the joules since the
start.
"""

from __future__ import annotations

import json
import math
import os
import pathlib
import signal
import subprocess
import sys
from typing import Any

import eahas
from eahas.logger import Device, MeterError, Reading


class Scripted:
    """A counter that gives the numbers of a script; None is a reading that fails."""

    def __init__(self, *joules: float | None, id: str = "gpu0", uuid: str = "GPU-0") -> None:
        self.devices = [Device(id, "gpu", "Scripted 100", "counter", "script", uuid=uuid)]
        self._script = list(joules)

    def read(self, index: int) -> Reading:
        value = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if value is None:
            raise MeterError("not now")
        return Reading(value)

    def close(self) -> None:
        pass


def main(folder: str) -> None:
    truth: dict[str, Any] = {}
    whole(folder, truth)
    ends(folder, truth)
    killed(folder, truth)
    resumed(folder, truth)
    two_machines(folder, truth)
    json.dump(truth, sys.stdout)


def say(
    truth: dict[str, Any], id: str, config: dict[str, Any], end: str, epochs: dict[str, dict[str, Any]], **more: Any
) -> None:
    truth[id] = {"config": config, "end": end, "epochs": epochs, **more}


def whole(folder: str, truth: dict[str, Any]) -> None:
    """Preparation, a metric that is absent in an epoch, one that is NaN, a reading that fails, nested and missing
    settings.
    """
    config = {"lr": 0.1, "net": {"depth": 3, "widths": [8, 16]}, "nesterov": True, "momentum": None, "act": "relu"}
    meter = Scripted(100.0, 140.0, 200.0, None, 300.0, 310.0)
    with eahas.log(
        folder, run_id="whole", config=config, seed=7, planned_epochs=3, energy=meter, objective="val_accuracy"
    ) as run:
        run.begin(val_accuracy=0.1)
        run.epoch(val_accuracy=0.5, loss=1.5)
        run.epoch(loss=math.nan)
        run.epoch(val_accuracy=0.75, loss=0.5)
        run.result(test_accuracy=0.7)
    say(
        truth,
        "whole",
        {"lr": 0.1, "net.depth": 3, "net.widths.0": 8, "net.widths.1": 16, "nesterov": "true", "act": "relu"},
        "finished",
        {
            "0": {"val_accuracy": 0.1, "joules": 40},
            "1": {"val_accuracy": 0.5, "loss": 1.5, "joules": 100},
            "2": {"loss": "NaN"},
            "3": {"val_accuracy": 0.75, "loss": 0.5, "joules": 200},
        },
        seed="7",
        results={"test_accuracy": 0.7},
    )


def ends(folder: str, truth: dict[str, Any]) -> None:
    for how in ("finished", "stopped_early", "pruned", "failed", "killed"):
        meter = Scripted(0.0, 10.0, 25.0)
        with eahas.log(
            folder, run_id=how, config={"lr": 0.2, "act": "gelu"}, planned_epochs=2.5, energy=meter
        ) as run:
            run.epoch(0.5, val_accuracy=0.25)
            run.epoch(2.5, val_accuracy=0.5)
            run.ends(how)
        epochs = {"0.5": {"val_accuracy": 0.25, "joules": 10}, "2.5": {"val_accuracy": 0.5, "joules": 25}}
        say(truth, how, {"lr": 0.2, "act": "gelu"}, how, epochs)


def killed(folder: str, truth: dict[str, Any]) -> None:
    """A process that kills itself in the middle of a line."""
    child = os.path.join(folder, "sigkill.jsonl")
    code = f"""
import os, signal, eahas
run = eahas.log({folder!r}, run_id="sigkill", config={{"lr": 0.3}}, energy=None, host=False)
run.epoch(val_accuracy=0.5)
run.epoch(val_accuracy=0.625)
os.write(run._file._descriptor, b'{{"epoch": 3, "metrics": {{"val_acc')
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", code])
    assert ended.returncode == -signal.SIGKILL and os.path.exists(child)
    say(truth, "sigkill", {"lr": 0.3}, "killed", {"1": {"val_accuracy": 0.5}, "2": {"val_accuracy": 0.625}})


def resumed(folder: str, truth: dict[str, Any]) -> None:
    """Killed in epoch 3, resumed from the checkpoint of epoch 1: what was done again is not counted twice."""
    first = eahas.log(
        folder, run_id="resumed", config={"lr": 0.4}, planned_epochs=3, energy=Scripted(0.0, 10.0, 20.0)
    )
    first.epoch(val_accuracy=0.25)
    first.epoch(val_accuracy=0.375)
    with open(first.path, "ab") as f:
        f.write(b'{"epoch": 3, "met')
    meter = Scripted(1000.0, 1012.0, 1030.0)
    with eahas.log(folder, run_id="resumed", config={"lr": 0.4}, planned_epochs=3, energy=meter, resume=1) as run:
        run.epoch(val_accuracy=0.5)
        run.epoch(val_accuracy=0.75)
    epochs = {
        "1": {"val_accuracy": 0.25, "joules": 10},
        "2": {"val_accuracy": 0.5, "joules": 22},
        "3": {"val_accuracy": 0.75, "joules": 40},
    }
    say(truth, "resumed", {"lr": 0.4}, "finished", epochs)


def two_machines(folder: str, truth: dict[str, Any]) -> None:
    """Four ranks on two machines: each machine's local rank 0 writes; joules are the sum."""
    for rank in range(4):
        os.environ.update(RANK=str(rank), WORLD_SIZE="4", LOCAL_RANK=str(rank % 2), LOCAL_WORLD_SIZE="2")
        meter = Scripted(0.0, 10.0 * (1 + rank), 20.0 * (1 + rank), uuid=f"GPU-{rank}")
        with eahas.log(folder, run_id="machines", config={"lr": 0.5}, planned_epochs=2, energy=meter) as run:
            run.epoch(val_accuracy=0.5 if rank == 0 else 0.0)
            run.epoch(val_accuracy=0.625 if rank == 0 else 0.0)
    epochs = {"1": {"val_accuracy": 0.5, "joules": 10 + 30}, "2": {"val_accuracy": 0.625, "joules": 20 + 60}}
    say(truth, "machines", {"lr": 0.5}, "finished", epochs)


if __name__ == "__main__":
    pathlib.Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    main(sys.argv[1])
