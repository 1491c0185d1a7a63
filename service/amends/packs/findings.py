"""Collects what is wrong while a pack, a test or a case file is read: nothing stops at the first mistake.

One collector belongs to one load. It knows the lines of every file read, so that each finding shows its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final, TypeAlias

from amends.packs.diagnostics import Diagnostic, PackError, Severity
from amends.packs.model import Position

_LONGEST_EXCERPT: Final = 160
_SHOWN: Final = 12
_MOST_SHOWN: Final = 1_000
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

    def error(self, at: Position, code: str, message: str, hint: "Hint" = "") -> None:
        """Record an error; the same one said twice is said once."""
        # Of so many, no more are shown: what they are near to would be looked for in vain.
        told = str(hint) if len(self._found) < _MOST_SHOWN else ""
        self._found[Diagnostic(at, code, message, hint=told, excerpt=self._excerpt(at))] = None

    def excerpted(self, found: Diagnostic) -> Diagnostic:
        """The same finding with the line that it points to."""
        return replace(found, excerpt=self._excerpt(found.position))

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

    def shown(self) -> tuple[Diagnostic, ...]:
        """What a person is shown, in the order of position: the first, and how many more there are."""
        found = self.sorted()
        if len(found) <= _MOST_SHOWN:
            return found
        shown, rest = found[:_MOST_SHOWN], found[_MOST_SHOWN:]
        worst = Severity.ERROR if any(one.severity is Severity.ERROR for one in rest) else Severity.WARNING
        message = f"and {len(rest)} more"
        more = Diagnostic(shown[-1].position, "and-more", message, hint="mend these first", severity=worst)
        return (*shown, more)

    def _excerpt(self, at: Position) -> str:
        lines = self._lines.get(at.file, ())
        if not 1 <= at.line <= len(lines) or at.column > _LONGEST_EXCERPT:
            return ""
        return lines[at.line - 1][:_LONGEST_EXCERPT]


@dataclass(frozen=True, slots=True)
class Nearest:
    """A hint that is looked for only when it is shown: the search is dear, and a file may hold a misspelling a word."""

    word: str
    known: tuple[str, ...]
    otherwise: str

    def __str__(self) -> str:
        """The closest known name, else what was given for that case, else all of them where they are few."""
        candidates = sorted(set(self.known))
        longer = [name for name in candidates if self.word and name.startswith(self.word)]
        if len(longer) == 1:
            return f"did you mean {longer[0]!r}?"
        bare = [name for name in candidates if "." not in name]
        close = get_close_matches(self.word, candidates, n=1, cutoff=0.6) or get_close_matches(
            self.word.rpartition(".")[2], bare, n=1, cutoff=0.75
        )
        if close:
            return f"did you mean {close[0]!r}?"
        return f"known: {', '.join(candidates)}" if 0 < len(candidates) <= _SHOWN else self.otherwise


Hint: TypeAlias = str | Nearest


def nearest(word: str, known: Iterable[str], *, otherwise: str = "") -> Nearest:
    """The hint for a name that is not known; `otherwise` where nothing is near and too many are known to list."""
    return Nearest(word[:_LONGEST_NAME], tuple(str(name) for name in known), otherwise)
