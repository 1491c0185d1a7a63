"""Checks the draft of a reply against what a decision bears, by the phrases of a pack in one language."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Final

from amends.domain.action import Action
from amends.domain.action_kinds import ActionKind
from amends.domain.wording import NUMBER, Wording, read_wording
from amends.packs.checks.internal_identifier import internal_identifiers
from amends.packs.model import Pack
from amends.packs.reply_words import (
    Advice,
    MustSay,
    NeverSaid,
    Place,
    PromiseWords,
    ReplyLaw,
    ReplyWords,
    phrases_digest,
)
from amends.replies.amounts_said import readings
from amends.replies.finding import CheckedReply, ReplyFinding, ReplySeverity
from amends.replies.held import Held
from amends.replies.identifiers import Identifiers, Named
from amends.replies.lexicon import Sentence, Span
from amends.replies.phrase_book import PhraseBook

MOST_FINDINGS: Final = 100
LONGEST_SAID: Final = 200
"""Characters of the draft that a finding repeats."""

CANNOT_SEE: Final = (
    "Only the wordings that the rule pack lists are found: the same in other words, or in another language, is not.",
    "It reads sentence by sentence: what one sentence promises and the next takes back is found all the same.",
    "Numbers are compared only beside a word or sign of a currency, and never added up over a text.",
    "Whether what is said was done, is kind, or is true, it does not know: that stays with whoever sends it.",
)
_NO_PHRASES: Final = "The rule pack lists no wordings for this language: only identifiers were looked for."
_D7: Final = ("D7",)
_D18: Final = ("D18",)


class ReplyCheck:
    """The check of one pack for one language. Safe to share: nothing of it changes."""

    __slots__ = ("_book", "_digest", "_internal", "_locale", "phrases")

    def __init__(self, pack: Pack, locale: str) -> None:
        """`locale` is a BCP 47 tag; without phrases for it, its language's are taken."""
        words, self._locale = words_for(pack.replies, locale)
        self._book = PhraseBook(words)
        self._internal = Identifiers(internal_identifiers(pack))
        self._digest = phrases_digest(pack.replies)
        self.phrases: Final = pack.replies

    def __call__(self, draft: str, held: Held) -> CheckedReply:
        """What is wrong with the draft, in the order of places; the first findings, if there are very many."""
        wording = read_wording(draft)
        reading = _Reading(draft, wording, self._book, held)
        found = reading.found(self._internal)
        shown = sorted(found[:MOST_FINDINGS], key=lambda one: (one.start, one.end, one.ident))
        return CheckedReply(
            findings=tuple(shown),
            more=len(found) > MOST_FINDINGS,
            locale=self._locale,
            phrases=self._book.lexicon.phrases,
            phrases_digest=self._digest,
            cannot_see=CANNOT_SEE if self._locale else (_NO_PHRASES, *CANNOT_SEE),
        )


def words_for(replies: Iterable[ReplyWords], locale: str) -> tuple[tuple[ReplyWords, ...], str]:
    """The phrases of a locale with those of its language, and the tag that they are for; none: an empty one."""
    held = tuple(replies)
    language = locale.partition("-")[0]
    chosen = tuple(words for words in held if words.locale in {locale, language})
    tags = {words.locale for words in chosen}
    return chosen, locale if locale in tags else language if tags else ""


