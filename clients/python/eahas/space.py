"""The axes of a bundle: check, encode and sample configurations (FORMAT.md section 3)."""
import math

import numpy as np

from .derived import Derived, violated

MOST_DRAWS = 100_000


class RefusedConfiguration(ValueError):
    """The configuration is outside the space; axis names where."""

    def __init__(self, axis, reason):
        super().__init__("axis %r: %s" % (axis, reason))
        self.axis = axis


def missing(v):
    return v is None or isinstance(v, float) and math.isnan(v)


def number(v):
    """The number that v is or reads as, or None."""
    if isinstance(v, bool):
        return None
    try:
        x = float(v)
    except (TypeError, ValueError):
        return None
    return x if math.isfinite(x) else None


def same(a, b):
    """Equal texts, numbers within 1e-6, or a text that reads as the number."""
    if isinstance(a, bool):
        a = str(a).lower()
    if isinstance(b, bool):
        b = str(b).lower()
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    x, y = number(a), number(b)
    return x is not None and y is not None and abs(x - y) <= 1e-6 * max(abs(x), abs(y))


class Space:
    """The joint space of architectures and hyperparameters. axes lists them as the manifest does."""

    def __init__(self, description, derived_names=()):
        self.description = description
        self.derived = Derived(description, list(derived_names)) if description.get("derived_columns") else None
        self.axes = description["params"]
        self.by_name = {a["name"]: a for a in self.axes}

    def active(self, axis, config):
        """Whether the axis exists in the configuration."""
        when = axis.get("when")
        while when:
            v = config.get(when["param"])
            if missing(v) or not any(same(v, c) for c in when["in"]):
                return False
            when = self.by_name[when["param"]].get("when")
        return True

    def check(self, config):
        """Raises RefusedConfiguration when the configuration is outside the space. Of a broken constraint the axis is the derived
        quantity (params, flops, acts or stages)."""
        for name in sorted(config):
            if name not in self.by_name and not missing(config[name]):
                raise RefusedConfiguration(name, "unknown axis")
        for axis in self.axes:
            name, v = axis["name"], config.get(axis["name"])
            if not self.active(axis, config):
                if not missing(v):
                    raise RefusedConfiguration(name, "set though it does not exist in this configuration")
            elif missing(v):
                if not axis.get("optional"):
                    raise RefusedConfiguration(name, "missing")
            else:
                why = self._why_not(axis, v)
                if why:
                    raise RefusedConfiguration(name, why)
        broken = violated(self.description, config)
        if broken:
            raise RefusedConfiguration(*broken)

    def _why_not(self, axis, v):
        if "choices" in axis:
            return None if any(same(v, c) for c in axis["choices"]) else "%r is not one of %r" % (v, axis["choices"])
        x, low, high, step = number(v), axis.get("low", 0), axis.get("high", 0), self._step(axis)
        if x is None:
            return "%r is not a number" % (v,)
        slack = step * 1e-3 if step else 1e-6 * abs(x)
        if not low - slack <= x <= high + slack:
            return "%r is outside %r..%r" % (v, low, high)
        if step and abs((x - low) / step - round((x - low) / step)) > 1e-3:
            return "%r is not on the grid of step %r from %r" % (v, step, low)
        return None

    @staticmethod
    def _step(axis):
        return axis.get("step", 0) or (1 if axis["kind"] == "integer" else 0)

    def encode(self, configs):
        """Returns the rows of the configurations (n x p; NaN: missing), without a check."""
        blocks = [self._column(a, [c.get(a["name"]) if self.active(a, c) else None for c in configs]) for a in self.axes]
        if self.derived:
            blocks.append(self.derived.rows(configs))
        return np.concatenate(blocks, axis=1) if blocks else np.zeros((len(configs), 0))

    def _column(self, axis, values):
        choices, kind = axis.get("choices"), axis["kind"]
        if kind == "choice":
            at = [next((i for i, c in enumerate(choices) if same(v, c)), -1) for v in values]
            rows = np.eye(len(choices) + 1)[at][:, :-1]
            rows[[missing(v) for v in values]] = np.nan
            return rows
        if kind == "ordinal" and any(isinstance(c, str) for c in choices):
            index = [next((i for i, c in enumerate(choices) if same(v, c)), math.nan) for v in values]
            x, low, high = np.array(index, float), 0, len(choices) - 1
        else:
            x = np.array([math.nan if missing(v) else number(v) for v in values], float)
            low, high = (choices[0], choices[-1]) if kind == "ordinal" else (axis.get("low", 0), axis.get("high", 0))
        if kind == "log" or axis.get("log"):
            x, low, high = np.log10(x), math.log10(low), math.log10(high)
        return ((x - low) / ((high - low) if high > low else 1))[:, None]

    def sample(self, rng=None):
        """Draws a configuration, axis by axis by its law, until it keeps the constraints. rng: a numpy Generator or a seed."""
        rng = np.random.default_rng(rng)
        for _ in range(MOST_DRAWS):
            config = self._draw_all(rng)
            if not violated(self.description, config):
                return config
        raise RuntimeError("no configuration in %d draws keeps the constraints" % MOST_DRAWS)

    def _draw_all(self, rng):
        config = {}
        order = sorted(self.axes, key=self._depth)
        for axis in order:
            if self.active(axis, config):
                config[axis["name"]] = self._draw(axis, rng)
        return config

    def _depth(self, axis):
        n = 0
        while axis.get("when"):
            axis, n = self.by_name[axis["when"]["param"]], n + 1
        return n

    def _draw(self, axis, rng):
        if "choices" in axis:
            w = axis.get("weights")
            p = np.array(w, float) / np.sum(w) if w else None
            return axis["choices"][int(rng.choice(len(axis["choices"]), p=p))]
        low, high, step = axis.get("low", 0), axis.get("high", 0), self._step(axis)
        if axis["kind"] == "log" or axis.get("log"):
            x = math.exp(rng.uniform(math.log(low), math.log(high)))
        else:
            x = rng.uniform(low - step / 2, high + step / 2)
        if step:
            x = float("%.12g" % (low + round((x - low) / step) * step))
        x = min(high, max(low, x))
        return int(x) if axis["kind"] == "integer" else x
