"""Logs a training run so that it needs no config: curve, seconds, joules, configuration (docs/log.md says the format).

    with eahas.log("runs/", config={"lr": 0.1}, seed=0, planned_epochs=50) as run:
        for _ in range(50):
            ...
            run.epoch(val_accuracy=0.9)

How a run becomes a file:

 1. ranks.py     which processes of a distributed training write
 2. config.py    the configuration becomes plain numbers, texts, lists and objects
 3. choose.py    the meter: nvml.py, amd.py, powercap.py, zeus.py in this order; model.py only when asked for
 4. tally.py     readings become joules, seconds and samples since the start: wraps, resets, gaps
 5. lines.py     one line is one write, appended and flushed
 6. run.py       the run: header, epochs, resume, end
 7. read.py      the file read back, as a reader must read it

Only the standard library is imported.
"""

from .meter import Device, Meter, MeterError, Reading
from .metrics import Metric
from .ranks import Rank
from .read import BrokenLine, Epoch, RunLog, read_log, read_logs
from .run import Run, log

__all__ = [
    "BrokenLine",
    "Device",
    "Epoch",
    "Meter",
    "MeterError",
    "Metric",
    "Rank",
    "Reading",
    "Run",
    "RunLog",
    "log",
    "read_log",
    "read_logs",
]
