"""A bundle as a Blackbox of syne-tune's simulator.

    from eahas import Benchmark
    blackbox = Benchmark("artifacts/synthetic").to_syne_tune()

Needs syne-tune (pip install syne-tune)."""
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .axes import Axis
from .errors import EahasError
from .values import Array

if TYPE_CHECKING:
    from .benchmark import Benchmark

try:
    from syne_tune import config_space as cs
    from syne_tune.blackbox_repository.blackbox import Blackbox
except ImportError as _e:
    raise ImportError(
        "this needs syne-tune with what its blackboxes need (%s): pip install syne-tune huggingface_hub" % _e
    ) from _e

EPOCH = "hp_epoch"  # as syne-tune's own blackboxes call it


def domain(axis: Axis) -> Any:
    """The domain of an axis. A grid is a list of its values."""
    if axis.graph:
        raise EahasError(
            "axis %r is of graphs, which syne-tune has no domain for; Space.to_configspace has one" % axis.name
        )
    if axis.zero:
        raise EahasError(
            "axis %r has 0 beside a range by the logarithm, which syne-tune has no domain for; fix it, or use Optuna"
            % axis.name
        )
    if axis.numeric and not axis.step:
        return (cs.loguniform if axis.log else cs.uniform)(axis.low, axis.high)
    if axis.kind == "integer" and axis.step == 1:
        return (cs.lograndint if axis.log else cs.randint)(int(axis.low), int(axis.high))
    values = axis.values()
    if len({type(v) for v in values}) > 1:  # they must be of one type
        values = [float(v) for v in values] if axis.of_numbers else [str(v) for v in values]
    if axis.kind == "choice":
        return cs.choice(values)
    ordered = all(isinstance(v, (int, float)) for v in values)
    return cs.ordinal(values, kind="equal" if not ordered else "nn-log" if axis.log else "nn")


class BundleBlackbox(Blackbox):  # type: ignore[misc]
    """Objectives: the metric, and elapsed seconds and joules up to the epoch, those that the surrogate knows. A
    conditional axis that does not exist in a configuration is ignored. Beyond a run's last epoch everything stays as it
    is there. A configuration that breaks a constraint has NaN for the metric and has spent nothing: the simulator's
    clock cannot take NaN."""

    def __init__(self, bench: Benchmark) -> None:
        self.bench = bench
        first, last, step = bench.fidelity_range
        self._epochs = np.arange(first, last + step / 2, step)
        probe = bench.query(bench.sample(0))
        self._series = ["curve"] + [n for n in ("time", "energy") if len(getattr(probe, n))]
        names = {"curve": "metric_" + bench.metric["name"].replace(" ", "_"), "time": "metric_elapsed_time",
            "energy": "metric_energy"}
        super().__init__(
            configuration_space={a.name: domain(a) for a in bench.space.axes if a.name not in bench.fixed},
            fidelity_space={EPOCH: cs.randint(int(first), int(last))},
            objectives_names=[names[s] for s in self._series],
        )

    @property
    def fidelity_values(self) -> Array:
        return self._epochs

    def _objective_function(
        self, configuration: Mapping[str, Any], fidelity: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> Any:
        b = self.bench
        config = {
            k: v
            for k, v in configuration.items()
            if k in b._whole.by_name and b._whole.active(k, {**configuration, **b.fixed})
        }
        a = b.query_batch([config], seed=None if seed is None else [seed], refused="nan")
        table = np.zeros((len(self._epochs), len(self._series)))
        table[:, 0] = np.nan
        m = min(int(a.lengths[0]), len(table))
        for j, name in enumerate(self._series):
            v = getattr(a, name)
            if v is not None and m:
                table[:m, j], table[m:, j] = v[0, :m], v[0, m - 1]
        if fidelity is None:
            return table
        i = int(np.searchsorted(self._epochs, fidelity[EPOCH], side="right")) - 1
        row = table[i]
        return {name: float(v) for name, v in zip(self.objectives_names, row)}

    def hyperparameter_objectives_values(self, predict_curves: bool = False) -> Any:
        raise NotImplementedError("a surrogate is no table of evaluations; it answers every configuration")


def blackbox(bench: Benchmark) -> BundleBlackbox:
    """The benchmark as a Blackbox."""
    return BundleBlackbox(bench)
