"""The memory of a long run, over the rows that it has done: a line of text, and a plot."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.rescore_runs import MEBIBYTE, Held

_BARS: Final = "▁▂▃▄▅▆▇█"
_WIDTH: Final = 60


def sparkline(curve: Sequence[Held]) -> str:
    """Mebibytes from none to the most, over the run."""
    most = max(one.resident for one in curve)
    count = min(_WIDTH, len(curve))
    shown = [curve[place * len(curve) // count] for place in range(count)]
    bars = "".join(_BARS[min(one.resident * len(_BARS) // most, len(_BARS) - 1)] for one in shown)
    return f"{bars}  up to {most / MEBIBYTE:.0f} MiB, {curve[-1].resident / MEBIBYTE:.0f} at the end"


def growth(curve: Sequence[Held]) -> float:
    """Mebibytes more at the end than after a quarter of the run: by the median of a tenth of it each."""
    tenth = max(len(curve) // 10, 1)
    return (_median(curve[-tenth:]) - _median(curve[len(curve) // 4 :][:tenth])) / MEBIBYTE


def _median(part: Sequence[Held]) -> int:
    return sorted(one.resident for one in part)[len(part) // 2]


def draw(curve: Sequence[Held], path: Path) -> bool:
    """The plot; False without matplotlib."""
    try:
        from matplotlib import pyplot as plt
    except ImportError:
        return False
    figure, axes = plt.subplots(figsize=(7, 3), layout="constrained")
    axes.plot([one.rows / 1e6 for one in curve], [one.resident / MEBIBYTE for one in curve], color="#1f5fa8")
    axes.axhline(1024, color="#a83232", linestyle="--", linewidth=1)
    axes.annotate("1 GiB", (0, 1024), xytext=(2, -10), textcoords="offset points", color="#a83232", fontsize=8)
    axes.set(xlabel="million rows", ylabel="MiB", ylim=(0, 1100), xlim=(0, None))
    axes.set_title("Memory of amends rescore", loc="left", fontsize=10)
    figure.savefig(path, dpi=110, metadata={"Software": None} if path.suffix == ".png" else None)
    plt.close(figure)
    return True
