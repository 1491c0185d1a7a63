"""Identifiers and names that a caller says: what the log's databases take as text, and find again."""

from typing import Final

from amends.wire.limits import ID_CHARACTERS
from amends.wire.violations import Violations

_NUL: Final = "\0"


def is_identifier(value: str) -> bool:
    """Whether it may stand where one is kept."""
    return len(value) <= ID_CHARACTERS and _NUL not in value


def read_identifier(value: str, field: str, violations: Violations) -> str:
    """The value; a violation where it is none."""
    if len(value) > ID_CHARACTERS:
        violations.add(field, f"has {len(value)} characters; expected at most {ID_CHARACTERS}")
    if _NUL in value:
        refuse_nul(value, field, violations)
    return value


def refuse_nul(value: str, field: str, violations: Violations) -> None:
    """PostgreSQL keeps no such text, and what one database takes the other has to take too."""
    if _NUL in value:
        violations.add(field, "has a NUL character; expected text without")
