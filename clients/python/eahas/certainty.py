"""Bounds and noise of a batch of answers (FORMAT.md section 9)."""
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .heads import Head
from .intervals import IntervalModel, Local
from .streams import Stream
from .values import Array

if TYPE_CHECKING:
    from .batch import Batch
    from .benchmark import Benchmark

# target, the other cost that it has a fixed ratio to
COSTS = (
    ("energy_total", "energy_per_epoch"), ("energy_per_epoch", "energy_total"), ("time_total", None),
    ("time_per_epoch", "time_total"), ("inference_energy", None),
)


def bounds(bench: Benchmark, b: Batch, outside: list[list[str]]) -> tuple[dict[str, Array], dict[str, Array]]:
    """The low and high ends by target, at the batch's level; outside: the axes by which each configuration
    extrapolates."""
    low, high = _bounds(bench, b, bench._intervals)
    rows = np.array([bench._unseen_axis in axes for axes in outside], bool)
    if bench._unseen and rows.any():
        for all_, there in zip((low, high), _bounds(bench, b, bench._unseen)):
            for target in (*all_, *(t for t in there if t not in all_)):
                like = all_[target] if target in all_ else np.full_like(there[target], np.nan)
                all_[target] = np.array(like)
                all_[target][rows] = there[target][rows] if target in there else np.nan
    return low, high


def _bounds(bench: Benchmark, b: Batch, models: dict[str, IntervalModel]) -> tuple[dict[str, Array], dict[str, Array]]:
    low: dict[str, Array] = {}
    high: dict[str, Array] = {}
    k = b.level_number
    for target, curve in (("curve", b.number["curve"]), *b.curves.items()):
        model = models.get(target)
        if model is not None and curve is not None and curve.shape[1]:
            under, over = curve_local(bench, b, model, target).ends(k, b.at)
            low[target], high[target] = _moved(bench, target, curve, under), _moved(bench, target, curve, over)
    for target, other in COSTS:
        model, value = models.get(target), b.number[target]
        if model is None or value is None:
            continue
        under, over = (
            np.exp(v[:, 0]) for v in cost_local(bench, b, model, target, value).ends(k, np.zeros((len(value), 1)))
        )
        low[target], high[target] = value * under, value * over
        beside = b.number[other] if other else None
        if other and beside is not None and other not in low:
            low[other], high[other] = beside * under, beside * over
    for target, value in b.own.items():
        model = models.get(target)
        if model is not None:
            under, over = (
                v[:, 0] for v in cost_local(bench, b, model, target, value).ends(k, np.zeros((len(value), 1)))
            )
            low[target], high[target] = _moved(bench, target, value, under), _moved(bench, target, value, over)
    return low, high


def _logarithmic(bench: Benchmark, target: str) -> bool:
    """Whether errors of a target are those of its logarithm: all costs, and the bundle's own targets of scale log."""
    own = bench.own_targets.get(target)
    return target != "curve" if own is None else own["scale"] == "log"


def _moved(bench: Benchmark, target: str, value: Array, d: Array) -> Array:
    """Values moved by d on the scale on which errors are measured, inside the bounds."""
    if _logarithmic(bench, target):
        return value * np.exp(d)
    return _clipped(bench._heads[target], value + d)


def curve_local(bench: Benchmark, b: Batch, model: IntervalModel, target: str) -> Local:
    """What a model says about the curves of a target."""
    h, n = bench._heads[target], len(b.rows)

    def decoded(v: Array, at: Array) -> Array:
        y = h.curve(v, at)
        return np.log(y) if _logarithmic(bench, target) else y

    assert b.last is not None
    at = np.where((b.last > b.rule.first)[:, None], model.knots[None, :], 0.0)
    guess = decoded(b.out[target], at)
    spread = None
    if model.needs_spread:
        spread = np.full((n, len(model.knots)), np.nan)
        for i in range(n):
            f = h.predictor.factor(b.seen(h, i))
            if len(f):
                moved = decoded(b.out[target][i] + f, np.repeat(at[i : i + 1], len(f), axis=0))
                spread[i] = np.sqrt(((moved - guess[i]) ** 2).sum(axis=0))
    return model.at(b.rows, guess, spread)


