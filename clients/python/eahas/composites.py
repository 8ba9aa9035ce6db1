"""Predictors that are made of predictors: stacks, two-part models, and local models, which also guide stacks (FORMAT.md section 4)."""
import numpy as np

from .curves import REPRESENTATIONS
from .predictors import PREDICTORS, read_scaler
from .reading import BadBundle, Bytes

NO_AXIS = 0xFFFFFFFF
NEAREST = 3


def mix(a, b, f):
    """Between a (f = 0) and b (f = 1), number by number."""
    return np.where((a == b) | ~(f > 0), a, np.where(f >= 1, b, (1 - f) * a + f * b))


class Local:
    """The measured neighbours of a row on its line: the sites that differ from it on one axis only."""

    def __init__(self, data):
        b = Bytes(data, b"local1")
        raw = b.raw(b.u32())
        columns = Bytes(raw, b"dns1").u32()
        self.axis, outputs, n = b.take("III")
        sites = b.floats(n, columns + outputs)
        self.inputs, self.targets = sites[:, :columns], sites[:, columns:]
        self.scaler = read_scaler(raw)
        self.dense = self.scaler(self.inputs)
        self.lines = {}
        if self.axis != NO_AXIS:
            for i, row in enumerate(self.inputs):
                self.lines.setdefault(self._line(row), []).append(i)

    def _line(self, row):
        rest = np.delete(row, self.axis) + 0.0  # not -0
        return np.where(np.isnan(rest), np.nan, rest).tobytes()

    def around(self, row):
        """The numbers of the sites below and above the row on its line, or None."""
        if self.axis == NO_AXIS or np.isnan(row[self.axis]):
            return None
        line = self.lines.get(self._line(row))
        if line is None:
            return None
        at, x = self.inputs[line, self.axis], row[self.axis]
        below, above = np.flatnonzero(at <= x), np.flatnonzero(at >= x)
        return line[below[-1] if len(below) else 0], line[above[0] if len(above) else -1]

    def one(self, row, dense):
        pair = self.around(row)
        if pair:
            a, b = pair
            low, high = self.inputs[a, self.axis], self.inputs[b, self.axis]
            return mix(self.targets[a], self.targets[b], (row[self.axis] - low) / (high - low) if a != b else 0.0)
        near = np.argsort(((self.dense - dense) ** 2).sum(axis=1), kind="stable")[:NEAREST]
        y = np.zeros(self.targets.shape[1])
        for i, site in enumerate(near, 1):
            y += (self.targets[site] - y) / i
        return y

    def predict(self, x):
        return np.array([self.one(row, d) for row, d in zip(x, self.scaler(x))]).reshape(len(x), -1)

    def guide(self, y, x):
        """Moves each row of y to the segment between its neighbours, where it has any."""
        out = y.copy()
        for i, row in enumerate(x):
            pair = self.around(row)
            if pair:
                a, b = self.targets[pair[0]], self.targets[pair[1]]
                divisor = ((b - a) ** 2).sum()
                out[i] = mix(a, b, ((y[i] - a) * (b - a)).sum() / divisor if divisor > 0 else 0.0)
        return out


def read_part(b):
    kind = b.raw(b.u32()).decode()
    if kind not in PREDICTORS:
        raise BadBundle("this package does not read %s" % kind)
    return PREDICTORS[kind](b.raw(b.u32()))


