"""Charts, drawn by matplotlib: narrow, so that a phone shows them, and told apart by hatches and words, not by colour.

matplotlib is an extra: whoever never asks for a report does not need it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from amends.rescoring.report.blocks import Bars, Chart, Steps

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH: Final = 4.6
_BAR: Final = 0.36
_AROUND: Final = 1.1
_LONGEST: Final = 32
_DOTS: Final = 200
_SMALL: Final = 0.25
_SHADES: Final = ("#9ecae1", "#f2f2f2", "#fdd0a2", "#c7c7c7", "#c7e9c0", "#dadaeb")
_HATCHES: Final = ("", "///", "...", "xxx", "\\\\\\", "++")
_TOTAL, _RISES, _FALLS = 0, 1, 2
_SETTINGS: Final[dict[str, Any]] = {
    "font.family": "sans-serif",
    "font.size": 10,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    # The same numbers give the same bytes.
    "svg.hashsalt": "amends",
    # A dollar sign in a label is a dollar sign.
    "text.parse_math": False,
}


class ChartsError(Exception):
    """Charts cannot be drawn; says how to mend it."""


def check_charts() -> None:
    """ChartsError where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        raise ChartsError("a report needs matplotlib: pip install 'amends[report]'")


def as_svg(chart: Chart) -> bytes:
    """The chart as SVG, its text as text."""
    return _saved(chart, format="svg", metadata={"Date": None, "Creator": None})


def as_png(chart: Chart) -> bytes:
    """The chart as PNG."""
    return _saved(chart, format="png", dpi=_DOTS, metadata={"Software": None, "Title": chart.title})


def _saved(chart: Chart, **options: Any) -> bytes:  # noqa: ANN401 -- matplotlib's own
    with _settings():
        figure = _bars(chart) if isinstance(chart, Bars) else _steps(chart)
        sink = BytesIO()
        figure.savefig(sink, bbox_inches="tight", **options)
    return sink.getvalue()


@contextmanager
def _settings() -> Iterator[None]:
    import warnings

    from matplotlib import rc_context

    with rc_context(_SETTINGS), warnings.catch_warnings():
        # A letter that the drawing font lacks is shown by the reader's own.
        warnings.filterwarnings("ignore", message="Glyph")
        yield


def _figure(rows: int) -> "tuple[Figure, Axes]":
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, rows * _BAR + _AROUND), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.xaxis.grid(visible=True, color="#d9d9d9")
    return figure, axes


def _bars(chart: Bars) -> "Figure":
    figure, axes = _figure(len(chart.labels) + (len(chart.parts) > 1) * len(chart.parts))
    places = list(range(len(chart.labels)))[::-1]
    ends = [0.0] * len(places)
    for part, name in enumerate(chart.parts):
        widths = [values[part] for values in chart.values]
        style = part % len(_SHADES)
        axes.barh(places, widths, left=ends, label=name, height=0.68, **_style(style))
        ends = [end + width for end, width in zip(ends, widths, strict=True)]
    _written(axes, chart.labels, places, ends, chart.said, unit=chart.unit)
    if len(chart.parts) > 1:
        columns = 3 if sum(map(len, chart.parts)) <= _LONGEST else 1
        figure.legend(loc="outside lower center", ncols=columns, frameon=False)
    return figure


def _steps(chart: Steps) -> "Figure":
    figure, axes = _figure(len(chart.labels))
    places = list(range(len(chart.labels)))[::-1]
    begins, ends = _spans(chart.values)
    for index, (place, begin, end) in enumerate(zip(places, begins, ends, strict=True)):
        is_total = index in {0, len(places) - 1}
        style = _TOTAL if is_total else _RISES if end >= begin else _FALLS
        axes.barh(place, end - begin, left=begin, height=0.68, **_style(style))
        if place:
            axes.plot([end, end], [place - 0.66, place - 0.34], color="#1a1a1a", linewidth=0.8)
    tops = [max(begin, end) for begin, end in zip(begins, ends, strict=True)]
    _written(axes, chart.labels, places, tops, chart.said, unit=chart.unit)
    lowest, highest = min(ends), max(ends)
    if 0 < highest - lowest < _SMALL * lowest:
        # Steps that could not be seen from nothing on are seen from near the totals on, and the axis says so.
        apart = highest - lowest
        axes.set_xlim(left=lowest - apart / 2, right=highest + apart)
        axes.set_xlabel(f"{chart.unit} (the axis does not begin at 0)")
    return figure


def _spans(values: Sequence[float]) -> tuple[list[float], list[float]]:
    """Where each bar begins and ends: steps stand on what comes before them, the totals on nothing."""
    running = list(accumulate(values[:-1]))
    return [0.0, *running[:-1], 0.0], [*running, values[-1]]


def _style(index: int) -> dict[str, Any]:
    return {"facecolor": _SHADES[index], "hatch": _HATCHES[index], "edgecolor": "#1a1a1a", "linewidth": 0.8}


def _written(  # noqa: PLR0913 -- by name
    axes: "Axes", labels: Sequence[str], places: Sequence[int], ends: Sequence[float], said: Sequence[str], *, unit: str
) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_yticks(places, [_short(label) for label in labels])
    axes.tick_params(axis="y", length=0)
    widest = max([*ends, 0.0]) or 1.0
    for place, end, words in zip(places, ends, said, strict=True):
        axes.annotate(words, (max(end, 0.0), place), xytext=(4, 0), textcoords="offset points", va="center")
    # Room for what is written behind the longest bar.
    axes.set_xlim(left=min([*ends, 0.0]), right=widest * 1.35)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(FuncFormatter(_shown))
    axes.set_xlabel(unit)


def _shown(value: float, _: int | None = None) -> str:
    for size, name in ((1e9, " bn"), (1e6, " m"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:g}{name}"
    return f"{value:g}"


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
