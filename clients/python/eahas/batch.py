"""One batch of queries: the steps of FORMAT.md section 8 on arrays."""
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .answers import Answers
from .errors import RefusedConfiguration
from .values import Array

if TYPE_CHECKING:
    from .benchmark import Benchmark
    from .epochs import EpochRule
    from .heads import Head

SCALARS = ("value", "energy_per_epoch", "energy_total", "time_per_epoch", "time_total", "inference_energy", "last")
SERIES = ("epochs", "curve", "energy", "time")


class Batch:
    """Answers configs of a benchmark, which with_fixed returned. n are asked for; the arrays hold those that are
    accepted.

    rows      encoded
    out       the heads' outputs, by target
    own       the bundle's own targets, by name
    curves    those of them that are curves: n x m, NaN beyond a run's end
    number    scalars and series by name; None where the surrogate does not know
    """

    def __init__(
        self, bench: Benchmark, configs: Any, fidelity: Any, level: float | None, seed: Any, refused: str
    ) -> None:
        self.bench, self.rule, self.heads = bench, bench.rule, bench._heads
        self.configs = configs
        self.level, self.level_number = level, -1
        if level is not None and bench._intervals:
            close = [i for i, v in enumerate(bench.levels) if v == level]
            if not close:
                raise ValueError("no intervals of level %r; there are %r" % (level, bench.levels))
            self.level_number = close[0]
        space = bench._whole
        if refused == "raise":
            table = space.checked(self.configs)
            self.kept = np.ones(table.n, bool)
        else:
            table = space.table(self.configs)
            self.kept = space.accepts(table)
        self.n = table.n
        if not self.kept.all():
            self.configs = listed(self.configs, space.names)
            table = space.table([c for c, k in zip(self.configs, self.kept) if k])
        self.table = table
        self.fidelity = fidelities(self.rule, fidelity, self.n)[self.kept]
        self.seeds = seeds_of(seed, self.n)

    def answers(self) -> Answers:
        bench = self.bench
        self.rows = bench._rows(self.table)
        m = len(self.rows)
        self.out: dict[str, Array] = {}
        self.wide = self.rows  # with what is predicted first behind
        if m:
            self.out, self.wide = self.heads.outputs(self.rows)
        self.number: dict[str, Any] = dict.fromkeys(SCALARS + SERIES)
        self.own: dict[str, Array] = {}
        self.curves: dict[str, Array] = {}
        self.lengths = np.zeros(m, int)
        self.last: Array | None = None
        self.at = np.zeros((m, 0))
        if m:
            self._epochs()
            self._costs()
            self._curve()
        outside = bench._support.outside(self.rows) if bench._support and m else [[] for _ in range(m)]
        low: dict[str, Array] = {}
        high: dict[str, Array] = {}
        if self.level_number >= 0 and m:
            low, high = bench._bounds(self, outside)
        if self.seeds is not None and m:
            bench._noise(self, [s for s, k in zip(self.seeds, self.kept) if k])
        return self._spread_out(outside, low, high)

    def seen(self, h: Head, i: int) -> Array:
        """What a head's model sees of configuration i."""
        row: Array = h.input((self.rows if h.first else self.wide)[i : i + 1])[0]
        return row

    def _epochs(self) -> None:
        self.last = self._last()
        if self.last is None:
            return
        epochs, self.lengths = self.rule.grid(self.last, self.fidelity)
        span = self.last - self.rule.first
        with np.errstate(invalid="ignore"):
            at = np.clip((epochs - self.rule.first) / np.where(span > 0, span, 1)[:, None], 0, 1)
        self.at = np.where((span > 0)[:, None] & ~np.isnan(at), at, 0.0)
        self.number["epochs"], self.number["last"] = epochs, self.last

    def _last(self) -> Array | None:
        rule = self.rule
        if not rule.length:
            return None
        if rule.length == "fixed":
            return np.full(len(self.rows), rule.last)
        if rule.length == "head":
            h = self.heads["length"]
            return rule.rounded(h.value(self.out["length"][:, 0]))
        column = self.table.columns[rule.axis]
        last = column.number - rule.offset
        if column.axis.choices and not column.axis.of_numbers:
            from .values import number

            read = [number(v) for v in column.values]
            last = np.array([np.nan if v is None else v for v in read], float) - rule.offset
        bad = ~(last >= rule.first)
        if bad.any():
            i = int(np.argmax(bad))
            why = "%r: the run ends before its first epoch" % (column.values[i],)
            raise RefusedConfiguration(rule.axis, why, i if len(self.rows) > 1 else None)
        return last

    def _cost(self, target: str) -> Array | None:
        return self.heads[target].value(self.out[target][:, 0]) if target in self.heads else None

    def _costs(self) -> None:
        trained = None if self.last is None else self.rule.trained(self.last)
        for what in ("energy", "time"):
            each, total = self._cost(what + "_per_epoch"), self._cost(what + "_total")
            self.set_cost(what, *consistent(each, total, trained))
        self.number["inference_energy"] = self._cost("inference_energy")
        self.own = {
            t: v for t in self.bench.own_targets if t not in self.bench.own_curves and (v := self._cost(t)) is not None
        }

    def set_cost(self, what: str, each: Array | None, total: Array | None) -> None:
        """Notes a cost, and its series."""
        self.number[what + "_per_epoch"], self.number[what + "_total"] = each, total
        epochs = self.number["epochs"]
        self.number[what] = None if each is None or epochs is None else each[:, None] * self.rule.trained(epochs)

    def _curve(self) -> None:
        if self.last is not None:
            for t in self.bench.own_curves:
                if t in self.heads:
                    y = self.heads[t].curve(self.out[t], self.at)
                    self.curves[t] = np.where(np.isnan(self.number["epochs"]), np.nan, y)
        if "curve" not in self.heads or self.last is None:
            return
        curve = self.heads["curve"].curve(self.out["curve"], self.at)
        self.set_curve(np.where(np.isnan(self.number["epochs"]), np.nan, curve))

    def set_curve(self, curve: Array) -> None:
        self.number["curve"] = curve
        last = np.maximum(self.lengths - 1, 0)
        self.number["value"] = np.take_along_axis(curve, last[:, None], 1)[:, 0] if curve.shape[1] else None

    def _spread_out(self, outside: list[list[str]], low: dict[str, Array], high: dict[str, Array]) -> Answers:
        """The answers in the order asked for, NaN where refused."""
        bench, kept = self.bench, self.kept
        configs = listed(self.configs, bench._whole.names)
        every = bool(kept.all())

        def full(v: Array | None) -> Array | None:
            if v is None or every:
                return v
            out = np.full((self.n, *v.shape[1:]), np.nan)
            out[kept] = v
            return out

        lengths, beyond = np.zeros(self.n, int), np.zeros(self.n, bool)
        lengths[kept] = self.lengths
        axes: list[list[str]] = [[] for _ in range(self.n)]
        for i, names in zip(np.flatnonzero(kept), outside):
            axes[i], beyond[i] = names, bool(names)
        return Answers(
            configs=configs, lengths=lengths, extrapolates=beyond, outside_axes=axes, accepted=kept,
            metric=bench.metric["name"], kind=bench.metric["kind"], unit=bench.metric["unit"],
            level=self.level if self.level_number >= 0 else None,
            low={t: np.asarray(full(v)) for t, v in low.items()},
            high={t: np.asarray(full(v)) for t, v in high.items()},
            targets={t: np.asarray(full(v)) for t, v in self.own.items()},
            curves={t: np.asarray(full(v)) for t, v in self.curves.items()},
            known=(
                {k: np.asarray(full(v)) for k, v in bench._whole._known(self.table)[0].items()} if bench.known else {}
            ),
            **{name: full(v) for name, v in self.number.items()},
        )


