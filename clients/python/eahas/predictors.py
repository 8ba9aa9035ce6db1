"""Predictors: rows n x p to outputs n x k (FORMAT.md section 4), and how sure they are of one row."""
from __future__ import annotations

from typing import Any, Callable

import numpy as np

from .errors import BundleError
from .reading import Bytes
from .trees import Ensemble
from .values import Array


class Predictor:
    """What every kind of predictor has.

    inputs     columns of a row
    outputs    k
    """

    inputs: int
    outputs: int

    def predict(self, x: Array) -> Array:
        """The k outputs of each row of x (n x inputs; NaN: missing): n x k."""
        raise NotImplementedError

    def factor(self, x: Array) -> Array:
        """A factor F (s x k) of the covariance F'F of the outputs for one row; no rows where nothing is known."""
        return np.zeros((0, self.outputs))

    spreads = False  # whether factor can know something


def shortened(rows: Array) -> Array:
    """A factor of at most k rows with the covariance of rows (s x k): they themselves, or their Cholesky factor."""
    k = rows.shape[1]
    if len(rows) <= k:
        return rows
    c = rows.T @ rows
    smallest, out = np.diag(c) * 1e-12, []
    for i in range(k):
        if c[i, i] > smallest[i]:
            row = np.where(np.arange(k) < i, 0.0, c[i] / np.sqrt(c[i, i]))
            out.append(row)
            c = c - np.outer(row, row) * (np.arange(k) > i)[:, None]
    return np.array(out) if out else np.zeros((1, k))


class Scaler:
    """Rows with missing numbers to dense rows."""

    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"dns1")
        self.inputs = b.u32()
        entry = np.dtype([("column", "<u4"), ("shift", "<f8"), ("scale", "<f8")])
        kept = b.array(entry, b.count(20))
        flags = b.array(entry, b.count(20))
        b.close()
        self.columns, self.shift, self.scale = (
            kept["column"].astype(int),
            kept["shift"].astype(float),
            kept["scale"].astype(float),
        )
        self.gaps, self.gap_shift, self.gap_scale = (
            flags["column"].astype(int),
            flags["shift"].astype(float),
            flags["scale"].astype(float),
        )
        if self.inputs > 1 << 24 or any((c >= self.inputs).any() for c in (self.columns, self.gaps)):
            raise BundleError("a scaler of %d columns names one beyond" % self.inputs)
        self.width = len(self.columns) + len(self.gaps)

    def __call__(self, x: Array) -> Array:
        v = x[:, self.columns]
        with np.errstate(invalid="ignore", over="ignore"):
            dense = np.where(np.isfinite(v), np.clip((v - self.shift) * self.scale, -1e100, 1e100), 0.0)
        gone = (~np.isfinite(x[:, self.gaps]) - self.gap_shift) * self.gap_scale
        return np.concatenate([dense, gone], axis=1)


