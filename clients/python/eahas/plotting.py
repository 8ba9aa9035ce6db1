"""Pictures of answers, by matplotlib where it is installed."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .answers import Answer, Answers


def axes(ax: Any) -> Any:
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError as e:
        raise ImportError("plot() needs matplotlib: pip install 'eahas[plot]'") from e
    return pyplot.subplots()[1]


def label(a: Answer | Answers) -> str:
    return "%s (%s)" % (a.metric, a.unit) if a.unit else a.metric


def plot_answer(a: Answer, ax: Any = None, **style: Any) -> Any:
    """The curve over the epochs, and its interval as a band."""
    if not len(a.curve):
        raise ValueError("this answer has no learning curve")
    ax = axes(ax)
    (line,) = ax.plot(a.epochs, a.curve, **style)
    v = a.intervals
    if v is not None and len(v.curve_low):
        name = "%g %% of runs" % (100 * v.level)
        ax.fill_between(a.epochs, v.curve_low, v.curve_high, alpha=0.2, color=line.get_color(), linewidth=0, label=name)
        ax.legend()
    ax.set_xlabel("epoch")
    ax.set_ylabel(label(a))
    return ax


def plot_curves(a: Answers, ax: Any = None, **style: Any) -> Any:
    """All curves over the epochs; with energies also known, over the joules spent: pass over="energy" or
    over="time"."""
    if a.curve is None or a.epochs is None:
        raise ValueError("these answers have no learning curves")
    over = style.pop("over", "epoch")
    x = {"epoch": a.epochs, "energy": a.energy, "time": a.time}[over]
    if x is None:
        raise ValueError("the surrogate does not know the %s" % over)
    ax = axes(ax)
    ax.plot(x.T, a.curve.T, **{"alpha": 0.6, "linewidth": 1, **style})
    ax.set_xlabel({"epoch": "epoch", "energy": "energy (J)", "time": "time (s)"}[over])
    ax.set_ylabel(label(a))
    return ax
