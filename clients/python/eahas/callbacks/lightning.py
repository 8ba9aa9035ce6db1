"""Lightning, by either of its names (lightning, pytorch_lightning)."""

from __future__ import annotations

import importlib
import os
from typing import Any

from ..logger import Rank, Run
from .session import Session, single_numbers


def _lightning() -> Any:
    try:
        return importlib.import_module("lightning.pytorch")
    except ImportError:
        return importlib.import_module("pytorch_lightning")


class EahasLogger(_lightning().Callback):  # type: ignore[misc]
    """Logs fit: one line an epoch with the metrics that were logged in it.

    A module may log a metric as late as its own on_train_epoch_end, which comes after a callback's. So the costs of an
    epoch are taken at its end, and its line is written when the next epoch begins or the training ends.
    """

    def __init__(self, folder: str | os.PathLike[str] = "runs", *, run: Run | None = None, **arguments: Any) -> None:
        """arguments: of eahas.log. config is laid over the hyperparameters of the module and the data module."""
        super().__init__()
        self._session = Session(folder, run, arguments)
        self._before: dict[str, Any] = {}
        self._epoch: int | None = None  # whose line is not yet written

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        """Opens the run; what follows until the first epoch (checks of the validation) is preparation."""
        config = {**dict(getattr(getattr(trainer, "datamodule", None), "hparams", {})), **dict(pl_module.hparams)}
        planned = trainer.max_epochs if trainer.max_epochs and trainer.max_epochs > 0 else None
        seed = os.environ.get("PL_GLOBAL_SEED")
        rank = None
        if trainer.world_size > 1:  # Lightning's own launcher does not say it in the environment
            rank = Rank(trainer.global_rank, trainer.world_size, trainer.local_rank, trainer.num_nodes)
        gpus = trainer.device_ids if trainer.strategy.root_device.type == "cuda" else None
        self._session.open(config, int(seed) if seed else None, planned, rank, gpus)

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Logs epoch 0, unless the training goes on from a checkpoint."""
        run = self._session.run
        if run is not None and run.last_epoch is None and trainer.current_epoch == 0:
            run.begin()

    def on_train_epoch_start(self, trainer: Any, pl_module: Any) -> None:
        """Writes the line of the epoch before, and remembers which values are not of this one."""
        self._write(trainer)
        self._before = dict(trainer.callback_metrics)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        """Takes the epoch's costs."""
        run = self._session.run
        if run is not None:
            run.mark()
            self._epoch = trainer.current_epoch + 1

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """Writes the last line."""
        self._write(trainer)

    def on_fit_end(self, trainer: Any, pl_module: Any) -> None:
        """Closes the run: finished, or stopped early with fewer epochs than planned."""
        self._session.close()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        """Closes the run as failed, killed (an interrupt) or pruned (Optuna's)."""
        self._write(trainer)
        self._session.close(exception)

    def _write(self, trainer: Any) -> None:
        run, epoch, self._epoch = self._session.run, self._epoch, None
        if run is None or epoch is None:
            return
        # A value stays the same object until it is logged again: what was validated two epochs ago is no value of this
        # one.
        new = {k: v for k, v in trainer.callback_metrics.items() if v is not self._before.get(k)}
        # metric_step and metric_epoch stand beside metric, of which one is the same number.
        run.epoch(epoch, single_numbers({k: v for k, v in new.items() if not k.endswith("_step")}))