class Trees(Predictor):
    """Boosted trees, or a forest, whose trees disagree."""

    def __init__(self, data: bytes) -> None:
        self.ensemble = Ensemble(data)
        self.inputs, self.outputs = self.ensemble.columns, self.ensemble.outputs

    spreads = True

    def predict(self, x: Array) -> Array:
        return self.ensemble.predict(x)

    def factor(self, x: Array) -> Array:
        e, k = self.ensemble, self.outputs
        trees = len(e.sizes)
        if not e.forest or not trees:
            return np.zeros((0, k))
        leaf = e.leaves(x[None])[0]
        if e.output[0] < 0:
            if trees < 2:
                return np.zeros((0, k))
            rows = e.values[(e.first_value + leaf * k)[:, None] + np.arange(k)]
            return shortened(trees / np.sqrt(trees - 1) * (rows - rows.mean(axis=0)))
        n = trees // k
        if n < 2:
            return np.zeros((0, k))
        v = e.values[e.first_value + leaf].reshape(k, n)
        return np.diag(n / np.sqrt(n - 1) * np.sqrt(((v - v.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)))


Layers = list[tuple[int, Array, Array]]


def _layers(b: Bytes, width: int) -> Layers:
    layers: Layers = []
    for _ in range(b.count(9)):
        n_in, n_out, activation = b.take("IIB")
        if n_in != width:
            raise BundleError("a layer of %d inputs gets %d" % (n_in, width))
        layers.append((activation, b.floats(n_in, n_out), b.floats(n_out)))
        width = n_out
    return layers


def _run(layers: Layers, x: Array) -> Array:
    for activation, w, bias in layers:
        x = x @ w + bias
        if activation == 1:
            x = np.maximum(x, 0)
    return x


class Nets(Predictor):
    """The mean of networks with branches."""

    spreads = True

    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"mlp1")
        self.scaler = Scaler(b.raw(b.u32()))
        ends = b.array(np.dtype([("bounded", "u1"), ("shift", "<f8"), ("scale", "<f8")]), b.count(17))
        self.bounded, self.shift, self.scale = (
            ends["bounded"] > 0,
            ends["shift"].astype(float),
            ends["scale"].astype(float),
        )
        self.inputs, self.outputs = self.scaler.inputs, len(ends)
        self.members: list[tuple[list[tuple[Array, Layers]], Layers]] = []
        for _ in range(b.count(8)):
            branches, width = [], 0
            for _ in range(b.count(8)):
                columns = b.array("<u4", b.u32()).astype(int)
                if (columns >= self.scaler.width).any():
                    raise BundleError("a branch names a column beyond %d" % self.scaler.width)
                layers = _layers(b, len(columns))
                branches.append((columns, layers))
                width += len(layers[-1][2]) if layers else len(columns)
            trunk = _layers(b, width)
            if (len(trunk[-1][2]) if trunk else width) != self.outputs:
                raise BundleError("a network does not give %d outputs" % self.outputs)
            self.members.append((branches, trunk))
        b.close()

    def _value(self, z: Array) -> Array:
        with np.errstate(over="ignore"):
            return np.asarray(self.shift + self.scale * np.where(self.bounded, 1 / (1 + np.exp(-z)), z))

    def _each(self, x: Array) -> list[Array]:
        dense = self.scaler(x)
        out = []
        for branches, trunk in self.members:
            joined = np.concatenate([_run(layers, dense[:, columns]) for columns, layers in branches], axis=1)
            out.append(self._value(_run(trunk, joined)))
        return out

    def predict(self, x: Array) -> Array:
        if not self.members:
            return self._value(np.zeros((len(x), self.outputs)))
        total = np.zeros((len(x), self.outputs))
        for v in self._each(x):
            total = total + v
        return np.where(self.scale == 0, self.shift, total / len(self.members))

    def factor(self, x: Array) -> Array:
        n = len(self.members)
        if n < 2:
            return np.zeros((0, self.outputs))
        rows = np.concatenate(self._each(x[None]))
        return np.asarray((rows - self.predict(x[None])) / np.sqrt(n - 1))


class Linear(Predictor):
    """Intercepts and slopes."""

    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"lin1")
        self.scaler = Scaler(b.raw(b.u32()))
        self.inputs, self.outputs = self.scaler.inputs, b.u32()
        self.table = b.floats(self.outputs, self.scaler.width + 1)
        b.close()

    def predict(self, x: Array) -> Array:
        return np.asarray(self.scaler(x) @ self.table[:, 1:].T + self.table[:, 0])


def squares(points: Array, q: Array) -> Array:
    """The squared distances of points (n x w) to q, columns taken by four: FORMAT.md states the order, as distances may
    tie."""
    d = points - q
    d *= d
    out, w = np.zeros(len(points)), points.shape[1]
    for j in range(0, w - 3, 4):
        out += (d[:, j] + d[:, j + 1]) + (d[:, j + 2] + d[:, j + 3])
    for j in range(w - w % 4, w):
        out += d[:, j]
    return out


class Query:
    """The dense columns that distances see, and their factors."""

    def __init__(self, b: Bytes, scaler: Scaler) -> None:
        entry = b.array(np.dtype([("column", "<u4"), ("factor", "<f8")]), b.count(12))
        self.scaler, self.columns, self.factors = scaler, entry["column"].astype(int), entry["factor"].astype(float)
        if (self.columns >= scaler.width).any():
            raise BundleError("a distance sees a column beyond %d" % scaler.width)
        self.width = len(self.columns)

    def __call__(self, x: Array) -> Array:
        return np.asarray(self.scaler(x)[:, self.columns] * self.factors)


