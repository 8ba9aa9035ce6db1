"""Processors by RAPL, as Linux' powercap shows it: packages and their memory.

A package's counter holds the energy of everything that runs on it, not of this process alone. It wraps at
max_energy_range_uj, on many machines within minutes of full load.
"""

from __future__ import annotations

import os
import re
from typing import Sequence

from .meter import Device, MeterError, Reading

ROOT = "/sys/class/powercap"

# package-0, package-0-die-1. The zones core and uncore are parts of a package, psys contains the packages;
# intel-rapl-mmio shows the same packages once more.
_PACKAGE = re.compile(r"package-\d+(-die-\d+)?$")
_ZONE = re.compile(r"intel-rapl:\d+(:\d+)?$")


class Powercap:
    """Meter of the processors' packages, and of their memory where it has a zone."""

    def __init__(self, root: str = ROOT) -> None:
        """MeterError: no zone, or none that this user may read."""
        self._paths: list[str] = []
        devices: list[Device] = []
        denied = 0
        for zone in sorted(_listed(root)):
            path = os.path.join(root, zone)
            name = _text(os.path.join(path, "name"))
            kind = "cpu" if _PACKAGE.match(name) else "dram" if name == "dram" else None
            if kind is None:
                continue
            counter = os.path.join(path, "energy_uj")
            try:
                _joules(counter)
                wrap = _joules(os.path.join(path, "max_energy_range_uj"))
            except MeterError:
                denied += not os.access(counter, os.R_OK)
                continue
            self._paths.append(counter)
            devices.append(
                Device(
                    id=kind + zone.partition(":")[2].replace(":", "."),
                    kind=kind,
                    name=f"{processor()} {name}",
                    source="counter",
                    tool="rapl",
                    scope="machine",
                    wrap_joules=wrap,
                )
            )
        if not devices:
            remedy = (
                f": root may read it, or whoever root lets (chmod a+r {root}/intel-rapl:*/energy_uj)"
                if denied
                else ""
            )
            raise MeterError(f"no RAPL counter can be read under {root}{remedy}")
        self.devices: Sequence[Device] = devices

    def read(self, index: int) -> Reading:
        """Joules, modulo the device's wrap_joules."""
        return Reading(_joules(self._paths[index]))

    def close(self) -> None:
        """Nothing is held."""


def _listed(root: str) -> list[str]:
    try:
        return [z for z in os.listdir(root) if _ZONE.match(z)]
    except OSError:
        return []


def _text(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as f:
            return f.read().strip()
    except OSError as e:
        return f"({e.strerror})"


def _joules(path: str) -> float:
    try:
        with open(path, encoding="ascii") as f:
            return int(f.read()) / 1e6
    except (OSError, ValueError) as e:
        raise MeterError(f"{path}: {e}") from None


def processor(path: str = "/proc/cpuinfo") -> str:
    """The processor's name."""
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            for line in f:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return "CPU"
