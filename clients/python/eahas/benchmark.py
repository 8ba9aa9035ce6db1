"""The benchmark: a bundle and its queries (FORMAT.md section 8)."""
import json
import math

import numpy as np

from . import composites  # noqa: F401  adds its predictors
from .curves import REPRESENTATIONS
from .predictors import PREDICTORS
from .reading import BadBundle, read_folder
from .space import RefusedConfiguration, Space
from .support import Support


class Benchmark:
    """A frozen surrogate, read from its folder with numpy alone.

    space      the axes (Space)
    metric     name, kind, unit, higher_is_better
    targets    what is answered
    synthetic  whether the training logs were simulated
    """

    def __init__(self, folder):
        m, files = read_folder(folder)
        self.manifest, self.metric, self.synthetic, self.notice = m, m["metric"], m["synthetic"], m["notice"]
        self.space, self.rule = Space(m["space"], [c["name"] for c in m["columns"] if not c.get("param")]), m["epochs"]
        self._heads = {}
        for h in m["heads"]:
            if h["predictor"] not in PREDICTORS or h.get("representation", "bezier") not in REPRESENTATIONS:
                raise BadBundle("head %s: this package does not read %s %s" % (h["target"], h["predictor"], h.get("representation", "")))
            decode = REPRESENTATIONS[h["representation"]](files[h["representation_file"]]) if "representation" in h else None
            self._heads[h["target"]] = (h, PREDICTORS[h["predictor"]](files[h["predictor_file"]]), decode)
        self.targets = list(self._heads)
        self._support = Support(files[m["support"]]) if m["support"] else None
        self._golden = files[m["golden"]["file"]]

    def sample(self, rng=None):
        """Draws a configuration (rng: a numpy Generator or a seed)."""
        return self.space.sample(rng)

    def query(self, config, fidelity=None):
        """Answers for one configuration, with series up to the epoch fidelity (None: the whole run).

        Returns a dict; what the surrogate does not know is None or an empty array:
        epochs, curve (one number an epoch), value (the curve's last point asked for), error, accuracy (value in percent,
        when the metric is one of them), energy, time (spent by each epoch, J and s), energy_per_epoch, energy_total,
        time_per_epoch, time_total, inference_energy, last, extrapolates, outside_axes.
        Totals are always those of the whole run. Raises RefusedConfiguration outside the space."""
        return self.query_batch([config], fidelity)[0]

    def query_batch(self, configs, fidelity=None):
        """Answers for many configurations at once, which is much faster than one by one. Raises RefusedConfiguration for
        the first one outside the space."""
        configs = list(configs)
        for c in configs:
            self.space.check(c)
        if not configs:
            return []
        rows = self.space.encode(configs)
        last = self._last(configs, rows)
        up_to = math.inf if fidelity is None else float(fidelity)
        if last is not None and not up_to >= self.rule["first"]:
            raise ValueError("epoch %r lies before the first, %r" % (fidelity, self.rule["first"]))
        epochs = [self._epochs(last[i], up_to) if last is not None else np.zeros(0) for i in range(len(configs))]
        costs = {t: self._cost(t, rows) for t in ("energy_per_epoch", "energy_total", "time_per_epoch", "time_total", "inference_energy")}
        curves = self._curves(rows, epochs, last)
        return [self._answer(i, rows, epochs[i], None if last is None else last[i], costs, curves) for i in range(len(configs))]

    def _answer(self, i, rows, epochs, last, costs, curves):
        a = {"epochs": epochs, "last": last, "curve": np.zeros(0) if curves is None else curves[i]}
        a["value"] = float(a["curve"][-1]) if len(a["curve"]) else None
        for kind in ("accuracy", "error"):
            a[kind] = a["value"] if self.metric["kind"] == kind else None
        trained = None if last is None else self._trained(last)
        for what in ("energy", "time"):
            each, total = (None if costs[what + e] is None else float(costs[what + e][i]) for e in ("_per_epoch", "_total"))
            if each is not None:
                total = None if trained is None else each * trained
            elif total is not None and trained:
                each = total / trained
                total = each * trained
            a[what + "_per_epoch"], a[what + "_total"] = each, total
            a[what] = np.zeros(0) if each is None else each * self._trained(epochs)
        inference = costs["inference_energy"]
        a["inference_energy"] = None if inference is None else float(inference[i])
        a["outside_axes"] = self._support.outside(rows[i]) if self._support else []
        a["extrapolates"] = bool(a["outside_axes"])
        return a

    def _predict(self, target, rows):
        head, predict, _ = self._heads[target]
        return predict(rows if head["columns"] is None else rows[:, head["columns"]])

    @staticmethod
    def _value(head, v):
        if head["transform"] == "log":
            v = np.exp(np.clip(v, -700, 700))
        clip = head["clip"]
        return np.clip(v, clip["low"], clip["high"]) if clip else v

    def _cost(self, target, rows):
        if target not in self._heads:
            return None
        return self._value(self._heads[target][0], self._predict(target, rows)[:, 0])

    def _curves(self, rows, epochs, last):
        if "curve" not in self._heads:
            return None
        head, _, decode = self._heads["curve"]
        vectors = self._predict("curve", rows)
        longest = max(len(e) for e in epochs)
        at = np.zeros((len(rows), longest))
        first = self.rule["first"]
        for i, e in enumerate(epochs):
            if last[i] > first:
                at[i, : len(e)] = np.clip((e - first) / (last[i] - first), 0, 1)
        values = self._value(head, decode(vectors, at))
        return [values[i, : len(e)] for i, e in enumerate(epochs)]

    def _trained(self, epoch):
        return np.maximum(0.0, epoch + self.rule["offset"])

    def _last(self, configs, rows):
        rule, source = self.rule, self.rule.get("length")
        if not source:
            return None
        if source == "axis":
            last = np.array([float(c[rule["axis"]]) for c in configs]) - rule["offset"]
        elif source == "head":
            steps = np.floor((self._cost("length", rows) - rule["first"]) / rule["step"] + 0.5)
            last = rule["first"] + rule["step"] * np.maximum(0, steps)
        else:
            last = np.full(len(configs), rule.get("last", 0.0))
        if (last < rule["first"]).any():
            raise RefusedConfiguration(rule.get("axis", ""), "the run ends before its first epoch")
        return last

    def _epochs(self, last, up_to):
        first, step = self.rule["first"], self.rule["step"]
        n = math.ceil((last - first) / step)
        epochs = np.append(first + np.arange(n) * step, last)
        return epochs[epochs <= up_to]

    def verify(self):
        """Repeats the bundle's golden queries and returns the largest relative difference (of a curve's points: relative
        to at least 1). FORMAT.md allows 1e-9."""
        worst = 0.0
        for line in self._golden.splitlines():
            want = json.loads(line)
            got = self.query({k: v for k, v in want["config"].items()}, want["up_to"])
            if got["outside_axes"] != want["outside_axes"]:
                return math.inf
            for name in ("last", "energy_per_epoch", "energy_total", "time_per_epoch", "time_total", "inference_energy"):
                worst = max(worst, _difference(want[name], got[name], 0.0))
            for name in ("epochs", "curve"):
                if len(want[name]) != len(got[name]):
                    return math.inf
                for x, y in zip(want[name], got[name]):
                    worst = max(worst, _difference(x, float(y), 1.0))
        return worst


def _difference(want, got, floor):
    if want is None or got is None:
        return 0.0 if want is got else math.inf
    return 0.0 if want == got else abs(want - got) / max(abs(want), abs(got), floor)
