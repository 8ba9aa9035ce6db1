"""What this package raises: EahasError and its kinds."""
from __future__ import annotations


class EahasError(Exception):
    """The root of every error of this package."""


class BundleError(EahasError, ValueError):
    """The folder or archive is no bundle of a version that this package reads, or it is damaged."""


class RefusedConfiguration(EahasError, ValueError):
    """The configuration is outside the space.

    axis    the axis, or the derived quantity (params, flops, acts, stages) whose constraint is broken
    reason  why, with what is allowed
    index   its number in the batch; None for a single one
    """

    def __init__(self, axis: str, reason: str, index: int | None = None) -> None:
        where = "" if index is None else "configuration %d: " % index
        super().__init__("%saxis %r: %s" % (where, axis, reason))
        self.axis, self.reason, self.index = axis, reason, index

    def __reduce__(self) -> tuple[object, ...]:
        return RefusedConfiguration, (self.axis, self.reason, self.index)
