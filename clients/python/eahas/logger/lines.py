"""The file of a run: one line is one JSON object and one write."""

from __future__ import annotations

import json
import math
import os
from typing import Any, Mapping

MAX_LINE = 1 << 20  # bytes; docs/log.md, Limits


def encode_number(x: float) -> float | str:
    """A number as JSON can hold it: NaN and the infinities are texts."""
    if math.isfinite(x):
        return x
    return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"


def encode_line(line: Mapping[str, Any]) -> bytes:
    """The line's bytes, with its end-of-line. ValueError: it is larger than a reader takes."""
    data = (
        json.dumps(line, ensure_ascii=False, allow_nan=False, separators=(", ", ": ")).encode("utf-8", "replace")
        + b"\n"
    )
    if len(data) > MAX_LINE:
        raise ValueError(f"a line of {len(data)} bytes; at most {MAX_LINE} are allowed")
    return data


class LineFile:
    """Appends lines. A line that was written survives the end of the process, however it ends; with sync also a power
    cut.
    """

    def __init__(self, path: str, new: bool, sync: bool) -> None:
        """new: FileExistsError if the path exists; else lines are appended, after what a kill left of the last one."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        self._descriptor = os.open(path, flags | (os.O_EXCL if new else 0), 0o666)
        self._sync = sync
        self._torn = not new and _ends_torn(path)

    def write(self, line: Mapping[str, Any]) -> None:
        """Appends a line in one write. OSError: it was not written, or in part; the next one begins on a line of its
        own.
        """
        data = encode_line(line)
        if self._torn:
            data = b"\n" + data
        written = os.write(self._descriptor, data)
        while written < len(data):  # a disk that is full, or a signal: the rest may follow
            self._torn = True
            written += os.write(self._descriptor, data[written:])
        self._torn = False
        if self._sync:
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Closes the file; a second time does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _ends_torn(path: str) -> bool:
    """Whether the file has a last line without its end."""
    with open(path, "rb") as f:
        size = f.seek(0, os.SEEK_END)
        if size == 0:
            return False
        f.seek(size - 1)
        return f.read(1) != b"\n"
