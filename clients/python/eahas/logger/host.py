"""The machine, for the reader's eye."""

from __future__ import annotations

import os
import platform
from typing import Any

from .powercap import processor


def describe_host() -> dict[str, Any]:
    """Name, system, processor, cores that this process may use, Python."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        cores = os.cpu_count() or 0
    return {
        "name": platform.node(),
        "system": f"{platform.system()} {platform.release()}",
        "cpu": processor(),
        "cores": cores,
        "python": platform.python_version(),
    }
