"""The run: a context in which a training is logged."""

from __future__ import annotations

import math
import os
import re
import sys
import threading
import time
import warnings
from datetime import datetime, timezone
from types import TracebackType
from typing import Any, Mapping, Sequence

from .choose import Energy, Some, choose
from .config import check_name, plain_config
from .host import describe_host
from .lines import LineFile
from .measuring import Measuring, idle_watts
from .metrics import Declared, declaration, plain_values
from .ranks import Rank, rank_of_process, shared_run_id
from .read import VERSION, read_log

ENDS = ("finished", "stopped_early", "pruned", "failed", "killed")


def log(
    folder: str | os.PathLike[str] = "runs",
    *,
    config: Any = None,
    seed: int | str | None = None,
    planned_epochs: float | None = None,
    metrics: Mapping[str, Declared] | None = None,
    objective: str | None = None,
    space: Mapping[str, Mapping[str, Any]] | None = None,
    tags: Mapping[str, Any] | None = None,
    run_id: str | None = None,
    resume: float | None = None,
    energy: Energy = "auto",
    gpus: Sequence[int] | None = None,
    idle: float = 0.0,
    interval: float | None = None,
    every_rank: bool = False,
    rank: Rank | None = None,
    host: bool = True,
    sync: bool = False,
) -> Run:
    """Starts to log a training run; clocks count from here. Use it as a context, or call close.

    folder: where <run id>.jsonl is made. config: the hyperparameters and what of the architecture was decided before
    the start.
    seed: what makes this repeat differ from others of the configuration. planned_epochs: how long the run is meant to
    be.
    metrics: declarations, where a name does not say it all; objective: the metric that a surrogate is to answer.
    space: axis to its declared range. tags: kept for grouping, never axes.
    run_id: None makes one. resume: the epoch after which this process goes on with run_id's file (0: from the
    beginning); without such a file the run begins anew.
    energy: "auto" takes the first of NVML, AMD, RAPL and Zeus that works; or a name, a list, a Meter; "codecarbon" is a
    model.
    gpus: which of the visible GPUs the training uses, counted from 0 as PyTorch counts them; None: all of them.
    idle: seconds to measure idle power for before the start. interval: seconds between readings between the epochs
    (power samples, counters that wrap); None: as needed.
    every_rank: each process of a distributed training writes a file, because each sees GPUs of its own. Else one a
    machine writes, and energy of every GPU that it sees is logged. rank: where this process stands; None: as the
    launcher's variables say. host: whether to describe the machine. sync: also survive a power cut (slow).
    """
    rank = rank or rank_of_process()
    writes = rank.rank == 0 or every_rank or rank.local == 0
    run_id = run_id or (shared_run_id() if rank.ranks > 1 else None)
    if run_id is None and rank.rank > 0 and writes:
        warnings.warn(
            f"rank {rank.rank} of {rank.ranks} does not know the run's id, so the energy of its machine is not logged: "
            "set EAHAS_RUN_ID or pass run_id",
            stacklevel=2,
        )
        writes = False
    begun = datetime.now(timezone.utc)
    run_id = run_id or f"{begun:%Y%m%dT%H%M%SZ}-{os.urandom(4).hex()}"
    if not re.fullmatch(r"[^/\\\x00-\x1f\x7f]{1,128}", run_id) or len(run_id.encode()) > 128 or run_id in (".", ".."):
        raise ValueError(f"run_id={run_id!r}; want at most 128 bytes without slashes and control characters")
    if planned_epochs is not None and not (math.isfinite(planned_epochs) and planned_epochs > 0):
        raise ValueError(f"planned_epochs={planned_epochs}; want a number above 0")
    declared = dict(metrics or {})
    if objective is not None:
        declared[objective] = {**declaration(objective, declared.get(objective)), "objective": True}
    header: dict[str, Any] = {
        "eahas_log": VERSION,
        "run": run_id,
        "config": plain_config(config),
        "metrics": {name: declaration(name, given) for name, given in declared.items()},
    }
    if seed is not None:
        header["seed"] = seed if isinstance(seed, str) else int(seed)
    if planned_epochs is not None:
        header["planned_epochs"] = planned_epochs
    for key, given in (("space", space), ("tags", tags)):
        if given:
            header[key] = plain_config(given)
    if host:
        header["host"] = describe_host()
    if rank.ranks > 1:
        header.update(rank=rank.rank, ranks=rank.ranks, nodes=rank.nodes)
    if not writes:
        return Run(None, header, Measuring(choose("none")[0], None), None)
    return _open(os.fspath(folder), header, rank, resume, energy, gpus, idle, interval, sync)