class _Reading:
    """One draft, held against one decision."""

    def __init__(self, draft: str, wording: Wording, book: PhraseBook, held: Held) -> None:
        self._draft = draft
        self._wording = wording
        self._book = book
        self._held = held
        self._shown = {guardrail.guardrail_id: guardrail for guardrail in held.guardrails}
        self._amounts = held.amounts()
        self._open_amounts = held.open_amounts()
        # A text that names one amount a thousand times is read once.
        self._readings = lru_cache(maxsize=1_000)(readings)

    def found(self, internal: Identifiers) -> list[ReplyFinding]:
        """All that is wrong, up to one more than is shown."""
        references = self._held.references()
        of_the_case = Identifiers((*self._held.identifiers(), *references))
        named = [*of_the_case.found(self._draft), *internal.found(self._draft)]
        places = {self._wording.sentence_at(one.start) for one in named}
        findings, said, with_names = list[ReplyFinding](), set[str](), dict[int, Sentence]()
        # One pass that keeps nothing of a sentence: a long text has hundreds of thousands.
        for sentence in self._book.lexicon.sentences(self._wording):
            if len(findings) <= MOST_FINDINGS:
                findings += self._said(sentence)
            if len(said) < len(self._book.missing):
                said |= {one.ident for one in self._book.says_missing.of(sentence)}
            if sentence.number in places:
                with_names[sentence.number] = sentence
        findings += self._missing(said)
        findings += islice(self._identifiers(named, with_names, references), MOST_FINDINGS + 1)
        return findings

    def _missing(self, said: set[str]) -> Iterator[ReplyFinding]:
        """What the reply says nowhere, and has to."""
        for entry in self._book.missing:
            if entry.ident not in said and (not entry.kinds or self._held.holds(entry.kinds)):
                yield self._lacks(entry)

    def _identifiers(
        self, named: Iterable[Named], sentences: Mapping[int, Sentence], references: frozenset[str]
    ) -> Iterator[ReplyFinding]:
        """Ours where the customer would take them for theirs."""
        for one in named:
            sentence = sentences.get(self._wording.sentence_at(one.start))
            told_as_ours = sentence is not None and sentence.any_of(self._book.ours)
            told_as_theirs = sentence is not None and sentence.any_of(self._book.theirs)
            if told_as_ours or (one.ident in references and not told_as_theirs):
                continue
            yield ReplyFinding(
                law=ReplyLaw.INTERNAL_IDENTIFIER,
                ident=ReplyLaw.INTERNAL_IDENTIFIER.value,
                severity=ReplySeverity.ERROR,
                sources=_D7,
                start=one.start,
                end=one.end,
                said=one.ident[:LONGEST_SAID],
                why="this identifier is ours: the customer does not know it, and may take it for something of theirs",
                instead=self._book.instead(Advice.IDENTIFIER),
            )

    def _said(self, sentence: Sentence) -> Iterator[ReplyFinding]:
        """What a sentence says and should not."""
        for wording in self._book.never.of(sentence):
            yield from self._never(wording, sentence)
        promised = [found for one in self._book.promises.of(sentence) for found in self._promise(one, sentence)]
        yield from promised
        yield from self._money(sentence, promised={found.action_id for found in promised})

    def _never(self, wording: NeverSaid, sentence: Sentence) -> Iterator[ReplyFinding]:
        guardrail = self._shown.get(wording.guardrail)
        span = sentence.first_of(wording.says) if guardrail is not None else None
        if guardrail is not None and span is not None:
            why = f"not to be said on these facts: {guardrail.never}"
            found = self._at(span, ReplyLaw.GUARDRAIL, ident=wording.ident, sources=wording.sources, why=why)
            instead = wording.instead or guardrail.instead
            yield replace(found, instead=instead, guardrail_id=guardrail.guardrail_id)

    def _promise(self, words: PromiseWords, sentence: Sentence) -> Iterator[ReplyFinding]:
        of_kind = [action for action in self._held.actions if _is_one(action, words)]
        may_promise = any(self._held.may_promise(action) for action in of_kind)
        if may_promise or (of_kind and sentence.any_of(self._book.leaves_open)):
            return
        # Found last, as it takes longest: a text may be full of what is fine.
        span = sentence.first_of(words.says)
        sources = words.sources or _D18
        if span is None:
            return
        if not of_kind:
            kinds = " or ".join(words.kinds)
            why = f"it promises what the decision does not hold: {kinds}"
            found = self._at(span, ReplyLaw.PROMISE_NOT_HELD, ident=words.ident, sources=sources, why=why)
            yield replace(found, instead=self._book.instead(Advice.NOT_HELD))
        else:
            action = of_kind[0]
            why = f"it promises {action.kind}, which may not be promised: {self._held.why_open(action)}"
            found = self._at(span, ReplyLaw.PROMISE_OPEN, ident=words.ident, sources=sources, why=why)
            yield replace(found, instead=self._book.instead(Advice.OPEN), action_id=action.action_id)

    def _money(self, sentence: Sentence, *, promised: set[str]) -> Iterator[ReplyFinding]:
        for currency, spelled, span in sentence.money:
            meant = self._readings(spelled or self._number(span), currency)
            if not meant or not self._amounts.isdisjoint(meant):
                continue
            action = next((self._open_amounts[one] for one in meant if one in self._open_amounts), None)
            if action is None:
                why = f"the decision holds no {meant[0]}, and nothing that is known of the case is of that amount"
                found = self._at(span, ReplyLaw.AMOUNT_NOT_HELD, why=why)
                yield replace(found, instead=self._book.instead(Advice.AMOUNT))
            elif action.action_id not in promised and not sentence.any_of(self._book.leaves_open):
                why = f"it names the amount of {action.kind}, which may not be promised: {self._held.why_open(action)}"
                found = self._at(span, ReplyLaw.PROMISE_OPEN, why=why)
                yield replace(found, instead=self._book.instead(Advice.OPEN), action_id=action.action_id)

    def _number(self, span: Span) -> str:
        """The digits of an amount as they are written."""
        numbers = range(span.first, span.last + 1)
        place = next(word for word in numbers if self._wording.words[word] == NUMBER)
        return self._draft[self._wording.starts[place] : self._wording.ends[place]]

    def _lacks(self, entry: MustSay) -> ReplyFinding:
        place = 0 if entry.place is Place.START else len(self._draft)
        asked = f", and the decision holds {_listed(entry.kinds)}" if entry.kinds else ""
        return ReplyFinding(
            law=ReplyLaw.MISSING,
            ident=entry.ident,
            severity=ReplySeverity.WARNING,
            sources=entry.sources,
            start=place,
            end=place,
            said="",
            why=f"{entry.ident.replace('-', ' ')}: none of the wordings is there{asked}",
            instead=entry.instead,
        )

    def _at(
        self, span: Span, law: ReplyLaw, *, why: str, ident: str = "", sources: tuple[str, ...] = _D18
    ) -> ReplyFinding:
        start, end = self._wording.starts[span.first], self._wording.ends[span.last]
        said = self._draft[start : min(end, start + LONGEST_SAID)]
        return ReplyFinding(law, ident or law.value, ReplySeverity.ERROR, sources, start, end, said, why, instead="")


def _is_one(action: Action, words: PromiseWords) -> bool:
    if action.kind not in words.kinds:
        return False
    any_goodwill = action.kind is not ActionKind.GOODWILL or not words.goodwill_kinds
    return any_goodwill or action.parameter("kind") in words.goodwill_kinds


def _listed(kinds: Iterable[ActionKind]) -> str:
    return " or ".join(kinds)
