"""The figures of docs/airline-2013.md, as tables, from the summary of the year. The words around are written by hand.

The page holds them between two marks, so that a test finds figures that are not the summary's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from examples.year_of_flights import RUNS, Month
from examples.year_tally import Counts

BEGIN: Final = "<!-- figures: made by `make flights` -->"
END: Final = "<!-- end of the figures -->"

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORDS: Final = {"unknown": "whether they accepted is not known", "refused": "nothing was accepted"}
_BASIS: Final = "ticket-price"


def with_figures(page: str, year: Month, months: Sequence[Month]) -> str:
    """The page with the summary's figures between its marks. ValueError where it has not both marks."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"the page has no {BEGIN!r} before {END!r}")
    return f"{before}{BEGIN}\n\n{figures(year, months)}\n{END}{after}"


def figures(year: Month, months: Sequence[Month]) -> str:
    """All tables, each under its heading."""
    parts = (
        ("### By month", _by_month(year, months)),
        ("### Outcomes", _runs(year, "outcomes")),
        ("### Actions", _runs(year, "actions")),
        ("### Promised news", _runs(year, "cadences")),
        ("### What is asked first", _runs(year, "facts_asked_first")),
        ("### What stays open", _runs(year, "facts_asked_for")),
        ("### The weather", _weather(year)),
    )
    return "\n".join(f"{heading}\n\n{table}\n" for heading, table in parts)


def _by_month(year: Month, months: Sequence[Month]) -> str:
    head = ("", "flights", "cancelled", "diverted", "15 min late", "3 h late", "in bad weather", "fares owed", "USD")
    names = ("all", "cancelled", "diverted", "late_15_minutes", "late_3_hours", "disrupted_in_bad_weather")
    rows = [
        (
            name,
            *(_number(month["flights"]["counts"].get(column, 0)) for column in names),
            _number(month["refused"]["owed_times"].get(_BASIS, 0)),
            _money(month["refused"]["owed_cents"].get(_BASIS, 0)),
        )
        for name, month in zip((*_MONTHS, "**year**"), (*months, year), strict=True)
    ]
    return _table(head, rows)


def _runs(year: Month, part: str) -> str:
    """One row for each name, the most frequent first; one column for each run."""
    counted = [year[run][part] for run in RUNS]
    names = sorted({name for counts in counted for name in counts}, key=lambda name: (-_most(counted, name), name))
    rows = [(name, *(_number(counts.get(name, 0)) for counts in counted)) for name in names]
    return _table(("", *(_WORDS[run] for run in RUNS)), rows)


def _most(counted: Iterable[Mapping[str, int]], name: str) -> int:
    return max(counts.get(name, 0) for counts in counted)


def _weather(year: Month) -> str:
    counted = [year[f"{run}_weather"]["counts"] for run in RUNS]
    return _table(("", *(_WORDS[run] for run in RUNS)), list(_weather_rows(counted)))


def _weather_rows(counted: Sequence[Counts]) -> Iterator[tuple[str, ...]]:
    for words, name in (
        ("late or cancelled flights that should have left in bad weather", "flights"),
        ("fares owed, the same either way", "owed_alike"),
        ("gestures, as the weather's doing", "gestures_weather"),
        ("gestures, as if it were ours", "gestures_ours"),
    ):
        yield words, *(_number(counts[name]) for counts in counted)
    yield "these gestures, USD", *(_money(counts["gestures_ours_cents"]) for counts in counted)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ("---", *("---:" for _ in head[1:]))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def _number(count: int) -> str:
    return f"{count:,}" if count else "·"


def _money(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02}" if cents else "·"
