"""The ledger: what a training costs and shows, over HTTP on loopback."""
from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any


class BudgetSpent(Exception):
    """The budget does not pay for another epoch: the search is over."""


class Refused(Exception):
    """The configuration is outside the task; axis names where, if one axis does. Nothing was charged."""

    def __init__(self, text: str, axis: str | None = None) -> None:
        super().__init__(text)
        self.axis = axis


class Finished(Exception):
    """The trace of this run is whole already."""


@dataclass(frozen=True)
class Axis:
    """A free axis of the task: a list of values, or numbers from low to high."""

    name: str
    ordered: bool
    values: tuple[Any, ...] = ()
    low: Any = None  # a number unless there are values
    high: Any = None
    log: bool = False
    zero: bool = False  # 0 is a value of its own below low

    @property
    def reach(self) -> float:
        """Where a library's range begins: at low, or a quarter of the range below it, in the logarithm, where 0 is a
        value."""
        return float(self.low * (self.low / self.high) ** 0.25) if self.zero else float(self.low)

    def at(self, x: float) -> float:
        """The axis' value for a number of that range: what is nearer to its beginning than to low stands for 0."""
        if not self.zero:
            return x
        return 0.0 if x < self.low * (self.low / self.high) ** 0.125 else max(float(self.low), x)


class Ledger:
    """One search on one task. seed is the run's number: equal numbers see equal trainings, whatever the method."""

    def __init__(
        self, url: str, task: str, method: str, seed: int = 0, settings: Mapping[str, Any] | None = None,
        nearest: bool = False
    ) -> None:
        self.url, self.nearest = url.rstrip("/"), nearest
        known = {t["name"]: t for t in self._call("GET", "/v1/tasks")["tasks"]}
        if task not in known:
            raise ValueError(f"the study has no task {task!r}; it has {sorted(known)}")
        t = known[task]
        self.unit, self.budget, self.higher_is_better = t["unit"], t["budget"], t["higher_is_better"]
        self.axes = [
            Axis(a["name"], a["ordered"], tuple(a.get("values") or ()), a.get("low"), a.get("high"),
                a.get("log", False), a.get("zero", False)) for a in t["axes"]
        ]
        run = self._call("POST", "/v1/runs", {"task": task, "method": method, "seed": seed, "settings": settings or {}})
        self.run, self.seed = run["run"], run["seed"]
        self.left = self.budget
        self.open = True

    def start(self, config: Mapping[str, Any]) -> Trial:
        """Begins a trial; nothing is charged before it trains. axes that are absent do not exist."""
        return Trial(self, {k: v for k, v in config.items() if v is not None})

    def close(self) -> None:
        """Ends the trace."""
        if self.open:
            self.open = False
            self._call("POST", f"/v1/runs/{self.run}/end", {})

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None or issubclass(kind, BudgetSpent):
            self.close()

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            said = json.load(error)
            text = said.get("error", str(error))
            if error.code == 410:
                raise BudgetSpent(text) from None
            if error.code == 422:
                raise Refused(text, said.get("axis")) from None
            if error.code == 409:
                raise Finished(text) from None
            raise RuntimeError(text) from None


class Trial:
    """One configuration that is trained, at once or piece by piece."""

    def __init__(self, ledger: Ledger, config: dict[str, Any]) -> None:
        self.ledger, self.config = ledger, config
        self.number: int | None = None
        self.value: float | None = None
        self.loss: Any = None  # a number once it has trained
        self.epochs = self.share = self.cost = 0.0
        self.second = 0.0
        self.done = False

    def train_to(self, epochs: float | None = None, share: float | None = None) -> float | None:
        """Trains until so many epochs, or until that share of the run's own length, or to the end, and returns the
        metric's value (None when the training failed). Raises BudgetSpent, or Refused."""
        body: dict[str, Any] = {"config": self.config} if self.number is None else {"trial": self.number}
        if self.number is None and self.ledger.nearest:
            body["nearest"] = True
        if epochs is not None:
            body["epochs"] = float(epochs)
        if share is not None:
            body["share"] = float(share)
        said = self.ledger._call("POST", f"/v1/runs/{self.ledger.run}/train", body)
        self.number, self.config = said["trial"], said["config"]
        self.value, self.loss = said["value"], said["loss"]
        self.epochs, self.share, self.done = said["epochs"], said["share"], said["done"]
        self.cost += said["cost"]
        self.second = said["second"]
        self.ledger.left = said["left"]
        return self.value
