"""Which of a machine's GPUs this process sees."""

from __future__ import annotations

import os
import warnings
from typing import Sequence


def visible(variables: Sequence[str], uuids: Sequence[str], names: Sequence[str]) -> list[int]:
    """Indices of the GPUs that the first set of the environment's variables names; all of them where none is set.

    variables: such as CUDA_VISIBLE_DEVICES: indices, or beginnings of UUIDs, with commas between. As the drivers do,
    the list ends
        at the first entry that names no GPU, and an empty one hides all.
    uuids, names: of the machine's GPUs, in the vendor's order.
    """
    for variable in variables:
        setting = os.environ.get(variable)
        if setting is not None:
            break
    else:
        return list(range(len(uuids)))
    chosen: list[int] = []
    for entry in (e.strip() for e in setting.split(",")):
        if entry.lstrip("-").isdigit():
            found = [int(entry)] if 0 <= int(entry) < len(uuids) else []
            _warn_of_order(variable, names)
        else:
            found = [i for i, uuid in enumerate(uuids) if entry and _same(uuid, entry)]
        if len(found) != 1 or found[0] in chosen:
            break
        chosen += found
    return chosen


def _same(uuid: str, entry: str) -> bool:
    if uuid.lower().startswith(entry.lower()):
        return True
    return uuid.lower().startswith("gpu-" + entry.lower())


def _warn_of_order(variable: str, names: Sequence[str]) -> None:
    """CUDA counts the fastest GPU first unless told otherwise, NVML by the bus: with different GPUs the numbers
    differ.
    """
    if (
        variable == "CUDA_VISIBLE_DEVICES"
        and len(set(names)) > 1
        and os.environ.get("CUDA_DEVICE_ORDER") != "PCI_BUS_ID"
    ):
        warnings.warn(
            "this machine has different GPUs and CUDA_VISIBLE_DEVICES names them by number: set "
            "CUDA_DEVICE_ORDER=PCI_BUS_ID, else the energy of another GPU than the one in use may be logged",
            stacklevel=2,
        )
