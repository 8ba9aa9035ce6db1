"""What a surrogate answers: for one configuration, and for many at once."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from .values import Array

if TYPE_CHECKING:
    import pandas

Pair = tuple[float, float]


@dataclass(frozen=True)
class Bounds:
    """Bounds within which the outcome of one run lies with the probability level, as far as the surrogate knows. What
    has no bounds is None, or an empty array.

    level                       0..1
    curve_low, curve_high       at each epoch of the answer; each point for itself, not the curve as a whole
    energy_per_epoch, energy_total, inference_energy    (low, high) in joules
    time_per_epoch, time_total  (low, high) in seconds
    targets                     of the bundle's own targets, name to (low, high)
    curves                      of those that are curves, name to (low, high) at each epoch
    """

    level: float
    curve_low: Array = field(default_factory=lambda: np.zeros(0))
    curve_high: Array = field(default_factory=lambda: np.zeros(0))
    energy_per_epoch: Pair | None = None
    energy_total: Pair | None = None
    time_per_epoch: Pair | None = None
    time_total: Pair | None = None
    inference_energy: Pair | None = None
    targets: dict[str, Pair] = field(default_factory=dict)
    curves: dict[str, tuple[Array, Array]] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What the surrogate says about one configuration. What it does not know is None, or an empty array.

    config            the configuration
    epochs            the epochs' numbers, increasing, up to the fidelity asked for: length m
    curve             the metric at each epoch, in unit: length m or 0
    value             the curve's last point
    energy            joules spent when each epoch was measured: length m or 0
    time              seconds passed when each epoch was measured: length m or 0
    energy_per_epoch, energy_total, inference_energy    joules; the total is always that of the whole run
    time_per_epoch, time_total    seconds
    last              number of the run's last epoch, also when fewer were asked for
    extrapolates      whether the configuration lies beyond the training data
    outside_axes      the axes by which it does, or ["combination"] when no single one tells
    metric, kind, unit    name, kind (accuracy, error, loss, score) and unit of the curve
    intervals         how sure the answer is (Bounds), where a level was asked for
    targets           of the bundle's own targets: name to value, in the unit that Benchmark.own_targets has
    curves            of the bundle's own targets that are curves: name to values at each epoch
    known             quantities that formulas of the axes give: name to value, in the unit that Benchmark.known has
    """

    config: dict[str, Any]
    epochs: Array
    curve: Array
    value: float | None
    energy: Array
    time: Array
    energy_per_epoch: float | None
    energy_total: float | None
    time_per_epoch: float | None
    time_total: float | None
    inference_energy: float | None
    last: float | None
    extrapolates: bool
    outside_axes: list[str]
    metric: str
    kind: str
    unit: str
    intervals: Bounds | None = None
    targets: dict[str, float | None] = field(default_factory=dict)
    known: dict[str, float | None] = field(default_factory=dict)
    curves: dict[str, Array] = field(default_factory=dict)

    @property
    def accuracy(self) -> float | None:
        """value in percent where the metric is an accuracy, 100 - value where it is an error, else None."""
        return self._percent("accuracy", "error")

    @property
    def error(self) -> float | None:
        """value in percent where the metric is an error, 100 - value where it is an accuracy, else None."""
        return self._percent("error", "accuracy")

    def _percent(self, own: str, other: str) -> float | None:
        if self.value is None or self.kind not in (own, other):
            return None
        return self.value if self.kind == own else 100 - self.value

    def __getitem__(self, name: str) -> Any:
        if name in NAMES or name in ("accuracy", "error"):
            return getattr(self, name)
        if name in self.targets:
            return self.targets[name]
        if name in self.curves:
            return self.curves[name]
        if name in self.known:
            return self.known[name]
        raise KeyError(name)

    def keys(self) -> list[str]:
        return list(NAMES)

    def at(self, epoch: float) -> dict[str, float | None]:
        """The metric, energy (J) and time (s) at the last of the answer's epochs that is not above epoch."""
        i = int(np.searchsorted(self.epochs, epoch, side="right")) - 1
        if i < 0:
            raise ValueError("epoch %r lies before the answer's first" % epoch)
        series = {self.metric: self.curve, "energy": self.energy, "time": self.time}
        return {"epoch": float(self.epochs[i]), **{n: float(v[i]) if len(v) else None for n, v in series.items()}}

    def to_frame(self) -> pandas.DataFrame:
        """A DataFrame with a row an epoch."""
        import pandas as pd

        columns: dict[str, Any] = {"epoch": self.epochs}
        for name, v in ((self.metric, self.curve), ("energy_j", self.energy), ("time_s", self.time),
                *self.curves.items()):
            if len(v):
                columns[name] = v
        if self.intervals is not None and len(self.intervals.curve_low):
            columns[self.metric + "_low"], columns[self.metric + "_high"] = (
                self.intervals.curve_low,
                self.intervals.curve_high,
            )
        return pd.DataFrame(columns)

    def plot(self, ax: Any = None, **style: Any) -> Any:
        """Draws the curve, with its interval where there is one; needs matplotlib. Returns the axes."""
        from .plotting import plot_answer

        return plot_answer(self, ax, **style)

    def __repr__(self) -> str:
        parts = ["%s=%s" % (name, text) for name, text in self._summary()]
        return "Answer(%s)" % ", ".join(parts)

    def _summary(self) -> list[tuple[str, str]]:
        out = [("epochs", str(len(self.epochs)))] if len(self.epochs) else []
        if self.value is not None:
            out.append((self.metric, "%.4g %s" % (self.value, self.unit)))
        for name, unit in (("energy_total", "J"), ("time_total", "s"), ("inference_energy", "J")):
            v = getattr(self, name)
            if v is not None:
                out.append((name, "%.4g %s" % (v, unit)))
        out += [(name, "%.4g" % v) for name, v in self.targets.items() if v is not None]
        out += [(name, "%.6g" % v) for name, v in self.known.items() if v is not None]
        if self.extrapolates:
            out.append(("extrapolates", "/".join(self.outside_axes)))
        return out

    def _repr_html_(self) -> str:
        from .html import table

        return table(["answer", ""], self._summary())


