"""The values of axes: numbers, texts, or missing, by the rules of FORMAT.md section 3."""
from __future__ import annotations

import math
import re
from typing import Any, Union

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Value = Union[float, int, str, bool, None]

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
HEX = re.compile(r"[+-]?0[xX](?:[0-9a-fA-F]+(?:\.[0-9a-fA-F]*)?|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+", re.ASCII)
PLAIN = {int, float, type(None), np.float64, np.int64, np.int32, np.float32}
TOLERANCE = 1e-6


def missing(v: Any) -> bool:
    """Whether v stands for no value: None, NaN, pandas' NA and NaT."""
    if v is None:
        return True
    if isinstance(v, (str, bool, int)):
        return False
    if type(v).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(v, (float, np.floating)) and bool(v != v)


def number(v: Any) -> float | None:
    """The finite number that v is or that its text reads as, or None. Texts are read as Go reads them: ASCII, no
    blanks, no underscores."""
    if isinstance(v, (bool, np.bool_, bytes, bytearray)):
        return None
    try:
        if isinstance(v, str):
            if NUMBER.fullmatch(v):
                x = float(v)
            elif HEX.fullmatch(v):
                x = float.fromhex(v)
            else:
                return None
        else:
            x = float(v)
    except (TypeError, ValueError, OverflowError):
        return None
    return x if math.isfinite(x) else None


def text(v: Any) -> Any:
    """v, with booleans as the texts that they stand for."""
    return ("true" if v else "false") if isinstance(v, (bool, np.bool_)) else v


def truth(v: Any) -> bool | None:
    """What a text that spells true or false stands for; None for anything else."""
    return (
        v.lower() == "true" if isinstance(v, str) and v in ("true", "True", "TRUE", "false", "False", "FALSE") else None
    )


def same(a: Any, b: Any) -> bool:
    """Equal texts, numbers within 1e-6, or a text that reads as the number."""
    a, b = text(a), text(b)
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    x, y = number(a), number(b)
    return x is not None and y is not None and abs(x - y) <= TOLERANCE * max(abs(x), abs(y))


def numbers(values: list[Any]) -> tuple[Array, Array]:
    """The numbers of a column, NaN where there is none, and where a value is there that is no number."""
    if set(map(type, values)) <= PLAIN:
        try:
            x = np.array(values, float)
            bad = np.isinf(x)
            if bad.any():
                x[bad] = np.nan
            return x, bad
        except OverflowError:  # an int beyond all floats
            pass
    found = [number(v) for v in values]
    x = np.array([math.nan if v is None else v for v in found], float)
    return x, np.array([f is None and not missing(v) for f, v in zip(found, values)], bool)


# ln as Go's package math has it on x86-64, and as FORMAT.md states it: the algorithm of FreeBSD's e_log.c. Its bits are
# the same wherever additions and products are rounded one by one, which numpy's are.
#   Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun Microsystems, Inc.
#   business.
#   Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
#   preserved.
HALF_ROOT, LN2_HIGH, LN2_LOW = 7.07106781186547524401e-01, 6.93147180369123816490e-01, 1.90821492927058770002e-10
L1, L2, L3, L4 = 6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01
L5, L6, L7 = 1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01
ONE_OVER_LN10 = 0.434294481903251827651128918916605082  # 1/ln(10) rounded once: 1/2.302... in floats is another number


def ln(x: Any) -> Array:
    """The natural logarithm of positive finite numbers."""
    f, exponent = np.frexp(np.asarray(x, float))
    low = f <= HALF_ROOT
    k = (exponent - low).astype(float)
    f = np.where(low, 2 * f, f) - 1
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    t1 = s2 * (L1 + s4 * (L3 + s4 * (L5 + s4 * L7)))
    t2 = s4 * (L2 + s4 * (L4 + s4 * L6))
    r = t1 + t2
    half = 0.5 * f * f
    out: Array = k * LN2_HIGH - ((half - (s * (half + r) + k * LN2_LOW)) - f)
    return out


def ln_one(x: float) -> float:
    """ln of one number, without numpy's costs."""
    f, exponent = math.frexp(x)
    if f <= HALF_ROOT:
        exponent, f = exponent - 1, 2 * f
    f -= 1
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    t1 = s2 * (L1 + s4 * (L3 + s4 * (L5 + s4 * L7)))
    t2 = s4 * (L2 + s4 * (L4 + s4 * L6))
    half = 0.5 * f * f
    return exponent * LN2_HIGH - ((half - (s * (half + (t1 + t2)) + exponent * LN2_LOW)) - f)


FEW = 8  # numbers of which one after the other is faster than numpy


def log10(x: Any) -> Array:
    """The decimal logarithm of positive finite numbers, as the encoder takes it: bit for bit, as distances to training
    rows may tie."""
    x = np.asarray(x, float)
    if x.size <= FEW and (x > 0).all():
        return np.array([ln_one(v) * ONE_OVER_LN10 for v in x.ravel().tolist()]).reshape(x.shape)
    out: Array = ln(x) * ONE_OVER_LN10
    return out


def exp(x: Any) -> Array:
    """e to the x, as FORMAT.md states it: the algorithm of FreeBSD's e_exp.c.

    Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved.
    Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
    preserved."""
    x = np.asarray(x, float)
    inside = (x <= 7.09782712893383973096e02) & (x >= -7.45133219101941108420e02)
    y = np.where(inside, x, 0.0)
    k = np.floor(1.44269504088896338700e00 * y + 0.5)
    high, low = y - k * LN2_HIGH, k * LN2_LOW
    r = high - low
    t = r * r
    p = (1.66666666666666657415e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05,
         -1.65339022054652515390e-06, 4.13813679705723846039e-08)
    c = r - t * (p[0] + t * (p[1] + t * (p[2] + t * (p[3] + t * p[4]))))
    out = np.ldexp(1 - ((low - (r * c) / (2 - c)) - high), k.astype(int))
    return np.where(inside, out, np.where(x > 0, np.inf, np.where(np.isnan(x), np.nan, 0.0)))


def power(x: Any, n: Array) -> Array:
    """x to the whole powers n >= 0, by squaring from the lowest bit of n on: the products that FORMAT.md states."""
    n = np.asarray(n).astype(np.int64)
    x = np.broadcast_to(np.asarray(x, float), n.shape).copy()
    out, rest = np.ones(n.shape), n.copy()
    with np.errstate(over="ignore"):
        while rest.any():
            out = np.where(rest & 1, out * x, out)
            rest >>= 1
            x = np.where(rest > 0, x * x, x)
    return out


def power_one(x: float, n: int) -> float:
    """power of one number."""
    out = 1.0
    while n:
        if n & 1:
            out *= x
        n >>= 1
        x *= x
    return out
