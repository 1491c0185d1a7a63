"""The plot of docs/airline-2013.md: disrupted flights by month, and the fares that the law gives back for them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from examples.year_of_flights import Month

_NAMES: Final = "JFMAMJJASOND"
_GREY, _BLUE, _ORANGE = "#9aa5b1", "#2b6cb0", "#dd6b20"
_CENTS_IN_A_THOUSAND: Final = 100_000


def plot(months: Sequence[Month], file: Path) -> None:
    """Two panels, one bar a month. Needs matplotlib, which `make flights` installs."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5.2), layout="constrained")
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, sharex=True)
    places = range(len(months))
    cancelled, late, bad = (
        [month["flights"]["counts"].get(name, 0) for month in months]
        for name in ("cancelled", "late_3_hours", "disrupted_in_bad_weather")
    )
    above.bar(places, cancelled, color=_BLUE, label="cancelled")
    above.bar(places, late, bottom=cancelled, color=_ORANGE, label="three hours late or more")
    above.plot(places, bad, color=_GREY, marker="o", label="late or cancelled in bad weather")
    above.set_ylabel("flights")
    above.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
    owed = [month["refused"]["owed_cents"].get("ticket-price", 0) / _CENTS_IN_A_THOUSAND for month in months]
    below.bar(places, owed, color=_BLUE)
    below.set_ylabel("fares owed, thousand USD\n(fares supposed, one passenger a flight)")
    below.set_xticks(places, _NAMES[: len(months)])
    for axes in (above, below):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(file, dpi=110, metadata={"Software": None})  # no version in it: the same figures, the same file
