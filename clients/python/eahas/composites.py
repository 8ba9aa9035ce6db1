"""Predictors that are made of predictors: stacks, two-part models, laws, and local models, which also guide stacks
(FORMAT.md section 4)."""
from __future__ import annotations

from typing import Any

import numpy as np

from .curves import Representation, read_representation
from .errors import BundleError
from .predictors import PREDICTORS, Predictor, Scaler, read_part, shortened
from .reading import Bytes
from .values import Array

NO_AXIS = 0xFFFFFFFF
NEAREST = 3


def mix(a: Array, b: Array, f: float) -> Array:
    """Between a (f = 0) and b (f = 1), number by number."""
    return np.where((a == b) | (not f > 0), a, np.where(f >= 1, b, (1 - f) * a + f * b))


class Local(Predictor):
    """The measured neighbours of a row on its line: the sites that differ from it on one axis only."""

    spreads = True

    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"local1")
        self.scaler = Scaler(b.raw(b.u32()))
        self.inputs = self.scaler.inputs
        self.axis, self.outputs, n = b.take("III")
        sites = b.floats(n, self.inputs + self.outputs)
        b.close()
        if not n or self.axis != NO_AXIS and self.axis >= self.inputs:
            raise BundleError("local: %d sites, axis %d" % (n, self.axis))
        self.sites, self.targets = sites[:, : self.inputs], sites[:, self.inputs :]
        self.dense = self.scaler(self.sites)
        self.lines: dict[bytes, list[int]] = {}
        if self.axis != NO_AXIS:
            for i, row in enumerate(self.sites):
                if not np.isnan(row[self.axis]):
                    self.lines.setdefault(self._line(row), []).append(i)

    def _line(self, row: Array) -> bytes:
        rest = np.delete(row, self.axis) + 0.0  # not -0
        return np.where(np.isnan(rest), np.nan, rest).tobytes()

    def _on_line(self, row: Array) -> list[int]:
        """The sites of the row's line, in order; none where it has no line or no place on it."""
        if self.axis == NO_AXIS or np.isnan(row[self.axis]):
            return []
        return self.lines.get(self._line(row), [])

    def around(self, row: Array) -> tuple[int, int] | None:
        """The numbers of the sites below and above the row on its line, or None."""
        line = self._on_line(row)
        if not line:
            return None
        at, x = self.sites[line, self.axis], row[self.axis]
        below, above = np.flatnonzero(at <= x), np.flatnonzero(at >= x)
        return line[below[-1] if len(below) else 0], line[above[0] if len(above) else -1]

    def _share(self, a: int, b: int, row: Array) -> float:
        low, high = self.sites[a, self.axis], self.sites[b, self.axis]
        return float((row[self.axis] - low) / (high - low)) if a != b else 0.0

    def _near(self, dense: Array) -> Array:
        s = np.zeros(len(self.dense))
        for j in range(self.dense.shape[1]):  # in this order, as the distances may tie
            s += (self.dense[:, j] - dense[j]) ** 2
        return np.argsort(s, kind="stable")[:NEAREST]

    def _mean(self, near: Array) -> Array:
        y = np.zeros(self.outputs)
        for i, site in enumerate(near, 1):
            y += (self.targets[site] - y) / i
        return y

    def _one(self, row: Array, dense: Array) -> Array:
        pair = self.around(row)
        if pair:
            return mix(self.targets[pair[0]], self.targets[pair[1]], self._share(*pair, row))
        return self._mean(self._near(dense))

    def predict(self, x: Array) -> Array:
        return np.array([self._one(row, d) for row, d in zip(x, self.scaler(x))]).reshape(len(x), self.outputs)

    def factor(self, x: Array) -> Array:
        pair = self.around(x)
        if pair:
            a, b = pair
            if a != b:
                f = self._share(a, b, x)
                return np.asarray(np.sqrt(f * (1 - f)) * (self.targets[b] - self.targets[a])[None])
            end = self.sites[a, self.axis]
            if end == x[self.axis]:
                return np.zeros((1, self.outputs))
            line = self._on_line(x)
            if len(line) > 1:
                i = line.index(a)
                c = line[i - 1] if i > 0 else line[i + 1]
                steps = abs((x[self.axis] - end) / (end - self.sites[c, self.axis]))
                return np.asarray(np.sqrt(min(1.0, steps)) * (self.targets[a] - self.targets[c])[None])
        near = self._near(self.scaler(x[None])[0])
        if len(near) < 2:
            return np.zeros((0, self.outputs))
        return shortened((self.targets[near] - self._mean(near)) / np.sqrt(len(near) - 1))

    def guide(self, y: Array, x: Array) -> Array:
        """Moves each row of y to the segment between its neighbours, where it has any."""
        out = y.copy()
        for i, row in enumerate(x):
            pair = self.around(row)
            if pair:
                a, b = self.targets[pair[0]], self.targets[pair[1]]
                divisor = float(((b - a) ** 2).sum())
                out[i] = mix(a, b, float(((y[i] - a) * (b - a)).sum()) / divisor if divisor > 0 else 0.0)
        return out


