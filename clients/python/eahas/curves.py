"""Representations: target vectors n x k and positions n x m (0: first epoch, 1: last) to values n x m (FORMAT.md
section 5)."""
from __future__ import annotations

import math
from typing import Any, Callable

import numpy as np

from .errors import BundleError
from .reading import Bytes
from .values import Array


class Representation:
    """width: numbers of a target vector."""

    width: int

    def decode(self, v: Array, x: Array) -> Array:
        raise NotImplementedError


def bounded(v: Array) -> Array:
    return np.asarray(np.minimum(np.maximum(np.where(np.isnan(v), 0.0, v), -1e300), 1e300))


def warped(x: Any, c: float) -> Any:
    return np.log1p(c * x) / math.log1p(c) if c else x


def bernstein(n: int, t: Any) -> Array:
    """The n+1 polynomials of degree n, on a new last axis."""
    t = np.asarray(t, float)[..., None]
    i = np.arange(n + 1)
    return np.asarray(np.array([float(math.comb(n, k)) for k in i]) * t**i * (1 - t) ** (n - i))


def casteljau(control: Array, t: Array) -> Array:
    """sum_i B_i(t) control_i per row and position, control n x d, t n x m, by the recurrence of the powers (as accurate
    as the sum)."""
    n = control.shape[1] - 1
    s = 1 - t
    out = control[:, :1] * s
    power = np.ones_like(t)
    for i in range(1, n):
        power = power * t
        out = (out + math.comb(n, i) * power * control[:, i : i + 1]) * s
    return np.asarray(out + power * t * control[:, n:]) if n else np.broadcast_to(control, t.shape)


def monomials(n: int) -> Array:
    """Row i: the coefficients of the i-th Bernstein polynomial of degree n."""
    m = np.zeros((n + 1, n + 1))
    for i in range(n + 1):
        for k in range(i, n + 1):
            m[i, k] = (-1) ** (k - i) * math.comb(n, k) * math.comb(k, i)
    return m


def in_order(x: Array) -> Array:
    """Isotonic regression with equal weights, then limited to 0..1; rows that rise already stay."""
    out = np.clip(x, 0, 1)
    for i in np.flatnonzero((np.diff(x, axis=1) < 0).any(axis=1)):
        pools: list[list[float]] = []
        for v in x[i]:
            pools.append([float(v), 1])
            while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
                (a, m), (b, n) = pools[-2:]
                pools[-2:] = [[(a * m + b * n) / (m + n), m + n]]
        out[i] = np.clip([v for v, n in pools for _ in range(int(n))], 0, 1)
    return out


CHORDS, FINE = 32, 1 << 20  # chords that a curve is replaced by for a first guess, and the steps of that
STEPS = 64  # of a bisection: enough for every bit of t


def solve(control: Array, x: Array) -> Array:
    """t with sum_i B_i(t) control_i = x, per row and position; control n x d rises from 0 to 1, x n x m.

    Newton's method inside a bracket, from where a chord of the curve has x; a step that leaves the bracket halves
    it."""
    n = control.shape[1] - 1
    if n > 12:  # beyond, powers lose too many digits
        return _bisected(control, x)
    powers = control @ monomials(n)
    out = np.where(x >= 1, 1.0, 0.0)
    row, place = np.nonzero((x > 0) & (x < 1))
    a, want = powers[row].T.copy(), x[row, place]
    t = _by_chords(powers, row, want)
    low, high = np.zeros_like(t), np.ones_like(t)
    found = np.zeros(len(t), bool)  # what stands there stays, so that a row has the bits that it has among many
    for _ in range(STEPS):
        if not len(t):
            break
        value, slope = a[n], np.zeros_like(t)
        for k in reversed(range(n)):
            slope = slope * t + value
            value = value * t + a[k]
        off = value - want
        above = off > 0
        high, low = np.where(above, t, high), np.where(above, low, t)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            new = t - off / slope
        inside = (new >= low) & (new <= high)
        new = np.where(inside, new, low + (high - low) / 2)
        # Newton's error after a step of relative size d is about n*d*d: such a step is the last that can be seen.
        done = np.where(inside, np.abs(new - t) <= 1e-8 * t, high - low <= 1e-15 * high)
        t, found = np.where(found, t, new), found | done
        if 2 * np.count_nonzero(found) > len(found):  # to leave few behind costs more than another step of all
            out[row[found], place[found]] = t[found]
            go = ~found
            row, place, a, want, t, low, high, found = (
                row[go], place[go], a[:, go], want[go], t[go], low[go], high[go], found[go]
            )
    out[row, place] = t
    return out


