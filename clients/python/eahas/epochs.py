"""Which epochs a run has (FORMAT.md section 8)."""
from __future__ import annotations

import math
from typing import Any

import numpy as np

from .errors import BundleError, EahasError
from .values import Array

MOST_POINTS, MOST_PLACES = 1 << 20, 1 << 28


class TooManyEpochs(EahasError, ValueError):
    """More epochs than one answer holds, or than a batch has memory for."""


class EpochRule:
    """length: where a run's length comes from: axis, head, fixed, or "" (not known)."""

    def __init__(self, rule: dict[str, Any]) -> None:
        self.length = rule.get("length") or ""
        self.axis = rule.get("axis") or ""
        self.last = float(rule.get("last") or 0)
        self.first, self.step, self.offset = float(rule["first"]), float(rule["step"]), float(rule["offset"])
        if self.length not in ("", "axis", "head", "fixed"):
            raise BundleError("epochs: unknown source of the length %r" % self.length)
        if self.length and not (
            0 < self.step < math.inf and math.isfinite(self.first) and self.first + self.offset >= 0
        ):
            raise BundleError("epochs: first %r, step %r, offset %r" % (self.first, self.step, self.offset))
        if self.length == "fixed" and not self.first <= self.last < math.inf:
            raise BundleError("epochs: the last epoch %r lies before the first" % self.last)

    def trained(self, epoch: Array) -> Array:
        """How many epochs were trained when epoch number e was measured."""
        return np.maximum(0.0, epoch + self.offset)

    def rounded(self, last: Array) -> Array:
        """A predicted last epoch put on the grid."""
        return self.first + self.step * np.maximum(0, np.floor((last - self.first) / self.step + 0.5))

    def grid(self, last: Array, up_to: Array) -> tuple[Array, Array]:
        """The epochs of runs that end at last (n), those <= up_to (n): n x m, NaN beyond the end, and how many each
        has."""
        below = np.ceil((last - self.first) / self.step)
        if below.max(initial=0) >= MOST_POINTS:
            raise TooManyEpochs("a run of %d epochs; at most %d are answered" % (below.max() + 1, MOST_POINTS))
        wanted = np.minimum(below + 1, np.floor((np.minimum(up_to, 1e15) - self.first) / self.step) + 2)
        m = int(wanted.max(initial=0))
        if len(last) * m > MOST_PLACES:
            raise TooManyEpochs(
                "%d configurations of %d epochs at once; ask for fewer, or with a fidelity" % (len(last), m)
            )
        i = np.arange(m)
        epochs = np.where(
            i < below[:, None], self.first + i * self.step, np.where(i == below[:, None], last[:, None], np.nan)
        )
        with np.errstate(invalid="ignore"):
            keep = epochs <= up_to[:, None]
        lengths = keep.sum(axis=1)
        m = int(lengths.max(initial=0))
        return np.where(keep, epochs, np.nan)[:, :m], lengths