def _open(
    folder: str,
    header: dict[str, Any],
    rank: Rank,
    resume: float | None,
    energy: Energy,
    gpus: Sequence[int] | None,
    idle: float,
    interval: float | None,
    sync: bool,
) -> Run:
    """The run of a process that writes."""
    os.makedirs(folder, exist_ok=True)
    part = f".rank{rank.rank}" if rank.rank > 0 else ""
    path = os.path.join(folder, header["run"] + part + ".jsonl")
    earlier = resume is not None and os.path.exists(path)
    if not earlier and os.path.exists(path):
        raise FileExistsError(f"{path} exists: choose another run_id, or say resume=EPOCH to go on with it")
    meter, reasons = choose(energy)
    if gpus is not None and any(d.kind == "gpu" for d in meter.devices):
        meter = Some(meter, gpus)
    measuring = Measuring(meter, interval)
    sources = sorted({d.source for d in meter.devices})
    header["energy"] = {"source": "+".join(sources) or "none"}
    if "model" in sources:
        header["energy"]["source"] = "model"  # one part that is not measured makes the sum a model
    if meter.devices:
        header["energy"]["tool"] = "+".join(sorted({d.tool for d in meter.devices}))
        header["devices"] = {d.id: d.describe() for d in meter.devices}
    if measuring.interval > 0:
        header["energy"]["interval"] = measuring.interval
    if reasons:
        header["energy"]["about"] = f"others not taken: {reasons}"
    if idle > 0:
        for id, watts in idle_watts(meter, idle).items():
            header["devices"][id].update(idle_watts=round(watts, 3), idle_seconds=idle)
    header["logger"] = f"eahas {_version()}"
    return Run(LineFile(path, not earlier, sync), header, measuring, resume if earlier else None, path)


