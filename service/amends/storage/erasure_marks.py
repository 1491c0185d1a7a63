"""Marks of erasures as text, one a line: how they are kept apart from the database that they were made in."""

from collections.abc import Iterable, Sequence

import orjson

from amends.domain.erasure import ErasureMark
from amends.storage.backup_errors import BackupError


def write_marks(marks: Iterable[ErasureMark]) -> str:
    """A line for each mark."""
    return "".join(f"{orjson.dumps(mark._asdict()).decode()}\n" for mark in marks)


def read_marks(text: str) -> Sequence[ErasureMark]:
    """The marks of a text. BackupError where it holds anything else: what cannot be read must not be passed over."""
    marks = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            marks.append(ErasureMark(**orjson.loads(line)))
        except (TypeError, ValueError):
            raise BackupError(f"line {number} of the erasures is no mark as `amends db erasures` writes them") from None
    return marks