def weighted_median(answers: Array, weights: Array) -> Array:
    """Of answers, members x ..., between the middles of two weights by linear interpolation."""
    shape = (len(weights),) + (1,) * (answers.ndim - 1)
    order = np.argsort(answers, axis=0, kind="stable")
    v = np.take_along_axis(answers, order, axis=0)
    w = np.take_along_axis(np.broadcast_to(weights.reshape(shape), answers.shape), order, axis=0)
    up_to = np.cumsum(w, axis=0)
    middle = np.concatenate([w[:1] / 2, up_to[:-1] + w[1:] / 2])
    half = up_to[-1] / 2
    at = np.where(middle[-1] < half, len(v) - 1, np.argmax(middle >= half, axis=0))[None]
    low = np.maximum(at - 1, 0)
    a, b = np.take_along_axis(v, low, 0), np.take_along_axis(v, at, 0)
    m, n = np.take_along_axis(middle, low, 0), np.take_along_axis(middle, at, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = a + (half - m) / (n - m) * (b - a)
    return np.asarray(np.where((at == low) | (n < half), b, between)[0])


class Stack(Predictor):
    """The mean or the median, with weights or without, of members, which may predict targets of a representation of
    their own."""

    spreads = True

    def __init__(self, data: bytes) -> None:
        bounded = data[:6] == b"stack2"
        b = Bytes(data, b"stack2" if bounded else b"stack1")
        self.outputs = b.u32()
        bounds = b.floats(self.outputs, 2) if bounded else None
        self.bounds = bounds
        if bounds is not None and not (bounds[:, 0] <= bounds[:, 1]).all():
            raise BundleError("a stack has bounds out of order")
        self.joined = b.u8()  # 0 by the weighted mean, 1 by the median, 2 by the weighted median
        if self.joined > 2:
            raise BundleError(f"the members of a stack are joined in a way ({self.joined}) that is not known")
        times = b.floats(b.count(8))
        self.members: list[tuple[float, Representation | None, Predictor]] = []
        for _ in range(b.count(17)):
            weight, decode = b.f64(), None
            if b.u8():
                decode = read_representation(b.text(), b.raw(b.u32()))
            self.members.append((weight, decode, read_part(b)))
        lines = Local(b.raw(b.u32())) if b.u8() else None
        b.close()
        self.lines = lines
        if not self.members:
            raise BundleError("a stack without members")
        self.inputs = self.members[0][2].inputs
        for _, decode, p in self.members:
            width = self.outputs if decode is None else decode.width
            if p.inputs != self.inputs or p.outputs != width or decode is not None and len(times) != self.outputs:
                raise BundleError("a member of a stack does not fit the others")
        if lines and (lines.inputs, lines.outputs) != (self.inputs, self.outputs):
            raise BundleError("the lines of a stack do not fit its members")
        self.at = np.clip((times - times[0]) / (times[-1] - times[0]), 0, 1) if len(times) > 1 else np.zeros(len(times))

    def _decoded(self, decode: Representation | None, v: Array) -> Array:
        curve = v if decode is None else decode.decode(v, np.tile(self.at, (len(v), 1)))
        return curve if self.bounds is None else np.clip(curve, self.bounds[:, 0], self.bounds[:, 1])

    def _answers(self, x: Array) -> list[Array]:
        return [self._decoded(decode, p.predict(x)) for _, decode, p in self.members]

    def _join(self, answers: list[Array]) -> Array:
        if self.joined == 1:
            y = np.sort(answers, axis=0)
            low, high = y[(len(y) - 1) // 2], y[len(y) // 2]
            return np.asarray(np.where(low == high, low, low / 2 + high / 2))
        if self.joined == 2:
            return weighted_median(np.asarray(answers), np.array([w for w, _, _ in self.members]))
        y, total = answers[0].copy(), self.members[0][0]
        for (weight, _, _), v in zip(self.members[1:], answers[1:]):
            total += weight
            y += weight / total * (v - y)
        return y

    def predict(self, x: Array) -> Array:
        y = self._join(self._answers(x))
        return self.lines.guide(y, x) if self.lines else y

    def _roots(self) -> list[float]:
        """The roots of the members' shares in the spread."""
        return [1 / np.sqrt(len(self.members)) if self.joined == 1 else np.sqrt(w) for w, _, _ in self.members]

    def factor(self, x: Array) -> Array:
        if self.lines and self.lines.around(x):
            return self.lines.factor(x)
        answers = self._answers(x[None])
        joined, rows = self._join(answers), [np.zeros((0, self.outputs))]
        for (_, decode, p), root, own in zip(self.members, self._roots(), answers):
            if len(self.members) > 1:
                rows.append(root * (own - joined))
            f = p.factor(x)
            if len(f):
                moved = f if decode is None else self._decoded(decode, p.predict(x[None]) + f) - own
                rows.append(root * moved)
        return shortened(np.concatenate(rows))

    def scatter(self, x: Array) -> Array:
        """The factor without what the members know of themselves."""
        if self.lines and self.lines.around(x):
            return self.lines.factor(x)
        if len(self.members) == 1:
            return np.zeros((0, self.outputs))
        answers = self._answers(x[None])
        joined = self._join(answers)
        return shortened(np.concatenate([root * (own - joined) for root, own in zip(self._roots(), answers)]))


class TwoPart(Predictor):
    """A gate between the model of runs that go on and the one of runs that fail."""

    spreads = True

    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"twopart1")
        self.outputs, self.low, self.high, which = b.take("IddB")
        if which not in (7, 2, 4):
            raise BundleError("two parts: the parts %d" % which)
        self.gate, self.alive, self.failed = (read_part(b) if which & bit else None for bit in (1, 2, 4))
        b.close()
        parts = [p for p in (self.gate, self.alive, self.failed) if p]
        self.inputs = parts[0].inputs
        if any(p.inputs != self.inputs or p.outputs != (1 if p is self.gate else self.outputs) for p in parts):
            raise BundleError("two parts that do not fit together")

    def _failure(self, x: Array) -> Array:
        p = self.gate.predict(x)[:, 0] if self.gate else np.full(len(x), 0.0 if self.alive else 1.0)
        return np.where(p > self.high, 1.0, np.where(p >= self.low, p, 0.0))

    def predict(self, x: Array) -> Array:
        p = self._failure(x)
        y, lost = np.zeros((len(x), self.outputs)), np.zeros((len(x), self.outputs))
        if self.alive and (p < 1).any():
            y[p < 1] = self.alive.predict(x[p < 1])
        if self.failed and (p > 0).any():
            lost[p > 0] = self.failed.predict(x[p > 0])
        mixed = y + p[:, None] * (lost - y)
        return np.where(p[:, None] == 1, lost, np.where(p[:, None] == 0, y, mixed))

    def factor(self, x: Array) -> Array:
        p = float(self._failure(x[None])[0])
        if p in (0.0, 1.0):
            part = self.failed if p else self.alive
            rows = part.factor(x) if part else np.zeros((0, self.outputs))
            return np.zeros((1, self.outputs)) if not len(rows) and p and self.gate else rows
        assert self.alive and self.failed
        step = np.sqrt(p * (1 - p)) * (self.failed.predict(x[None]) - self.alive.predict(x[None]))
        return shortened(
            np.concatenate([step, np.sqrt(1 - p) * self.alive.factor(x), np.sqrt(p) * self.failed.factor(x)])
        )


class Epochwise(Predictor):
    """A regressor that sees the place along the run as one more column."""

    spreads = True

    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"epochw1")
        self.inputs, self.outputs = b.take("II")
        self.inner = read_part(b)
        b.close()
        if not 1 <= self.outputs <= 10_000 or self.inner.inputs != self.inputs + 1 or self.inner.outputs != 1:
            raise BundleError("epochwise: a regressor of %d columns for %d" % (self.inner.inputs, self.inputs))
        self.places = np.arange(self.outputs) / max(self.outputs - 1, 1)

    def _rows(self, x: Array) -> Array:
        return np.column_stack([np.repeat(x, self.outputs, axis=0), np.tile(self.places, len(x))])

    def predict(self, x: Array) -> Array:
        return self.inner.predict(self._rows(x))[:, 0].reshape(len(x), self.outputs)

    def factor(self, x: Array) -> Array:
        out = np.zeros(self.outputs)
        for j, row in enumerate(self._rows(x[None])):
            f = self.inner.factor(row)
            if not len(f):
                return np.zeros((0, self.outputs))
            out[j] = np.sqrt((f**2).sum())
        return np.diag(out)


