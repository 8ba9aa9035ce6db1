"""What a metric is: declared, or by its name (the tables of docs/log.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, Mapping, Union

from .config import check_name
from .lines import encode_number

Kind = Literal["accuracy", "error", "loss", "score", "other"]

_KINDS: tuple[tuple[Kind, frozenset[str]], ...] = (
    ("loss", frozenset({"loss", "nll", "perplexity", "ppl", "mse", "rmse", "mae", "crossentropy"})),
    ("error", frozenset({"err", "error", "wer", "cer"})),
    ("accuracy", frozenset({"acc", "accuracy", "top1", "top5"})),
    (
        "score",
        frozenset(
            {"auc", "auroc", "f1", "map", "iou", "miou", "dice", "bleu", "rouge", "r2", "mcc", "score", "reward"}
        ),
    ),
)
_SPLITS = (
    ("validation", frozenset({"val", "valid", "validation", "eval", "dev"})),
    ("test", frozenset({"test"})),
)
_DIRECTIONS = {"accuracy": "max", "score": "max", "error": "min", "loss": "min"}
_UNITS = {"accuracy": ("fraction", "percent"), "error": ("fraction", "percent")}


@dataclass(frozen=True)
class Metric:
    """A declaration. None: what the name says; the unit of an accuracy or an error is then left to the reader of all
    runs.

    kind: accuracy, error, loss, score, or other (kept, never a target). unit: fraction (0..1) or percent (0..100) for
    accuracy and error, raw for the rest. direction: max or min. split: train, validation or test. objective: the curve
    to be answered.
    """

    kind: str | None = None
    unit: str | None = None
    direction: str | None = None
    split: str | None = None
    objective: bool = False


Declared = Union[Metric, Mapping[str, Any], str]


def declaration(name: str, given: Declared | None = None) -> dict[str, Any]:
    """The declaration of a metric as a line holds it. given: a Metric, a dict of its fields, or its kind.

    ValueError: a field has a value that docs/log.md does not know.
    """
    check_name(name, "a metric")
    if given is None:
        given = Metric()
    elif isinstance(given, str):
        given = Metric(kind=given)
    elif not isinstance(given, Metric):
        try:
            given = Metric(**given)
        except TypeError as e:
            raise ValueError(f"metric {name!r}: {e}; known are kind, unit, direction, split, objective") from None
    words = frozenset(re.split(r"[_\-/.\s]+", name.lower()))
    kind = given.kind or next((k for k, some in _KINDS if words & some), "other")
    out: dict[str, Any] = {"kind": kind}
    if kind not in ("accuracy", "error", "loss", "score", "other"):
        raise ValueError(f"metric {name!r} has the kind {kind!r}; want accuracy, error, loss, score or other")
    units = _UNITS.get(kind, ("raw",))
    unit = given.unit or (units[0] if len(units) == 1 else None)
    if unit is not None:
        if unit not in units:
            raise ValueError(f"metric {name!r} ({kind}) has the unit {unit!r}; want {' or '.join(units)}")
        out["unit"] = unit
    direction = given.direction or _DIRECTIONS.get(kind)
    if direction is not None:
        if direction not in ("max", "min"):
            raise ValueError(f"metric {name!r} has the direction {direction!r}; want max or min")
        out["direction"] = direction
    split = given.split or next((s for s, some in _SPLITS if words & some), "train")
    if split not in ("train", "validation", "test"):
        raise ValueError(f"metric {name!r} has the split {split!r}; want train, validation or test")
    out["split"] = split
    if given.objective:
        out["objective"] = True
    return out


def plain_values(metrics: Mapping[str, Any]) -> dict[str, float | str]:
    """Metric values as a line holds them. None is left out. TypeError names a value that is no single number."""
    out: dict[str, float | str] = {}
    for name, value in metrics.items():
        if value is None:
            continue
        if isinstance(value, str):
            raise TypeError(f"metric {name!r} is the text {value[:40]!r}; want a number")
        item = getattr(value, "item", None)  # of numpy and torch; float of a tensor with a gradient warns
        try:
            out[str(name)] = encode_number(float(item() if callable(item) else value))
        except (TypeError, ValueError, RuntimeError) as e:
            raise TypeError(f"metric {name!r} is a {type(value).__qualname__}, no single number: {e}") from None
    return out