def read_stack(data):
    b = Bytes(data, b"stack1")
    _, middle = b.take("IB")
    times = b.floats(b.u32())
    members = []
    for _ in range(b.u32()):
        weight, decode = b.f64(), None
        if b.u8():
            kind = b.raw(b.u32()).decode()
            if kind not in REPRESENTATIONS:
                raise BadBundle("this package does not read %s" % kind)
            decode = REPRESENTATIONS[kind](b.raw(b.u32()))
        members.append((weight, decode, read_part(b)))
    lines = Local(b.raw(b.u32())) if b.u8() else None
    at = np.clip((times - times[0]) / (times[-1] - times[0]), 0, 1) if len(times) > 1 else np.zeros(len(times))

    def answer(decode, predictor, x):
        v = predictor(x)
        return decode(v, np.tile(at, (len(x), 1))) if decode else v

    def predict(x):
        answers = [answer(decode, predictor, x) for _, decode, predictor in members]
        if middle:
            y = np.sort(answers, axis=0)
            low, high = y[(len(y) - 1) // 2], y[len(y) // 2]
            y = np.where(low == high, low, low / 2 + high / 2)
        else:
            y, total = answers[0].copy(), members[0][0]
            for (weight, _, _), v in zip(members[1:], answers[1:]):
                total += weight
                y += weight / total * (v - y)
        return lines.guide(y, x) if lines else y

    return predict


def read_twopart(data):
    b = Bytes(data, b"twopart1")
    outputs, low, high, which = b.take("IddB")
    gate, alive, failed = (read_part(b) if which & bit else None for bit in (1, 2, 4))

    def predict(x):
        p = gate(x)[:, 0] if gate else np.full(len(x), 0.0 if alive else 1.0)
        p = np.where(p > high, 1.0, np.where(p >= low, p, 0.0))
        y, lost = np.zeros((len(x), outputs)), np.zeros((len(x), outputs))
        if (p < 1).any():
            y[p < 1] = alive(x[p < 1])
        if (p > 0).any():
            lost[p > 0] = failed(x[p > 0])
        mixed = y + p[:, None] * (lost - y)
        return np.where(p[:, None] == 1, lost, np.where(p[:, None] == 0, y, mixed))

    return predict


def read_epochwise(data):
    b = Bytes(data, b"epochw1")
    _, k = b.take("II")
    inner = read_part(b)
    places = np.arange(k) / max(k - 1, 1)

    def predict(x):
        rows = np.column_stack([np.repeat(x, k, axis=0), np.tile(places, len(x))])
        return inner(rows)[:, 0].reshape(len(x), k)

    return predict


def soft(z, k):
    return np.logaddexp(0, k * z) / k


def join(a, b, h):
    return np.maximum(a, b) + soft(-np.abs(a - b), h)


class Axis:
    """The logarithm of an axis' number."""

    def __init__(self, b):
        self.column, self.log, self.low, self.high, self.centre = b.take("IBddd")
        self.there = self.column != 0xffffffff

    def __call__(self, x):
        if not self.there:
            return np.zeros(len(x))
        v, low, high = x[:, self.column], np.log(self.low), np.log(self.high)
        if self.log:
            at = low + v * (high - low)
        else:
            at = np.log(np.maximum(self.low + v * (self.high - self.low), self.low / 100))
        return np.where(np.isnan(v), self.centre, np.clip(at, low - np.log(100), high + np.log(100)))


def read_physical(data):
    b = Bytes(data, b"phys1")
    b.u32()
    batch, limit = Axis(b), Axis(b)
    terms = np.array([b.take("II") for _ in range(b.u32())], dtype=np.int64).reshape(-1, 2)
    laws = []
    for _ in range(b.u32()):
        law = b.take("B")[0]
        p = b.floats(4 * (1 + len(terms)) + 2) if law else None
        laws.append((law, p))
    rest = read_part(b)
    pair = terms[:, 1] != 0xffffffff
    second = np.where(pair, terms[:, 1], 0)

    def value(law, p, context, at, under):
        if not law:
            return 0.0
        u, (c0, c1) = context @ p[:-2].reshape(4, -1).T, p[-2:]
        u0, u1, u2, u3 = u.T
        if law == 1:
            work = u1 + np.exp(u3) * soft(u2 - under, np.exp(c1)) if limit.there else u1
            return join(u0 - at, work, np.exp(c0))
        f = join(u0, u1 - np.exp(u3) * soft(u2 - at, 1.0), 1.0)
        return -join(-f, -(under + c1), np.exp(c0)) if limit.there else f

    def predict(x):
        columns = np.clip(np.nan_to_num(x, nan=0.0), -10, 10)
        context = np.ones((len(x), 1 + len(terms)))
        context[:, 1:] = columns[:, terms[:, 0]] * np.where(pair, columns[:, second], 1.0)
        at, under = batch(x), limit(x)
        return rest(x) + np.stack([value(law, p, context, at, under) + np.zeros(len(x)) for law, p in laws], axis=1)

    return predict


def read_powertime(data):
    b = Bytes(data, b"powt1")
    power, time = read_part(b), read_part(b)
    return lambda x: power(x) + time(x)


PREDICTORS.update(epochwise=read_epochwise, local=lambda data: Local(data).predict, physical=read_physical, powertime=read_powertime, stack=read_stack, twopart=read_twopart)
