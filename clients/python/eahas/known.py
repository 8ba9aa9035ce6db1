"""What formulas of the axes say of a configuration before anything is trained (FORMAT.md section 3)."""
from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import BundleError
from .values import Array, exp, ln, log10, power

if TYPE_CHECKING:
    from .axes import Column
    from .space import Space, Table

MOST_STEPS, MOST_DEEP, MOST_WHOLE = 1024, 64, 1024
LN2, LN10 = 6.93147180559945286227e-01, 2.30258509299404568401799145468436421


def _of_positive(f: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """f of positive finite numbers, and what a logarithm is elsewhere."""

    def whole(x: Array) -> Array:
        good = (x > 0) & np.isfinite(x)
        return np.where(good, f(np.where(good, x, 1.0)), np.where(x == 0, -np.inf, np.where(x > 0, x, np.nan)))

    return whole


_log = _of_positive(ln)


def _log2(x: Array) -> Array:
    def exact(x: Array) -> Array:
        f, k = np.frexp(x)
        half = f == 0.5
        return np.asarray(k - half + ln(np.where(half, 1.0, f)) / LN2)

    return _of_positive(exact)(x)


def _log10(x: Array) -> Array:
    y = np.asarray(_log(x) / LN10)
    r = np.rint(y)
    near = np.isfinite(r) & (np.abs(r) <= 22)
    return np.where(near & (_pow(np.full_like(y, 10.0), np.where(near, r, 0.0)) == x), r, y)


def _pow(x: Array, y: Array) -> Array:
    x, y = np.broadcast_arrays(x, y)
    whole = (y == np.trunc(y)) & (np.abs(y) <= MOST_WHOLE)
    n = np.where(whole, y, 0.0)
    p = power(x, np.abs(n))
    product = np.where(n < 0, 1 / p, p)
    other = np.where((x == 0) & (y > 0), 0.0, exp(y * _log(x)))
    return np.where(whole, product, other)


def _holds(x: Array) -> Array:
    return (x < 0) | (x > 0)


ONE: dict[str, Callable[[Array], Any]] = {
    "log": _log, "log2": _log2, "log10": _log10, "exp": exp, "sqrt": np.sqrt, "abs": np.abs, "floor": np.floor,
    "ceil": np.ceil, "round": np.rint, "neg": np.negative, "not": lambda x: ~_holds(x),
}
TWO: dict[str, Callable[[Array, Array], Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": _pow, "min": np.minimum, "max": np.maximum,
    "==": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "&&": lambda x, y: _holds(x) & _holds(y), "||": lambda x, y: _holds(x) | _holds(y),
}


def _numbers(c: Column) -> Array:
    """The numbers of a column: those of the list where the axis has one."""
    if not c.axis.choices:
        return c.number
    listed = np.array([float(v) for v in c.axis.choices] + [math.nan])
    return listed[np.where(c.index >= 0, c.index, -1)]


class Known:
    """The known quantities of a space, in their order. units: name to unit."""

    def __init__(self, space: Space, descriptions: Sequence[Mapping[str, Any]]) -> None:
        self.space, self.descriptions = space, [dict(d) for d in descriptions]
        self.names = [str(d["name"]) for d in self.descriptions]
        self.units = {str(d["name"]): str(d.get("unit") or "") for d in self.descriptions}
        if len(self.names) > 32 or len(set(self.names) | space.by_name.keys()) != len(self.names) + len(space.by_name):
            raise BundleError("known quantities %r" % self.names)
        for i, d in enumerate(self.descriptions):
            self._check(d, self.names[:i])

    def _check(self, d: Mapping[str, Any], before: list[str]) -> None:
        bad = BundleError("the steps of %r" % d["name"])
        if not 0 < len(d["program"]) <= MOST_STEPS:
            raise bad
        deep = 0
        for word, *rest in d["program"]:
            if word == "number":
                deep += 1
                if not math.isfinite(rest[0]):
                    raise bad
            elif word == "axis":
                deep += 1
                if rest[0] not in before and rest[0] not in self.space.by_name:
                    raise bad
            elif word == "is":
                deep += 1
                if self.space.by_name[rest[0]].index(rest[1]) < 0:
                    raise bad
            else:
                takes = 1 if word in ONE else 2 if word in TWO else 3 if word == "if" else 1 << 30
                deep -= takes - 1
                if deep < 1:
                    raise bad
            if deep > MOST_DEEP:
                raise bad
        low, high = float(d["low"]), float(d["high"])
        if (
            deep != 1
            or d["scale"] not in ("linear", "log")
            or not -math.inf < low < high < math.inf
            or d["scale"] == "log" and low <= 0
        ):
            raise bad

    def values(self, t: Table) -> tuple[dict[str, Array], Array]:
        """The quantities of each configuration by name (NaN: an axis is missing), and which of the configurations have
        them all."""
        out: dict[str, Array] = {}
        good = np.ones(t.n, bool)
        with np.errstate(all="ignore"):
            for d in self.descriptions:
                x, whole = self._run(d["program"], t, out)
                finite = np.isfinite(x)
                good &= finite | ~whole
                out[str(d["name"])] = np.where(finite, x, np.nan)
        return out, good

    def _run(self, program: list[list[Any]], t: Table, before: Mapping[str, Array]) -> tuple[Array, Array]:
        stack: list[Array] = []
        whole = np.ones(t.n, bool)
        for word, *rest in program:
            if word == "number":
                stack.append(np.full(t.n, float(rest[0])))
            elif word in ("axis", "is") and rest[0] in self.space.by_name:
                c = t.columns[rest[0]]
                there = t.active[rest[0]] & ~c.gone
                whole &= there
                if word == "is":
                    stack.append((there & (c.index == c.axis.index(rest[1]))).astype(float))
                else:
                    stack.append(np.where(there, _numbers(c), np.nan))
            elif word == "axis":
                whole &= ~np.isnan(before[rest[0]])
                stack.append(before[rest[0]])
            elif word in ONE:
                stack.append(np.asarray(ONE[word](stack.pop()), float))
            elif word in TWO:
                y = stack.pop()
                stack.append(np.asarray(TWO[word](stack.pop(), y), float))
            else:
                otherwise, then = stack.pop(), stack.pop()
                stack.append(np.where(_holds(stack.pop()), then, otherwise))
        return stack[0], whole

    def rows(self, values: Mapping[str, Array]) -> Array:
        """The columns (n x quantities)."""
        out = []
        for d in self.descriptions:
            x, low, high = values[str(d["name"])], np.asarray(float(d["low"])), np.asarray(float(d["high"]))
            if d["scale"] == "log":
                x = np.where(x > 0, log10(np.where(x > 0, x, 1.0)), np.nan)
                low, high = log10(low), log10(high)
            y = (x - low) / (high - low)
            y = np.where((y < 0) & (y > -1e-9), 0.0, y)
            out.append(np.where((y > 1) & (y < 1 + 1e-9), 1.0, y))
        return np.stack(out, axis=1)