def soft(z: Array, k: Any) -> Array:
    return np.asarray(np.logaddexp(0, k * z) / k)


def join(a: Array, b: Array, h: Any) -> Array:
    return np.asarray(np.maximum(a, b) + soft(-np.abs(a - b), h))


class LogAxis:
    """The logarithm of an axis' number."""

    def __init__(self, b: Bytes) -> None:
        self.column, self.log, self.low, self.high, self.centre = b.take("IBddd")
        self.there = self.column != NO_AXIS
        if self.there and not 0 < self.low <= self.high:
            raise BundleError("an axis of a law from %r to %r" % (self.low, self.high))

    def __call__(self, x: Array) -> Array:
        if not self.there:
            return np.zeros(len(x))
        v, low, high = x[:, self.column], np.log(self.low), np.log(self.high)
        if self.log:
            at = low + v * (high - low)
        else:
            at = np.log(np.maximum(self.low + v * (self.high - self.low), self.low / 100))
        return np.asarray(np.where(np.isnan(v), self.centre, np.clip(at, low - np.log(100), high + np.log(100))))


class Physical(Predictor):
    """A law of time or power over batch size and power limit, and a model of what it leaves."""

    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"phys1")
        self.inputs = b.u32()
        self.batch, self.limit = LogAxis(b), LogAxis(b)
        terms = b.array("<u4", b.count(8), 2).astype(np.int64)
        self.pair = terms[:, 1] != NO_AXIS
        self.first, self.second = terms[:, 0], np.where(self.pair, terms[:, 1], 0)
        self.laws: list[tuple[int, Array]] = []
        for _ in range(b.count(1)):
            law = b.u8()
            self.laws.append((law, b.floats(4 * (1 + len(terms)) + 2) if law else np.zeros(0)))
        self.rest = read_part(b)
        b.close()
        self.outputs = len(self.laws)
        used = [*self.first, *self.second, *(a.column for a in (self.batch, self.limit) if a.there)]
        if (self.rest.inputs, self.rest.outputs) != (self.inputs, self.outputs) or any(c >= self.inputs for c in used):
            raise BundleError("a law that does not fit the model of the rest")
        self.spreads = self.rest.spreads

    def _value(self, law: int, p: Array, context: Array, at: Array, under: Array) -> Array:
        if not law:
            return np.zeros(len(at))
        u, (c0, c1) = context @ p[:-2].reshape(4, -1).T, p[-2:]
        u0, u1, u2, u3 = u.T
        if law == 1:
            work = u1 + np.exp(u3) * soft(u2 - under, np.exp(c1)) if self.limit.there else u1
            return join(u0 - at, work, np.exp(c0))
        f = join(u0, u1 - np.exp(u3) * soft(u2 - at, 1.0), 1.0)
        return -join(-f, -(under + c1), np.exp(c0)) if self.limit.there else f

    def predict(self, x: Array) -> Array:
        columns = np.clip(np.nan_to_num(x, nan=0.0), -10, 10)
        context = np.ones((len(x), 1 + len(self.first)))
        context[:, 1:] = columns[:, self.first] * np.where(self.pair, columns[:, self.second], 1.0)
        at, under = self.batch(x), self.limit(x)
        return np.asarray(
            self.rest.predict(x) + np.stack([self._value(law, p, context, at, under) for law, p in self.laws], axis=1)
        )

    def factor(self, x: Array) -> Array:
        return shortened(self.rest.factor(x))


