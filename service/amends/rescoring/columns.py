"""Columns of facts: many situations at once, fact by fact, as re-scoring decides them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from amends.domain.facts import Value
from amends.domain.situation import Granted, Subject

Integers: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

_Any = TypeVar("_Any")

UNKNOWN = -1
"""The code of a value that is not known."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A fact with few values: of each row, the place of its value in `values`, or `UNKNOWN`."""

    codes: Integers
    values: Sequence[Value]

    def value(self, row: int) -> Value | None:
        """A row's value; None where it is not known."""
        code = int(self.codes[row])
        return None if code == UNKNOWN else self.values[code]

    def part(self, start: int, end: int) -> "Coded":
        """The rows from `start` to before `end`, with the values that they have: a batch may have one for each row."""
        codes, values = _in_use(self.codes[start:end], self.values)
        return Coded(codes, values)

    @property
    def known(self) -> Flags:
        """The rows that have a value."""
        known: Flags = self.codes != UNKNOWN
        return known


@dataclass(frozen=True, slots=True)
class Numbers:
    """A fact that is an integer, a duration or a date: its number, which means nothing where `known` is false."""

    numbers: Integers
    known: Flags

    def value(self, row: int) -> Value | None:
        """A row's value; None where it is not known."""
        return int(self.numbers[row]) if self.known[row] else None

    def part(self, start: int, end: int) -> "Numbers":
        """The rows from `start` to before `end`."""
        return Numbers(self.numbers[start:end], self.known[start:end])


Column: TypeAlias = Coded | Numbers


class GivenTo(NamedTuple):
    """What was given before, and to whom, as far as that makes a difference: see `given_to`."""

    granted: tuple[Granted, ...]
    subject: Subject = Subject()
    incident_id: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What was given before: of each row its place in `values`, or `UNKNOWN` where nobody said."""

    codes: Integers
    values: Sequence[GivenTo]

    def value(self, row: int) -> GivenTo | None:
        """What a row was given; None where nobody said."""
        code = int(self.codes[row])
        return None if code == UNKNOWN else self.values[code]

    def part(self, start: int, end: int) -> "Given":
        """The rows from `start` to before `end`."""
        codes, values = _in_use(self.codes[start:end], self.values)
        return Given(codes, values)


@dataclass(frozen=True, slots=True)
class Rows:
    """Situations by columns. Facts that no row knows need no column; `observe_time` is one of them, known in every row.

    `unobtainable` has of each row the set of facts that cannot be had; None: of no row any. `given` None: of no row is
    it said what was given.
    """

    count: int
    facts: Mapping[str, Column]
    unobtainable: Coded | None = None
    given: Given | None = None

    @property
    def observe_times(self) -> Integers:
        """When each row is looked at, in nanoseconds since the epoch."""
        column = self.facts["observe_time"]
        assert isinstance(column, Numbers)
        return column.numbers

    def part(self, start: int, end: int) -> "Rows":
        """The rows from `start` to before `end`."""
        end = min(end, self.count)
        facts = {path: column.part(start, end) for path, column in self.facts.items()}
        unobtainable = None if self.unobtainable is None else self.unobtainable.part(start, end)
        return Rows(end - start, facts, unobtainable, None if self.given is None else self.given.part(start, end))


def _in_use(codes: Integers, values: Sequence[_Any]) -> tuple[Integers, list[_Any]]:
    known = codes != UNKNOWN
    used, places = np.unique(codes[known], return_inverse=True)
    found = np.full(len(codes), UNKNOWN, dtype=np.int64)
    found[known] = places
    return found, [values[code] for code in used.tolist()]


def given_to(granted: tuple[Granted, ...], subject: Subject, incident_id: str) -> GivenTo:
    """What was given before to a situation of that subject and incident.

    Whose it is counts only where an entry says for whom it was; else all that counts is whether there is an incident.
    When, and of which action, makes no difference to what there is still to do.
    """
    plain = tuple([replace(one, action_id="", time=None) for one in granted])
    named = any(one.incident_id for one in plain)
    return GivenTo(
        plain,
        subject if any(one.subject is not None for one in plain) else Subject(),
        incident_id if named else SOME_INCIDENT if plain and incident_id else "",
    )


SOME_INCIDENT: Final = "incident"
"""Stands for any incident where it does not matter which."""
