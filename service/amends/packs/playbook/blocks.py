"""What a playbook is made of, whatever it is written as: sections of paragraphs, nested points and tables."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of words. `code` is a name that is never translated; `lang` is set for words of another language."""

    words: str
    code: bool = False
    strong: bool = False
    lang: str = ""


Words: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    words: Words


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a list, with the points below it."""

    words: Words
    below: tuple["Point", ...] = ()


@dataclass(frozen=True, slots=True)
class Points:
    """A list of points; `ordered` ones are numbered."""

    points: tuple[Point, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption and a head; the first cell of a row names it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]


Block: TypeAlias = Paragraph | Points | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part. `name` is unique in the playbook: links lead to it."""

    title: str
    name: str
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Playbook:
    """A whole policy in words. `lang` is the language of the words that are not the pack's own."""

    title: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]
    lang: str = "en"


def said(words: str, *, strong: bool = False, lang: str = "") -> Words:
    """Words as they are; nothing where there are none."""
    return (Run(words, strong=strong, lang=lang),) if words else ()


def joined(between: str, parts: Iterable[Words]) -> Words:
    """Several stretches with a sign between; those that say nothing are left out."""
    told = [part for part in parts if part]
    first = told[0] if told else ()
    return (*first, *(run for part in told[1:] for run in (*said(between), *part)))


def named(name: str) -> Words:
    """A name of the pack or the language."""
    return (Run(name, code=True),) if name else ()
