"""Collects what is wrong while a pack, a test or a case file is read: nothing stops at the first mistake.

One collector belongs to one load. It knows the lines of every file read, so that each finding shows its own.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from amends.packs.diagnostics import Diagnostic, PackError, Severity
from amends.packs.model import Position

_LONGEST_EXCERPT: Final = 160
_SHOWN: Final = 12
_LONGEST_NAME: Final = 100


class Findings:
    """The diagnostics of one load, and the source lines they point into."""

    __slots__ = ("_found", "_lines")

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}
        self._lines: dict[str, tuple[str, ...]] = {}

    def add_lines(self, file: str, lines: tuple[str, ...]) -> None:
        """Make the lines of a file known, for excerpts."""
        self._lines[file] = lines

    def beside(self) -> "Findings":
        """A collector of its own that shows the same lines."""
        other = Findings()
        other._lines = self._lines
        return other

    def error(self, at: Position, code: str, message: str, hint: str = "") -> None:
        """Record an error; the same one said twice is said once."""
        self._found[Diagnostic(at, code, message, hint=hint, excerpt=self._excerpt(at))] = None

    def include(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Take over what somebody else found."""
        self._found.update(dict.fromkeys(diagnostics))

    @property
    def failed(self) -> bool:
        """Whether there is any error."""
        return any(found.severity is Severity.ERROR for found in self._found)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """Everything found, in the order of position."""
        return PackError(self._found).diagnostics

    def _excerpt(self, at: Position) -> str:
        lines = self._lines.get(at.file, ())
        if not 1 <= at.line <= len(lines) or at.column > _LONGEST_EXCERPT:
            return ""
        # An excerpt goes to a terminal: what does not print may be an escape sequence.
        return "".join(char if char.isprintable() else "?" for char in lines[at.line - 1][:_LONGEST_EXCERPT])


def nearest(word: str, known: Iterable[str]) -> str:
    """The hint for a name that is not known: the closest known one, else all of them where they are few."""
    candidates = sorted({str(name) for name in known})
    word = word[:_LONGEST_NAME]
    longer = [name for name in candidates if word and name.startswith(word)]
    if len(longer) == 1:
        return f"did you mean {longer[0]!r}?"
    close = get_close_matches(word, candidates, n=1, cutoff=0.6) or get_close_matches(
        word.rpartition(".")[2],
        [name for name in candidates if "." not in name],
        n=1,
        cutoff=0.75,
    )
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known: {', '.join(candidates)}" if 0 < len(candidates) <= _SHOWN else ""
