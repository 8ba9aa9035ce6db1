"""One axis of a space: its values, its law, its column."""
from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .errors import BundleError
from .graphs import GraphError, GraphSpec
from .values import Array, log10, missing, number, numbers, same, text, truth

STEP_TOLERANCE, RELATIVE_TOLERANCE = 1e-3, 1e-6
MOST_TABLED = 1 << 14  # the longest grid whose points are kept
ZERO_PLACE = -0.25  # of 0 beside a logarithm: a quarter of the range below its low end
KINDS = ("linear", "log", "integer", "ordinal", "choice", "graph")


@dataclass(frozen=True)
class Condition:
    """The axis exists only where the axis param exists and has one of the values."""

    param: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Axis:
    """One axis.

    kind        linear, log, integer (numbers from low to high, both included), ordinal or choice (one of choices)
    step        distance of neighbouring numbers; 0: any number
    log         scaled by the logarithm
    asked       no decision: known before training, given by no formula, said by whoever asks; no search can draw it
    zero        0 is a value of its own beside the range of a logarithm
    choices     the allowed values of an ordinal or a choice, else empty
    weights     by which choices are drawn; empty: equal
    when        the axis exists only then; None: always
    optional    may be missing all the same
    graph       which graphs the axis takes, of kind graph
    """

    name: str
    kind: str
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0
    log: bool = False
    choices: tuple[Any, ...] = ()
    weights: tuple[float, ...] = ()
    when: Condition | None = None
    optional: bool = False
    unit: str = ""
    doc: str = ""
    zero: bool = False
    asked: bool = False
    graph: GraphSpec | None = None

    @staticmethod
    def of(d: dict[str, Any]) -> Axis:
        """The axis that an entry of the manifest describes."""
        kind, when = d["kind"], d.get("when")
        if kind not in KINDS or not isinstance(d["name"], str) or not d["name"]:
            raise BundleError("axis %r of kind %r" % (d["name"], kind))
        step = float(d.get("step") or (1 if kind == "integer" else 0))
        a = Axis(
            d["name"], kind, float(d.get("low") or 0), float(d.get("high") or 0), step,
            kind == "log" or bool(d.get("log")), tuple(text(c) for c in d.get("choices") or ()),
            tuple(float(w) for w in d.get("weights") or ()),
            Condition(when["param"], tuple(text(v) for v in when["in"])) if when else None, bool(d.get("optional")),
            d.get("unit") or "", d.get("doc") or "", bool(d.get("zero")), d.get("known") == "ask",
            GraphSpec(d["graph"]) if kind == "graph" else None,
        )
        a._check_description()
        return a

    def _check_description(self) -> None:
        def bad(why: str) -> BundleError:
            return BundleError("axis %r: %s" % (self.name, why))

        if self.graph:
            if self.choices or self.weights or self.log or self.zero:
                raise bad("choices or numbers beside graphs")
            return
        if self.numeric:
            if (
                self.choices
                or self.weights
                or not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high)
            ):
                raise bad("numbers from %r to %r" % (self.low, self.high))
            if not 0 <= self.step < math.inf or self.step and not 0.5 <= (self.high - self.low) / self.step <= 2**53:
                raise bad("step %r" % self.step)
            least = self.low
        else:
            if not 0 < len(self.choices) <= 100_000 or any(
                missing(c) or not isinstance(c, (str, int, float)) for c in self.choices
            ):
                raise bad("choices %r" % (self.choices[:5],))
            if any(isinstance(c, (int, float)) and number(c) is None for c in self.choices):
                raise bad("a choice is not finite")
            if self.weights and (
                len(self.weights) != len(self.choices) or not 0 < sum(self.weights) < math.inf or min(self.weights) < 0
            ):
                raise bad("weights %r" % (self.weights[:5],))
            least = float(self.choices[self.zero_apart]) if self.of_numbers else math.nan
        if self.zero and (self.kind != "log" or self.step):
            raise bad("zero is for kind log without a step")
        if self.log and not least > 0:
            raise bad("a logarithm of %r" % least)

    @property
    def zero_apart(self) -> bool:
        """Whether 0 is a value of its own beside a scale by the logarithm."""
        listed = (
            self.kind == "ordinal"
            and self.log
            and len(self.choices) > 1
            and self.of_numbers
            and float(self.choices[0]) == 0
        )
        return self.zero or listed

    @property
    def numeric(self) -> bool:
        """Whether the axis takes numbers from a range."""
        return self.kind in ("linear", "log", "integer")

    @property
    def of_numbers(self) -> bool:
        """Whether all choices are numbers."""
        return bool(self.choices) and not any(isinstance(c, str) for c in self.choices)

    @property
    def ranked(self) -> bool:
        """Whether the column holds the position among the choices: an ordinal of texts."""
        return self.kind == "ordinal" and not self.of_numbers

    @property
    def points(self) -> int:
        """How many values the axis has; 0: infinitely many."""
        if self.choices:
            return len(self.choices)
        return int(math.floor((self.high - self.low) / self.step + 0.5)) + 1 if self.step else 0

    @property
    def width(self) -> int:
        """How many columns the axis has."""
        return len(self.graph.columns()) if self.graph else len(self.choices) if self.kind == "choice" else 1

    def point(self, k: Array) -> Array:
        """The grid's numbers low + k*step, with twelve significant digits, so that they are what one writes; the ends
        are exact."""
        k = np.asarray(k)
        x = self.low + k * self.step
        if self.kind == "integer":
            out = np.floor(x + 0.5)
        else:
            with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
                scale = 10.0 ** (11 - np.floor(np.log10(np.abs(x))))
                r = np.copysign(np.floor(np.abs(x * scale) + 0.5), x) / scale
            out = np.where(np.isfinite(r) & (x != 0), r, x)
        out = np.where(k == 0, self.low, np.where(k == self.points - 1, self.high, out))
        return np.asarray(out, float)

    def on_grid(self, x: float) -> Any:
        """The number of the axis that is nearest to x; int for integers."""
        if self.step:
            x = float(self.point(np.clip(np.floor((x - self.low) / self.step + 0.5), 0, self.points - 1)))
        x = min(self.high, max(self.low, float(x)))
        return int(x) if self.kind == "integer" else x

    def values(self) -> list[Any]:
        """All values in order; empty for an axis with infinitely many, or more than a million."""
        if self.choices:
            return list(self.choices)
        n = self.points
        if not 0 < n <= 1_000_000:
            return []
        x = self.point(np.arange(n))
        return [int(v) for v in x] if self.kind == "integer" else [float(v) for v in x]

    def allowed(self) -> str:
        """What is allowed, in words."""
        if self.graph:
            return self.graph.allowed()
        if self.choices:
            listed = ", ".join(map(str, self.choices[:20])) + (", …" if len(self.choices) > 20 else "")
            return "one of %s" % listed
        step = " step %g" % self.step if self.step and not (self.kind == "integer" and self.step == 1) else ""
        return "%s%g..%g%s" % ("a whole number in " if self.kind == "integer" else "0 or " if self.zero else "",
            self.low, self.high, step)

    def index(self, v: Any) -> int:
        """The position of v among the choices, or -1: equal ones first, then those that mean the same."""
        v = text(v)
        for i, c in enumerate(self.choices):
            if isinstance(c, str) == isinstance(v, str) and c == v:
                return i
        found = next((i for i, c in enumerate(self.choices) if same(c, v)), -1)
        if found < 0 and (spelt := truth(v)) is not None:
            found = next((i for i, c in enumerate(self.choices) if truth(c) == spelt), -1)
        return found

    def why_not(self, v: Any) -> str | None:
        """Why v, which is not missing, is not allowed; None where it is."""
        if self.graph:
            try:
                self.graph.graph(v)
            except GraphError as e:
                return "%r is not a graph of this axis: %s" % (v, e)
            return None
        if self.choices:
            return None if self.index(v) >= 0 else "%r is not %s" % (v, self.allowed())
        x = number(v)
        if x is None:
            return "%r is not a number; allowed is %s" % (v, self.allowed())
        if self.zero and x == 0:
            return None
        slack = self.step * STEP_TOLERANCE if self.step else RELATIVE_TOLERANCE * abs(x)
        if not self.low - slack <= x <= self.high + slack:
            return "%r is outside %s" % (v, self.allowed())
        if self.step:
            k = (x - self.low) / self.step
            if abs(k - math.floor(k + 0.5)) > STEP_TOLERANCE:
                return "%r is not on the grid of step %g from %g" % (v, self.step, self.low)
        return None

    def accepts(self, x: Array) -> Array:
        """why_not of many numbers of a range: whether each is allowed; NaN is not."""
        slack = self.step * STEP_TOLERANCE if self.step else RELATIVE_TOLERANCE * np.abs(x)
        with np.errstate(invalid="ignore"):
            good = (x >= self.low - slack) & (x <= self.high + slack)
            if self.step:
                k = (x - self.low) / self.step
                good &= np.abs(k - np.floor(k + 0.5)) <= STEP_TOLERANCE
        if self.zero:
            good |= x == 0
        return np.asarray(good, bool)

    @cached_property
    def span(self) -> tuple[float, float]:
        """low and high - low of the column's scale, after the logarithm; 1 where they are equal."""
        low, high = self.low, self.high
        if self.ranked:
            low, high = 0.0, float(len(self.choices) - 1)
        elif self.choices:
            low, high = float(self.choices[self.zero_apart]), float(self.choices[-1])
        if self.log:
            low, high = float(log10(low)), float(log10(high))
        return low, high - low if high > low else 1.0

    def scaled(self, x: Array) -> Array:
        """The column of numbers (positions, for an ordinal of texts); NaN stays."""
        low, span = self.span
        nought = (x == 0) if self.zero_apart else None
        if self.log:
            with np.errstate(invalid="ignore", divide="ignore"):
                x = np.where(x > 0, log10(np.where(x > 0, x, 1.0)), np.nan)
        x = (x - low) / span
        slack = 1e-9  # of the logarithm's rounding at the ends
        with np.errstate(invalid="ignore"):
            near = ((x < 0) & (x > -slack)) | ((x > 1) & (x < 1 + slack))
        x = np.where(near, np.rint(x), x) if near.any() else x
        return x if nought is None else np.where(nought, ZERO_PLACE, x)


