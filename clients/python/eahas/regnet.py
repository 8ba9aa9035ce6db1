"""What five axes of a RegNet space generate: the network and its size (FORMAT.md section 3)."""
from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .values import Array, ln, ln_one, number, power, power_one

AXES = ("depth", "w0", "wa", "wm", "group_w")
MOST_STAGES = 16
MOST_BLOCKS = 10_000
BLOCK_PLACES = 1 << 21  # networks x blocks at a time: bounds the memory


@dataclass(frozen=True)
class Network:
    """stages: (width, depth, group width) each; possible: how many stages there could be."""

    stages: list[tuple[int, int, int]]
    possible: int


@dataclass(frozen=True)
class Networks:
    """Many networks: width, depth and group n x stages (0 beyond the last), stages, possible and valid of each."""

    width: Array
    depth: Array
    group: Array
    stages: Array
    possible: Array
    valid: Array


@dataclass(frozen=True)
class Sizes:
    """Parameters, multiply-adds and activations of each network."""

    params: Array
    flops: Array
    acts: Array


class RegNet:
    """The five axes and what surrounds the stages."""

    def __init__(self, description: dict[str, Any]) -> None:
        spec = description.get("regnet") or {}
        self.axes = [spec.get(k) or k for k in AXES]
        self.stem_stride = 2 if spec.get("stem") == "simple" else 1
        self.stem_width = spec.get("stem_width") or 16
        self.image_size = spec.get("image_size") or 32
        self.classes = spec.get("classes") or 10
        self.se_ratio = spec.get("se_ratio") or 0.25

    def network(self, values: list[Any]) -> Network | None:
        """The network of the five values, or None: block by block, as FORMAT.md has it."""
        x = [number(v) for v in values]
        if any(v is None for v in x):
            return None
        depth, w0, wa, wm, g = (float(v) for v in x if v is not None)
        if any(abs(v) >= 1 << 30 or abs(v - math.floor(v + 0.5)) > 1e-3 for v in (depth, w0, g)):
            return None
        n, first, group = round(depth), round(w0), round(g)
        if not (1 <= n <= MOST_BLOCKS and 8 <= first <= 65536 and first % 8 == 0 and 0 <= wa <= 65536 and wm > 1
                and group >= 1):
            return None
        stages: list[list[int]] = []
        level, log_wm, start = 0, ln_one(wm), float(first)
        for j in range(n):
            level = round(ln_one((start + wa * j) / start) / log_wm)
            width = 8 * round(start * power_one(wm, level) / 8)
            if stages and stages[-1][0] == width:
                stages[-1][1] += 1
            elif len(stages) == MOST_STAGES:
                return None
            else:
                stages.append([width, 1])
        fitted = []
        for w, d in stages:
            fit = min(group, w)
            fitted.append((max(fit, fit * round(w / fit)), d, fit))
        return Network(fitted, level + 1)

    def networks(self, values: list[Array]) -> Networks:
        """The networks of many values (five arrays of n numbers, NaN where there is none)."""
        depth, w0, wa, wm, group = (np.asarray(v, float) for v in values)
        with np.errstate(invalid="ignore"):
            whole = [np.floor(v + 0.5) for v in (depth, w0, group)]
            good = (np.abs(depth) < 1 << 30) & (np.abs(w0) < 1 << 30) & (np.abs(group) < 1 << 30)
            for v, r in zip((depth, w0, group), whole):
                good &= np.abs(v - r) <= 1e-3
            depth, w0, group = whole
            good &= (depth >= 1) & (depth <= MOST_BLOCKS) & (w0 >= 8) & (w0 <= 65536) & (w0 % 8 == 0)
            good &= (wa >= 0) & (wa <= 65536) & (wm > 1) & np.isfinite(wm) & (group >= 1)
        filled = [np.where(good, v, d) for v, d in zip((depth, w0, wa, wm, group), (1.0, 8.0, 0.0, 2.0, 1.0))]
        n, most = len(depth), int(filled[0].max(initial=1))
        out = [np.zeros((n, MOST_STAGES)), np.zeros((n, MOST_STAGES)), np.zeros(n), np.zeros(n)]
        block = max(1, BLOCK_PLACES // most)
        for i in range(0, n, block):
            part = self._stages([v[i : i + block] for v in filled], most)
            for to, v in zip(out, part):
                to[i : i + block] = v
        width, blocks, stages, possible = out
        good &= stages <= MOST_STAGES
        there = np.arange(MOST_STAGES) < stages[:, None]
        fit = np.minimum(filled[4][:, None], np.where(there, width, 1))
        width = np.where(there, np.maximum(fit, fit * np.rint(width / fit)), 0)
        return Networks(width, blocks, np.where(there, fit, 1), stages.astype(int), possible.astype(int), good)

    def each(self, values: list[Array]) -> tuple[Networks, Sizes]:
        """networks and sizes by network and count: faster for a few."""
        n = len(values[0])
        width, depth, group = (np.zeros((n, MOST_STAGES)) for _ in range(3))
        stages, possible, valid, sizes = np.zeros(n, int), np.zeros(n, int), np.zeros(n, bool), np.ones((3, n))
        for i in range(n):
            one = self.network([float(v[i]) for v in values])
            if one is not None:
                stages[i], possible[i], valid[i] = len(one.stages), one.possible, True
                width[i, : stages[i]], depth[i, : stages[i]], group[i, : stages[i]] = zip(*one.stages)
                sizes[:, i] = self.count(one)
        return Networks(width, depth, group, stages, possible, valid), Sizes(*sizes)

    @staticmethod
    def _stages(values: list[Array], most: int) -> list[Array]:
        """Width and depth of each stage before the groups fit, the number of stages, and of possible ones."""
        depth, w0, wa, wm, _ = (v[:, None] for v in values)
        j = np.arange(most, dtype=float)
        inside = j < depth
        level = np.rint(ln((w0 + wa * j) / w0) / ln(wm))
        with np.errstate(over="ignore"):
            width = 8 * np.rint(w0 * power(wm, level) / 8)
        begins = inside.copy()
        begins[:, 1:] &= width[:, 1:] != width[:, :-1]
        stage = np.cumsum(begins, axis=1) - 1
        n = len(depth)
        keep = inside & (stage < MOST_STAGES)
        row = np.repeat(np.arange(n), most).reshape(n, most)
        place = (row * MOST_STAGES + stage)[keep]
        blocks = np.bincount(place, minlength=n * MOST_STAGES)[: n * MOST_STAGES].reshape(n, MOST_STAGES)
        widths = np.zeros(n * MOST_STAGES)
        first = keep & begins
        widths[(row * MOST_STAGES + stage)[first]] = width[first]
        last = (values[0] - 1).astype(int)
        possible = np.take_along_axis(level, last[:, None], 1)[:, 0] + 1
        return [widths.reshape(n, MOST_STAGES), blocks.astype(float), begins.sum(axis=1).astype(float), possible]

    def count(self, network: Network) -> tuple[float, float, float]:
        """Parameters, multiply-adds and activations of one network, block by block."""
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

    def sizes(self, nets: Networks) -> Sizes:
        """As count, of many networks. Whole numbers below 2^53, so that the order of additions does not matter."""
        n = len(nets.valid)
        side = np.full(n, float(self.image_size))
        total = np.zeros((3, n))
        inputs = np.full(n, float(self.stem_width))
        total += self._conv(side, 3.0, inputs, 3, self.stem_stride, 1.0)
        side = np.floor((side - 1) / self.stem_stride) + 1
        for i in range(int(nets.stages[nets.valid].max(initial=0))):
            there = (nets.stages > i) & nets.valid
            w = np.where(there, nets.width[:, i], 1.0)
            groups = np.floor(w / nets.group[:, i])
            first, after = self._block(side, inputs, w, 2, groups)
            more, _ = self._block(after, w, w, 1, groups)
            total += np.where(there, first + np.maximum(nets.depth[:, i] - 1, 0) * more, 0.0)
            side, inputs = np.where(there, after, side), np.where(there, w, inputs)
        last = inputs * self.classes + self.classes
        return Sizes(total[0] + last, total[1] + last, total[2] + self.classes)

    @staticmethod
    def _conv(side: Array, inputs: Any, out: Array, k: int, stride: int, groups: Any) -> Array:
        area = (np.floor((side - 1) / stride) + 1) ** 2
        weights = k * k * inputs * out / groups
        return np.array([weights + 2 * out, weights * area, out * area])

    def _block(self, side: Array, inputs: Array, out: Array, stride: int, groups: Array) -> tuple[Array, Array]:
        after = np.floor((side - 1) / stride) + 1
        total = np.zeros((3, len(side)))
        if stride != 1:
            total += self._conv(side, inputs, out, 1, stride, 1.0)
        total += self._conv(side, inputs, out, 1, 1, 1.0) + self._conv(side, out, out, 3, stride, groups)
        middle = np.rint(inputs * self.se_ratio)
        both = 2 * out * middle + out + middle
        total += np.where(middle > 0, np.array([both, both, out + middle]), 0.0)
        return total + self._conv(after, out, out, 1, 1, 1.0), after


class _Count:
    def __init__(self, side: int, se_ratio: float) -> None:
        self.side, self.se_ratio = side, se_ratio
        self.params = self.flops = self.acts = 0

    def conv(self, inputs: int, out: int, k: int, stride: int, groups: int) -> None:
        self.side = (self.side - 1) // stride + 1
        n = k * k * inputs * out // groups
        self.flops += n * self.side**2
        self.params += n + 2 * out
        self.acts += out * self.side**2

    def block(self, inputs: int, out: int, stride: int, groups: int) -> None:
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
