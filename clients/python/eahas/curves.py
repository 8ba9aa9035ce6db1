"""Representations: target vectors n x k and positions n x m to values n x m (FORMAT.md section 5)."""
import math

import numpy as np

from .reading import BadBundle, Bytes


def bounded(v):
    return np.clip(np.nan_to_num(v, nan=0.0, posinf=1e300, neginf=-1e300), -1e300, 1e300)


def warped(x, c):
    return np.log1p(c * x) / math.log1p(c) if c else x


def bernstein(n, t):
    """The n+1 polynomials of degree n, on a new last axis."""
    t = np.asarray(t, float)[..., None]
    i = np.arange(n + 1)
    return np.array([math.comb(n, k) for k in i]) * t**i * (1 - t) ** (n - i)


def monomials(n):
    """Row i: the coefficients of the i-th Bernstein polynomial of degree n."""
    m = np.zeros((n + 1, n + 1))
    for i in range(n + 1):
        for k in range(i, n + 1):
            m[i, k] = (-1) ** (k - i) * math.comb(n, k) * math.comb(k, i)
    return m


def in_order(x):
    """Isotonic regression with equal weights, then limited to 0..1."""
    pools = []
    for v in x:
        pools.append([v, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, m), (b, n) = pools[-2:]
            pools[-2:] = [[(a * m + b * n) / (m + n), m + n]]
    return np.clip([v for v, n in pools for _ in range(n)], 0, 1)


def solve(control, x):
    """t with sum_i B_i(t) control_i = x, per row and position, by bisection; control n x d, x n x m."""
    low, high = np.zeros_like(x), np.ones_like(x)
    n = control.shape[1] - 1
    powers = control @ monomials(n) if n <= 12 else None  # beyond, powers lose too many digits
    for _ in range(60):
        t = (low + high) / 2
        if powers is None:
            at = np.einsum("nmd,nd->nm", bernstein(n, t), control)
        else:
            at = np.zeros_like(t)
            for k in reversed(range(n + 1)):
                at *= t
                at += powers[:, k : k + 1]
        above = at > x
        high, low = np.where(above, t, high), np.where(above, low, t)
    t = (low + high) / 2
    return np.where((x == 0) | (x == 1), x, t)


def read_bezier(data):
    b = Bytes(data, b"EHBZ")
    version, kind, n, c = b.take("BBBd")
    if version != 1 or kind > 2:
        raise BadBundle("bezier of version %d, kind %d" % (version, kind))
    upper = None
    if kind == 2:
        x = np.arange(101) / 100
        at = np.concatenate([bernstein(n, x), bernstein(n, warped(x, c))])
        upper = np.linalg.cholesky(at.T @ at / 202).T

    def decode(v, x):
        y = bounded(v[:, : n + 1])
        if kind == 2:
            y = np.linalg.solve(upper, y.T).T
        if kind == 0:
            inner = v[:, n + 1 :]
            inner = np.clip(np.where(np.isnan(inner), np.arange(1, n) / n, inner), 0, 1)
            control = np.array([[0.0, *in_order(row), 1.0] for row in inner])
            t = solve(control, x)
        else:
            t = warped(x, c)
        out = np.einsum("nmd,nd->nm", bernstein(n, t), y)
        return np.clip(out, y.min(axis=1, keepdims=True), y.max(axis=1, keepdims=True))

    return decode


def on_grid(points, c, x, values):
    at = warped(x, c) * (points - 1)
    cell = np.minimum(at.astype(int), points - 2)
    f = at - cell
    return np.take_along_axis(values, cell, 1) * (1 - f) + np.take_along_axis(values, cell + 1, 1) * f


def read_grid(data):
    b = Bytes(data, b"EHGRID1")
    points, c = b.take("Id")
    return lambda v, x: on_grid(points, c, x, bounded(v))


def read_svd(data):
    b = Bytes(data, b"EHSVDB1")
    points, c, k = b.take("IdI")
    mean, parts = b.floats(points), b.floats(points, k)
    return lambda v, x: on_grid(points, c, x, bounded(mean + bounded(v) @ parts.T))


def read_ranks(data):
    b = Bytes(data, b"ranks1")
    grid = read_grid(b.raw(b.u32()))
    value, low, high = b.floats(b.u32(), 3).T

    def decode(v, x):
        u = grid(v, x)
        i = np.clip(np.searchsorted(low, u, side="right") - 1, 0, len(low) - 1)
        j = np.minimum(i + 1, len(low) - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            f = (u - high[i]) / (low[j] - high[i])
            between = np.clip((1 - f) * value[i] + f * value[j], -1e300, 1e300)
        out = np.where((u <= high[i]) | (i == j), value[i], between)
        return np.where(u >= low[0], out, value[0])

    return decode


def janoschek(p, q, L):
    return np.exp(np.exp(p) * (1 - np.exp(q * L)))


RATE, STRETCH = (-9.2, 3, -2.3), (0.05, 5, 1)
FAMILIES = {  # name: offset, (least, greatest, usual) of p and q, g(X, L, p, q)
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


def read_parametric(data):
    b = Bytes(data, b"EHPARM1")
    name = b.raw(b.u32()).decode()
    if name not in FAMILIES:
        raise BadBundle("parametric family %r" % name)
    offset, limits, g = FAMILIES[name]
    ends = 2 if offset else 1

    def decode(v, x):
        shape = [np.where(np.isnan(w), usual, np.clip(w, low, high))[:, None] for w, (low, high, usual) in zip(v[:, ends:].T, limits)]
        p, q = (shape + [np.zeros((len(v), 1))] * 2)[:2]
        first, last = bounded(v[:, :1]), bounded(v[:, ends - 1 : ends])
        X = 1 + 100 * x
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            at, g1, g2 = g(X, np.log(X), p, q), g(1.0, 0.0, p, q), g(101.0, math.log(101), p, q)
            if not offset:
                return bounded(last * (at / g2))
            h = np.where(g1 == g2, 0.0, np.clip((at - g1) / (g2 - g1), 0, 1))
        return first * (1 - h) + last * h

    return decode


REPRESENTATIONS = {"bezier": read_bezier, "grid": read_grid, "parametric": read_parametric, "ranks": read_ranks, "svd": read_svd}
