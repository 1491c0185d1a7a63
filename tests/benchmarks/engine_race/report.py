"""What the race found: a table, a CSV, a plot where matplotlib is installed, and the figures of the last line."""

import csv
import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tests.benchmarks.engine_race.entries import BITMAP, is_ours

_OTHER_CPU: Final = "unknown processor"


@dataclass(frozen=True, slots=True)
class Row:
    """One engine on one policy. Microseconds of processor time a decision; None where `note` says why there is none."""

    facts: int
    rules: int
    engine: str
    version: str
    median_us: float | None = None
    lowest_us: float | None = None
    highest_us: float | None = None
    repeated_us: float | None = None
    build_s: float | None = None
    checked: int = 0
    note: str = ""


def table(rows: Sequence[Row]) -> str:
    """A line an engine and a column a policy, in Markdown."""
    policies = sorted({(row.facts, row.rules) for row in rows})
    found = {(row.engine, row.facts, row.rules): row for row in rows}
    head = "".join(f" {rules:,} rules, {facts} facts |" for facts, rules in policies)
    lines = [f"| microseconds a decision |{head}", f"|---|{'---:|' * len(policies)}"]
    for engine in dict.fromkeys(row.engine for row in rows):
        cells = [found.get((engine, *policy)) for policy in policies]
        lines.append(f"| {engine} | {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(lines)


def figures(rows: Sequence[Row]) -> dict[str, object]:
    """How much faster the bitmap is than the fastest peer, at the worst number of facts; and what that rests on."""
    timed = [row for row in rows if row.median_us is not None]
    sizes, widths = sorted({row.rules for row in rows}), sorted({row.facts for row in rows})
    ours = {(row.facts, row.rules): _median(row) for row in timed if row.engine == BITMAP}
    best: dict[tuple[int, int], tuple[float, str]] = {}
    for row in timed:
        if not is_ours(row.engine):
            here = (row.facts, row.rules)
            best[here] = min(best.get(here, (float("inf"), "")), (_median(row), row.engine))
    times = {here: us / ours[here] for here, (us, _) in best.items() if here in ours}
    growths = {facts: ours[facts, sizes[-1]] / ours[facts, sizes[0]] for facts in widths}
    return {
        "times_faster_than_best_peer": {
            str(rules): round(min(of_size), 1)
            for rules in sizes
            if (of_size := [value for (_, size), value in times.items() if size == rules])
        },
        f"growth_{sizes[0]}_to_{sizes[-1]}": round(max(growths.values()), 2),
        "times_faster_by_facts": _by_policy(((*here, round(value, 1)) for here, value in times.items())),
        "best_peer": _by_policy(((*here, name) for here, (_, name) in best.items())),
        "growth_by_facts": {str(facts): round(growth, 2) for facts, growth in growths.items()},
        "medians_us": _by_engine(timed, lambda row: row.median_us),
        "spread_us": _by_engine(timed, lambda row: [row.lowest_us, row.highest_us]),
        "repeated_us": _by_engine([row for row in timed if row.repeated_us is not None], lambda row: row.repeated_us),
        "build_s": _by_engine(timed, lambda row: row.build_s),
        "checked": _by_engine(timed, lambda row: row.checked),
        "out_of_the_race": [
            f"{row.engine}, {row.rules} rules, {row.facts} facts: {row.note}" for row in rows if row.note
        ],
        "versions": {row.engine: row.version for row in rows},
        "machine": machine(),
    }


def machine() -> str:
    """What it ran on, as far as that says something about speed."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text(encoding="utf-8").splitlines() if cpu.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), _OTHER_CPU)
    load = f"load {os.getloadavg()[0]:.1f} of {os.cpu_count()} when done"
    return f"{os.cpu_count()} x {model}, {platform.system()}, Python {platform.python_version()}, {load}"


def write_csv(rows: Iterable[Row], path: Path) -> None:
    """Every row with every column."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in fields(Row)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def draw(rows: Sequence[Row], path: Path) -> bool:
    """Microseconds a decision against rules, both logarithmic; False without matplotlib."""
    if find_spec("matplotlib") is None:
        return False
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    widths = sorted({row.facts for row in rows})
    figure = Figure(figsize=(4.8 * len(widths), 4.8), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(1, len(widths), sharey=True, squeeze=False)[0]
    for panel, facts in zip(panels, widths, strict=True):
        for engine in dict.fromkeys(row.engine for row in rows):
            points = [(row.rules, row.median_us) for row in rows if row.engine == engine and row.facts == facts]
            known = [(rules, us) for rules, us in points if us is not None]
            style = "o-" if is_ours(engine) else "s--"
            panel.loglog(*zip(*known, strict=True) if known else ((), ()), style, label=engine)
        panel.set_title(f"{facts} facts, about 5 matches")
        panel.set_xlabel("rules")
        panel.grid(visible=True, which="both", alpha=0.25)
    panels[0].set_ylabel("microseconds a decision (processor time)")
    panels[-1].legend(fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
    figure.savefig(path, dpi=90)
    return True


def _cell(row: Row | None) -> str:
    if row is None:
        return "–"
    return row.note.partition(":")[0] if row.median_us is None else f"{row.median_us:,.1f}"


def _median(row: Row) -> float:
    assert row.median_us is not None
    return row.median_us


def _by_policy(values: Iterable[tuple[int, int, object]]) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for facts, rules, value in values:
        found.setdefault(str(facts), {})[str(rules)] = value
    return found


def _by_engine(rows: Iterable[Row], of: Callable[[Row], object]) -> Mapping[str, Mapping[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for row in rows:
        found.setdefault(row.engine, {})[f"{row.rules} rules, {row.facts} facts"] = of(row)
    return found
