"""Identifiers in a text: those of the case and those of the pack, found whole and at once, whatever stands around."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind


class Named(NamedTuple):
    """An identifier where it stands."""

    ident: str
    start: int
    end: int


class Identifiers:
    """Looks for some identifiers."""

    __slots__ = ("_automaton", "_idents")

    def __init__(self, idents: Iterable[str]) -> None:
        self._idents = sorted(set(idents))
        self._automaton = AhoCorasick(self._idents, matchkind=MatchKind.LeftmostLongest) if self._idents else None

    def found(self, text: str) -> Iterator[Named]:
        """Where they stand as words of their own: `D-12` is not in `D-123`."""
        if self._automaton is None:
            return
        for index, start, end in self._automaton.find_matches_as_indexes(text):
            if not (_goes_on(text[start - 1 : start]) or _goes_on(text[end : end + 1])):
                yield Named(self._idents[index], start, end)


def _goes_on(sign: str) -> bool:
    return sign.isalnum() or sign == "_"
