"""A RegNet in small: the stages from five numbers, and the network that PyTorch trains.

Stages: Radosavovic et al. 2020, "Designing Network Design Spaces", equations 2 to 4, as package features derives them.
Blocks: as features counts their parameters (bottleneck ratio 1, no squeeze-excitation, a stem of 8 channels).
"""

from __future__ import annotations

import math
from typing import Any

STEM = 8
CLASSES = 10


def stages(depth: int, w0: int, wa: float, wm: float, group_w: int) -> list[tuple[int, int, int]]:
    """Width, depth and group width of each stage. Roundings are half to even."""
    widths = []
    for j in range(depth):
        level = round(math.log((w0 + wa * j) / w0) / math.log(wm))
        widths.append(8 * round(w0 * wm**level / 8))
    out: list[tuple[int, int, int]] = []
    for width in widths:
        if out and out[-1][0] == width:
            out[-1] = (width, out[-1][1] + 1, 0)
        else:
            out.append((width, 1, 0))
    fitted = []
    for width, blocks, _ in out:
        group = min(group_w, width)
        fitted.append((max(group, group * round(width / group)), blocks, group))
    return fitted


def build(config: dict[str, Any]) -> Any:
    """The network of a configuration, as a torch module; images are n x 3 x 8 x 8."""
    from torch import nn

    def conv(inside: int, out: int, kernel: int, stride: int = 1, groups: int = 1) -> list[Any]:
        return [
            nn.Conv2d(inside, out, kernel, stride, kernel // 2, groups=groups, bias=False),
            nn.BatchNorm2d(out),
        ]

    class Block(nn.Module):
        def __init__(self, inside: int, out: int, stride: int, group: int) -> None:
            super().__init__()
            self.short = (
                nn.Sequential(*conv(inside, out, 1, stride)) if inside != out or stride != 1 else nn.Identity()
            )
            self.long = nn.Sequential(
                *conv(inside, out, 1),
                nn.ReLU(),
                *conv(out, out, 3, stride, out // group),
                nn.ReLU(),
                *conv(out, out, 1),
            )
            self.last = nn.ReLU()

        def forward(self, x: Any) -> Any:
            return self.last(self.short(x) + self.long(x))

    layers = [*conv(3, STEM, 3), nn.ReLU()]
    inside = STEM
    for width, depth, group in stages(*(config[k] for k in ("depth", "w0", "wa", "wm", "group_w"))):
        for i in range(depth):
            layers.append(Block(inside, width, 2 if i == 0 else 1, group))
            inside = width
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inside, CLASSES)]
    return nn.Sequential(*layers)
