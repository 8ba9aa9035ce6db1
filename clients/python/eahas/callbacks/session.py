"""What the callbacks share: a run that is opened when the training begins, unless one was given."""

from __future__ import annotations

import os
from typing import Any, Mapping, Sequence

from ..logger import Rank, Run, log


class Session:
    """The run of one training by another library."""

    def __init__(self, folder: str | os.PathLike[str], given: Run | None, arguments: dict[str, Any]) -> None:
        """given: a run to be used and left open. arguments: of eahas.log; they win over what the library says."""
        self._folder = folder
        self._given = given
        self._arguments = arguments
        self.run: Run | None = given

    def open(
        self,
        config: Mapping[str, Any],
        seed: int | None,
        planned_epochs: float | None,
        rank: Rank | None = None,
        gpus: Sequence[int] | None = None,
    ) -> Run:
        """Opens the run, if it is not open. config: what the library knows; a configuration of the user's is laid over
        it. rank: where the library says that this process stands; None: as the launcher's variables say. gpus: those
        that the library uses; None: all visible ones.
        """
        if self.run is None:
            own = self._arguments.get("config")
            if isinstance(own, Mapping) or own is None:
                own = {**config, **(own or {})}
            known = {"seed": seed, "planned_epochs": planned_epochs, "rank": rank, "gpus": gpus}
            given = {**known, **self._arguments, "config": own}
            self.run = log(self._folder, **given)
        return self.run

    def close(self, error: BaseException | None = None) -> None:
        """Closes the run, if it was opened here; a further training opens a new one."""
        if self.run is not None and self.run is not self._given:
            self.run.close(error)
            self.run = None


def single_numbers(values: Mapping[str, Any]) -> dict[str, float]:
    """Those values that are one number each."""
    out = {}
    for name, value in values.items():
        try:
            out[name] = float(value)
        except (TypeError, ValueError, RuntimeError):  # texts, tensors of several elements
            continue
    return out