def fidelities(rule: EpochRule, fidelity: Any, n: int) -> Array:
    """Up to which epoch each of n answers goes."""
    up_to = np.full(n, np.inf)
    if fidelity is not None:
        up_to[:] = np.asarray(fidelity, float)
    if rule.length and not (up_to >= rule.first).all():
        raise ValueError("epoch %r lies before the first, %r" % (fidelity, rule.first))
    return up_to


def seeds_of(seed: Any, n: int) -> list[int] | None:
    """A seed for each of n configurations; of a single one the seed of its number from 1 on, as `eahas query` has
    it."""
    from .streams import derived

    if seed is None:
        return None
    if isinstance(seed, (int, np.integer)):
        return [derived(int(seed), "line", str(i + 1)) for i in range(n)]
    seeds = [int(s) for s in seed]
    if len(seeds) != n:
        raise ValueError("%d seeds for %d configurations" % (len(seeds), n))
    return seeds


def consistent(each: Array | None, total: Array | None, trained: Array | None) -> tuple[Array | None, Array | None]:
    """A cost per epoch and a total that agree: total = each x trained, or each = total / trained where only the total
    is known."""
    if each is not None:
        return each, None if trained is None else each * trained
    if total is not None and trained is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            each = np.where(trained > 0, total / trained, np.nan)
        return each, np.where(trained > 0, each * trained, total)
    return None, total


def with_fixed(configs: Any, fixed: dict[str, Any]) -> Any:
    """configs with the fixed axes set."""
    if not fixed:
        if isinstance(configs, Mapping) or hasattr(configs, "columns"):
            return configs
        return configs if isinstance(configs, list) else list(configs)
    if isinstance(configs, Mapping) or hasattr(configs, "columns"):
        columns = {str(k): list(configs[k]) for k in (configs if isinstance(configs, Mapping) else configs.columns)}
        n = len(next(iter(columns.values()))) if columns else 0
        return {**columns, **{k: [v] * n for k, v in fixed.items()}}
    return [{**c, **fixed} for c in configs]


def listed(configs: Any, names: list[str]) -> list[dict[str, Any]]:
    """configs as dicts; missing values are left out."""
    from .values import missing

    if isinstance(configs, list):
        return [c if type(c) is dict else dict(c) for c in configs]
    columns = {str(k): list(configs[k]) for k in (configs if isinstance(configs, Mapping) else configs.columns)}
    n = len(next(iter(columns.values()), []))
    return [{k: columns[k][i] for k in names if k in columns and not missing(columns[k][i])} for i in range(n)]
