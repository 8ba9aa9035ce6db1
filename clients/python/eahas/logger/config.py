"""A configuration becomes plain JSON: numbers, texts, booleans, null, lists, objects."""

from __future__ import annotations

import dataclasses
import enum
import os
from typing import Any, Mapping

from .lines import encode_number

MAX_LEAVES = 4096  # docs/log.md, Limits
MAX_DEPTH = 30
MAX_NAME = 256  # bytes


def plain_config(config: Any) -> dict[str, Any]:
    """The configuration as the header holds it.

    config: a mapping, a dataclass, an argparse.Namespace or another object with attributes; nested. Paths and
    enumerations become texts, numbers of numpy and torch become numbers, sets become sorted lists.
    TypeError names the key of what cannot be logged; ValueError a name or a size that a reader would refuse.
    """
    if config is None:
        return {}
    out = _plain(config, "config", 0)
    if not isinstance(out, dict):
        raise TypeError(f"config is a {type(config).__name__}; log a dict of the hyperparameters")
    leaves: set[str] = set()
    _check_leaves(out, "", leaves)
    if len(leaves) > MAX_LEAVES:
        raise ValueError(
            f"config has {len(leaves)} values; at most {MAX_LEAVES} are allowed: log what was decided before the start"
        )
    return out


def _plain(x: Any, where: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise ValueError(f"{where} is nested deeper than {MAX_DEPTH} levels")
    if x is None or isinstance(x, (bool, str)):
        return x
    if isinstance(x, enum.Enum):
        return _plain(x.value, where, depth) if isinstance(x.value, (bool, int, float, str)) else x.name
    if isinstance(x, int):
        return int(x)
    if isinstance(x, float):
        return encode_number(float(x))
    if isinstance(x, os.PathLike):
        return os.fspath(x)
    if isinstance(x, Mapping):
        out = {_name(k, where): _plain(v, f"{where}[{k!r}]", depth + 1) for k, v in x.items()}
        if len(out) < len(x):
            raise ValueError(f"{where} has two keys that are the same text")
        return out
    if isinstance(x, (list, tuple)):
        return [_plain(v, f"{where}[{i}]", depth + 1) for i, v in enumerate(x)]
    if isinstance(x, (set, frozenset)):
        return sorted((_plain(v, where, depth + 1) for v in x), key=str)
    if dataclasses.is_dataclass(x) and not isinstance(x, type):
        fields = {f.name: getattr(x, f.name) for f in dataclasses.fields(x)}
        return _plain(fields, where, depth)
    if isinstance(x, type):
        return x.__qualname__
    return _plain_object(x, where, depth)


def _plain_object(x: Any, where: str, depth: int) -> Any:
    """What other libraries make: scalars and arrays of numpy and torch, namespaces, functions, dtypes."""
    if callable(getattr(x, "tolist", None)):  # numpy and torch, scalars and arrays alike
        return _plain(x.tolist(), where, depth)
    if callable(x) and hasattr(x, "__qualname__"):
        return str(x.__qualname__)
    library, name = type(x).__module__.partition(".")[0], type(x).__name__.lower()
    if library in ("torch", "numpy", "jax") and name.endswith(("dtype", "device")):
        return str(x)
    attributes = getattr(x, "__dict__", None)
    if attributes is not None and type(x).__name__ in ("Namespace", "SimpleNamespace"):
        return _plain(dict(attributes), where, depth)
    raise TypeError(
        f"{where} is a {type(x).__module__}.{type(x).__qualname__}, which is no hyperparameter: "
        "log a number, a text, a boolean, or a list or dict of them"
    )


def _name(key: Any, where: str) -> str:
    name = key if isinstance(key, str) else str(_plain(key, where, 0))
    check_name(name, where)
    return name


def check_name(name: str, where: str) -> None:
    """ValueError: a reader would refuse the name."""
    if not name or len(name.encode("utf-8", "replace")) > MAX_NAME:
        raise ValueError(f"{where} has the name {name[:40]!r}; a name has 1 to {MAX_NAME} bytes")


def _check_leaves(config: dict[str, Any], prefix: str, leaves: set[str]) -> None:
    for key, value in config.items():
        name = prefix + key
        if isinstance(value, dict):
            _check_leaves(value, name + ".", leaves)
        elif name in leaves:
            raise ValueError(f"config has {name!r} twice, once with a dot in its name and once nested")
        else:
            leaves.add(name)
