"""Decides every flight that left New York in 2013 by the airline pack, and writes what it comes to.

`make flights` runs it: docs/airline-2013.json, the figures in docs/airline-2013.md, and their plot. What is supposed of
the flights stands in `supposed.py`. A test decides one month again and compares.
"""

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from examples.flights import FLIGHTS_IN_THE_YEAR, DataSetError
from examples.year_of_flights import Month, WeatherError, add_months, decide_month
from examples.year_page import with_figures
from examples.year_plot import plot

DOCS: Final = Path(__file__).parent.parent / "docs"
SUMMARY: Final = DOCS / "airline-2013.json"
PAGE: Final = DOCS / "airline-2013.md"
PLOT: Final = DOCS / "images" / "airline-2013.png"

_PROCESSES: Final = 2
_MONTHS: Final = range(1, 13)


def main() -> int:
    """Decide, write, and say how long it took; the exit code."""
    before = time.perf_counter()
    try:
        with ProcessPoolExecutor(_PROCESSES) as processes:
            months = list(processes.map(decide_month, _MONTHS))
        year = whole_year(months)
    except (DataSetError, WeatherError) as error:
        print(f"flights: {error}", file=sys.stderr)
        return 1
    write(year, months)
    print(f"{FLIGHTS_IN_THE_YEAR:,} flights, each decided twice and more: {time.perf_counter() - before:.0f} s")
    return 0


def whole_year(months: list[Month]) -> Month:
    """The months added up; DataSetError unless every flight is in one of them."""
    year = add_months(months)
    decided = year["flights"]["counts"]["all"]
    if decided != FLIGHTS_IN_THE_YEAR:
        raise DataSetError(f"expected {FLIGHTS_IN_THE_YEAR:,} flights, found {decided:,}")
    return year


def write(year: Month, months: list[Month]) -> None:
    """The summary, the page's figures and the plot."""
    named = {str(number): month for number, month in zip(_MONTHS, months, strict=True)}
    SUMMARY.write_text(json.dumps({"year": year, "months": named}, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(with_figures(PAGE.read_text(encoding="utf-8"), year, months), encoding="utf-8")
    plot(months, PLOT)


if __name__ == "__main__":
    sys.exit(main())