def _by_chords(powers: Array, row: Array, want: Array) -> Array:
    """Where the curve of each row has want, were it straight between CHORDS + 1 places. It is rounded, so that what a
    row's place among others does to the last bits goes."""
    at, t = np.zeros((len(powers), CHORDS + 1)), np.arange(CHORDS + 1) / CHORDS
    for k in reversed(range(powers.shape[1])):
        at = at * t + powers[:, k : k + 1]
    x = np.maximum.accumulate(np.clip(at, 0, 1), axis=1)
    flat = (x + 2.0 * np.arange(len(x))[:, None]).ravel()  # rows two apart make one rising list of all
    first = row * (CHORDS + 1)
    j = np.clip(flat.searchsorted(want + 2.0 * row, side="right") - 1, first, first + CHORDS - 1)
    below, above = x.take(j), x.take(j + 1)
    wide = above - below
    part = np.where(wide > 0, np.clip((want - below) / np.where(wide > 0, wide, 1), 0, 1), 0.5)
    return np.asarray(np.rint((j - first + part) * (FINE / CHORDS)) / FINE)


def _bisected(control: Array, x: Array) -> Array:
    """solve, step by step."""
    low, high = np.zeros_like(x), np.ones_like(x)
    for _ in range(STEPS):
        t = (low + high) / 2
        above = np.einsum("nmd,nd->nm", bernstein(control.shape[1] - 1, t), control) > x
        high, low = np.where(above, t, high), np.where(above, low, t)
    return np.where((x == 0) | (x == 1), x, (low + high) / 2)


class Bezier(Representation):
    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"EHBZ")
        version, self.kind, self.n, self.c = b.take("BBBd")
        b.close()
        if version != 1 or self.kind > 2 or not 1 <= self.n <= 64 or not 0 <= self.c < 1e300:
            raise BundleError("bezier of version %d, kind %d, degree %d" % (version, self.kind, self.n))
        self.width = 2 * self.n if self.kind == 0 else self.n + 1
        self.upper: Array | None = None
        if self.kind == 2:
            x = np.arange(101) / 100
            at = np.concatenate([bernstein(self.n, x), bernstein(self.n, warped(x, self.c))])
            self.upper = np.linalg.cholesky(at.T @ at / 202).T

    def decode(self, v: Array, x: Array) -> Array:
        n = self.n
        y = bounded(v[:, : n + 1])
        if self.upper is not None:
            y = bounded(np.linalg.solve(self.upper, y.T).T)
        if self.kind == 0:
            inner = v[:, n + 1 :]
            inner = np.clip(np.where(np.isnan(inner), np.arange(1, n) / n, inner), -1e300, 1e300)
            control = np.zeros((len(v), n + 1))
            control[:, 1:-1], control[:, -1] = in_order(inner), 1
            t = solve(control, x)
        else:
            t = warped(x, self.c)
        with np.errstate(over="ignore", invalid="ignore"):
            out = casteljau(y, t)
        return np.asarray(np.minimum(np.maximum(out, y.min(axis=1, keepdims=True)), y.max(axis=1, keepdims=True)))


def on_grid(points: int, c: float, x: Array, values: Array) -> Array:
    at = warped(x, c) * (points - 1)
    cell = np.minimum(at.astype(int), points - 2)
    f = at - cell
    return np.asarray(np.take_along_axis(values, cell, 1) * (1 - f) + np.take_along_axis(values, cell + 1, 1) * f)


def _grid_head(b: Bytes, form: str) -> tuple[Any, ...]:
    points, c, *rest = b.take(form)
    if not 2 <= points <= 1 << 20 or not 0 <= c < 1e300:
        raise BundleError("a grid of %d points with the warp %r" % (points, c))
    return (points, c, *rest)


class Grid(Representation):
    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"EHGRID1")
        self.width, self.c = _grid_head(b, "Id")
        b.close()

    def decode(self, v: Array, x: Array) -> Array:
        return on_grid(self.width, self.c, x, bounded(v))


class SVD(Representation):
    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"EHSVDB1")
        self.points, self.c, self.width = _grid_head(b, "IdI")
        self.mean, self.parts = b.floats(self.points), b.floats(self.points, self.width)
        b.close()

    def decode(self, v: Array, x: Array) -> Array:
        return on_grid(self.points, self.c, x, bounded(self.mean + bounded(v) @ self.parts.T))


