"""What Zeus (ml.energy) can read and the other meters cannot: Jetson, Apple silicon, RAPL through its daemon."""

from __future__ import annotations

import importlib
from functools import partial
from typing import Any, Callable, Sequence

from .meter import Device, MeterError, Reading


class Zeus:
    """Meter by zeus.device: GPUs, else the processors, else the whole chip."""

    def __init__(self) -> None:
        """MeterError: Zeus is absent or finds nothing."""
        found: list[tuple[Device, Callable[[], float]]] = []
        for find in (_gpus, _cpus, _chip):
            try:
                found = find()
            except Exception:  # Zeus has an error for each way of finding nothing
                continue
            if found:
                break
        if not found:
            raise MeterError("Zeus is not installed or finds no device that counts its energy")
        self.devices: Sequence[Device] = [device for device, _ in found]
        self._reads = [read for _, read in found]

    def read(self, index: int) -> Reading:
        """Joules since some fixed moment."""
        try:
            return Reading(self._reads[index]())
        except Exception as e:
            raise MeterError(f"Zeus: {e}") from None

    def close(self) -> None:
        """Zeus keeps its objects for the process."""


def _device(id: str, kind: str, name: str, scope: str = "device") -> Device:
    return Device(id=id, kind=kind, name=name, source="counter", tool="zeus", scope=scope)


def _gpus() -> list[tuple[Device, Callable[[], float]]]:
    gpus: Any = importlib.import_module("zeus.device.gpu").get_gpus()

    def read(i: int) -> float:
        return float(gpus.get_total_energy_consumption(i)) / 1e3

    return [
        (_device(f"gpu{i}", "gpu", str(gpus.get_name(i))), partial(read, i))
        for i in range(len(gpus))
        if gpus.supports_get_total_energy_consumption(i)
    ]


def _cpus() -> list[tuple[Device, Callable[[], float]]]:
    cpus: Any = importlib.import_module("zeus.device.cpu").get_cpus()

    def read(i: int, field: str) -> float:
        return float(getattr(cpus.get_total_energy_consumption(i), field)) / 1e3

    out: list[tuple[Device, Callable[[], float]]] = []
    for i in range(len(cpus)):
        out.append((_device(f"cpu{i}", "cpu", f"CPU {i}", "machine"), partial(read, i, "cpu_mj")))
        if cpus.supports_get_dram_energy_consumption(i):
            out.append((_device(f"dram{i}", "dram", f"memory of CPU {i}", "machine"), partial(read, i, "dram_mj")))
    return out


def _chip() -> list[tuple[Device, Callable[[], float]]]:
    """A whole chip: Jetson's total, or the parts of Apple's that do not contain each other. Zeus: fields "are entirely
    up to each derived class".
    """
    soc: Any = importlib.import_module("zeus.device.soc").get_soc()
    available = soc.get_available_metrics()
    for fields in (["total_energy_mj"], ["cpu_total_mj", "dram_mj", "gpu_mj", "gpu_sram_mj", "ane_mj"]):
        counted = [f for f in fields if f in available]
        if counted:
            break
    else:
        return []

    def read() -> float:
        measured = soc.get_total_energy_consumption()
        return sum(float(getattr(measured, f)) for f in counted) / 1e3

    return [(_device("chip", "machine", " + ".join(f.removesuffix("_mj") for f in counted), "machine"), read)]
