"""Printed figures with matplotlib; words stay out of the picture, so no font has to hold Hangul."""

from __future__ import annotations

from typing import Any

from ..stats import histogram

__all__ = ["plot_histogram"]


def plot_histogram(*sources: Any, bins: int = 40, log: bool = False, fit: bool = False, ax: Any = None) -> Any:
    """Draw histograms of parameters or arrays on one axis and return the matplotlib axes.

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
    import matplotlib.pyplot as plt  # only printed figures need it

    axes = ax or plt.subplots(figsize=(6, 3))[1]
    for source in sources:
        h = histogram(source, bins)
        axes.stairs(h.counts, h.edges, fill=True, alpha=0.55)
        if fit:
            axes.plot((h.edges[:-1] + h.edges[1:]) / 2, h.normal())
    if log:
        axes.set_yscale("symlog", linthresh=1)
    axes.spines[["top", "right"]].set_visible(False)
    return axes
