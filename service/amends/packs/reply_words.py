"""What a pack knows of wordings in replies to customers, per language: phrases that are data, never expressions.

They decide nothing, so they are no part of a pack's digest: they have one of their own, `phrases_digest`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from amends.domain.action_kinds import ActionKind

Phrase: TypeAlias = str
"""Words in a row as `amends.domain.wording` writes them: folded, one space between, `#` for any number."""

Together: TypeAlias = tuple[tuple[Phrase, ...], ...]
"""Sets of phrases of which one each has to stand in the same sentence, in any order."""


class Advice(StrEnum):
    """For what a language has words to use instead, beside those of single wordings."""

    NOT_HELD = "not_held"
    OPEN = "open"
    AMOUNT = "amount"
    IDENTIFIER = "identifier"


class Place(StrEnum):
    """Where something that is missing belongs."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class NeverSaid:
    """Wordings that say what a guardrail forbids; they are told while the decision shows it. `instead`: or its own."""

    ident: str
    guardrail: str
    says: tuple[Together, ...]
    unless: tuple[Phrase, ...]
    instead: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MustSay:
    """What a reply has to say somewhere where the decision holds one of these kinds; of none: always."""

    ident: str
    kinds: tuple[ActionKind, ...]
    says: tuple[Together, ...]
    place: Place
    instead: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PromiseWords:
    """Wordings that promise an action of one of these kinds; for goodwill, of one of `goodwill_kinds` (empty: any)."""

    ident: str
    kinds: tuple[ActionKind, ...]
    goodwill_kinds: tuple[str, ...]
    says: tuple[Together, ...]
    unless: tuple[Phrase, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplyWords:
    """One file of phrases. `leaves_open` are words that make no promise of what is asked for; `ours` and `theirs` say
    whose an identifier is; `money` are words of a currency, beside its code; `numbers` are those written as words.
    """

    origin: str
    locale: str
    never: tuple[NeverSaid, ...] = ()
    missing: tuple[MustSay, ...] = ()
    promises: tuple[PromiseWords, ...] = ()
    leaves_open: tuple[Phrase, ...] = ()
    ours: tuple[Phrase, ...] = ()
    theirs: tuple[Phrase, ...] = ()
    money: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    numbers: Mapping[Phrase, int] = field(default_factory=dict)
    instead: Mapping[Advice, str] = field(default_factory=dict)


class ReplyLaw(StrEnum):
    """What a reply breaks. Where no entry of a pack says it, the law is the id of the finding."""

    GUARDRAIL = "guardrail"
    MISSING = "missing"
    PROMISE_NOT_HELD = "promise_not_held"
    PROMISE_OPEN = "promise_open"
    AMOUNT_NOT_HELD = "amount_not_held"
    INTERNAL_IDENTIFIER = "internal_identifier"


def finding_ids(words: Iterable[ReplyWords]) -> tuple[str, ...]:
    """The ids that a finding may have under these phrases."""
    own = [
        ident
        for held in words
        for ident in (
            *(entry.ident for entry in held.never),
            *(entry.ident for entry in held.missing),
            *(entry.ident for entry in held.promises),
        )
    ]
    return (*own, ReplyLaw.PROMISE_OPEN, ReplyLaw.AMOUNT_NOT_HELD, ReplyLaw.INTERNAL_IDENTIFIER)


def phrases_digest(words: Iterable[ReplyWords]) -> str:
    """SHA-256 of all that these say, in lower case hex; empty for none."""
    held = tuple(words)
    return hashlib.sha256(repr(held).encode()).hexdigest() if held else ""
