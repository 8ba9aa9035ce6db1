"""The benchmark: a bundle and its queries (FORMAT.md section 8)."""
from __future__ import annotations

import copy
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .answers import Answer, Answers
from .certainty import add_noise, bounds
from .epochs import EpochRule
from .errors import BundleError, EahasError, RefusedConfiguration
from .folder import read_bundle
from .golden import check_golden
from .heads import Head, Heads
from .intervals import IntervalModel
from .space import Config, Configs, Space
from .styles import Styles
from .support import Support
from .values import Array

if TYPE_CHECKING:
    from .core import Core

COSTS = ("energy_per_epoch", "energy_total", "time_per_epoch", "inference_energy")
TOLERANCE = 1e-9


class Benchmark(Styles):
    """A frozen surrogate, read with numpy alone from its folder or from the one file that `eahas pack` writes.

        bench = Benchmark("artifacts/synthetic")
        answer = bench.query(bench.sample(0))

    space      the axes (Space); a fixed one has its one value
    metric     name, kind, unit and higher_is_better of the curve
    targets    what is answered
    known      quantities that formulas of the axes give before training: name to unit; each answer has them
    own_targets    the bundle's own targets: name to unit, direction (lower or higher is better), scale and bounds
    own_curves     the names of those that have a value at each epoch
    levels     probabilities for which there are intervals; empty: the bundle does not know how sure it is
    synthetic  whether the training logs were simulated; notice: a sentence for whoever reads an answer
    fixed      axes that are set for every query (see fix)

    Opening checks the version, every checksum, and the bundle's golden answers, and raises BundleError. It can be
    pickled.
    """

    def __init__(self, path: str | os.PathLike[str], *, verify: bool = True, core: bool | None = None) -> None:
        """core: whether eahas-core answers (see core); None: where it is installed. True: EahasError where it
        cannot."""
        self.path = os.fspath(path)
        self._core: Core | None = None
        self._wants_core = False
        try:
            manifest, files = read_bundle(self.path)
            self._build(manifest, files)
        except EahasError:
            raise
        except Exception as e:  # whatever a damaged bundle leads to
            raise BundleError("%s: damaged: %s: %s" % (self.path, type(e).__name__, e)) from e
        if verify:
            self._check()
        if core is not False:
            self._open_core(bool(core))

    def _open_core(self, needed: bool) -> None:
        from .core import Core, library

        lib = library()
        if lib is not None:
            try:
                self._core = Core(lib, self)
            except EahasError:
                if needed:
                    raise
        elif needed:
            raise EahasError(
                "eahas-core is not installed, or not of this version: pip install eahas-core, or core=False"
            )

    @property
    def core(self) -> bool:
        """Whether queries are answered by eahas-core, the answerer of `eahas query` as a C library, and not by numpy. A
        forked process has numpy."""
        return self._ready() is not None

    def _ready(self) -> Core | None:
        if self._wants_core:  # it was pickled: the bundle may be another by now, or gone
            self._wants_core = False
            try:
                if read_bundle(self.path)[0] == self.manifest:
                    self._open_core(False)
            except EahasError:
                pass
        return self._core if self._core is not None and self._core.alive else None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_core": None, "_wants_core": self._wants_core or self._core is not None}

    def _build(self, m: dict[str, Any], files: dict[str, bytes]) -> None:
        self.manifest, self.metric = m, dict(m["metric"])
        self.synthetic, self.notice, self.name = bool(m["synthetic"]), str(m["notice"]), str(m["name"])
        known = [str(k["name"]) for k in m["space"].get("known") or []]
        derived = [c["name"] for c in m["columns"] if not c.get("param") and c["name"] not in known]
        self._whole = self.space = Space(m["space"], derived)
        names = [a.name for a in self.space.axes for _ in range(a.width)]
        if [c.get("param") for c in m["columns"] if c.get("param")] != names:
            raise BundleError("%s: the columns are not those of the space" % self.path)
        width = len(m["columns"])
        self.rule = EpochRule(m["epochs"])
        if self.rule.length == "axis" and self.rule.axis not in self.space.by_name:
            raise BundleError("%s: the epochs' axis %r is none of the space" % (self.path, self.rule.axis))
        self.known = dict(self.space.known.units) if self.space.known else {}
        self.own_targets = {d["name"]: dict(d) for d in m.get("targets") or []}
        self.own_curves = [name for name, d in self.own_targets.items() if d.get("span", 0) == 0]
        ahead = [name for name, d in self.own_targets.items() if d.get("known") == "predict"]
        self._heads = Heads(
            [Head.of(h, files, width, self.own_targets, ahead) for h in m["heads"]], width, _groups(m["columns"]), ahead
        )
        if self.rule.length == "head" and "length" not in self._heads:
            raise BundleError("%s: no head for the length of a run" % self.path)
        self.targets = list(self._heads.by_target)
        self._support = Support(files[m["support"]]) if m.get("support") else None
        self._intervals = {t["target"]: IntervalModel(files[t["file"]]) for t in m.get("intervals") or []}
        unseen = m.get("unseen") or {"axis": None, "intervals": []}
        self._unseen_axis: str | None = unseen["axis"]
        self._unseen = {t["target"]: IntervalModel(files[t["file"]]) for t in unseen["intervals"]}
        if (
            bool(self._unseen) != (self._unseen_axis is not None)
            or self._unseen and self._unseen_axis not in self.space.by_name
        ):
            raise BundleError("%s: intervals for unseen values of %r" % (self.path, self._unseen_axis))
        for target, model in (*self._intervals.items(), *self._unseen.items()):
            self._check_interval(target, model, width)
        if self._support and self._support.columns != width:
            raise BundleError("%s: support.json is of %d columns" % (self.path, self._support.columns))
        self._golden, self._queries = files[m["golden"]["file"]], int(m["golden"]["queries"])
        self.fixed: dict[str, Any] = {}
        self._instance_axis: str | None = None

    def _check_interval(self, target: str, model: IntervalModel, width: int) -> None:
        known = (
            target in (*COSTS, "time_total")
            or target in self.own_targets
            or target == "curve" and "curve" in self._heads
        )
        if not known or model.columns != width or not self._is_curve(target) and len(model.knots) != 1:
            raise BundleError("%s: intervals of %r do not fit" % (self.path, target))
        if model.needs_spread and not self._spreading(target):
            raise BundleError("%s: intervals of %s come from the spread of a model that has none" % (self.path, target))

    def _is_curve(self, target: str) -> bool:
        return target == "curve" or target in self.own_curves

    def _spreading(self, target: str) -> bool:
        heads = [self._heads[target]] if self._is_curve(target) else self._heads.behind(target)
        return bool(heads) and all(h.predictor.spreads for h in heads)

    def _check(self) -> None:
        try:
            worst = self.verify()
        except EahasError:
            raise
        except Exception as e:
            raise BundleError("%s: damaged: %s: %s" % (self.path, type(e).__name__, e)) from e
        if not worst <= TOLERANCE:
            raise BundleError(
                "%s: an answer differs from the golden one by %.3g, allowed are %g" % (self.path, worst, TOLERANCE)
            )

    @property
    def levels(self) -> list[float]:
        for model in self._intervals.values():
            return [float(v) for v in model.levels]
        return []

    def sample(self, rng: Any = None, n: int | None = None) -> Any:
        """Draws a configuration, or a list of n, valid by construction. rng: a numpy Generator or a seed."""
        return self.space.sample(rng, n)

    def query(
        self, config: Config, fidelity: float | None = None, *, level: float | None = None, seed: int | None = None,
    ) -> Answer:
        """Answers for one configuration, with series up to the epoch number fidelity (None: the whole run).

        level    also gives intervals for this probability, one of levels
        seed     adds plausible noise between runs of one configuration; equal seeds give equal answers, those of `eahas
                 query -sample`

        Totals are always those of the whole run. Raises RefusedConfiguration outside the space."""
        core = self._ready()
        if core is not None and isinstance(config, Mapping):
            a = core.one({**config, **self.fixed} if self.fixed else config, fidelity, level, seed)
            if a is not None:
                return a
        from .batch import with_fixed

        return self._asked(
            with_fixed([config], self.fixed), fidelity, level, None if seed is None else [seed], "raise"
        )[0]

    def query_batch(
        self, configs: Configs, fidelity: float | Sequence[float] | Array | None = None, *,
        level: float | None = None, seed: int | Sequence[int] | None = None, refused: str = "raise",
    ) -> Answers:
        """Answers for many configurations at once, which is much faster than one by one.

        configs     a sequence of dicts, a dict of columns, or a DataFrame
        fidelity    an epoch number for all, or one for each
        level       also gives intervals
        seed        adds noise: one seed, from which each configuration gets one of its own, or one for each
        refused     "raise": RefusedConfiguration for the first one outside the space; "nan": such answers are NaN (see
                    Answers.accepted)
        """
        if refused not in ("raise", "nan"):
            raise ValueError("refused is %r; it is \"raise\" or \"nan\"" % refused)
        from .batch import fidelities, seeds_of, with_fixed
        from .core import rows_of

        core = self._ready()
        configs = with_fixed(configs, self.fixed)
        rows = rows_of(configs, self._whole.names) if core is not None else None
        if core is not None and rows and (level is None or level in core.levels):
            n = len(rows)
            a = core.many(rows, fidelities(self.rule, fidelity, n), level, seeds_of(seed, n), refused)
            if a is not None:
                return a
        return self._asked(configs, fidelity, level, seed, refused)

    def _asked(self, configs: Configs, fidelity: Any, level: float | None, seed: Any, refused: str) -> Answers:
        """The answers by numpy, for what with_fixed returned."""
        from .batch import Batch

        return Batch(self, configs, fidelity, level, seed, refused).answers()

    def _rows(self, t: Any) -> Array:
        return self._whole.encode(t)

    def fix(self, **axes: Any) -> Benchmark:
        """The benchmark with some axes set for every query, such as the problem: bench.fix(problem="mnist_mlp"). In
        space they then have one value; models are shared."""
        out = copy.copy(self)
        out._core, out._wants_core = self._core, self._wants_core
        out.fixed = {**self.fixed, **axes}
        for name, v in axes.items():
            if name not in self._whole.by_name:
                raise RefusedConfiguration(name, "unknown axis; the axes are %s" % ", ".join(self._whole.names))
            why = self._whole[name].why_not(v)
            if why:
                raise RefusedConfiguration(name, why)
        out.space = self._whole.fixed(out.fixed)
        return out

    def verify(self) -> float:
        """Repeats the bundle's golden queries and returns the largest relative difference (of a curve's points:
        relative to at least 1). FORMAT.md allows 1e-9. Opening does it."""
        return check_golden(self, self._golden, self._queries)

    def _bounds(self, *args: Any) -> Any:
        return bounds(self, *args)

    def _noise(self, *args: Any) -> Any:
        return add_noise(self, *args)

    def __repr__(self) -> str:
        fixed = "".join(", %s=%r" % kv for kv in self.fixed.items())
        return "Benchmark(%r%s)" % (self.path, fixed)

    def _repr_html_(self) -> str:
        from .html import table

        what = "%s (%s, %s)" % (self.name, self.metric["name"], self.metric["unit"])
        note = " — " + self.notice if self.notice else ""
        rows = [[a.name, a.kind, a.allowed(), a.unit] for a in self.space.axes]
        return table(["axis", "kind", "allowed", "unit"], rows, what + ": " + ", ".join(self.targets) + note)


def _groups(columns: Sequence[Mapping[str, Any]]) -> list[Array]:
    """The one-hot groups of the columns."""
    out: dict[int, list[int]] = {}
    for i, c in enumerate(columns):
        if c.get("group", -1) >= 0:
            out.setdefault(c["group"], []).append(i)
    return [np.array(v) for v in out.values()]
