"""Takes binary files apart (FORMAT.md): little-endian fields, every size held against what is there."""
from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import BundleError

Array = npt.NDArray[Any]

BadBundle = BundleError  # its name before version 0.2


class Bytes:
    """Takes little-endian fields from the front of a byte string."""

    def __init__(self, data: bytes, magic: bytes) -> None:
        self.data, self.at = data, len(magic)
        if data[: len(magic)] != magic:
            raise BundleError("begins with %r, not %r" % (bytes(data[: len(magic)]), magic))

    def left(self) -> int:
        return len(self.data) - self.at

    def take(self, form: str) -> tuple[Any, ...]:
        try:
            values = struct.unpack_from("<" + form, self.data, self.at)
        except struct.error as e:
            raise BundleError("a file ends too early") from e
        self.at += struct.calcsize("<" + form)
        return values

    def u8(self) -> int:
        return int(self.take("B")[0])

    def u32(self) -> int:
        return int(self.take("I")[0])

    def f64(self) -> float:
        return float(self.take("d")[0])

    def count(self, size: int) -> int:
        """A number of things of at least size bytes each, which must be there."""
        n = self.u32()
        if n * size > self.left():
            raise BundleError("a file ends too early")
        return n

    def floats(self, *shape: int) -> Array:
        return self.array("<f8", *shape).astype(float)

    def array(self, kind: Any, *shape: int) -> Array:
        n = 1
        for s in shape:
            n *= s
        size = n * np.dtype(kind).itemsize
        if n < 0 or size > self.left():
            raise BundleError("a file ends too early")
        out = np.frombuffer(self.data, kind, n, self.at).reshape(shape)
        self.at += size
        return out

    def raw(self, n: int) -> bytes:
        if n > self.left():
            raise BundleError("a file ends too early")
        self.at += n
        return self.data[self.at - n : self.at]

    def text(self) -> str:
        try:
            return self.raw(self.u32()).decode()
        except UnicodeDecodeError as e:
            raise BundleError("a name is no UTF-8") from e

    def close(self) -> None:
        if self.left():
            raise BundleError("%d bytes too many" % self.left())
