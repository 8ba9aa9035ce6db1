"""The Trainer of Hugging Face's transformers."""

from __future__ import annotations

import os
from typing import Any

import transformers

from ..logger import Run
from .session import Session, single_numbers

# What of TrainingArguments is a hyperparameter. The rest says where and how often something is written.
_HYPERPARAMETERS = (
    "learning_rate",
    "weight_decay",
    "adam_beta1",
    "adam_beta2",
    "adam_epsilon",
    "max_grad_norm",
    "optim",
    "lr_scheduler_type",
    "warmup_ratio",
    "warmup_steps",
    "label_smoothing_factor",
    "per_device_train_batch_size",
    "gradient_accumulation_steps",
    "gradient_checkpointing",
    "fp16",
    "bf16",
    "tf32",
    "torch_compile",
    "group_by_length",
    "neftune_noise_alpha",
)

# Costs and bookkeeping that the Trainer puts among the metrics.
_NOT_METRICS = ("epoch", "total_flos", "learning_rate", "grad_norm", "step")


class EahasLogger(transformers.TrainerCallback):  # type: ignore[misc]
    """Logs train: a line for each report of the Trainer, at its epoch, which need not be whole."""

    def __init__(self, folder: str | os.PathLike[str] = "runs", *, run: Run | None = None, **arguments: Any) -> None:
        """arguments: of eahas.log. config is laid over the training arguments that are hyperparameters."""
        self._session = Session(folder, run, arguments)

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Opens the run and logs epoch 0: loading the data and the model is no training."""
        config = {name: getattr(args, name, None) for name in _HYPERPARAMETERS}
        planned = float(args.num_train_epochs)
        if args.max_steps > 0 and state.num_train_epochs:
            planned = float(state.num_train_epochs)
        run = self._session.open(config, int(args.seed), planned)
        if run.last_epoch is None and not state.epoch:
            run.begin()

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        """Logs a report. The last one of a training sums it up, and is a result."""
        run = self._session.run
        if run is None or not logs:
            return
        if "train_runtime" in logs:
            run.result(**{k: v for k, v in _metrics(logs).items() if k == "train_loss"})
            return
        metrics = _metrics(logs)
        if metrics:
            run.epoch(float(state.epoch), metrics)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Closes the run: finished, or stopped early with fewer epochs than planned."""
        run = self._session.run
        if run is not None and state.epoch is not None and state.global_step >= state.max_steps > 0:
            run.ends("finished")  # the last step's epoch may be a rounding short of the planned one
        self._session.close()


def _metrics(logs: dict[str, Any]) -> dict[str, float]:
    return {
        name: value
        for name, value in single_numbers(logs).items()
        if name not in _NOT_METRICS and not name.endswith(("_runtime", "_per_second", "_jit_compilation_time"))
    }
