"""What is wrong with a mapping file: collected, so that all of it is told at once, each with its line and a hint."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

_FEW: Final = 12


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line and a column, from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong, and how to mend it."""

    place: Place
    code: str
    message: str
    hint: str = ""


class MappingError(Exception):
    """The file is no mapping; `problems` are all that is wrong with it, in the order of their places."""

    def __init__(self, file: str, text: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        lines = text.splitlines()
        super().__init__("\n".join(_rendered(problem, file, lines) for problem in self.problems))


class Problems:
    """Collects what is wrong with one file."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, place: Place, code: str, message: str, hint: str = "") -> None:
        self.found.append(Problem(place, code, message, hint))


def nearest(word: str, known: Iterable[str]) -> str:
    """The hint for a name that is not known."""
    names = sorted(set(known))
    close = get_close_matches(word, names, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known: {', '.join(names)}" if len(names) <= _FEW else ""


def _rendered(problem: Problem, file: str, lines: list[str]) -> str:
    place = problem.place
    told = [f"{file}:{place.line}:{place.column}: error[{problem.code}]: {problem.message}"]
    if 1 <= place.line <= len(lines):
        told += [f"    {lines[place.line - 1]}", f"    {' ' * (place.column - 1)}^"]
    if problem.hint:
        told.append(f"    hint: {problem.hint}")
    shown = "\n".join(told)
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in shown)
