"""Where the training data lie (FORMAT.md section 6)."""
import base64
import json
import math

import numpy as np


class Support:
    def __init__(self, text):
        s = json.loads(text)
        self.axes, self.threshold = s["axes"], s["threshold"]
        self.rows = np.frombuffer(base64.b64decode(s["rows"] or ""), np.uint8).reshape(-1, max(1, len(self.axes))).astype(int)
        self.categorical = np.array([bool(a.get("categories")) for a in self.axes], bool)

    def _chosen(self, axis, row):
        return next((k for k in range(axis["categories"]) if row[axis["column"] + k] > 0.5), -1)

    def _beyond(self, axis, row):
        v = row[axis["column"]]
        if math.isnan(v):
            return not axis.get("missing")
        if axis.get("categories"):
            return self._chosen(axis, row) not in axis.get("seen", [])
        low, high = axis.get("range", (math.inf, -math.inf))
        return not low - 1e-6 <= v <= high + 1e-6

    def _code(self, axis, row):
        v = row[axis["column"]]
        if math.isnan(v):
            return 255
        if axis.get("categories"):
            return min(max(self._chosen(axis, row), 0), 254)
        return math.floor(254 * min(1.0, max(0.0, v)) + 0.5)

    def outside(self, row):
        """The axes by which the encoded row lies beyond the training data; ["combination"] when no single one tells."""
        names = [a["name"] for a in self.axes if self._beyond(a, row)]
        if names or self.threshold < 0:
            return names
        q = np.array([self._code(a, row) for a in self.axes])
        far = self.categorical | (q == 255) | (self.rows == 255)
        d = np.where(self.rows == q, 0, np.where(far, 254**2, (self.rows - q) ** 2)).sum(axis=1)
        return [] if (d <= self.threshold).any() else ["combination"]
