"""AMD GPUs: the energy counter by amdsmi, which ROCm brings; without it the power that the kernel shows (hwmon)."""

from __future__ import annotations

import glob
import importlib
import os
from typing import Any, Sequence

from .meter import Device, MeterError, Reading
from .visible import visible

_VARIABLES = ["HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"]
_VENDOR = "0x1002"  # PCI's number of AMD


class Amdsmi:
    """Meter of the visible AMD GPUs by amdsmi."""

    def __init__(self) -> None:
        """MeterError: amdsmi or its library is absent, or no GPU is visible."""
        try:
            self._smi: Any = importlib.import_module("amdsmi")
            self._smi.amdsmi_init()
        except Exception as e:  # the module raises errors of several kinds when its library is absent
            raise MeterError(f"no amdsmi: {e}") from None
        try:
            handles = list(self._smi.amdsmi_get_processor_handles())
            uuids = [str(self._smi.amdsmi_get_gpu_device_uuid(h)) for h in handles]
            names = [str(self._smi.amdsmi_get_gpu_asic_info(h)["market_name"]) for h in handles]
        except Exception as e:
            self.close()
            raise MeterError(f"amdsmi: {e}") from None
        seen = visible(_VARIABLES, uuids, names)
        self._handles = [handles[i] for i in seen]
        self.devices: Sequence[Device] = [
            Device(id=f"gpu{i}", kind="gpu", name=names[i], source="counter", tool="amdsmi", uuid=uuids[i])
            for i in seen
        ]
        if not seen:
            self.close()
            raise MeterError("amdsmi knows no visible GPU")

    def read(self, index: int) -> Reading:
        """Joules since the driver was loaded. amdsmi counts in steps of counter_resolution microjoules."""
        try:
            count = self._smi.amdsmi_get_energy_count(self._handles[index])
            steps = (
                count["energy_accumulator"] if "energy_accumulator" in count else count["power"]
            )  # its name before ROCm 6.4
            return Reading(float(steps) * float(count["counter_resolution"]) / 1e6)
        except Exception as e:
            raise MeterError(f"amdsmi: {e}") from None

    def close(self) -> None:
        """Lets go of the library's state."""
        try:
            self._smi.amdsmi_shut_down()
        except Exception:  # there is nothing left to do about it
            pass


class Hwmon:
    """Meter of AMD GPUs by the kernel's hwmon files: energy1_input (microjoules) where there is one, else power
    (microwatts).
    """

    def __init__(self, root: str = "/sys/class/drm") -> None:
        """MeterError: no such GPU."""
        cards = []
        for card in sorted(glob.glob(os.path.join(root, "card[0-9]*")), key=_number):
            device = os.path.join(card, "device")
            if "-" in os.path.basename(card) or _read(os.path.join(device, "vendor")) != _VENDOR:
                continue  # card0-DP-1 is a connector
            sensors = glob.glob(os.path.join(device, "hwmon", "hwmon*"))
            for file in ("energy1_input", "power1_average", "power1_input"):
                found = [p for p in (os.path.join(s, file) for s in sensors) if os.access(p, os.R_OK)]
                if found:
                    name = _read(os.path.join(device, "product_name")) or "AMD GPU " + _read(
                        os.path.join(device, "device")
                    )
                    cards.append((found[0], name, _read(os.path.join(device, "unique_id"))))
                    break
        seen = visible(_VARIABLES, [c[2] or f"card{i}" for i, c in enumerate(cards)], [c[1] for c in cards])
        self._paths = [cards[i][0] for i in seen]
        self.devices: Sequence[Device] = [
            Device(
                id=f"gpu{i}",
                kind="gpu",
                name=cards[i][1],
                source="counter" if "energy" in os.path.basename(cards[i][0]) else "samples",
                tool="hwmon",
                uuid=cards[i][2] or None,
            )
            for i in seen
        ]
        if not self.devices:
            raise MeterError(f"no visible AMD GPU tells its energy or power under {root}")

    def read(self, index: int) -> Reading:
        """Joules of a counter, or watts."""
        text = _read(self._paths[index])
        try:
            return Reading(int(text) / 1e6)
        except ValueError:
            raise MeterError(f"{self._paths[index]} holds {text[:40]!r}, no number") from None

    def close(self) -> None:
        """Nothing is held."""


def _number(card: str) -> int:
    digits = os.path.basename(card)[len("card") :]
    return int(digits) if digits.isdigit() else 1 << 30


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            return f.read().strip()
    except OSError:
        return ""
