"""The configurations of the sweep: drawn once from the space, the same on every machine.

Every number comes from SHA-256 of its name, not from a library's generator, whose streams may change between versions.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Any, Sequence

from network import stages

CONFIGURATIONS = 500
REPEATED = 5  # every fifth configuration is trained with SEEDS seeds, the others with one
SEEDS = 3
MOST_STAGES = 3  # 8 x 8 pixels are halved by each stage

# Axis to its declaration, as docs/log.md and a run's config have it. The weight decay is 0 in a quarter of the runs.
SPACE: dict[str, dict[str, Any]] = {
    "depth": {"kind": "integer", "low": 1, "high": 6, "unit": "blocks"},
    "w0": {"kind": "integer", "low": 8, "high": 24, "step": 8, "unit": "channels"},
    "wa": {"kind": "log", "low": 2, "high": 16, "unit": "channels per block"},
    "wm": {"kind": "linear", "low": 1.5, "high": 3},
    "group_w": {"kind": "ordinal", "choices": [1, 4, 8], "unit": "channels"},
    "optimizer": {"kind": "choice", "choices": ["sgd", "adam", "rmsprop"]},
    "lr": {"kind": "log", "low": 1e-4, "high": 3},
    "momentum": {"kind": "linear", "low": 0, "high": 0.99},  # of sgd only
    "weight_decay": {"kind": "ordinal", "choices": [0, 1e-5, 1e-4, 1e-3, 1e-2]},
    "batch_size": {"kind": "integer", "low": 32, "high": 256, "log": True},
    "schedule": {"kind": "choice", "choices": ["constant", "cosine", "step"]},
    "epochs": {"kind": "ordinal", "choices": [4, 8, 16, 24], "unit": "epochs"},
}


@dataclass(frozen=True)
class Run:
    """One training."""

    id: str
    config: dict[str, Any]
    seed: int


def runs() -> list[Run]:
    """All trainings, in an order in which any beginning of the list is a fair sample of the whole."""
    out = []
    for i in range(CONFIGURATIONS):
        config = draw(i)
        for seed in range(SEEDS if i % REPEATED == 0 else 1):
            out.append(Run(f"digits-{i:03d}-{seed}", config, seed))
    return sorted(out, key=lambda r: hashlib.sha256(r.id.encode()).digest())


def draw(index: int) -> dict[str, Any]:
    """Configuration number index: drawn again, with a further attempt in the name, until its network has few enough
    stages.
    """
    for attempt in range(1000):
        name = f"digits/{index}/{attempt}"
        config = {axis: _value(declared, _uniform(f"{name}/{axis}")) for axis, declared in SPACE.items()}
        if config["optimizer"] != "sgd":
            del config["momentum"]
        if len(stages(config["depth"], config["w0"], config["wa"], config["wm"], config["group_w"])) <= MOST_STAGES:
            return config
    raise RuntimeError(f"configuration {index}: no network with at most {MOST_STAGES} stages in 1,000 draws")


def _uniform(name: str) -> float:
    """A number in [0, 1) with 53 bits."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") / 2**11 / 2**53


def _value(declared: dict[str, Any], u: float) -> Any:
    if "choices" in declared:
        choices: Sequence[Any] = declared["choices"]
        return choices[int(u * len(choices))]
    low, high = declared["low"], declared["high"]
    if declared["kind"] == "integer":
        step = declared.get("step", 1)
        if declared.get("log"):
            return min(high, math.floor(low * ((high + 1) / low) ** u))
        return low + step * int(u * ((high - low) // step + 1))
    if declared["kind"] == "log":
        return float(f"{low * (high / low) ** u:.4g}")  # four digits are enough of a learning rate
    return float(f"{low + (high - low) * u:.4g}")
