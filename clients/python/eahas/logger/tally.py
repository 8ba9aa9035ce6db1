"""Readings of one device become joules, seconds and samples since the start."""

from __future__ import annotations

from typing import Any

from .meter import Device

# A counter that falls has wrapped if its range is known and the fall leaves it within; otherwise it was reset.
# After a wrap no more than half of the range may have passed unseen for this to be told from a reset.
_WRAP_SHARE = 0.5


class Tally:
    """The sums of one device.

    joules: since the start. seconds: the time that these joules cover; what lies before a reset, or between power
    samples that are too far apart, is not covered. samples: successful readings. failures: failed ones. resets: how
    often the counter began anew without having wrapped.
    """

    def __init__(self, device: Device, longest_gap: float = 5.0) -> None:
        """longest_gap: seconds between two power samples above which the time between is not covered."""
        self.device = device
        self.joules = 0.0
        self.seconds = 0.0
        self.samples = 0
        self.failures = 0
        self.resets = 0
        self.fresh = False  # the last reading succeeded
        self._longest_gap = longest_gap
        self._last: tuple[float, float] | None = None  # time, value

    def add(self, now: float, value: float) -> None:
        """Takes a reading at the monotonic time now."""
        self.samples += 1
        self.fresh = True
        last, self._last = self._last, (now, value)
        if last is None:
            return
        elapsed = now - last[0]
        if self.device.source == "samples":
            if elapsed <= self._longest_gap:
                self.joules += elapsed * (value + last[1]) / 2
                self.seconds += elapsed
            return
        risen = value - last[1]
        if risen >= 0:
            self.joules += risen
            self.seconds += elapsed
            return
        wrap = self.device.wrap_joules
        if wrap is not None and 0 <= risen + wrap <= wrap * _WRAP_SHARE:
            self.joules += risen + wrap
            self.seconds += elapsed
            return
        # What the counter holds now was used since its reset; what was used before, since the last reading, is lost, so
        # the time between is not covered.
        self.resets += 1
        self.joules += value

    def failed(self) -> None:
        """Takes note of a reading that failed. A counter catches up at its next reading."""
        self.failures += 1
        self.fresh = False

    def go_on_from(self, joules: float, seconds: float, samples: int) -> None:
        """Sets the sums to those of an earlier part of the run. No reading may have been taken."""
        self.joules, self.seconds, self.samples = joules, seconds, samples

    def sums(self) -> dict[str, Any]:
        """The device's object in a line."""
        out: dict[str, Any] = {
            "joules": round(self.joules, 6),
            "seconds": round(self.seconds, 6),
            "samples": self.samples,
        }
        if self.failures:
            out["failures"] = self.failures
        if self.resets:
            out["resets"] = self.resets
        return out
