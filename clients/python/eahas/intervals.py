"""How sure the answers are: bounds and noise (FORMAT.md section 9)."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import BundleError
from .streams import Stream
from .reading import Bytes
from .trees import Ensemble
from .values import Array

RESIDUALS, QUANTILES, SPREAD, RESIDUALS_SPREAD = range(4)
TINY = 1e-12
MOST_LOG, MOST_END = 300.0, 1e150


class IntervalModel:
    """Bounds and noise of one target."""

    def __init__(self, data: bytes) -> None:
        old = data[:4] == b"itv1"
        b = Bytes(data, b"itv1" if old else b"itv2")
        self.source = RESIDUALS if old else b.u32()
        self.columns, levels, knots = b.take("III")
        if self.source > RESIDUALS_SPREAD or not 1 <= levels <= 64 or not 1 <= knots <= 256:
            raise BundleError("intervals of source %d with %d levels and %d knots" % (self.source, levels, knots))
        self.levels, self.knots = b.floats(levels), b.floats(knots)
        self.low, self.high = b.floats(levels, knots), b.floats(levels, knots)
        self.spread = b.floats(knots)
        self.common, self.follow, self.repeats = b.take("ddI")
        self.size = Ensemble(b.raw(b.u32()))
        self.ends = [Ensemble(b.raw(b.u32())) for _ in range(2 * levels)] if self.source == QUANTILES else []
        self.informed = Ensemble(b.raw(b.u32())) if self.source == RESIDUALS_SPREAD else None
        self.floor: Array = np.ones(knots)
        self.usual: Array = np.zeros(knots)
        if self.source == SPREAD:
            self.floor, self.usual = b.floats(knots), b.floats(knots)
        b.close()
        self._check()

    def _check(self) -> None:
        p, k = self.columns, len(self.knots)
        for v in (self.levels, self.knots):
            if not ((v >= 0) & (v <= 1)).all() or (np.diff(v) <= 0).any():
                raise BundleError("levels and knots must increase inside 0..1")
        trees = [(self.size, p + k, k), *((e, p + k + 2, 1) for e in self.ends)]
        if self.informed:
            trees.append((self.informed, p + 2 * k, k))
        if any((e.columns, e.outputs) != (want, outputs) for e, want, outputs in trees):
            raise BundleError("the trees of an interval do not fit its columns and knots")
        if self.source != QUANTILES and not ((self.low <= 0).all() and (self.high >= 0).all()):
            raise BundleError("the ends of an interval do not lie around 0")
        if not (
            (self.spread >= 0).all() and (self.floor > 0).all() and 0 <= self.common <= 1 and 0 <= self.follow <= 1
        ):
            raise BundleError("the noise of an interval is out of range")

    @property
    def needs_spread(self) -> bool:
        return self.source in (SPREAD, RESIDUALS_SPREAD)

    def at(self, x: Array, guess: Array, spread: Array | None) -> Local:
        """Looks at configurations: x n x columns, guess n x knots, spread n x knots (NaN rows: unknown; None where it
        is not needed)."""
        row = np.concatenate([x, guess], axis=1)
        size = self.size.predict(row)
        bounds = size
        quantiles = None
        if self.source == QUANTILES:
            quantiles = self._quantiles(x, guess)
        elif self.source == SPREAD:
            assert spread is not None
            with np.errstate(invalid="ignore"):
                bounds = np.log(np.where((spread >= 0) & np.isfinite(spread), spread, self.usual) + self.floor)
        elif self.informed is not None:
            assert spread is not None
            bounds = self.informed.predict(np.concatenate([row, np.log(spread + TINY)], axis=1))
        return Local(self, size, bounds, quantiles)

    def _quantiles(self, x: Array, guess: Array) -> Array:
        """What the quantile trees say: n x 2L x K, lower ends first, nested."""
        n, levels, knots = len(x), len(self.levels), len(self.knots)
        rows = np.concatenate([
            np.repeat(np.concatenate([x, guess], axis=1), knots, axis=0),
            np.tile(self.knots, n)[:, None], guess.reshape(-1, 1)], axis=1)
        q = np.stack([e.predict(rows)[:, 0] for e in self.ends])
        q = np.clip(np.nan_to_num(q, nan=0.0, posinf=MOST_END, neginf=-MOST_END), -MOST_END, MOST_END)
        low, high = q[:levels], q[levels:]
        _nest(low, high)
        return np.concatenate([low, high]).reshape(2 * levels, n, knots).transpose(1, 0, 2)

    def place(self, u: Array) -> tuple[Array, Array]:
        """The knots i and the weight of knot i+1 that each place lies between."""
        n = len(self.knots)
        if n == 1:
            return np.zeros(u.shape, int), np.zeros(u.shape)
        i = np.clip(np.searchsorted(self.knots, u, side="right") - 1, 0, n - 2)
        w = np.clip((u - self.knots[i]) / (self.knots[i + 1] - self.knots[i]), 0, 1)
        return i, w

    def between(self, v: Array, u: Array) -> Array:
        """v (knots, or n x knots) at the places u (n x m)."""
        i, w = self.place(u)
        j = np.minimum(i + 1, len(self.knots) - 1)
        a, b = (v[i], v[j]) if v.ndim == 1 else (np.take_along_axis(v, i, 1), np.take_along_axis(v, j, 1))
        return np.asarray(np.where(w == 0, a, np.where(w == 1, b, a + w * (b - a))))


def _nest(low: Array, high: Array) -> None:
    """Moves the ends of increasing levels (first axis) so that low <= high and each level holds the one before."""
    crossed = low[0] > high[0]
    middle = low[0] + (high[0] - low[0]) / 2
    low[0], high[0] = np.where(crossed, middle, low[0]), np.where(crossed, middle, high[0])
    for k in range(1, len(low)):
        low[k], high[k] = np.minimum(low[k], low[k - 1]), np.maximum(high[k], high[k - 1])


@dataclass
class Local:
    """What an IntervalModel says about some configurations."""

    model: IntervalModel
    size: Array
    bounds: Array
    quantiles: Array | None

    def ends(self, k: int, u: Array) -> tuple[Array, Array]:
        """The ends of level number k at the places u (n x m), as differences to the prediction."""
        m = self.model
        if self.quantiles is None:
            s = _scale(m.between(self.bounds, u))
            return s * m.between(m.low[k], u), s * m.between(m.high[k], u)
        levels = len(m.levels)
        low = np.stack([m.between(self.quantiles[:, i], u) + m.between(m.low[i], u) for i in range(k + 1)])
        high = np.stack([m.between(self.quantiles[:, levels + i], u) + m.between(m.high[i], u) for i in range(k + 1)])
        _nest(low, high)
        return low[-1], high[-1]

    def sample(self, i: int, u: Array, r: Stream) -> Array:
        """A plausible deviation of configuration i at the places u (m), in the unit of the residuals."""
        m = self.model
        shared = np.sqrt(m.common) * r.normal()
        own, step = np.sqrt(1 - m.common), np.sqrt(1 - m.follow * m.follow)
        z = np.empty(len(u))
        z[0] = r.normal()
        for j in range(1, len(u)):
            z[j] = m.follow * z[j - 1] + step * r.normal()
        size = _scale(m.between(self.size[i : i + 1], u[None]))[0]
        return np.asarray(size * m.between(m.spread, u) * (shared + own * z))


def _scale(v: Array) -> Array:
    return np.asarray(np.exp(np.clip(v, -MOST_LOG, MOST_LOG)))
