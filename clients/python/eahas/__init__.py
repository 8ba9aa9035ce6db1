"""Queries frozen surrogate benchmarks: learning curve, energy and time of a configuration.

    from eahas import Benchmark
    bench = Benchmark("artifacts/default")
    bench.query({"depth": 10, "lr": 0.1, ...}, fidelity=50)

Energy is in joules, time in seconds, accuracy and error in percent.
"""
from .benchmark import Benchmark
from .space import RefusedConfiguration, Space

__all__ = ["Benchmark", "RefusedConfiguration", "Space"]
__version__ = "0.1.0"