NAMES = tuple(f.name for f in fields(Answer))


@dataclass(frozen=True)
class Answers(Sequence[Answer]):
    """Answers for n configurations as arrays. An element is an Answer. What the surrogate does not know is None.

    epochs, curve, energy, time    n x m, m being the longest run's epochs; NaN beyond a shorter run's end
    lengths                        epochs of each
    value, energy_per_epoch, energy_total, time_per_epoch, time_total, inference_energy, last    n, units as in Answer
    extrapolates                   n bools
    outside_axes                   n lists of axes
    accepted                       n bools; refused configurations (query_batch(..., refused="nan")) are NaN throughout
    targets                        of the bundle's own targets: name to n numbers
    curves                         of those that are curves: name to n x m
    known                          quantities that formulas of the axes give: name to n numbers
    level, low, high               of the intervals: by target (curve: n x m; costs: n); empty where none were asked for
    """

    configs: list[dict[str, Any]]
    epochs: Array | None
    lengths: Array
    curve: Array | None
    value: Array | None
    energy: Array | None
    time: Array | None
    energy_per_epoch: Array | None
    energy_total: Array | None
    time_per_epoch: Array | None
    time_total: Array | None
    inference_energy: Array | None
    last: Array | None
    extrapolates: Array
    outside_axes: list[list[str]]
    accepted: Array
    metric: str
    kind: str
    unit: str
    level: float | None = None
    low: dict[str, Array] = field(default_factory=dict)
    high: dict[str, Array] = field(default_factory=dict)
    targets: dict[str, Array] = field(default_factory=dict)
    known: dict[str, Array] = field(default_factory=dict)
    curves: dict[str, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.configs)

    @overload
    def __getitem__(self, i: int) -> Answer: ...

    @overload
    def __getitem__(self, i: slice) -> list[Answer]: ...

    def __getitem__(self, i: int | slice) -> Answer | list[Answer]:
        if isinstance(i, slice):
            return [self._one(k) for k in range(*i.indices(len(self)))]
        n = len(self)
        if not -n <= i < n:
            raise IndexError("answer %d of %d" % (i, n))
        return self._one(i % n)

    def __iter__(self) -> Iterator[Answer]:
        return (self._one(i) for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def _one(self, i: int) -> Answer:
        m = int(self.lengths[i])

        def series(v: Array | None) -> Array:
            return np.zeros(0) if v is None else v[i, :m]

        def one(v: Array | None) -> float | None:
            return None if v is None or v[i] != v[i] else float(v[i])

        return Answer(
            self.configs[i], series(self.epochs), series(self.curve), one(self.value), series(self.energy),
            series(self.time), one(self.energy_per_epoch), one(self.energy_total), one(self.time_per_epoch),
            one(self.time_total), one(self.inference_energy), one(self.last), bool(self.extrapolates[i]),
            self.outside_axes[i], self.metric, self.kind, self.unit, self._bounds(i, m),
            {name: one(v) for name, v in self.targets.items()}, {name: one(v) for name, v in self.known.items()},
            {name: series(v) for name, v in self.curves.items()},
        )

    def _bounds(self, i: int, m: int) -> Bounds | None:
        if self.level is None:
            return None
        curve = [v["curve"][i, :m] if "curve" in v else np.zeros(0) for v in (self.low, self.high)]
        pairs = {
            t: (float(self.low[t][i]), float(self.high[t][i]))
            for t in self.low
            if self.low[t].ndim == 1 and self.low[t][i] == self.low[t][i]
        }
        own = {t: pairs.pop(t) for t in self.targets if t in pairs}
        curves = {t: (self.low[t][i, :m], self.high[t][i, :m]) for t in self.curves if t in self.low}
        return Bounds(self.level, curve[0], curve[1], targets=own, curves=curves, **pairs)

    def to_frame(self) -> pandas.DataFrame:
        """A DataFrame with a row a configuration: the configuration, the metric's last value, totals, and whether it
        extrapolates."""
        import pandas as pd

        out = pd.DataFrame(self.configs)
        units = {"energy": "_j", "time": "_s", "inference": "_j"}
        columns: dict[str, Any] = {self.metric: self.value, "last_epoch": self.last}
        for name in ("energy_per_epoch", "energy_total", "time_per_epoch", "time_total", "inference_energy"):
            columns[name + units[name.split("_")[0]]] = getattr(self, name)
        for name, v in columns.items():
            if v is not None:
                out[name] = v
        for name, v in (*self.known.items(), *self.targets.items()):
            out[name] = v
        last = np.maximum(self.lengths - 1, 0)
        for name, v in self.curves.items():
            out[name] = np.take_along_axis(v, last[:, None], 1)[:, 0]
        for name in self.low:
            if self.low[name].ndim == 1:
                out[name + "_low"], out[name + "_high"] = self.low[name], self.high[name]
        out["extrapolates"] = self.extrapolates
        return out

    def _repr_html_(self) -> str:
        from .html import table

        head = ["#"] + [name for name, _ in (self[0]._summary() if len(self) else [])]
        rows = [[str(i)] + [v for _, v in a._summary()] for i, a in zip(range(20), self)]
        return table(head, rows, "%d answers" % len(self))

    def __repr__(self) -> str:
        return "Answers(%d configurations)" % len(self)
