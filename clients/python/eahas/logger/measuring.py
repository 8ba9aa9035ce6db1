"""The devices of a run while it lives: read at each epoch's end, and between where that is needed."""

from __future__ import annotations

import threading
import time
from typing import Any, Callable, Mapping

from .meter import Meter, MeterError
from .tally import Tally

SAMPLE_INTERVAL = 0.2  # seconds between power samples
_HIGHEST_WATTS = 1000.0  # of a package: decides how often a counter that wraps is read
_LONGEST_INTERVAL = 30.0


class Measuring:
    """Joules of all devices since the start. Devices of power samples, and counters that wrap, are read by a thread."""

    def __init__(self, meter: Meter, interval: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        """interval: seconds between readings of the thread; None: what the devices need."""
        self._meter = meter
        self._clock = clock
        gap = 5.0 if interval is None else max(5.0, 10 * interval)
        self._tallies = [Tally(d, gap) for d in meter.devices]
        self._carried: dict[str, dict[str, Any]] = {}
        self._incomplete = False
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self.interval = interval if interval is not None else _needed_interval(self._tallies)

    def carry(self, devices: Mapping[str, Any], joules: float | None) -> None:
        """Goes on from an earlier part of the run, before start. joules: its sum, None if that is unknown."""
        self._incomplete = bool(devices) and joules is None
        mine = {t.device.id: t for t in self._tallies}
        for id, sums in devices.items():
            if id in mine:
                mine[id].go_on_from(sums["joules"], sums["seconds"], sums["samples"])
            else:
                self._carried[id] = dict(sums)

    def start(self) -> None:
        """Takes the first readings."""
        self.read()
        if self._tallies and self.interval > 0:
            self._thread = threading.Thread(target=self._keep_reading, name="eahas-meter", daemon=True)
            self._thread.start()

    def read(self) -> None:
        """Reads every device now."""
        with self._lock:
            for i, tally in enumerate(self._tallies):
                try:
                    tally.add(self._clock(), self._meter.read(i).value)
                except MeterError:
                    tally.failed()

    def sums(self) -> dict[str, Any]:
        """The keys joules and devices of a line, as of the last readings; empty without devices.

        joules is absent where a device could not be read, so the sum would be too small.
        """
        with self._lock:
            devices = {t.device.id: t.sums() for t in self._tallies}
            devices.update(self._carried)
            if not devices:
                return {}
            out: dict[str, Any] = {"devices": devices}
            if not self._incomplete and all(t.fresh for t in self._tallies):
                out["joules"] = round(sum(d["joules"] for d in devices.values()), 6)
            return out

    def close(self) -> None:
        """Ends the thread and the meter."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._meter.close()

    def _keep_reading(self) -> None:
        while not self._ended.wait(self.interval):
            self.read()


def _needed_interval(tallies: list[Tally]) -> float:
    """Seconds between readings; 0: those at the epochs' ends are enough."""
    needed = []
    for t in tallies:
        if t.device.source == "samples":
            needed.append(SAMPLE_INTERVAL)
        elif t.device.wrap_joules is not None:
            # A quarter of the range at most may pass between two readings: tally.py must tell a wrap from a reset.
            needed.append(min(_LONGEST_INTERVAL, t.device.wrap_joules / _HIGHEST_WATTS / 4))
    return min(needed, default=0.0)


def idle_watts(meter: Meter, seconds: float, clock: Callable[[], float] = time.monotonic) -> dict[str, float]:
    """Mean power of each device over some seconds in which this process sleeps; devices that cannot be read are left
    out.
    """
    tallies = [Tally(d) for d in meter.devices]
    end = clock() + seconds
    while True:
        for i, tally in enumerate(tallies):
            try:
                tally.add(clock(), meter.read(i).value)
            except MeterError:
                tally.failed()
        left = end - clock()
        if left <= 0:
            break
        time.sleep(min(left, SAMPLE_INTERVAL))
    return {t.device.id: t.joules / t.seconds for t in tallies if t.seconds > 0 and t.resets == 0}
