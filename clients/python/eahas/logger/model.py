"""Energy that nobody measured: CodeCarbon's estimate, only when asked for, and marked as a model in the log.

CodeCarbon measures some parts on some machines and estimates the others from data sheets; its sum is a model.
"""

from __future__ import annotations

import importlib
from typing import Any, Sequence

from .meter import Device, MeterError, Reading

_JOULES_PER_KWH = 3.6e6


class CodeCarbon:
    """Meter of the whole machine by CodeCarbon's estimate."""

    def __init__(self) -> None:
        """MeterError: CodeCarbon is not installed or cannot start."""
        self._joules = 0.0
        try:
            codecarbon: Any = importlib.import_module("codecarbon")
            # The country only matters for the carbon, which is not used; without one it would ask the network.
            self._tracker = codecarbon.OfflineEmissionsTracker(
                country_iso_code="USA", save_to_file=False, log_level="error", allow_multiple_runs=True
            )
            self._tracker.start_task()
        except Exception as e:  # an import error, or one of its own
            raise MeterError(f"no CodeCarbon: {e}") from None
        version = str(getattr(codecarbon, "__version__", "unknown"))
        self.devices: Sequence[Device] = [
            Device(
                "machine",
                "machine",
                "CodeCarbon's model of this machine",
                "model",
                "codecarbon",
                more={"version": version},
                scope="machine",
            )
        ]

    def read(self, index: int) -> Reading:
        """Joules since the start, as estimated: the sum of tasks that follow each other without a gap."""
        try:
            self._joules += float(self._tracker.stop_task().energy_consumed) * _JOULES_PER_KWH
            self._tracker.start_task()
        except Exception as e:
            raise MeterError(f"CodeCarbon: {e}") from None
        return Reading(self._joules)

    def close(self) -> None:
        """Ends its threads."""
        try:
            self._tracker.stop_task()
            self._tracker.stop()
        except Exception:  # nothing is left to be read
            pass
