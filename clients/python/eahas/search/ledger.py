"""The ledger: what a training costs and shows, over HTTP on loopback."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass


class BudgetSpent(Exception):
    """The budget does not pay for another epoch: the search is over."""


class Refused(Exception):
    """The configuration is outside the task; axis names where, if one axis does. Nothing was charged."""

    def __init__(self, text, axis=None):
        super().__init__(text)
        self.axis = axis


class Finished(Exception):
    """The trace of this run is whole already."""


@dataclass(frozen=True)
class Axis:
    """A free axis of the task: a list of values, or numbers from low to high."""

    name: str
    ordered: bool
    values: tuple = ()
    low: float = None
    high: float = None
    log: bool = False


class Ledger:
    """One search on one task. seed is the run's number: equal numbers see equal trainings, whatever the method."""

    def __init__(self, url, task, method, seed=0, settings=None, nearest=False):
        self.url, self.nearest = url.rstrip("/"), nearest
        known = {t["name"]: t for t in self._call("GET", "/v1/tasks")["tasks"]}
        if task not in known:
            raise ValueError(f"the study has no task {task!r}; it has {sorted(known)}")
        t = known[task]
        self.unit, self.budget, self.higher_is_better = t["unit"], t["budget"], t["higher_is_better"]
        self.axes = [
            Axis(a["name"], a["ordered"], tuple(a.get("values") or ()), a.get("low"), a.get("high"), a.get("log", False)) for a in t["axes"]
        ]
        run = self._call("POST", "/v1/runs", {"task": task, "method": method, "seed": seed, "settings": settings or {}})
        self.run, self.seed = run["run"], run["seed"]
        self.left = self.budget
        self.open = True

    def start(self, config):
        """Begins a trial; nothing is charged before it trains. axes that are absent do not exist."""
        return Trial(self, {k: v for k, v in config.items() if v is not None})

    def close(self):
        """Ends the trace."""
        if self.open:
            self.open = False
            self._call("POST", f"/v1/runs/{self.run}/end", {})

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None or issubclass(kind, BudgetSpent):
            self.close()
        return False

    def _call(self, method, path, body=None):
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

    def __init__(self, ledger, config):
        self.ledger, self.config, self.number = ledger, config, None
        self.value = self.loss = None
        self.epochs = self.share = self.cost = 0.0
        self.second = 0.0
        self.done = False

    def train_to(self, epochs=None, share=None):
        """Trains until so many epochs, or until that share of the run's own length, or to the end, and returns the metric's
        value (None when the training failed). Raises BudgetSpent, or Refused."""
        body = {"config": self.config} if self.number is None else {"trial": self.number}
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
