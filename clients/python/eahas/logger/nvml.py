"""NVIDIA GPUs by NVML: the energy counter (Volta and later), else power samples.

The driver's library is called directly: the dozen calls that are needed have not changed since 2018, and so nothing
need be installed.
"""

from __future__ import annotations

import ctypes
import os
from typing import Any, Sequence

from .meter import Device, MeterError, Reading
from .visible import visible

_TEXT = 96
_NOT_SUPPORTED = 3  # nvmlReturn_t, nvml.h


class Nvml:
    """Meter of the visible NVIDIA GPUs."""

    def __init__(self, library: str | None = None) -> None:
        """library: path of libnvidia-ml; None: where the driver puts it. MeterError: there is none, or no GPU is
        visible.
        """
        self._nvml = _load(library)
        self._call("nvmlInit_v2")
        try:
            self._handles: list[ctypes.c_void_p] = []
            self.devices: Sequence[Device] = self._find()
        except MeterError:
            self.close()
            raise

    def read(self, index: int) -> Reading:
        """Joules since the driver was loaded, or watts of a GPU without a counter."""
        handle = self._handles[index]
        if self.devices[index].source == "counter":
            energy = ctypes.c_ulonglong()
            self._call("nvmlDeviceGetTotalEnergyConsumption", handle, ctypes.byref(energy))
            return Reading(energy.value / 1e3)
        return Reading(self._number("nvmlDeviceGetPowerUsage", handle) / 1e3)

    def close(self) -> None:
        """Lets go of the library's state; other users of it in this process keep theirs."""
        self._nvml.nvmlShutdown()

    def _find(self) -> list[Device]:
        count = ctypes.c_uint()
        self._call("nvmlDeviceGetCount_v2", ctypes.byref(count))
        handles = []
        for i in range(count.value):
            handle = ctypes.c_void_p()
            self._call("nvmlDeviceGetHandleByIndex_v2", ctypes.c_uint(i), ctypes.byref(handle))
            handles.append(handle)
        uuids = [self._text("nvmlDeviceGetUUID", h) for h in handles]
        names = [self._text("nvmlDeviceGetName", h) for h in handles]
        slices = self._slices(uuids)
        seen = sorted(slices) if slices else visible(["CUDA_VISIBLE_DEVICES"], uuids, names)
        devices = []
        for i in seen:
            source = self._source(handles[i])
            if source is None:
                continue  # neither energy nor power: nothing can be said of it
            self._handles.append(handles[i])
            devices.append(
                Device(
                    id=f"gpu{i}",
                    kind="gpu",
                    name=names[i],
                    source=source,  # type: ignore[arg-type]
                    tool="nvml",
                    uuid=uuids[i],
                    scope="machine" if slices else "device",
                    power_limit_watts=self._limit(handles[i]),
                    more={"mig": slices[i]} if slices else {},
                )
            )
        if not devices:
            raise MeterError("NVML knows no visible GPU that tells its energy or power")
        return devices

    def _slices(self, uuids: Sequence[str]) -> dict[int, list[str]]:
        """Index of the GPU to the MIG slices of it that are visible. A slice has no counter: its whole GPU is read."""
        out: dict[int, list[str]] = {}
        for entry in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(","):
            if not entry.strip().startswith("MIG-"):
                continue
            handle, parent = ctypes.c_void_p(), ctypes.c_void_p()
            self._call("nvmlDeviceGetHandleByUUID", entry.strip().encode(), ctypes.byref(handle))
            self._call("nvmlDeviceGetDeviceHandleFromMigDeviceHandle", handle, ctypes.byref(parent))
            out.setdefault(uuids.index(self._text("nvmlDeviceGetUUID", parent)), []).append(entry.strip())
        return out

    def _source(self, handle: ctypes.c_void_p) -> str | None:
        energy = ctypes.c_ulonglong()
        if self._try("nvmlDeviceGetTotalEnergyConsumption", handle, ctypes.byref(energy)) != _NOT_SUPPORTED:
            return "counter"  # also when it fails just now: it may be read later
        power = ctypes.c_uint()
        if self._try("nvmlDeviceGetPowerUsage", handle, ctypes.byref(power)) != _NOT_SUPPORTED:
            return "samples"
        return None

    def _limit(self, handle: ctypes.c_void_p) -> float | None:
        try:
            return self._number("nvmlDeviceGetEnforcedPowerLimit", handle) / 1e3
        except MeterError:
            return None

    def _number(self, name: str, handle: ctypes.c_void_p) -> int:
        value = ctypes.c_uint()
        self._call(name, handle, ctypes.byref(value))
        return value.value

    def _text(self, name: str, handle: ctypes.c_void_p) -> str:
        buffer = ctypes.create_string_buffer(_TEXT)
        self._call(name, handle, buffer, ctypes.c_uint(_TEXT))
        return buffer.value.decode("utf-8", "replace")

    def _try(self, name: str, *arguments: Any) -> int:
        try:
            return int(getattr(self._nvml, name)(*arguments))
        except AttributeError:  # an older driver
            return _NOT_SUPPORTED

    def _call(self, name: str, *arguments: Any) -> None:
        status = self._try(name, *arguments)
        if status != 0:
            raise MeterError(f"{name}: NVML's error {status}")


def _load(library: str | None) -> ctypes.CDLL:
    names = [library] if library else ["libnvidia-ml.so.1", "nvml.dll"]
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise MeterError(f"no NVML: {', '.join(names)} cannot be loaded")
