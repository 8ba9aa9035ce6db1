"""Where the training data lie (FORMAT.md section 6)."""
from __future__ import annotations

import base64
import binascii
import json
import math
from typing import Any

import numpy as np

from .errors import BundleError
from .values import Array

COMBINATION = "combination"
MISSING = 255


class Support:
    """By which axes encoded rows lie beyond the training data."""

    def __init__(self, text: bytes) -> None:
        s = json.loads(text)
        self.axes: list[dict[str, Any]] = s["axes"]
        self.threshold, self.columns = float(s["threshold"]), int(s["columns"])
        for a in self.axes:
            end = a["column"] + max(1, a.get("categories") or 0)
            if not (isinstance(a["name"], str) and 0 <= a["column"] and end <= self.columns):
                raise BundleError("support.json: axis %r" % a.get("name"))
        try:
            coded = np.frombuffer(base64.b64decode(s["rows"] or "", validate=True), np.uint8)
        except binascii.Error as e:
            raise BundleError("support.json: the rows are no base64") from e
        if len(coded) % max(1, len(self.axes)):
            raise BundleError("support.json: a row is cut off")
        rows = coded.reshape(-1, max(1, len(self.axes)))
        if not self.axes:
            rows = rows[:0]
        self.categorical = np.array([bool(a.get("categories")) for a in self.axes], bool)
        numeric = [a for a in self.axes if not a.get("categories")]
        self.numeric, self.at = np.flatnonzero(~self.categorical), np.array([a["column"] for a in numeric], int)
        ends = np.array([a.get("range") or (math.inf, -math.inf) for a in numeric], float).reshape(-1, 2)
        self.low, self.high = ends[:, 0] - 1e-6, ends[:, 1] + 1e-6
        self.may_miss = np.array([bool(a.get("missing")) for a in numeric], bool)
        self.known = [np.unique(rows[:, j]) if c else rows[:0, j] for j, c in enumerate(self.categorical)]
        self.wide = self._features(rows.astype(float), query=False)

    def _features(self, q: Array, query: bool) -> Array:
        """Codes (n x axes) as vectors whose products with a row's add up to the squared distance: of numbers that both have
        (a-b)^2, of one that is missing 254^2 unless both are, of categories 254^2 unless they are equal."""
        parts = []
        far = 254.0**2
        for j, categorical in enumerate(self.categorical):
            v = q[:, j : j + 1]
            if categorical:
                hot = (v == self.known[j]).astype(float)
                parts += [np.ones_like(v), -far * hot] if query else [np.full_like(v, far), hot]
                continue
            there = (v != MISSING).astype(float)
            a = v * there
            if query:
                parts += [a * a, there, -2 * a, far * there, np.full_like(v, far), -2 * far * there]
            else:
                parts += [there, a * a, a, np.ones_like(v), there, there]
        return np.concatenate(parts, axis=1) if parts else np.zeros((len(q), 0))

    def outside(self, rows: Array) -> list[list[str]]:
        """For each encoded row the axes by which it lies beyond the training data; ["combination"] when no single one tells."""
        n = len(rows)
        beyond, codes = np.zeros((n, len(self.axes)), bool), np.zeros((n, len(self.axes)))
        beyond[:, self.numeric], codes[:, self.numeric] = self._numbers(rows)
        for j in np.flatnonzero(self.categorical):
            beyond[:, j], codes[:, j] = self._category(self.axes[j], rows)
        out: list[list[str]] = [[] for _ in range(n)]
        any_beyond = beyond.any(axis=1)
        for i in np.flatnonzero(any_beyond):
            out[i] = list(dict.fromkeys(self.axes[j]["name"] for j in np.flatnonzero(beyond[i])))  # a graph has many columns
        if self.threshold < 0:
            return out
        at = np.flatnonzero(~any_beyond)
        distance = self._features(codes[at], query=True) @ self.wide.T  # exact: whole numbers below 2^53
        lost = ~(distance <= self.threshold).any(axis=1)
        for i in at[lost]:
            out[i] = [COMBINATION]
        return out

    def _numbers(self, rows: Array) -> tuple[Array, Array]:
        """Whether each numeric axis is beyond its range, and its code."""
        v = rows[:, self.at]
        gone = np.isnan(v)
        with np.errstate(invalid="ignore"):
            beyond = ~((v >= self.low) & (v <= self.high))
        code = np.floor(254 * np.clip(np.where(gone, 0, v), 0, 1) + 0.5)
        return np.where(gone, ~self.may_miss, beyond), np.where(gone, float(MISSING), code)

    @staticmethod
    def _category(axis: dict[str, Any], rows: Array) -> tuple[Array, Array]:
        categories = axis["categories"]
        block = rows[:, axis["column"] : axis["column"] + categories]
        gone, hot = np.isnan(block[:, 0]), block > 0.5
        chosen = np.where(hot.any(axis=1), hot.argmax(axis=1), -1)
        unseen = np.ones(categories + 1, bool)  # the last one: none is chosen
        unseen[[k for k in axis.get("seen") or [] if 0 <= k < categories]] = False
        return np.where(gone, not axis.get("missing"), unseen[chosen]), np.where(gone, float(MISSING), np.clip(chosen, 0, 254))