class Sites(Predictor):
    """k nearest sites, with weights by distance."""

    spreads = True

    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"knn1")
        scaler = Scaler(b.raw(b.u32()))
        self.k, self.weighting, self.outputs = b.take("BBI")
        self.inputs, self.query = scaler.inputs, Query(b, scaler)
        n = b.count(8)
        sites = b.floats(n, self.query.width + self.outputs + 1)
        b.close()
        if not n or not self.k or self.weighting not in (1, 2, 3):
            raise BundleError("knn of %d sites, k = %d, weighting %d" % (n, self.k, self.weighting))
        self.where, self.targets, self.weights = (
            sites[:, : self.query.width],
            sites[:, self.query.width : -1],
            sites[:, -1],
        )

    def _near(self, q: Array) -> tuple[Array, Array]:
        """The nearest sites and their weights."""
        s = squares(self.where, q)
        near = np.argsort(s, kind="stable")[: self.k]
        s, f = s[near], self.weights[near].copy()
        if self.weighting != 1:
            with np.errstate(invalid="ignore"):
                ratio = (s == 0).astype(float) if s[0] == 0 else s[0] / s
            f *= np.sqrt(ratio) if self.weighting == 2 else ratio
        return near, f

    def _mean(self, near: Array, f: Array) -> Array:
        y, total = self.targets[near[0]].copy(), 0.0
        for i, w in zip(near, f):
            if w > 0:
                total += w
                y += w / total * (self.targets[i] - y)
        return np.asarray(y)

    def predict(self, x: Array) -> Array:
        return np.array([self._mean(*self._near(q)) for q in self.query(x)]).reshape(len(x), self.outputs)

    def factor(self, x: Array) -> Array:
        near, f = self._near(self.query(x[None])[0])
        if len(near) < 2:
            return np.zeros((0, self.outputs))
        return shortened(np.sqrt(f / f.sum())[:, None] * (self.targets[near] - self._mean(near, f)))


class Neighbors(Predictor):
    """The weighted mean of the K nearest points; those that tie share the places that are left."""

    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"nbr1")
        self.scaler = Scaler(b.raw(b.u32()))
        self.k, self.outputs, n = b.take("III")
        self.inputs, self.width = self.scaler.inputs, self.scaler.width
        self.points, self.targets, self.weights = b.floats(n, self.width), b.floats(n, self.outputs), b.floats(n)
        b.close()
        if not 1 <= self.k <= n:
            raise BundleError("%d neighbours of %d points" % (self.k, n))

    def _one(self, q: Array) -> Array:
        s = np.zeros(len(self.points))
        for j in range(self.width):  # in this order, as the distances may tie
            s += (q[j] - self.points[:, j]) ** 2
        d = np.sqrt(s)
        r = np.partition(d, self.k - 1)[self.k - 1]
        tied = d == r
        f = np.where(d < r, self.weights, np.where(tied, self.weights * ((self.k - (d < r).sum()) / tied.sum()), 0.0))
        use = d <= r
        return np.asarray((f[use, None] * self.targets[use]).sum(axis=0) / f[use].sum())

    def predict(self, x: Array) -> Array:
        return np.array([self._one(q) for q in self.scaler(x)]).reshape(len(x), self.outputs)


Kernel = Callable[[Array], Array]
KERNELS: list[Kernel] = [
    lambda s: (1 + np.sqrt(3 * s)) * np.exp(-np.sqrt(3 * s)),
    lambda s: (1 + np.sqrt(5 * s) + 5 * s / 3) * np.exp(-np.sqrt(5 * s)),
    lambda s: np.exp(-s / 2),
]
BLOCK = 64  # rows at a time: bounds the memory
LEAST_NOISE = 1e-8


