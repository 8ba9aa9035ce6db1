"""Keras 3, any backend."""

from __future__ import annotations

import os
from typing import Any

import keras

from ..logger import Run
from .session import Session, single_numbers


class EahasLogger(keras.callbacks.Callback):  # type: ignore[misc]
    """Logs fit: one line an epoch with all of its logs. A learning rate in them is no result and is left out.

    Keras tells no callback of an exception: to have it logged, open the run with eahas.log and pass it as run.
    """

    def __init__(self, folder: str | os.PathLike[str] = "runs", *, run: Run | None = None, **arguments: Any) -> None:
        """arguments: of eahas.log. Keras knows the optimizer's settings, which are logged as optimizer.NAME; log the
        rest as config.
        """
        super().__init__()
        self._session = Session(folder, run, arguments)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Opens the run. Its clock starts here, so compiling counts to the first epoch."""
        config = {"optimizer": _optimizer(self.model), "batch_size": None}
        self._session.open(config, None, self.params.get("epochs"))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Logs the epoch, which Keras counts from 0."""
        run = self._session.run
        if run is not None:
            metrics = single_numbers(logs or {})
            metrics.pop("learning_rate", None)
            run.epoch(epoch + 1, metrics)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Closes the run: finished, or stopped early with fewer epochs than planned."""
        self._session.close()


def _optimizer(model: Any) -> dict[str, Any]:
    """The optimizer's settings that are numbers, texts or booleans; schedules by their name and settings."""
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None:
        return {}
    out: dict[str, Any] = {}
    for key, value in optimizer.get_config().items():
        if isinstance(value, dict):  # a schedule, serialised
            out[key] = {"name": value.get("class_name"), **_plain(value.get("config", {}))}
        else:
            out.update(_plain({key: value}))
    out["name"] = type(optimizer).__name__
    return out


def _plain(settings: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in settings.items() if isinstance(v, (bool, int, float, str))}
