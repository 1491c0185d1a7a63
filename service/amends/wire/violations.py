"""Collects what is wrong with a request: nothing stops at the first mistake, and a good request pays nothing here."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Final

from amends.domain.errors import FieldViolation, InvalidSituationError

_SHOWN_CHARACTERS: Final = 60
_SHOWN_VALUES: Final = 40
_SIMILARITY: Final = 0.6
# Looking for near names is dear; a request that is wrong throughout must not buy more of it than a few.
_HINTS: Final = 8


class Malformed(ValueError):  # noqa: N818  # caught where the field is known; never leaves wire
    """A value that breaks the form of its type, before it is known in which field it stands.

    `word` is a name that was not recognised, `known` are the names that were expected.
    """

    def __init__(self, description: str, *, word: str = "", known: Iterable[str] = ()) -> None:
        super().__init__(description)
        self.description = description
        self.word = word
        self.known = known


def not_one_of(value: str, allowed: Collection[str], *, what: str) -> Malformed:
    """A name that is none of the allowed ones, listing these."""
    return Malformed(f"{shown(value)} is not {what}; expected one of: {listing(allowed)}", word=value, known=allowed)


class Violations:
    """The violations of one request, below `prefix` (`situation`)."""

    __slots__ = ("_found", "_hinted", "_prefix")

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._found: list[FieldViolation] = []
        self._hinted: list[str] = []

    def below(self, field: str) -> "Violations":
        """The same collection, for what lies below a field of it."""
        nested = Violations(self._path(field))
        nested._found, nested._hinted = self._found, self._hinted
        return nested

    def add(self, field: str, description: str, hint: str = "") -> None:
        """Record one, at a field below the prefix (empty: at the prefix itself)."""
        self._found.append(FieldViolation(self._path(field), description, hint))

    def malformed(self, field: str, problem: Malformed) -> None:
        """Record what a value's decoder said."""
        self.add(field, problem.description, self.nearest(problem.word, problem.known) if problem.word else "")

    def nearest(self, value: str, known: Iterable[str]) -> str:
        """`did you mean 'gold'?`, or nothing where no known name is near."""
        if len(self._hinted) >= _HINTS or len(value) > _SHOWN_CHARACTERS:
            return ""
        self._hinted.append(value)
        slack = max(2, len(value) // 2)
        candidates = {name.lower(): name for name in known if abs(len(name) - len(value)) <= slack}
        found = get_close_matches(value.lower(), candidates, n=1, cutoff=_SIMILARITY)
        return f"did you mean {candidates[found[0]]!r}?" if found else ""

    def _path(self, field: str) -> str:
        return f"{self._prefix}.{field}" if self._prefix and field else self._prefix or field

    def found(self) -> tuple[FieldViolation, ...]:
        """All of them, in the order found."""
        return tuple(self._found)

    def check(self) -> None:
        """Raise InvalidSituationError if there is any."""
        if self._found:
            raise InvalidSituationError(self.found())


def shown(value: str) -> str:
    """A caller's text as it may stand in a message: quoted, on one line, cut where it is long."""
    return repr(value if len(value) <= _SHOWN_CHARACTERS else value[:_SHOWN_CHARACTERS] + "…")


def entry(field: str, key: str) -> str:
    """The path of a map's entry: `facts["delay_days"]`."""
    text = key if len(key) <= _SHOWN_CHARACTERS else key[:_SHOWN_CHARACTERS] + "…"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'{field}["{"".join(char if char.isprintable() else "?" for char in escaped)}"]'


def listing(values: Collection[str]) -> str:
    """`none, bronze, silver`; a long list is cut and says by how much."""
    listed = [value for value, _ in zip(values, range(_SHOWN_VALUES), strict=False)]
    rest = len(values) - len(listed)
    return ", ".join(listed) + (f" … and {rest} more" if rest else "") if listed else "(the pack lists none)"
