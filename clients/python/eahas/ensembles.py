"""The mean of a group, and unlike members joined (FORMAT.md section 4)."""
from __future__ import annotations

import numpy as np

from .composites import Stack
from .errors import BundleError
from .predictors import PREDICTORS, Predictor, read_part, shortened
from .reading import Bytes
from .values import Array

SURELY = 0.9  # chance of failure from which the answer is that of failed runs


class Mean(Predictor):
    """The mean of the rows that equal x in some columns, or of all rows where none does."""

    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"mean1")
        self.inputs, self.outputs = b.take("II")
        self.all = b.floats(self.outputs)
        self.columns = b.array("<u4", b.count(4)).astype(np.int64)
        self.groups: dict[bytes, Array] = {}
        for _ in range(b.count(9 * len(self.columns) + 8 * self.outputs)):
            missing = b.array("u1", len(self.columns)) != 0
            key = self._key(np.where(missing, np.nan, b.floats(len(self.columns))))
            if key in self.groups:
                raise BundleError("two groups of a mean share a key")
            self.groups[key] = b.floats(self.outputs)
        b.close()
        if not self.outputs or any(c >= self.inputs for c in self.columns):
            raise BundleError("mean: %d outputs, columns %s of %d" % (self.outputs, self.columns, self.inputs))

    @staticmethod
    def _key(values: Array) -> bytes:
        return np.where(np.isnan(values), np.nan, values + 0.0).tobytes()  # not -0

    def lookup(self, row: Array) -> tuple[Array, bool]:
        """The mean for a row, and whether its group was seen."""
        found = self.groups.get(self._key(row[self.columns]))
        return (self.all, not len(self.columns)) if found is None else (found, True)

    def predict(self, x: Array) -> Array:
        return np.array([self.lookup(row)[0] for row in x]).reshape(len(x), self.outputs)


class Auto(Predictor):
    """Stacks joined by weights, shrunk towards the mean of the group; runs that surely fail are answered apart."""

    spreads = True

    def __init__(self, data: bytes) -> None:
        b = Bytes(data, b"auto1")
        which, self.keep = b.take("Bd")
        self.stacks = [(b.f64(), Stack(b.raw(b.u32()))) for _ in range(b.count(12))]
        self.mean = Mean(b.raw(b.u32())) if which & 1 else None
        self.curves = Mean(b.raw(b.u32())) if which & 2 else None
        self.classifier = read_part(b) if which & 2 else None
        b.close()
        if which > 3 or not 0 <= self.keep <= 1 or not self.stacks or any(not 0 < w <= 1 for w, _ in self.stacks):
            raise BundleError("auto: parts %d, keep %r, %d stacks" % (which, self.keep, len(self.stacks)))
        self.inputs, self.outputs = self.stacks[0][1].inputs, self.stacks[0][1].outputs
        parts: list[tuple[Predictor, int]] = [(s, self.outputs) for _, s in self.stacks]
        parts += [(m, self.outputs) for m in (self.mean, self.curves) if m]
        if self.classifier:
            parts.append((self.classifier, 1))
        if any(p.inputs != self.inputs or p.outputs != k for p, k in parts):
            raise BundleError("auto: parts that do not fit together")

    def _failed(self, x: Array) -> dict[int, Array]:
        """The curves of the rows that surely fail, by number."""
        if self.curves is None or self.classifier is None:
            return {}
        known = [self.curves.lookup(row) for row in x]
        rows = [i for i, (_, seen) in enumerate(known) if seen]
        if not rows:
            return {}
        return {i: known[i][0] for i, p in zip(rows, self.classifier.predict(x[rows])[:, 0]) if p >= SURELY}

    def _joined(self, answers: list[Array]) -> Array:
        y, total = answers[0].copy(), self.stacks[0][0]
        for (weight, _), v in zip(self.stacks[1:], answers[1:]):
            total += weight
            y += weight / total * (v - y)
        return y

    def predict(self, x: Array) -> Array:
        y = self._joined([s.predict(x) for _, s in self.stacks])
        if self.mean:
            m = self.mean.predict(x)
            y = m + self.keep * (y - m)
        for i, curve in self._failed(x).items():
            y[i] = curve
        return y

    def factor(self, x: Array) -> Array:
        if self._failed(x[None]):
            return np.zeros((1, self.outputs))
        answers = [s.predict(x[None]) for _, s in self.stacks]
        joined, rows = self._joined(answers), [np.zeros((0, self.outputs))]
        for (weight, s), own in zip(self.stacks, answers):
            root = self.keep * np.sqrt(weight)
            if len(self.stacks) > 1:
                rows.append(root * (own - joined))
            rows.append(root * s.scatter(x))
        return shortened(np.concatenate(rows))


PREDICTORS.update(auto=Auto, mean=Mean)