class Run:
    """A run that is being logged. Made by log."""

    def __init__(
        self,
        file: LineFile | None,
        header: dict[str, Any],
        measuring: Measuring,
        resume: float | None,
        path: str = "",
    ) -> None:
        """resume: go on after this epoch with the file, which exists; None: the file is new. file None: nothing is
        written.
        """
        self.id: str = header["run"]
        self.path = path  # "" in a process that does not write
        self._file = file
        self._measuring = measuring
        self._planned: float | None = header.get("planned_epochs")
        self._declared: set[str] = set(header["metrics"])
        self._results: dict[str, float | str] = {}
        self._end: tuple[str, str] | None = None
        self._epoch: float | None = None
        self._marked: dict[str, Any] | None = None
        self._lock = threading.RLock()
        self._process = os.getpid()
        self._lost_lines = 0
        self._offset, self._cpu_offset = 0.0, 0.0
        line = header if resume is None else self._take_up(header, resume)
        started = datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
        self._began, self._cpu_began = time.monotonic(), time.process_time()
        if file is not None:
            measuring.start()
        # The version comes first, so that a reader knows the format by the first bytes.
        kind = next(iter(line))
        self._write(
            {
                kind: line[kind],
                "run": self.id,
                "started": started,
                **{k: v for k, v in line.items() if k not in (kind, "run")},
            }
        )

    def __enter__(self) -> Run:
        """The run itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the run by what happened, and lets an exception pass."""
        self.close(error)

    @property
    def seconds(self) -> float:
        """Wall time since the start."""
        return self._offset + time.monotonic() - self._began

    @property
    def joules(self) -> float | None:
        """Energy since the start, as of now; None where it is not known."""
        self._measuring.read()
        joules: float | None = self._measuring.sums().get("joules")
        return joules

    @property
    def last_epoch(self) -> float | None:
        """The last epoch that was logged."""
        return self._epoch

    def begin(self, **metrics: Any) -> None:
        """Logs epoch 0: what came before is preparation, whose time and energy are not the training's."""
        self.epoch(0, metrics)

    def mark(self) -> None:
        """Takes time and energy now for the next epoch's line, whose metrics are known later."""
        with self._lock:
            self._marked = self._costs()

    def epoch(
        self,
        number: float | Mapping[str, Any] | None = None,
        metrics: Mapping[str, Any] | None = None,
        /,
        **more: Any,
    ) -> None:
        """Logs what was measured by the end of an epoch, with time and energy since the start.

        number: the epoch, whole or not; None: the one after the last. The same number again adds to its point. metrics:
        by name; names that are no Python names go into the dict. None is left out, NaN is kept.
        ValueError: an epoch before the last one, or a run that has ended. TypeError: a value that is no number.
        """
        if isinstance(number, Mapping):
            more = {**number, **(metrics or {}), **more}
            number, metrics = None, None
        values = plain_values({**(metrics or {}), **more})
        with self._lock:
            if self._closed():
                raise ValueError(f"run {self.id} has ended")
            costs, self._marked = self._marked or self._costs(), None
            at = self._next(number)
            self._declare(values)
            self._epoch = at
            self._write({"epoch": at, "metrics": values, **costs})

    def result(self, **metrics: Any) -> None:
        """Keeps final values (a last test) for the line that ends the run. They are results, never axes."""
        with self._lock:
            self._results.update(plain_values(metrics))

    def prune(self, reason: str = "") -> None:
        """Says that a search cut the run, which was meant to go on."""
        self.ends("pruned", reason)

    def stop(self, reason: str = "") -> None:
        """Says that the run stopped by a rule of its own, such as patience."""
        self.ends("stopped_early", reason)

    def ends(self, how: str, reason: str = "") -> None:
        """Says how the run ends; it is written by close, and an exception until then does not change it."""
        if how not in ENDS:
            raise ValueError(f"a run ends {', '.join(ENDS)}; not {how!r}")
        self._end = (how, reason)

    def close(self, error: BaseException | None = None) -> None:
        """Writes how the run ended, and closes the file. A second time does nothing.

        error: what ended it. None: it finished, or, with fewer epochs than planned, stopped early.
        """
        with self._lock:
            if self._closed():
                return
            how, reason = self._end or self._how(error)
            line: dict[str, Any] = {"end": how}
            if reason:
                line["reason"] = reason[:2000]
            line["ended"] = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            line.update(self._costs())
            if self._results:
                self._declare(self._results)
                line["results"] = self._results
            if self._lost_lines:
                line["lost_lines"] = self._lost_lines
            self._write(line)
            self._measuring.close()
            if self._file is not None:
                self._file.close()
            self._process = -1

    def _how(self, error: BaseException | None) -> tuple[str, str]:
        if isinstance(error, SystemExit) and error.code in (None, 0):
            error = None
        if error is None:
            if self._planned is not None and self._epoch is not None and self._epoch < self._planned:
                return "stopped_early", f"ended after epoch {self._epoch:g} of {self._planned:g}"
            return "finished", ""
        reason = f"{type(error).__name__}: {error}"
        if isinstance(error, KeyboardInterrupt):
            return "killed", "interrupt"
        if any(c.__name__ == "TrialPruned" for c in type(error).__mro__):  # Optuna's
            return "pruned", reason
        return "failed", reason

    def _closed(self) -> bool:
        """Ended, or a copy in a process that was forked from the run's: a worker that loads data, for example."""
        return self._process != os.getpid()

    def _next(self, number: float | None) -> float:
        last = self._epoch
        if number is None:
            return 1 if last is None else math.floor(last) + 1
        number = float(number)
        if not (math.isfinite(number) and number >= 0):
            raise ValueError(f"epoch {number}; want a number of at least 0")
        if last is not None and number < last:
            raise ValueError(f"epoch {number:g} after epoch {last:g}")
        return int(number) if number.is_integer() else number

    def _declare(self, values: Mapping[str, Any]) -> None:
        new = {name: declaration(name) for name in values if name not in self._declared}
        if new:
            self._declared.update(new)
            self._write({"declare": new})

    def _costs(self) -> dict[str, Any]:
        if self._file is None:
            return {}
        _wait_for_gpu()
        self._measuring.read()
        out: dict[str, Any] = {
            "seconds": round(self.seconds, 6),
            "cpu_seconds": round(self._cpu_offset + time.process_time() - self._cpu_began, 6),
        }
        out.update(self._measuring.sums())
        return out

    def _write(self, line: Mapping[str, Any]) -> None:
        """A disk that is full must not end a training: the line is lost, warned of, and counted in the end's line."""
        if self._file is None:
            return
        try:
            self._file.write(line)
        except OSError as e:
            self._lost_lines += 1
            if self._lost_lines == 1:
                warnings.warn(f"{self.path}: a line of the log was lost: {e}", RuntimeWarning, stacklevel=4)

    def _take_up(self, header: dict[str, Any], resume: float) -> dict[str, Any]:
        """Goes on after an epoch of the file: sets the sums and gives the line that says so."""
        if not (math.isfinite(resume) and resume >= 0):
            raise ValueError(f"resume={resume}; want the epoch of the checkpoint, at least 0")
        earlier = read_log(self.path)
        if earlier.header.get("config", {}) != header["config"]:
            raise ValueError(f"{self.path} has another configuration; a run is resumed with the one it began with")
        self._declared.update(earlier.metrics)
        kept = [e for e in earlier.epochs if e.number <= resume]
        line: dict[str, Any] = {"resume": int(resume) if float(resume).is_integer() else resume}
        if kept:
            at = kept[-1]
            self._epoch = at.number
            self._offset, self._cpu_offset = at.seconds or 0.0, at.cpu_seconds or 0.0
            self._measuring.carry(at.devices, at.joules)
            line.update(seconds=self._offset, cpu_seconds=self._cpu_offset)
            if at.devices:
                line["devices"] = at.devices
                if at.joules is not None:
                    line["joules"] = at.joules
        lost = _lost(earlier.epochs, len(kept))
        if lost:
            line["lost"] = lost
        line["energy"] = header["energy"]
        if "devices" in header:
            line["devices_described"] = header["devices"]
        for key in ("host", "logger"):
            if key in header:
                line[key] = header[key]
        return line


def _lost(epochs: list[Any], kept: int) -> dict[str, float]:
    """What the epochs that are done again had cost."""
    if kept >= len(epochs):
        return {}
    out = {}
    for cost in ("seconds", "joules"):
        last, before = getattr(epochs[-1], cost), getattr(epochs[kept - 1], cost) if kept else 0.0
        if last is not None and before is not None:
            out[cost] = round(last - before, 6)
    return out


def _wait_for_gpu() -> None:
    """Lets kernels that PyTorch has only queued end, so that their time and energy are those of their epoch."""
    torch = sys.modules.get("torch")
    cuda = getattr(torch, "cuda", None)
    try:
        if cuda is not None and cuda.is_initialized():
            cuda.synchronize()
    except Exception:  # a broken device: the training will say so itself
        pass


def _version() -> str:
    import eahas

    return str(eahas.__version__)
