"""Histograms drawn with matplotlib, for those who draw on in the same axes."""

from __future__ import annotations

from typing import Any

from ..checks import shown
from ..errors import DTypeError, SettingError
from ..stats import histogram
from .arguments import as_flag
from .chart import describe, plot_style

__all__ = ["plot_histogram"]


def plot_histogram(*sources: Any, bins: int = 40, log: bool = False, fit: bool = False, ax: Any = None) -> Any:
    """Draw histograms of parameters or arrays on one axis, in the look of the book, and return the matplotlib axes.

    Parameters
    ----------
    *sources
        Parameters or arrays, drawn in order.
    bins : int
    log : bool
        A logarithmic count.
    fit : bool
        Add the normal distribution of the same mean and standard deviation.
    ax : matplotlib Axes, optional
    """
    if not sources:
        raise SettingError("There is nothing to draw: pass a parameter or an array, or several.")
    log, fit = as_flag(log, "log"), as_flag(fit, "fit")
    import matplotlib.pyplot as plt  # only printed figures need it
    from matplotlib.axes import Axes

    if not (ax is None or isinstance(ax, Axes)):
        raise DTypeError(f"ax is the axes of a matplotlib figure, got {shown(ax)}.")
    counted = [histogram(source, bins) for source in sources]
    if ax is None:
        plot_style()
    axes = plt.subplots()[1] if ax is None else ax
    for h in counted:
        axes.stairs(h.counts, h.edges, fill=True, alpha=0.55)
        if fit:
            axes.plot((h.edges[:-1] + h.edges[1:]) / 2, h.normal())
    if log:
        axes.set_yscale("symlog", linthresh=1)
    if ax is None:
        means = "; ".join(f"{h.stats.mean:.3g} ± {h.stats.std:.3g}" for h in counted)
        describe(
            axes.figure,
            en=f"Histograms, by mean and standard deviation: {means}.",
            ko=f"히스토그램의 평균과 표준편차: {means}.",
        )
    return axes
