"""Which meter a run uses."""

from __future__ import annotations

from typing import Callable, Sequence, Union

from .amd import Amdsmi, Hwmon
from .meter import Device, Meter, MeterError, Reading
from .model import CodeCarbon
from .nvml import Nvml
from .powercap import Powercap
from .zeus import Zeus

Energy = Union[str, Meter, Sequence[Union[str, Meter]], None]

# By name; those with several ways take the first that works.
METERS: dict[str, Sequence[Callable[[], Meter]]] = {
    "nvml": (Nvml,),
    "amd": (Amdsmi, Hwmon),
    "rapl": (Powercap,),
    "zeus": (Zeus,),
    "codecarbon": (CodeCarbon,),
}

# What is tried without being asked for: only meters that measure.
AUTOMATIC = ("nvml", "amd", "rapl", "zeus")


def choose(energy: Energy) -> tuple[Meter, str]:
    """The meter, and why others were not taken (for the header; "" if none was tried).

    energy: "auto": the first of AUTOMATIC that works, else none. None or "none": none. A name, a meter, or a list of
    them: exactly these, all summed; MeterError if one does not work.
    """
    if energy is None or energy == "none":
        return Several([]), "not asked for"
    if energy == "auto":
        reasons: list[str] = []
        for name in AUTOMATIC:
            try:
                return _open(name), "; ".join(reasons)
            except MeterError as e:
                reasons.append(f"{name}: {e}")
        return Several([]), "; ".join(reasons)
    if isinstance(energy, str):
        return _open(energy), ""
    if isinstance(energy, Sequence):
        return Several([_open(e) if isinstance(e, str) else e for e in energy]), ""
    return energy, ""


def _open(name: str) -> Meter:
    if name not in METERS:
        raise ValueError(
            f"energy={name!r}; want auto, none, {', '.join(METERS)}, a list of these, or a meter of your own"
        )
    reasons = []
    for make in METERS[name]:
        try:
            return make()
        except MeterError as e:
            reasons.append(str(e))
    raise MeterError("; ".join(reasons))


class Several:
    """Several meters as one."""

    def __init__(self, meters: Sequence[Meter]) -> None:
        """ValueError: two devices have one id."""
        self._meters = meters
        self._at = [(m, i) for m in meters for i in range(len(m.devices))]
        self.devices: Sequence[Device] = [m.devices[i] for m, i in self._at]
        ids = [d.id for d in self.devices]
        if len(set(ids)) < len(ids):
            raise ValueError(f"two meters read a device of one id ({', '.join(ids)}): its energy would count twice")

    def read(self, index: int) -> Reading:
        """Reads devices[index] by its own meter."""
        meter, i = self._at[index]
        return meter.read(i)

    def close(self) -> None:
        """Closes all of them."""
        for m in self._meters:
            m.close()


class Some:
    """Those GPUs of a meter that a training uses, with all of its devices that are no GPUs."""

    def __init__(self, meter: Meter, gpus: Sequence[int]) -> None:
        """gpus: places among the meter's GPUs, which are the visible ones. ValueError: there is no such GPU, or one
        twice.
        """
        own = [i for i, d in enumerate(meter.devices) if d.kind == "gpu"]
        if len(set(gpus)) < len(gpus) or not all(0 <= g < len(own) for g in gpus):
            raise ValueError(
                f"gpus={list(gpus)}; {len(own)} can be measured: want some of 0 to {len(own) - 1}, each once"
            )
        kept = {own[g] for g in gpus}
        self._meter = meter
        self._at = [i for i, d in enumerate(meter.devices) if d.kind != "gpu" or i in kept]
        self.devices: Sequence[Device] = [meter.devices[i] for i in self._at]

    def read(self, index: int) -> Reading:
        """Reads devices[index]."""
        return self._meter.read(self._at[index])

    def close(self) -> None:
        """Closes the meter."""
        self._meter.close()
