"""What five axes of a RegNet space generate: the network, its size, and columns of both (FORMAT.md section 3)."""
import itertools
import math

import numpy as np

AXES = ("depth", "w0", "wa", "wm", "group_w")
MOST_STAGES = 16


def as_number(v):
    """The number that v is or reads as, or None."""
    if v is None or isinstance(v, bool):
        return None
    try:
        x = float(v)
    except ValueError:
        return None
    return x if math.isfinite(x) else None


class Network:
    """stages: (width, depth, group width) each; possible: how many stages there could be."""

    def __init__(self, stages, possible):
        self.stages, self.possible = stages, possible


class RegNet:
    """The five axes and what surrounds the stages."""

    def __init__(self, description):
        spec = description.get("regnet") or {}
        self.axes = [spec.get(k) or k for k in AXES]
        self.stem_stride = 2 if spec.get("stem") == "simple" else 1
        self.stem_width = spec.get("stem_width") or 16
        self.image_size = spec.get("image_size") or 32
        self.classes = spec.get("classes") or 10
        self.se_ratio = spec.get("se_ratio") or 0.25

    def network(self, values):
        """The network of the five values, or None."""
        x = [as_number(v) for v in values]
        if any(v is None for v in x):
            return None
        depth, w0, wa, wm, g = x
        if any(abs(v - round(v)) > 1e-3 for v in (depth, w0, g)):
            return None
        depth, w0, g = round(depth), round(w0), round(g)
        if not (1 <= depth <= 10000 and 8 <= w0 <= 65536 and w0 % 8 == 0 and 0 <= wa <= 65536 and wm > 1 and g >= 1):
            return None
        stages, level = [], 0
        for j in range(depth):
            level = round(math.log((w0 + wa * j) / w0) / math.log(wm))
            w = 8 * round(w0 * wm**level / 8)
            if stages and stages[-1][0] == w:
                stages[-1][1] += 1
            elif len(stages) == MOST_STAGES:
                return None
            else:
                stages.append([w, 1])
        fitted = [(max(min(g, w), min(g, w) * round(w / min(g, w))), d, min(g, w)) for w, d in stages]
        return Network(fitted, level + 1)

    def count(self, network):
        """Parameters, multiply-adds and activations."""
        n = _Count(self.image_size, self.se_ratio)
        n.conv(3, self.stem_width, 3, self.stem_stride, 1)
        inputs = self.stem_width
        for w, d, group in network.stages:
            n.block(inputs, w, 2, w // group)
            for _ in range(d - 1):
                n.block(w, w, 1, w // group)
            inputs = w
        last = inputs * self.classes + self.classes
        return n.params + last, n.flops + last, n.acts + self.classes

    def quantities(self, values):
        """The derived quantities by name; none without a network."""
        network = self.network(values)
        if network is None:
            return {}
        q = dict(zip(("log_params", "log_flops", "log_acts"), map(math.log10, self.count(network))))
        for i, (w, d, _) in enumerate(network.stages, 1):
            q["log_width_%d" % i], q["depth_%d" % i] = math.log10(w), d
        return q


class _Count:
    def __init__(self, side, se_ratio):
        self.side, self.se_ratio = side, se_ratio
        self.params = self.flops = self.acts = 0

    def conv(self, inputs, out, k, stride, groups):
        self.side = (self.side - 1) // stride + 1
        n = k * k * inputs * out // groups
        self.flops += n * self.side**2
        self.params += n + 2 * out
        self.acts += out * self.side**2

    def block(self, inputs, out, stride, groups):
        if inputs != out or stride != 1:
            side = self.side
            self.conv(inputs, out, 1, stride, 1)
            self.side = side
        self.conv(inputs, out, 1, 1, 1)
        self.conv(out, out, 3, stride, groups)
        m = round(inputs * self.se_ratio)
        if m > 0:
            n = 2 * out * m + out + m
            self.flops += n
            self.params += n
            self.acts += out + m
        self.conv(out, out, 1, 1, 1)


def spread(axis):
    """Up to five values of an axis, its ends among them."""
    low, high, step = axis.get("low", 0), axis.get("high", 0), axis.get("step", 0) or (1 if axis["kind"] == "integer" else 0)
    if "choices" in axis:
        choices = axis["choices"]
        m = min(5, len(choices))
        return [choices[k * (len(choices) - 1) // max(m - 1, 1)] for k in range(m)]
    if not step:
        return [low + (high - low) * k / 4 for k in range(5)]
    n = round((high - low) / step) + 1
    return [high if k == n - 1 else float("%.12g" % (low + k * step)) for k in (j * (n - 1) // 4 for j in range(5))]


class Derived:
    """The derived columns of a space: names lists them."""

    def __init__(self, description, names):
        self.net, self.names = RegNet(description), names
        by_name = {a["name"]: a for a in description["params"]}
        low, high = {}, {}
        for values in itertools.product(*(spread(by_name[name]) for name in self.net.axes)):
            for name, v in self.net.quantities(values).items():
                low[name], high[name] = min(low.get(name, v), v), max(high.get(name, v), v)
        for c in description.get("constraints") or []:
            name = "log_" + c["quantity"]
            if name in low and c.get("low", 0) > 0:
                low[name] = max(low[name], math.log10(c["low"]))
            if name in low and c["high"] > 0:
                high[name] = min(high[name], math.log10(c["high"]))
        self.low, self.high = low, high

    def rows(self, configs):
        """The columns of the configurations (n x names); NaN where there is no such stage or no network."""
        out = np.full((len(configs), len(self.names)), np.nan)
        for i, c in enumerate(configs):
            q = self.net.quantities([c.get(name) for name in self.net.axes])
            for j, name in enumerate(self.names):
                if name in q:
                    span = self.high[name] - self.low[name]
                    span = span if span > 0 else 1
                    out[i, j] = min(1.0, max(0.0, (q[name] - (self.low[name] - 0.05 * span)) / (1.1 * span)))
        return out


def violated(description, config):
    """The derived quantity whose constraint the configuration breaks, and why; None when it keeps them all."""
    constraints = description.get("constraints") or []
    if not constraints:
        return None
    net = RegNet(description)
    network = net.network([config.get(name) for name in net.axes])
    if network is None:
        return constraints[0]["quantity"], "the configuration generates no network"
    params, flops, acts = net.count(network)
    have = {"params": params, "flops": flops, "acts": acts, "stages": len(network.stages)}
    for c in constraints:
        name, low, high = c["quantity"], c.get("low", 0), c["high"]
        if not low <= have[name] <= high:
            return name, "%r is outside %r..%r" % (have[name], low, high)
        if name == "stages" and network.possible != len(network.stages):
            return name, "%d of %d possible stages" % (len(network.stages), network.possible)
    return None
