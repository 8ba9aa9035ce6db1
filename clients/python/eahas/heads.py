"""The targets' models together: one walk through all trees of a bundle, then each target's value."""
from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .curves import Representation, read_representation
from .errors import BundleError
from .predictors import Predictor, Trees, read_predictor
from .trees import Ensemble, joined
from .values import Array

TARGETS = ("curve", "energy_per_epoch", "time_per_epoch", "inference_energy", "energy_total", "length")
FED = 1e38  # the largest size of what is predicted first, for the other models
PLACES = 8192  # points of curves at a time


@dataclass
class Head:
    """One target: its model, what its outputs mean, and the columns that it sees (None: all)."""

    target: str
    log: bool
    predictor: Predictor
    representation: Representation | None
    columns: Array | None
    clip: tuple[float, float] | None
    first: bool = False  # predicted before the others

    @staticmethod
    def of(h: dict[str, Any], files: dict[str, bytes], width: int, own: dict[str, Any], ahead: list[str]) -> Head:
        """The head that an entry of the manifest describes, for rows of the given width; own: the bundle's own targets
        by name; ahead: those that are predicted before the others."""
        target, transform, clip = h["target"], h["transform"], h.get("clip")
        first = target in ahead
        width += 0 if first else len(ahead)
        if target not in TARGETS and target not in own or transform not in ("identity", "log"):
            raise BundleError("a head of the target %r with the transform %r" % (target, transform))
        decode = None
        curve = target == "curve" or target in own and own[target].get("span", 0) == 0
        if curve:
            decode = read_representation(h["representation"], files[h["representation_file"]])
        columns = None if h.get("columns") is None else np.array(h["columns"], np.int64)
        if columns is not None and ((columns < 0) | (columns >= width)).any():
            raise BundleError("head %s sees a column beyond %d" % (target, width))
        limits = None if clip is None else (float(clip["low"]), float(clip["high"]))
        if limits and not -math.inf < limits[0] <= limits[1] < math.inf:
            raise BundleError("head %s clips to %r" % (target, limits))
        if target in own:
            scale = own[target]["scale"]
            if (scale == "log") != (transform == "log") or scale == "bounded" and limits is None:
                raise BundleError("head %s does not fit its scale %r" % (target, scale))
        elif target != "curve" and (limits and limits[0] <= 0 or not limits and transform != "log"):
            raise BundleError("head %s can fall to zero or below" % target)
        p = read_predictor(h["predictor"], files[h["predictor_file"]])
        if p.inputs != (width if columns is None else len(columns)) or p.outputs != (decode.width if decode else 1):
            raise BundleError("head %s: a model of %d columns and %d outputs" % (target, p.inputs, p.outputs))
        return Head(target, transform == "log", p, decode, columns, limits, first)

    def input(self, rows: Array) -> Array:
        return rows if self.columns is None else rows[:, self.columns]

    def value(self, v: Array) -> Array:
        """The values of outputs (decoded ones for a curve): transform, then clip."""
        if self.log:
            v = np.exp(np.clip(v, -700, 700))
        # a third of np.clip's time for few
        return np.minimum(np.maximum(v, self.clip[0]), self.clip[1]) if self.clip else v

    def fed(self, v: Array) -> Array:
        """What the other models see of outputs that are predicted first."""
        low, high = (-700.0, 700.0) if self.log else self.clip or (-FED, FED)
        fed: Array = np.clip(v, max(low, -FED), min(high, FED)).astype(np.float32).astype(np.float64)
        return fed

    def curve(self, v: Array, at: Array) -> Array:
        """The values of target vectors (n x k) at positions (n x m), some rows at a time so that they stay in the
        processor's cache."""
        assert self.representation is not None
        out = np.empty(at.shape)
        rows = max(1, PLACES // max(1, at.shape[1]))
        for i in range(0, len(at), rows):
            out[i : i + rows] = self.value(self.representation.decode(v[i : i + rows], at[i : i + rows]))
        return out


class Heads:
    """All heads of a bundle."""

    def __init__(self, heads: list[Head], width: int, groups: list[Array], first: list[str]) -> None:
        self.by_target = {h.target: h for h in heads}
        if len(self.by_target) != len(heads) or not heads:
            raise BundleError("%d heads of %d targets" % (len(heads), len(self.by_target)))
        if not set(first) <= self.by_target.keys():
            raise BundleError("what is predicted first has no head")
        self.first = [self.by_target[t] for t in first]  # in the order of the bundle's own targets
        width += len(first)
        trees = [(h.target, h.predictor, h) for h in heads
                 if not h.first and isinstance(h.predictor, Trees) and _alone(h.predictor.ensemble)]
        self.together: Ensemble | None = None
        self.places: dict[str, slice] = {}
        if len(trees) > 1:
            parts, at = [], 0
            for target, p, h in trees:
                parts.append((p.ensemble, np.arange(width) if h.columns is None else h.columns))
                self.places[target] = slice(at, at + p.outputs)
                at += p.outputs
            self.together = joined(parts, width, groups)

    def __contains__(self, target: str) -> bool:
        return target in self.by_target

    def __getitem__(self, target: str) -> Head:
        return self.by_target[target]

    def outputs(self, rows: Array) -> tuple[dict[str, Array], Array]:
        """What each head's model says about encoded rows, target to n x k; and the rows with what is predicted first
        behind them."""
        out = {h.target: h.predictor.predict(h.input(rows)) for h in self.first}
        wide = rows if not self.first else np.column_stack([rows, *(h.fed(out[h.target][:, 0]) for h in self.first)])
        if self.together is not None:
            y = self.together.predict(wide)
            out.update({target: y[:, at] for target, at in self.places.items()})
        for target, h in self.by_target.items():
            if target not in out:
                out[target] = h.predictor.predict(h.input(wide))
        for target, v in out.items():
            if not np.isfinite(v).all() and self.by_target[target].representation is None:
                raise BundleError("head %s answered a number that is not finite" % target)
        return out, wide

    def behind(self, target: str) -> list[Head]:
        """The heads that the answer for a cost is made of; none when there is no answer."""
        names = {
            "energy_total": ["energy_per_epoch", "length"] if "energy_per_epoch" in self else ["energy_total"],
            "time_total": ["time_per_epoch", "length"],
            "energy_per_epoch": ["energy_per_epoch"] if "energy_per_epoch" in self else ["energy_total", "length"],
        }.get(target, [target])
        return [self[n] for n in names if n in self] if names[0] in self else []


def _alone(e: Ensemble) -> bool:
    """Whether every tree adds to one output, without sets, so that it may join others."""
    return len(e.sizes) > 0 and not e.sets and bool((e.output >= 0).all()) and e._runs() is not None
