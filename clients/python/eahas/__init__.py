"""Measures trainings, and queries the frozen surrogate benchmarks that are learnt from them.

    import eahas
    with eahas.log("runs/", config={"lr": 0.1}, seed=0, planned_epochs=50) as run:
        run.epoch(val_accuracy=0.9)

    bench = eahas.Benchmark("artifacts/default")
    bench.query({"depth": 10, "lr": 0.1, ...}, fidelity=50)

Energy is in joules, time in seconds, accuracy and error in percent. What is asked for is imported when it is asked for:
logging a training needs no numpy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .benchmark import Benchmark
    from .logger import Metric, Run, RunLog, log, read_log, read_logs
    from .space import RefusedConfiguration, Space

__version__ = "0.1.0"

# Name to the module that has it.
_HOME = {
    "Benchmark": "benchmark",
    "Metric": "logger",
    "RefusedConfiguration": "space",
    "Run": "logger",
    "RunLog": "logger",
    "Space": "space",
    "log": "logger",
    "read_log": "logger",
    "read_logs": "logger",
}

__all__ = ["Benchmark", "Metric", "RefusedConfiguration", "Run", "RunLog", "Space", "log", "read_log", "read_logs"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'eahas' has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