class Ranks(Representation):
    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"ranks1")
        self.grid = Grid(b.raw(b.u32()))
        self.width = self.grid.width
        self.value, self.low, self.high = b.floats(b.count(24), 3).T
        b.close()
        if not len(self.low):
            raise BundleError("ranks without a value")

    def decode(self, v: Array, x: Array) -> Array:
        u, value, low, high = self.grid.decode(v, x), self.value, self.low, self.high
        i = np.clip(np.searchsorted(low, u, side="right") - 1, 0, len(low) - 1)
        j = np.minimum(i + 1, len(low) - 1)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            f = (u - high[i]) / (low[j] - high[i])
            between = np.clip((1 - f) * value[i] + f * value[j], -1e300, 1e300)
        out = np.where((u <= high[i]) | (i == j), value[i], between)
        return np.asarray(np.where(u >= low[0], out, value[0]))


Shape = Callable[[Any, Any, Array, Array], Array]


def janoschek(p: Array, q: Array, L: Any) -> Array:
    return np.asarray(np.exp(np.exp(p) * (1 - np.exp(q * L))))


RATE, STRETCH = (-9.2, 3.0, -2.3), (0.05, 5.0, 1.0)
Limits = tuple[float, float, float]
FAMILIES: dict[str, tuple[bool, list[Limits], Shape]] = {  # offset, (least, greatest, usual) of p and q, g(X, L, p, q)
    "pow3": (True, [(0.001, 10, 1)], lambda X, L, p, q: np.exp(-p * L)),
    "pow2": (False, [(-2, 5, 0)], lambda X, L, p, q: np.exp(-p * L)),
    "pow4": (True, [(0.001, 10, 1), (-3, 7, 0)], lambda X, L, p, q: np.exp(-p * np.log1p((X - 1) * np.exp(-q)))),
    "ilog2": (True, [], lambda X, L, p, q: 1 / np.log1p(X) + 0 * p),
    "logx_linear": (True, [], lambda X, L, p, q: L + 0 * p),
    "exp3": (True, [RATE], lambda X, L, p, q: np.exp(-np.exp(p) * (X - 1))),
    "exp4": (True, [RATE, STRETCH], lambda X, L, p, q: janoschek(p, q, L)),
    "janoschek": (True, [RATE, STRETCH], lambda X, L, p, q: janoschek(p, q, L)),
    "weibull": (True, [RATE, STRETCH], lambda X, L, p, q: janoschek(p * q, q, L)),
    "mmf": (True, [(-9.2, 7, -2.3), (0.05, 8, 1)], lambda X, L, p, q: (1 + np.exp(q * p)) / (1 + np.exp(q * (p + L)))),
    "dr_hill": (False, [(-7, 9.2, -7), (0.05, 8, 8)], lambda X, L, p, q: 1 / (1 + np.exp(q * (p - L)))),
    "vap": (False, [(-10, 5, 0), (-2, 2, 0)], lambda X, L, p, q: np.exp(p / X + q * L)),
}


class Parametric(Representation):
    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"EHPARM1")
        name = b.text()
        b.close()
        if name not in FAMILIES:
            raise BundleError("parametric family %r" % name)
        self.name = name
        offset, limits, _ = FAMILIES[name]
        self.width = (2 if offset else 1) + len(limits)

    def decode(self, v: Array, x: Array) -> Array:
        offset, limits, g = FAMILIES[self.name]
        ends = 2 if offset else 1
        shape = [
            np.where(np.isnan(w), usual, np.clip(w, low, high))[:, None]
            for w, (low, high, usual) in zip(v[:, ends:].T, limits)
        ]
        p, q = (shape + [np.zeros((len(v), 1))] * 2)[:2]
        first, last = bounded(v[:, :1]), bounded(v[:, ends - 1 : ends])
        X = 1 + 100 * x
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            at, g1, g2 = g(X, np.log(X), p, q), g(1.0, 0.0, p, q), g(101.0, math.log(101), p, q)
            if not offset:
                return bounded(last * (at / g2))
            h = np.where(g1 == g2, 0.0, np.clip((at - g1) / (g2 - g1), 0, 1))
        return np.asarray(first * (1 - h) + last * h)


REPRESENTATIONS: dict[str, Callable[[bytes], Representation]] = {
    "bezier": Bezier, "grid": Grid, "parametric": Parametric, "ranks": Ranks, "svd": SVD,
}


def read_representation(kind: Any, data: bytes) -> Representation:
    """The representation of a kind from its bytes."""
    if kind not in REPRESENTATIONS:
        raise BundleError("this package does not read curves of the kind %r" % kind)
    return REPRESENTATIONS[kind](data)
