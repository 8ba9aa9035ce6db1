"""What measures energy: the interface of a meter and the description of a device."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, Sequence

Source = Literal["counter", "samples", "model"]


class MeterError(Exception):
    """A device could not be read, now or at all."""


@dataclass(frozen=True)
class Device:
    """One device whose energy is read.

    id: short, unique in a run ("gpu0"; the index is the vendor's, not the visible one's).
    kind: "gpu", "cpu", "dram" or "machine".
    source: "counter" (the reading is joules and only rises), "samples" (the reading is watts) or "model" (joules that
    were not
        measured but estimated; only rises).
    scope: "machine" where other processes' work on the device is in the reading.
    wrap_joules: the counter begins anew above this; None: it does not wrap.
    """

    id: str
    kind: str
    name: str
    source: Source
    tool: str
    uuid: str | None = None
    scope: str = "device"
    wrap_joules: float | None = None
    power_limit_watts: float | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        """The device as the header has it."""
        out: dict[str, Any] = {
            "kind": self.kind,
            "name": self.name,
            "source": self.source,
            "tool": self.tool,
            "scope": self.scope,
        }
        for key in ("uuid", "wrap_joules", "power_limit_watts"):
            value = getattr(self, key)
            if value is not None:
                out[key] = value
        out.update(self.more)
        return out


@dataclass(frozen=True)
class Reading:
    """One reading of one device: joules of a counter or model since some fixed moment, or watts of samples."""

    value: float


class Meter(Protocol):
    """Reads the energy of devices that do not contain each other."""

    devices: Sequence[Device]

    def read(self, index: int) -> Reading:
        """Reads devices[index]. MeterError: not now; the next reading may succeed."""

    def close(self) -> None:
        """Ends the reading. The meter is not used afterwards."""
