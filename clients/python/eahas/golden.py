"""Repeats a bundle's golden queries (FORMAT.md section 7)."""
from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from .answers import Answer
from .errors import BundleError

if TYPE_CHECKING:
    from .benchmark import Benchmark

NUMBERS = ("last", "energy_per_epoch", "energy_total", "time_per_epoch", "time_total", "inference_energy")


def check_golden(bench: Benchmark, text: bytes, queries: int) -> float:
    """The largest relative difference; inf where an answer differs in kind."""
    lines = [json.loads(line) for line in text.splitlines()]
    if not lines or len(lines) != queries:
        raise BundleError("%s: %d golden queries, the manifest has %d" % (bench.path, len(lines), queries))
    by_epoch: dict[float, list[dict[str, Any]]] = {}
    for want in lines:
        by_epoch.setdefault(float(want["up_to"]), []).append(want)
    worst = 0.0
    for up_to, wanted in by_epoch.items():
        got = bench.query_batch([w["config"] for w in wanted], up_to)
        worst = max([worst, *(_compared(bench, w, a) for w, a in zip(wanted, got))])
    return worst


def _compared(bench: Benchmark, want: dict[str, Any], got: Answer) -> float:
    if got.outside_axes != want["outside_axes"] or got.extrapolates != want["extrapolates"]:
        return math.inf
    own = want.get("targets") or {}
    if set(own) != set(got.targets):
        return math.inf
    known = want.get("known") or {}
    if set(known) != set(got.known):
        return math.inf
    worst = max(_difference(want[name], got[name], 0.0) for name in NUMBERS)
    if any(known[name] != got.known[name] for name in known):  # formulas have the same bits everywhere
        return math.inf
    for name in own:
        floor = 0.0 if bench.own_targets[name]["scale"] == "log" else 1.0
        worst = max(worst, _difference(own[name], got.targets[name], floor))
    curves = want.get("curves") or {}
    if set(curves) != set(got.curves):
        return math.inf
    series = [(want["epochs"], got.epochs, 0.0), (want["curve"], got.curve, 1.0)]
    series += [(curves[t], got.curves[t], 0.0 if bench.own_targets[t]["scale"] == "log" else 1.0) for t in curves]
    for theirs, ours, floor in series:
        if len(theirs) != len(ours):
            return math.inf
        worst = max([worst, *(_difference(x, float(y), floor) for x, y in zip(theirs, ours))])
    return worst


def _difference(want: Any, got: float | None, floor: float) -> float:
    if want is None or got is None:
        return 0.0 if want is got else math.inf
    if math.isnan(got):
        return math.inf
    return 0.0 if want == got else abs(want - got) / max(abs(want), abs(got), floor)