def cost_local(bench: Benchmark, b: Batch, model: IntervalModel, target: str, value: Array) -> Local:
    """What a model says about a cost."""
    spread = None
    if model.needs_spread:
        spread = np.array([[_cost_spread(bench, b, target, i)] for i in range(len(value))])
    with np.errstate(divide="ignore", invalid="ignore"):
        guess = np.log(value) if _logarithmic(bench, target) else value
        return model.at(b.rows, guess[:, None], spread)


def _cost_spread(bench: Benchmark, b: Batch, target: str, i: int) -> float:
    total = 0.0
    for h in bench._heads.behind(target):
        f = h.predictor.factor(b.seen(h, i))
        if not len(f):
            return float("nan")
        out = b.out[h.target][i, 0]
        moved, here = h.value(out + f[:, 0]), h.value(np.array([out]))
        if _logarithmic(bench, target):
            moved, here = np.log(moved), np.log(here)
        total += float(((moved - here) ** 2).sum())
    return float(np.sqrt(total))


def _clipped(h: Head, y: Array) -> Array:
    return np.clip(y, *h.clip) if h.clip else y


def add_noise(bench: Benchmark, b: Batch, seeds: list[int]) -> None:
    """Adds what plausibly differs between runs: to the curve along the epochs, one factor to each cost."""
    for target, curve in (("curve", b.number["curve"]), *b.curves.items()):
        model = bench._intervals.get(target)
        if model is None or curve is None or not curve.shape[1]:
            continue
        local, moves = curve_local(bench, b, model, target), np.zeros_like(curve)
        for i, seed in enumerate(seeds):
            m = b.lengths[i]
            if m:
                moves[i, :m] = local.sample(i, b.at[i, :m], Stream(seed, "sample", target))
        moved = _moved(bench, target, curve, moves)
        if target == "curve":
            b.set_curve(moved)
        else:
            b.curves[target] = moved
    inference = b.number["inference_energy"]
    factors = {}
    for what in ("energy", "time"):
        factor = cost_noise(bench, b, what + "_per_epoch", seeds)
        if factor is None and what == "energy":
            factor = cost_noise(bench, b, "energy_total", seeds)
        factors[what] = factor
    lengths = None if b.last is None else b.rule.trained(b.last)
    for what, factor in factors.items():
        each, total = b.number[what + "_per_epoch"], b.number[what + "_total"]
        if factor is not None:
            each, total = (None if v is None else v * factor for v in (each, total))
            if each is not None and lengths is not None:
                total = each * lengths
            b.set_cost(what, each, total)
    factor = cost_noise(bench, b, "inference_energy", seeds)
    if inference is not None and factor is not None:
        b.number["inference_energy"] = inference * factor
    for target, value in b.own.items():
        model = bench._intervals.get(target)
        if model is not None:
            d = _drawn(cost_local(bench, b, model, target, value), target, seeds)
            b.own[target] = _moved(bench, target, value, d)


def cost_noise(bench: Benchmark, b: Batch, target: str, seeds: list[int]) -> Array | None:
    """The factor of one cost for each configuration; None where nothing is known."""
    model, value = bench._intervals.get(target), b.number[target]
    if model is None or value is None:
        return None
    return np.asarray(np.exp(np.clip(_drawn(cost_local(bench, b, model, target, value), target, seeds), -700, 700)))


def _drawn(local: Local, target: str, seeds: list[int]) -> Array:
    """Draws by how much each answer differs in a repeat of the run."""
    return np.array([local.sample(i, np.zeros(1), Stream(seed, "sample", target))[0] for i, seed in enumerate(seeds)])