class GaussianProcess(Predictor):
    """Posterior means over the training rows."""

    spreads = True

    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"gpr1")
        scaler = Scaler(b.raw(b.u32()))
        mean = b.raw(b.u32())
        self.mean = Linear(mean) if mean else None
        kind, components = b.take("BB")
        if kind >= len(KERNELS) or not components:
            raise BundleError("gp: kernel %d with %d components" % (kind, components))
        self.kernel, self.inputs, self.query = KERNELS[kind], scaler.inputs, Query(b, scaler)
        ends = b.array("<u4", b.count(4)).astype(int)
        self.axes = list(zip([0, *ends[:-1]], ends))
        if (np.diff(ends) < 0).any() or len(ends) and ends[-1] != self.query.width:
            raise BundleError("gp: axes that end at %r of %d columns" % (ends.tolist(), self.query.width))
        self.sets: list[tuple[list[Array], float]] = []
        for _ in range(b.count(8)):
            parts = [np.exp(b.floats(1 + len(self.axes))) for _ in range(components)]
            self.sets.append((parts, float(np.exp(b.f64())) + LEAST_NOISE))
        ends = b.array(np.dtype([("set", "<u4"), ("shift", "<f8"), ("scale", "<f8")]), b.count(20))
        self.set, self.shift, self.scale = (
            ends["set"].astype(int),
            ends["shift"].astype(float),
            ends["scale"].astype(float),
        )
        self.outputs = len(ends)
        rows = b.floats(b.count(8), self.query.width + 1 + self.outputs)
        b.close()
        if (
            (self.set >= len(self.sets)).any()
            or self.mean and (self.mean.inputs, self.mean.outputs) != (self.inputs, self.outputs)
        ):
            raise BundleError("gp: parts that do not fit together")
        self.where, self.noise, self.coefficients = (
            rows[:, : self.query.width],
            rows[:, self.query.width],
            rows[:, self.query.width + 1 :],
        )
        self._factors: dict[int, Array | None] = {}

    def _covariance(self, number: int, q: Array, other: Array) -> Array:
        d = [((q[:, None, i:j] - other[None, :, i:j]) ** 2).sum(axis=2) for i, j in self.axes]
        out = np.zeros((len(q), len(other)))
        for c in self.sets[number][0]:
            s = np.zeros((len(q), len(other)))
            for a, length in zip(d, c[1:]):
                s += a / length**2
            out += c[0] * self.kernel(s)
        return out

    def predict(self, x: Array) -> Array:
        q = self.query(x)
        y = np.zeros((len(x), self.outputs))
        for i in range(0, len(q), BLOCK):
            for number in range(len(self.sets)):
                own = self.set == number
                if own.any():
                    y[i : i + BLOCK, own] = (
                        self._covariance(number, q[i : i + BLOCK], self.where) @ self.coefficients[:, own]
                    )
        y = y * self.scale + self.shift
        return np.asarray(y + self.mean.predict(x) if self.mean else y)

    def factor(self, x: Array) -> Array:
        q, variance = self.query(x[None]), np.zeros(len(self.sets))
        for number, (parts, noise) in enumerate(self.sets):
            variance[number] = sum(c[0] for c in parts)
            if number not in self._factors:
                k = self._covariance(number, self.where, self.where) + np.diag(noise * self.noise)
                try:
                    self._factors[number] = np.linalg.inv(np.linalg.cholesky(k))
                except np.linalg.LinAlgError:
                    self._factors[number] = None
            inverse = self._factors[number]
            if inverse is not None:
                variance[number] -= ((inverse @ self._covariance(number, q, self.where)[0]) ** 2).sum()
        return np.diag(np.sqrt(np.maximum(variance, 0)[self.set] * self.scale**2))


PREDICTORS: dict[str, Callable[[bytes], Predictor]] = {
    "gbdt": Trees, "gp": GaussianProcess, "knn": Sites, "linear": Linear, "mlp": Nets, "neighbors": Neighbors,
}


def read_predictor(kind: Any, data: bytes) -> Predictor:
    """The predictor of a kind from its bytes."""
    from . import composites, ensembles  # noqa: F401  add their kinds

    if kind not in PREDICTORS:
        raise BundleError("this package does not read predictors of the kind %r" % kind)
    return PREDICTORS[kind](data)


def read_part(b: Bytes, depth: int = 0) -> Predictor:
    """A predictor inside another: its kind, then its bytes."""
    return read_predictor(b.text(), b.raw(b.u32()))
