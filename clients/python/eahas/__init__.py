"""Measures trainings, and queries the frozen surrogate benchmarks that are learnt from them.

    import eahas
    with eahas.log("runs/", config={"lr": 0.1}, seed=0, planned_epochs=50) as run:
        run.epoch(val_accuracy=0.9)

    bench = eahas.Benchmark("artifacts/synthetic")
    bench.query(bench.sample(0), fidelity=20)

Energy is in joules, time in seconds, accuracy and error in percent. What is asked for is imported when it is asked for:
logging a training needs no numpy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .answers import Answer, Answers, Bounds
    from .axes import Axis
    from .benchmark import Benchmark
    from .epochs import TooManyEpochs
    from .errors import BundleError, EahasError, RefusedConfiguration
    from .logger import Metric, Run, RunLog, log, read_log, read_logs
    from .sampling import NoConfiguration
    from .space import Space
    from .styles import Point

__version__ = "0.2.0"

# Name to the module that has it.
_HOME = {
    "Answer": "answers",
    "Answers": "answers",
    "Axis": "axes",
    "Benchmark": "benchmark",
    "Bounds": "answers",
    "BundleError": "errors",
    "EahasError": "errors",
    "Metric": "logger",
    "NoConfiguration": "sampling",
    "Point": "styles",
    "RefusedConfiguration": "errors",
    "Run": "logger",
    "RunLog": "logger",
    "Space": "space",
    "TooManyEpochs": "epochs",
    "log": "logger",
    "read_log": "logger",
    "read_logs": "logger",
}

__all__ = [
    "Answer", "Answers", "Axis", "Benchmark", "Bounds", "BundleError", "EahasError", "Metric", "NoConfiguration",
    "Point", "RefusedConfiguration", "Run", "RunLog", "Space", "TooManyEpochs", "log", "read_log", "read_logs",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'eahas' has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