class PowerTime(Predictor):
    """log watts + log seconds = log joules."""

    spreads = True

    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"powt1")
        self.power, self.time = read_part(b), read_part(b)
        b.close()
        self.inputs, self.outputs = self.power.inputs, 1
        if self.time.inputs != self.inputs or self.power.outputs != 1 or self.time.outputs != 1:
            raise BundleError("power and time that do not fit together")

    def predict(self, x: Array) -> Array:
        return self.power.predict(x) + self.time.predict(x)

    def factor(self, x: Array) -> Array:
        return shortened(np.concatenate([self.power.factor(x), self.time.factor(x)]))


class Adapted(Predictor):
    """A base, and what was learnt of categories that it does not know from a few runs."""

    spreads = True

    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"adapt1")
        self.inputs = b.u32()
        view = [b.take("Idd") for _ in range(b.count(20))]
        self.columns = np.array([c for c, _, _ in view], int)
        self.shift, self.scale = np.array([s for _, s, _ in view]), np.array([s for _, _, s in view])
        self.known = self._places(b)
        self.added = [self._category(b) for _ in range(b.count(28))]
        self.base = read_part(b)
        b.close()
        self.outputs = self.base.outputs
        if self.base.inputs != len(view) or (self.columns >= self.inputs).any() or (self.known >= len(view)).any():
            raise BundleError("adapted: a base of %d columns for %d" % (self.base.inputs, len(view)))
        for column, _, offset, _, at, length, _, a in self.added:
            if column >= self.inputs or len(offset) != self.outputs or len(a) and self.outputs != 1:
                raise BundleError("adapted: a category that does not fit the base")
            if (at >= len(view)).any() or not length > 0:
                raise BundleError("adapted: runs that do not fit the base")

    @staticmethod
    def _places(b: Bytes) -> Array:
        return b.array("<u4", b.count(4)).astype(int)

    def _category(self, b: Bytes) -> tuple[int, Array, Array, float, Array, float, Array, Array]:
        column, weights = b.u32(), b.floats(max(1, len(self.known)))
        offset = b.floats(b.count(8))
        spread, at, length = b.f64(), self._places(b), b.f64()
        runs = b.floats(b.count(8 * (1 + len(at))), 1 + len(at))
        return column, weights, offset, spread, at, length, runs[:, :-1], runs[:, -1]

    def _view(self, x: Array) -> Array:
        u = x[:, self.columns]
        moved = np.clip(self.shift + self.scale * u, 0, 1)
        same = (self.shift == 0) & (self.scale == 1) | ~(u >= 0)
        return np.asarray(np.where(same, u, moved))

    def _known(self, u: Array) -> list[Array]:
        """The rows as each known category."""
        out = []
        for d in range(max(1, len(self.known))):
            v = u.copy()
            v[:, self.known] = 0.0
            if len(self.known):
                v[:, self.known[d]] = 1.0
            out.append(v)
        return out

    def predict(self, x: Array) -> Array:
        u = self._view(x)
        y, done = np.zeros((len(x), self.outputs)), np.zeros(len(x), bool)
        for column, weights, offset, _, at, length, runs, a in self.added:
            here = (x[:, column] > 0.5) & ~done
            done |= here
            if not here.any():
                continue
            answers = [w * self.base.predict(v) for w, v in zip(weights, self._known(u[here]))]
            y[here] = offset + np.sum(answers, axis=0)
            if len(a):
                v = np.nan_to_num(u[here][:, at], nan=-1.0)
                s = np.sqrt(5) * np.sqrt(((v[:, None] - runs) ** 2).sum(axis=2)) / length
                y[here, 0] += ((1 + s + s * s / 3) * np.exp(-s)) @ a
        if not done.all():
            y[~done] = self.base.predict(u[~done])
        return y

    def factor(self, x: Array) -> Array:
        u = self._view(x[None])
        for column, weights, _, spread, *_ in self.added:
            if x[column] > 0.5:
                rows = [w * self.base.factor(v[0]) for w, v in zip(weights, self._known(u)) if self.base.spreads]
                return shortened(np.concatenate([*rows, spread * np.eye(self.outputs)]))
        return self.base.factor(u[0]) if self.base.spreads else np.zeros((0, self.outputs))


PREDICTORS.update(adapted=Adapted, epochwise=Epochwise, local=Local, physical=Physical, powertime=PowerTime,
    stack=Stack, twopart=TwoPart)
