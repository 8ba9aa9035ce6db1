"""Reads a log back: the rules of docs/log.md for one file."""

from __future__ import annotations

import gzip
import json
import math
import os
from dataclasses import dataclass, field
from typing import Any, Iterator

from .lines import MAX_LINE

VERSION = 1
_KINDS = ("eahas_log", "epoch", "declare", "resume", "end")
_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


@dataclass
class Epoch:
    """A point of the run. Costs are since the start; None: unknown."""

    number: float
    metrics: dict[str, float]
    seconds: float | None = None
    cpu_seconds: float | None = None
    joules: float | None = None
    devices: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class BrokenLine:
    """A line that is left out. line counts from 1."""

    line: int
    reason: str


@dataclass
class RunLog:
    """One file. end is "killed" where the file has none; ended tells whether it has.

    torn: last lines that a kill left unfinished (0 or 1, and 1 more for each resumption). ignored: lines of unknown
    kinds.
    """

    path: str
    header: dict[str, Any]
    metrics: dict[str, dict[str, Any]]
    epochs: list[Epoch] = field(default_factory=list)
    end: str = "killed"
    ended: bool = False
    last: dict[str, Any] = field(default_factory=dict)  # the line that ended it
    torn: int = 0
    ignored: int = 0
    broken: list[BrokenLine] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The run's id."""
        name = os.path.basename(self.path)
        for ending in (".gz", ".jsonl"):
            name = name.removesuffix(ending)
        return str(self.header.get("run", name))

    @property
    def training_joules(self) -> float | None:
        """Energy from epoch 0, or from the start, to the last epoch."""
        return self._training("joules")

    @property
    def training_seconds(self) -> float | None:
        """Time from epoch 0, or from the start, to the last epoch."""
        return self._training("seconds")

    def _training(self, cost: str) -> float | None:
        if not self.epochs:
            value = self.last.get(cost)
            return None if value is None else float(value)
        last = getattr(self.epochs[-1], cost)
        first = getattr(self.epochs[0], cost) if self.epochs[0].number == 0 else 0.0
        return None if last is None or first is None else float(last - first)


def read_logs(folder: str | os.PathLike[str]) -> list[RunLog]:
    """All runs in a folder's .jsonl and .jsonl.gz files, by name; files of other formats are left out."""
    out = []
    for name in sorted(os.listdir(folder)):
        if name.endswith((".jsonl", ".jsonl.gz")):
            try:
                out.append(read_log(os.path.join(folder, name)))
            except ValueError:
                continue
    return out


def read_log(path: str | os.PathLike[str]) -> RunLog:
    """Reads one run. ValueError: the file is no log of this format, or of a newer version."""
    path = os.fspath(path)
    with gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb") as f:
        lines = _lines(f)
        first = next(lines, None)
        header = _object(first[1]) if first else None
        if header is None or "eahas_log" not in header:
            raise ValueError(f"{path}: the first line is no header of this format")
        version = header["eahas_log"]
        if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= VERSION:
            raise ValueError(f"{path}: version {version} of the format; this is a reader of versions up to {VERSION}")
        run = RunLog(path, header, dict(header.get("metrics") or {}))
        pending: BrokenLine | None = None  # broken, or torn if a resume follows
        for number, text, whole in lines:
            if text.isspace():
                continue
            line = _object(text)
            if pending is not None:
                if line is not None and "resume" in line:
                    run.torn += 1
                else:
                    run.broken.append(pending)
                pending = None
            if line is None:
                if not whole:
                    run.torn += 1
                else:
                    pending = BrokenLine(number, "no JSON object")
                continue
            try:
                _take(run, line)
            except (ValueError, TypeError, KeyError, AttributeError) as e:
                run.broken.append(BrokenLine(number, str(e)))
        if pending is not None:
            run.broken.append(pending)
    return run


def _lines(f: Any) -> Iterator[tuple[int, bytes, bool]]:
    """Line number, text, and whether its end is there. A longer line than MAX_LINE is cut, so it is no JSON."""
    number = 0
    while True:
        text = f.readline(MAX_LINE + 1)
        if not text:
            return
        number += 1
        whole = text.endswith(b"\n")
        if not whole and len(text) > MAX_LINE:
            while text and not text.endswith(b"\n"):
                text = f.readline(MAX_LINE + 1)
            yield number, b"", True
            continue
        yield number, text, whole


def _refuse(token: str) -> Any:
    raise ValueError(f"{token} is no JSON")


def _object(text: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, dict) else None


def _take(run: RunLog, line: dict[str, Any]) -> None:
    kinds = [k for k in _KINDS if k in line]
    if not kinds:
        run.ignored += 1
        return
    if len(kinds) > 1 or kinds[0] == "eahas_log":
        raise ValueError(f"a line with {' and '.join(kinds)}")
    if kinds[0] == "resume":
        number = _number(line["resume"], "resume")
        run.epochs = [e for e in run.epochs if e.number <= number]
        run.end, run.ended, run.last = "killed", False, {}
    elif run.ended:
        raise ValueError("a line after the end")
    elif kinds[0] == "declare":
        run.metrics.update(line["declare"].items())
    elif kinds[0] == "end":
        if line["end"] not in ("finished", "stopped_early", "pruned", "failed", "killed"):
            raise ValueError(f"end is {line['end']!r}")
        run.end, run.ended, run.last = line["end"], True, line
    else:
        _take_epoch(run, line)


def _take_epoch(run: RunLog, line: dict[str, Any]) -> None:
    metrics = {str(k): _number(v, k) for k, v in (line.get("metrics") or {}).items() if v is not None}
    costs = {k: _cost(line, k) for k in ("seconds", "cpu_seconds", "joules")}
    epoch = Epoch(_number(line["epoch"], "epoch"), metrics, devices=dict(line.get("devices") or {}), **costs)
    if not (math.isfinite(epoch.number) and epoch.number >= 0):
        raise ValueError(f"epoch is {epoch.number}")
    if not run.epochs:
        run.epochs.append(epoch)
        return
    before = run.epochs[-1]
    if epoch.number < before.number:
        raise ValueError(f"epoch {epoch.number:g} after epoch {before.number:g}")
    for k, v in costs.items():
        known = next((c for e in reversed(run.epochs) if (c := getattr(e, k)) is not None), None)
        if v is not None and known is not None and v < known:
            raise ValueError(f"{k} falls from {known:g} to {v:g}")
    if epoch.number == before.number:
        epoch.metrics = {**before.metrics, **epoch.metrics}
        run.epochs[-1] = epoch
    else:
        run.epochs.append(epoch)


def _cost(line: dict[str, Any], key: str) -> float | None:
    value = line.get(key)
    if value is None:
        return None
    cost = _number(value, key)
    if not (math.isfinite(cost) and cost >= 0):
        raise ValueError(f"{key} is {cost}")
    return cost


def _number(value: Any, what: str) -> float:
    if isinstance(value, str) and value in _NOT_FINITE:
        return _NOT_FINITE[value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{what} is {value!r}, no number")
    return float(value)
