"""Named random streams, equal to those of Go's `eahas query -sample`: ChaCha8 keyed by SHA-256 of a seed and names, and
normal numbers by the ziggurat method as Go's math/rand/v2 has it.

Sources: c2sp.org/chacha8rand; G. Marsaglia and W. W. Tsang 2000, "The Ziggurat Method for Generating Random Variables".
"""
from __future__ import annotations

import hashlib
import math
import struct

import numpy as np

from .values import Array, ln_one

MASK = (1 << 64) - 1
TAIL, AREA, STRIPS = 3.442619855899, 9.91256303526217e-3, 128


def digest(root: int, *names: str) -> bytes:
    """SHA-256 of the root seed and the names, each with its length before it."""
    b = struct.pack("<Q", root & MASK)
    for n in names:
        raw = n.encode()
        b += struct.pack("<Q", len(raw)) + raw
    return hashlib.sha256(b).digest()


def derived(root: int, *names: str) -> int:
    """The seed of 64 bits of a named stream."""
    return int.from_bytes(digest(root, *names)[:8], "little")


def _tables() -> tuple[list[int], list[float], list[float]]:
    """The ziggurat's strips: kn, wn and fn, the last two in single precision."""
    kn, wn, fn = [0] * STRIPS, [0.0] * STRIPS, [0.0] * STRIPS
    m = float(1 << 31)
    d = before = TAIL
    q = AREA / math.exp(-0.5 * d * d)
    kn[0], kn[1] = int(d / q * m), 0
    wn[0], wn[-1] = q / m, d / m
    fn[0], fn[-1] = 1.0, math.exp(-0.5 * d * d)
    for i in range(STRIPS - 2, 0, -1):
        d = math.sqrt(-2 * math.log(AREA / d + math.exp(-0.5 * d * d)))
        kn[i + 1] = int(d / before * m)
        before = d
        fn[i], wn[i] = math.exp(-0.5 * d * d), d / m
    return kn, [float(np.float32(x)) for x in wn], [float(np.float32(x)) for x in fn]


KN, WN, FN = _tables()


def _rotated(x: Array, n: int) -> Array:
    return (x << np.uint32(n)) | (x >> np.uint32(32 - n))


def _quarter(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, Array, Array, Array]:
    a = a + b
    d = _rotated(d ^ a, 16)
    c = c + d
    b = _rotated(b ^ c, 12)
    a = a + b
    d = _rotated(d ^ a, 8)
    c = c + d
    b = _rotated(b ^ c, 7)
    return a, b, c, d


def _blocks(key: Array) -> Array:
    """The 128 numbers that one key gives; the last four are the next key."""
    b = np.zeros((16, 16), np.uint32)  # word x lane; the lanes are the counters 0..15
    b[:4] = np.array([0x61707865, 0x3320646E, 0x79622D32, 0x6B206574], np.uint32)[:, None]
    b[4:12] = key[:, None]
    b[12] = np.arange(16)
    rows = [b[0:4], b[4:8], b[8:12], b[12:16]]
    for _ in range(4):
        rows = list(_quarter(*rows))
        rows = [rows[0], *(np.roll(r, -i, axis=0) for i, r in enumerate(rows[1:], 1))]
        rows = list(_quarter(*rows))
        rows = [rows[0], *(np.roll(r, i, axis=0) for i, r in enumerate(rows[1:], 1))]
    out = np.concatenate(rows)
    out[4:12] += key[:, None]
    return np.ascontiguousarray(out.reshape(16, 4, 4).transpose(1, 0, 2)).astype("<u4").view("<u8").ravel()


class Stream:
    """Random numbers of one stream."""

    def __init__(self, root: int, *names: str) -> None:
        self.key = np.frombuffer(digest(root, *names), "<u4").astype(np.uint32)
        self.ready: list[int] = []

    def uint64(self) -> int:
        if not self.ready:
            block = _blocks(self.key)
            self.key = np.ascontiguousarray(block[-4:]).view("<u4").astype(np.uint32)
            self.ready = block[:-4].tolist()[::-1]
        return self.ready.pop()

    def uniform(self) -> float:
        """A number of [0, 1)."""
        return float((self.uint64() << 11 & MASK) >> 11) / (1 << 53)

    def normal(self) -> float:
        """A normal number of mean 0 and variance 1."""
        while True:
            u = self.uint64()
            j = u & 0xFFFFFFFF
            j -= (j >> 31) << 32
            i = u >> 32 & 0x7F
            x = j * WN[i]
            if abs(j) < KN[i]:
                return x
            if i == 0:
                while True:
                    x = -ln_one(self.uniform()) * (1.0 / TAIL)
                    y = -ln_one(self.uniform())
                    if y + y >= x * x:
                        return TAIL + x if j > 0 else -TAIL - x
            left = np.float32(FN[i]) + np.float32(self.uniform()) * np.float32(FN[i - 1] - FN[i])
            if left < np.float32(math.exp(-0.5 * x * x)):
                return x
