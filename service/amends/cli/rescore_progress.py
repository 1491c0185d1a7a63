"""Tells how far a run of `amends rescore` is, and in the end what it came to."""

import json
import sys
import time
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Self

import typer

from amends.domain.facts import NANOS_PER_SECOND
from amends.domain.money import Money

if TYPE_CHECKING:
    from amends.packs.model import Pack
    from amends.rescoring.run import Progress

_TELL_EVERY_SECONDS = 0.5


class ProgressForm(StrEnum):
    """How to tell how far it is, on stderr: a bar where that is a terminal, a JSON object a line, or nothing."""

    BAR = "bar"
    JSON = "json"
    NONE = "none"


class Told:
    """Tells how far a run is, twice a second, and first of all that it goes on with what was done before."""

    def __init__(self, form: ProgressForm) -> None:
        self._form = ProgressForm.NONE if form is ProgressForm.BAR and not sys.stderr.isatty() else form
        self._began = self._last = time.monotonic()
        self._goes_on = False

    def __enter__(self) -> Self:
        if self._form is ProgressForm.BAR:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True))
            self._task = self._bar.add_task("", total=None, rate="")
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._form is ProgressForm.BAR:
            self._bar.stop()

    def __call__(self, progress: "Progress") -> None:
        if progress.resumed and not self._goes_on:
            self._goes_on = True
            self._tell_resumed(progress)
        now = time.monotonic()
        if self._form is ProgressForm.NONE or now - self._last < _TELL_EVERY_SECONDS:
            return
        self._last = now
        rows = progress.done + progress.rejected
        rate = (rows - progress.resumed) / (now - self._began)
        if self._form is ProgressForm.BAR:
            told = f"{rate:,.0f} rows/s, {progress.rejected:,} rejected"
            self._bar.update(self._task, completed=rows, total=progress.total, rate=told)
        else:
            left = None if progress.total is None else round((progress.total - rows) / max(rate, 1))
            said = {"rows": rows, "total": progress.total, "rejected": progress.rejected}
            typer.echo(json.dumps({**said, "rows_per_second": round(rate), "seconds_left": left}), err=True)

    def _tell_resumed(self, progress: "Progress") -> None:
        """Also to who wants no progress: the times of its rows are those of then."""
        began, looked_at = _moment(progress.began), _moment(progress.observe_time)
        if self._form is ProgressForm.JSON:
            said = {"resumed_rows": progress.resumed, "began": began, "observe_time": looked_at}
            typer.echo(json.dumps(said), err=True)
        else:
            typer.echo(
                f"amends rescore: going on behind row {progress.resumed:,} of the run that began at {began}; rows that "
                f"say no time are looked at as of {looked_at}",
                err=True,
            )


def summary(progress: "Progress", out: Path, *, policy: str, pack: "Pack") -> None:
    """What the rows came to, and by what they were decided."""
    typer.echo(f"{progress.done:,} rows decided, {progress.rejected:,} rejected: {out}")
    typer.echo(f"  policy {policy}: pack {pack.pack_id} {pack.version}, digest {pack.digest}")
    for outcome, count in sorted(progress.outcomes.items()):
        typer.echo(f"  {outcome}: {count:,}")
    for (kind, currency), units in sorted(progress.money.items()):
        typer.echo(f"  {kind}: {Money(currency, units)}")
    if progress.rejected:
        typer.echo(f"what was rejected, and why: {out}.rejects.jsonl", err=True)


def _moment(nanos: int) -> str:
    return datetime.fromtimestamp(nanos // NANOS_PER_SECOND, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