class Column:
    """The values of one axis in many configurations, looked at once.

    gone     where the value is missing
    number   the number that each is or reads as, NaN where it is none
    index    position among the choices, -1 where it is none of them (axes with choices)
    good     where the value is allowed or missing
    """

    def __init__(self, axis: Axis, values: list[Any]) -> None:
        self.axis, self.values = axis, values
        self.index = np.zeros(0, int)
        if axis.graph:
            self.rows, self.gone, self.good = _graphs(axis.graph, values)
            self.number = np.full(len(values), np.nan)
            return
        if axis.numeric:
            self.number, bad = numbers(values)
            self.gone = np.isnan(self.number) & ~bad
            self.good = self.gone | axis.accepts(self.number)
            return
        found = self._found()
        self.index = np.fromiter((found[key] for key in self._keys), int, len(values))
        self.gone = self.index == -2
        self.good = self.index != -1
        self.number = np.full(len(values), np.nan)
        if axis.of_numbers:
            self.number, _ = numbers(values)

    def _found(self) -> dict[Any, int]:
        """The position of each distinct value; -2: missing, -1: not allowed."""
        self._keys = [(v.__class__, v) for v in self.values]
        try:
            distinct = set(self._keys)
        except TypeError:  # a list or the like
            self._keys = [(v.__class__, repr(v)) for v in self.values]
            return {key: -2 if missing(v) else self.axis.index(v) for key, v in zip(self._keys, self.values)}
        out = {key: -2 if missing(key[1]) else self.axis.index(key[1]) for key in distinct}
        return out

    def holds(self, values: tuple[Any, ...]) -> Array:
        """Where the value means the same as one of values."""
        if self.axis.numeric:
            out = np.zeros(len(self.number), bool)
            for v in values:
                c = number(v)
                if c is not None:
                    with np.errstate(invalid="ignore"):
                        out |= np.abs(self.number - c) <= RELATIVE_TOLERANCE * np.maximum(np.abs(self.number), abs(c))
            return out
        known: dict[Any, bool] = {}
        for key, v in zip(self._keys, self.values):
            if key not in known:
                known[key] = not missing(v) and any(same(v, c) for c in values)
        return np.fromiter((known[key] for key in self._keys), bool, len(self.values))

    def encoded(self, active: Array) -> Array:
        """The axis' columns, n x 1, or n x choices for a choice; NaN where the axis does not exist or the value is
        missing."""
        there = active & ~self.gone
        if self.axis.graph:
            return np.where(there[:, None], self.rows, np.nan)
        if self.axis.kind == "choice":
            rows = np.zeros((len(there), len(self.axis.choices)))
            at = np.flatnonzero(there & (self.index >= 0))
            rows[at, self.index[at]] = 1
            rows[~there] = np.nan
            return rows
        x = self.index.astype(float) if self.axis.ranked else self.number
        return self.axis.scaled(np.where(there, x, np.nan))[:, None]


def _graphs(spec: GraphSpec, values: list[Any]) -> tuple[Array, Array, Array]:
    """The columns of graphs, where the value is missing, and where it is a graph or missing."""
    rows = np.full((len(values), len(spec.columns())), np.nan)
    gone, good = np.zeros(len(values), bool), np.ones(len(values), bool)
    for i, v in enumerate(values):
        if not isinstance(v, (str, tuple, list, dict)) and missing(v):
            gone[i] = True
            continue
        try:
            rows[i] = spec.row(spec.graph(v))
        except GraphError:
            good[i] = False
    return rows, gone, good
