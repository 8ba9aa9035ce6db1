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
        known = {int(j): np.unique(rows[:, j]) for j in np.flatnonzero(self.categorical)}
        # codes of the categories that were seen, axis after axis
        self.known = np.concatenate([np.zeros(0), *known.values()])
        self.known_axis = np.repeat(np.array(list(known), int), [len(codes) for codes in known.values()])
        self._categories([a for a in self.axes if a.get("categories")])
        # A distance is a sum of whole numbers of at most 254^2, eight for a number and two for a category: where they
        # stay below 2^24, floats of 32 bits hold them, and take half of the time.
        few = 8 * len(self.numeric) + 2 * len(self.first) <= (1 << 24) // 254**2
        self.real: Any = np.float32 if few else np.float64
        self.wide = self._features(rows.astype(float), query=False).astype(self.real)

    def _categories(self, axes: list[dict[str, Any]]) -> None:
        """What tells all categorical axes' codes from the one-hot columns at once."""
        counts = [a["categories"] for a in axes]
        self.first = np.array([a["column"] for a in axes], int)
        self.hot = np.concatenate(
            [np.zeros(0, int), *(np.arange(a["column"], a["column"] + a["categories"]) for a in axes)]
        )
        begins = np.cumsum([0, *counts])
        self.tell = np.zeros((len(self.hot), 2 * len(axes)))  # which is chosen, and whether training has seen it
        for j, (a, begin, n) in enumerate(zip(axes, begins, counts)):
            self.tell[begin : begin + n, j] = np.arange(n)
            self.tell[[begin + k for k in a.get("seen") or [] if 0 <= k < n], len(axes) + j] = 1
        self.may_be_none = np.array([bool(a.get("missing")) for a in axes], bool)

    def _features(self, q: Array, query: bool) -> Array:
        """Codes (n x axes) as vectors whose products with a row's add up to the squared distance: of numbers that both
        have (a-b)^2, of one that is missing 254^2 unless both are, of categories 254^2 unless they are equal."""
        far = 254.0**2
        hot = (q[:, self.known_axis] == self.known).astype(float)
        v = q[:, self.numeric]
        there = (v != MISSING).astype(float)
        a, one = v * there, np.ones_like(v)
        each = np.ones((len(q), len(self.first)))
        if query:
            parts = [each, -far * hot, a * a, there, -2 * a, far * there, far * one, -2 * far * there]
        else:
            parts = [far * each, hot, there, a * a, a, one, there, there]
        return np.concatenate(parts, axis=1)

    def outside(self, rows: Array) -> list[list[str]]:
        """For each encoded row the axes by which it lies beyond the training data; ["combination"] when no single one
        tells."""
        n = len(rows)
        beyond, codes = np.zeros((n, len(self.axes)), bool), np.zeros((n, len(self.axes)))
        beyond[:, self.numeric], codes[:, self.numeric] = self._numbers(rows)
        beyond[:, self.categorical], codes[:, self.categorical] = self._chosen(rows)
        out: list[list[str]] = [[] for _ in range(n)]
        any_beyond = beyond.any(axis=1)
        for i in np.flatnonzero(any_beyond):
            # a graph has many columns
            out[i] = list(dict.fromkeys(self.axes[j]["name"] for j in np.flatnonzero(beyond[i])))
        if self.threshold < 0:
            return out
        at = np.flatnonzero(~any_beyond)
        distance = self._features(codes[at], query=True).astype(self.real) @ self.wide.T  # exact
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

    def _chosen(self, rows: Array) -> tuple[Array, Array]:
        """Whether each categorical axis is beyond what was seen, and its code; of an encoded row at most one column is
        1."""
        gone = np.isnan(rows[:, self.first])
        told = (rows[:, self.hot] > 0.5) @ self.tell
        k = len(self.first)
        which, seen = told[:, :k], told[:, k:] > 0
        return np.where(gone, ~self.may_be_none, ~seen), np.where(gone, float(MISSING), np.minimum(which, 254))
