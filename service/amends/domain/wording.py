"""A text for people as words with their places: what phrases are looked for in. No engine of expressions, one pass.

A word is a run of letters, folded so that case and typography do not matter; a number, whatever it is, is `#`; a sign
of a currency and `%` are words of their own; everything else only parts words. Places are in characters of the text.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

NUMBER: Final = "#"
_APOSTROPHES: Final = "'’\u2018\u02bc"
_INSIDE_NUMBERS: Final = ".,:"
_ENDS: Final = ".!?…"
_CLOSERS: Final = "\"')]}»”’"
_BULLETS: Final = "-*•–>"


class _Word(NamedTuple):
    text: str
    start: int
    end: int


class _Chunk(NamedTuple):
    """What stands between two spaces: its words, by their places in it, and whether a sentence ends with it."""

    words: tuple[_Word, ...]
    ends: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a text side by side: each with where it begins and ends, and the number of its sentence."""

    words: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    sentences: Sequence[int]

    def sentence_at(self, place: int) -> int:
        """The sentence of the word that begins at that place or before it; 0 where none does."""
        index = bisect_right(self.starts, place) - 1
        return self.sentences[index] if index >= 0 else 0


def read_wording(text: str) -> Wording:
    """The words of a text. A sentence ends with its mark, at an empty line, and before an item of a list."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    sentences: list[int] = []
    known: dict[str, _Chunk] = {}
    sentence, line_start = 0, 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if not bare or bare[0] in _BULLETS:
            sentence += 1
        place = 0
        for piece in line.split():
            place = line.index(piece, place)
            chunk = known.get(piece)
            if chunk is None:
                chunk = known[piece] = _read_chunk(piece)
            here = line_start + place
            for word in chunk.words:
                words.append(word.text)
                starts.append(here + word.start)
                ends.append(here + word.end)
                sentences.append(sentence)
            sentence += chunk.ends
            place += len(piece)
        line_start += len(line)
    return Wording(words, starts, ends, sentences)


def phrase_of(text: str) -> str:
    """A phrase as its words in a row, with one space between; empty where it has no word."""
    if text.isascii() and text.replace(" ", "").isalpha():
        # Most phrases of a pack, of which there may be thousands: nothing of them is to be found out.
        return " ".join(text.lower().split())
    return " ".join(read_wording(text).words)


def _read_chunk(piece: str) -> _Chunk:
    words: list[_Word] = []
    place = 0
    while place < len(piece):
        sign = piece[place]
        if sign in {NUMBER, "%"} or unicodedata.category(sign) == "Sc":
            words.append(_Word(sign, place, place + 1))
            place += 1
        elif sign.isdecimal():
            end = _end_of_number(piece, place)
            words.append(_Word(NUMBER, place, end))
            place = end
        elif sign.isalpha():
            end = _end_of_word(piece, place)
            words.append(_Word(_folded(piece[place:end]), place, end))
            place = end
        else:
            place += 1
    return _Chunk(tuple(words), _ends_sentence(piece))


def _end_of_number(piece: str, place: int) -> int:
    """`14:30`, `1,000.50`: what parts digits belongs to them where digits follow."""
    while place < len(piece):
        inside = piece[place] in _INSIDE_NUMBERS and piece[place + 1 : place + 2].isdecimal()
        if not (piece[place].isdecimal() or inside):
            break
        place += 1
    return place


def _end_of_word(piece: str, place: int) -> int:
    """`we’ll`: an apostrophe belongs to letters on both of its sides; marks and what does not show are passed over."""
    while place < len(piece):
        sign = piece[place]
        joins = sign in _APOSTROPHES and piece[place + 1 : place + 2].isalpha()
        if not (sign.isalpha() or joins or unicodedata.category(sign) in {"Mn", "Cf"}):
            break
        place += 1
    return place


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    shown = "".join("'" if sign in _APOSTROPHES else sign for sign in word if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", shown).casefold()


def _ends_sentence(piece: str) -> bool:
    """`done.` and `done!)` end one; `p.m.` and `e.g.` do not."""
    bare = piece.rstrip(_CLOSERS)
    if not bare or bare[-1] not in _ENDS:
        return False
    inside = bare.rstrip(_ENDS)
    return not ("." in inside and all(len(part) == 1 and part.isalpha() for part in inside.split(".")))
