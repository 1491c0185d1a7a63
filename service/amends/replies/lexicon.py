"""The phrases of a language, compiled: all of them are looked for at once, in one pass, by Aho-Corasick automata.

What a text holds is told sentence by sentence: which phrases stand in it, and where.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick

from amends.domain.wording import NUMBER, Wording
from amends.packs.reply_words import Phrase, ReplyWords, Together

_MOST_AMOUNTS: Final = 1_000
"""Amounts of one sentence that are compared: nobody writes more."""


class Span(NamedTuple):
    """The words of a text from `first` to `last`, by their numbers."""

    first: int
    last: int

    def joined(self, other: "Span") -> "Span":
        """From the earlier beginning to the later end."""
        return Span(min(self.first, other.first), max(self.last, other.last))


class AmountSaid(NamedTuple):
    """A number beside a word of a currency. `spelled` is its value where it is written in words, else empty."""

    currency: str
    spelled: str
    span: Span


class Sentence(NamedTuple):
    """The phrases that stand in a sentence, each where it stands first; and every amount of money."""

    number: int
    phrases: Mapping[Phrase, Span]
    money: Sequence[AmountSaid]

    def any_of(self, phrases: Iterable[Phrase]) -> bool:
        """Whether one of them is there."""
        return not self.phrases.keys().isdisjoint(phrases)

    def first_of(self, says: Iterable[Together]) -> Span | None:
        """Where the first of these stands that is there whole."""
        return next((span for together in says if (span := self._whole(together)) is not None), None)

    def _whole(self, together: Together) -> Span | None:
        spans = []
        for slot in together:
            span = next((self.phrases[phrase] for phrase in slot if phrase in self.phrases), None)
            if span is None:
                return None
            spans.append(span)
        whole = spans[0]
        for span in spans[1:]:
            whole = whole.joined(span)
        return whole


class Lexicon:
    """What is looked for in texts of one language."""

    __slots__ = ("_automaton", "_money", "_patterns", "_spelled", "phrases")

    def __init__(self, words: Sequence[ReplyWords]) -> None:
        """`phrases` is how many are looked for."""
        phrases = dict.fromkeys(phrase for held in words for phrase in _phrases(held))
        money = {pattern: (currency, spelled) for held in words for pattern, currency, spelled in _money(held)}
        # Each with how many words follow its first.
        self._patterns: Final = tuple((phrase, phrase.count(" ")) for phrase in dict.fromkeys((*phrases, *money)))
        self._money: Final = money
        self._spelled: Final = frozenset(said.rpartition(" ")[2] for held in words for said in held.numbers)
        self.phrases: Final = len(phrases)
        # Between spaces, so that a phrase is found at whole words only.
        self._automaton = AhoCorasick([f" {phrase} " for phrase, _ in self._patterns]) if self._patterns else None

    def sentences(self, wording: Wording) -> Iterator[Sentence]:
        """The sentences in which something is found, in their order."""
        if self._automaton is None or not wording.words:
            return
        # Each word stands behind a space: these are the places of the spaces.
        places = list(accumulate((len(word) + 1 for word in wording.words), initial=0))
        text = f" {' '.join(wording.words)} "
        patterns, numbers, currencies = self._patterns, wording.sentences, self._money
        current, phrases, money = -1, dict[Phrase, Span](), list[AmountSaid]()
        # One loop over all that is found, which may be as much as there is text: it makes as little as it can.
        for pattern, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            phrase, length = patterns[pattern]
            first = bisect_left(places, start)
            number = numbers[first]
            if numbers[first + length] != number:
                continue
            if number != current:
                if phrases:
                    yield Sentence(current, phrases, money)
                current, phrases, money = number, {}, []
            if phrase not in phrases:
                phrases[phrase] = Span(first, first + length)
            if phrase in currencies and len(money) < _MOST_AMOUNTS:
                currency, spelled = currencies[phrase]
                if not spelled or not self._goes_on(wording, first):
                    money.append(AmountSaid(currency, spelled, Span(first, first + length)))
        if phrases:
            yield Sentence(current, phrases, money)

    def _goes_on(self, wording: Wording, first: int) -> bool:
        """Whether a number in words began before: of `thirty-two`, or `a hundred and two`, the `two` is no amount."""
        return not self._spelled.isdisjoint(wording.words[max(0, first - 2) : first])


def _phrases(held: ReplyWords) -> Iterator[Phrase]:
    for says in (
        *(wording.says for wording in held.never),
        *(entry.says for entry in held.missing),
        *(promise.says for promise in held.promises),
    ):
        yield from (phrase for together in says for slot in together for phrase in slot)
    for unless in (*(wording.unless for wording in held.never), *(promise.unless for promise in held.promises)):
        yield from unless
    yield from (*held.leaves_open, *held.ours, *held.theirs)


def _money(held: ReplyWords) -> Iterator[tuple[Phrase, str, str]]:
    """A number beside a word of a currency, on either side of it; in words before it only."""
    for currency, names in held.money.items():
        for said in dict.fromkeys((currency.lower(), *names)):
            yield f"{said} {NUMBER}", currency, ""
            yield f"{NUMBER} {said}", currency, ""
            yield from ((f"{number} {said}", currency, str(value)) for number, value in held.numbers.items())
