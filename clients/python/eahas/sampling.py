"""Draws configurations by the axes' laws, many at a time; what a constraint excludes is drawn again."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .axes import MOST_TABLED, Axis
from .errors import EahasError
from .values import Array

if TYPE_CHECKING:
    from .space import Space

MOST_DRAWS = 5_000_000
BLOCK = 1 << 14


class NoConfiguration(EahasError, RuntimeError):
    """The constraints leave so little that no configuration was found."""


class Law:
    """How one axis is drawn: choices by their weights, grids with equal chances, and under a logarithm log-uniformly (a
    grid point stands for the numbers up to it)."""

    def __init__(self, axis: Axis) -> None:
        self.axis, self.points = axis, axis.points
        self.chance: Array | None = None
        self.low, self.high = axis.low, axis.high
        if axis.choices:
            if axis.weights:
                self.chance = np.array(axis.weights) / np.sum(axis.weights)
        elif axis.log:
            if self.points:
                self.low -= min(axis.step, axis.low / 2)
            if 0 < self.points <= MOST_TABLED:
                edges = np.log(np.concatenate([[self.low], axis.point(np.arange(self.points))]))
                self.chance = np.diff(edges) / (edges[-1] - edges[0])
        self.edges = None if self.chance is None else np.cumsum(self.chance)

    def positions(self, rng: np.random.Generator, n: int) -> Array:
        """Positions among the choices or grid points."""
        if self.edges is not None:
            return np.asarray(
                np.minimum(np.searchsorted(self.edges, rng.random(n) * self.edges[-1], side="right"), self.points - 1)
            )
        if self.axis.choices or not self.axis.log:
            return rng.integers(0, self.points, n)
        x = np.exp(rng.uniform(np.log(self.low), np.log(self.high), n))
        return np.clip(np.ceil((x - self.axis.low) / self.axis.step), 0, self.points - 1).astype(np.int64)

    def numbers(self, rng: np.random.Generator, n: int) -> Array:
        """Numbers of an axis that has numbers."""
        if self.axis.choices:
            return np.array(self.axis.choices, float)[self.positions(rng, n)]
        if self.points:
            return self.axis.point(self.positions(rng, n))
        if self.axis.log:
            x = np.exp(rng.uniform(np.log(self.low), np.log(self.high), n))
        else:
            x = rng.uniform(self.low, self.high, n)
        x = np.clip(x, self.axis.low, self.axis.high)
        return np.where(rng.random(n) < 0.1, 0.0, x) if self.axis.zero else x

    def listed(self, x: Array) -> list[Any]:
        """Drawn numbers as the axis declares them."""
        if self.axis.choices:
            return [self.axis.choices[self.axis.index(float(v))] for v in x]
        return [int(v) for v in x] if self.axis.kind == "integer" else [float(v) for v in x]

    def draw(self, rng: np.random.Generator, n: int) -> list[Any]:
        if self.axis.graph:
            return [self.axis.graph.sample(rng) for _ in range(n)]
        if self.axis.choices:
            return [self.axis.choices[i] for i in self.positions(rng, n)]
        return self.listed(self.numbers(rng, n))


class Sampler:
    """Draws configurations of one space."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.laws = {a.name: Law(a) for a in space.axes}

    def draw(self, rng: np.random.Generator, n: int) -> list[dict[str, Any]]:
        """n configurations; those for which a known quantity has no value are drawn again."""
        out = self._draw(rng, n)
        drawn = n
        while self.space.known is not None and n:
            good = self.space._known(self.space.table(out))[1]
            out = [c for c, g in zip(out, good) if g]
            if len(out) == n:
                break
            if drawn >= MOST_DRAWS and not out:
                raise NoConfiguration("no configuration in %d draws has a value for every known quantity" % drawn)
            out += self._draw(rng, n - len(out))
            drawn += n - len(out)
        return out

    def _draw(self, rng: np.random.Generator, n: int) -> list[dict[str, Any]]:
        columns: dict[str, list[Any]] = {}
        if self.space.constraints and self.space.regnet is not None:
            numbers = self.networks(rng, n)
            columns = {name: self.laws[name].listed(x) for name, x in zip(self.space.regnet.axes, numbers)}
        for a in self.space.order:
            if a.name not in columns:
                columns[a.name] = self.laws[a.name].draw(rng, n)
        conditional = [a for a in self.space.order if a.when]
        out = []
        for i in range(n):
            config = {a.name: columns[a.name][i] for a in self.space.axes}
            for a in conditional:
                if not self.space.active(a, config):
                    del config[a.name]
            out.append(config)
        return out

    def networks(self, rng: np.random.Generator, n: int) -> list[Array]:
        """Five arrays of n numbers whose networks keep the constraints."""
        regnet = self.space.regnet
        assert regnet is not None
        kept: list[Array] = []
        found = drawn = 0
        block = min(BLOCK, max(256, 2 * n))
        while found < n:
            if drawn >= MOST_DRAWS and found == 0:
                raise NoConfiguration("no configuration in %d draws keeps the constraints" % drawn)
            x = np.array([self.laws[name].numbers(rng, block) for name in regnet.axes])
            nets = regnet.networks(list(x))
            good = self.space.kept(nets, regnet.sizes(nets))
            kept.append(x[:, good])
            found += int(good.sum())
            drawn += block
            block = min(BLOCK, 2 * block)
        return list(np.concatenate(kept, axis=1)[:, :n])
