"""The entries of a language by their phrases: which of them a sentence says."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from amends.packs.reply_words import Advice, Phrase, ReplyWords, Together
from amends.replies.lexicon import Lexicon, Sentence

_KEPT: Final = 4_096


class _Speaks(Protocol):
    @property
    def says(self) -> tuple[Together, ...]: ...


Entry = TypeVar("Entry", bound=_Speaks)


class _Whole(NamedTuple):
    """The bits of what is said together for an entry, and the one of what takes it back."""

    place: int
    whole: int
    back: int


class _BySlots(Generic[Entry]):
    """Each list of a sentence has a bit, and each phrase those of the lists that it stands in: what a sentence says
    whole is seen from the bits of its phrases at once, however many entries and phrases there are.
    """

    def __init__(self, entries: Sequence[Entry], unless: Sequence[Iterable[Phrase]] = ()) -> None:
        """`unless`: for each entry, the phrases that take it back."""
        self._bits: dict[Phrase, int] = {}
        self._wholes: list[_Whole] = []
        self._entries: Sequence[Entry] = entries
        lists = count()
        for place, entry in enumerate(entries):
            back = self._mark(unless[place], next(lists)) if unless else 0
            for together in entry.says:
                whole = sum(self._mark(slot, next(lists)) for slot in together)
                self._wholes.append(_Whole(place, whole, back))
        # Texts that mean harm repeat themselves; others have few sentences.
        self._said: Final = lru_cache(maxsize=_KEPT)(self._that_are_whole)

    def of(self, sentence: Sentence) -> tuple[Entry, ...]:
        """Those that the sentence says and does not take back, in the order written."""
        bits, marked = self._bits, 0
        for phrase in sentence.phrases:
            marked |= bits.get(phrase, 0)
        return self._said(marked) if marked else ()

    def _mark(self, phrases: Iterable[Phrase], number: int) -> int:
        bit = 1 << number
        self._bits.update((phrase, self._bits.get(phrase, 0) | bit) for phrase in phrases)
        return bit

    def _that_are_whole(self, marked: int) -> tuple[Entry, ...]:
        said = (one.place for one in self._wholes if marked & one.whole == one.whole and not marked & one.back)
        places = dict.fromkeys(said)
        return tuple(self._entries[place] for place in places)


class PhraseBook:
    """All that is said of a language, and the lexicon of its phrases."""

    def __init__(self, words: Sequence[ReplyWords]) -> None:
        self.lexicon: Final = Lexicon(words)
        never = [entry for held in words for entry in held.never]
        promises = [entry for held in words for entry in held.promises]
        self.never: Final = _BySlots(never, [entry.unless for entry in never])
        self.promises: Final = _BySlots(promises, [entry.unless for entry in promises])
        self.missing: Final = [entry for held in words for entry in held.missing]
        self.says_missing: Final = _BySlots(self.missing)
        self.leaves_open: Final = _all(held.leaves_open for held in words)
        self.ours: Final = _all(held.ours for held in words)
        self.theirs: Final = _all(held.theirs for held in words)
        # Of two files the later one's, which is the child's.
        self._instead: Mapping[Advice, str] = {advice: text for held in words for advice, text in held.instead.items()}

    def instead(self, advice: Advice) -> str:
        """Words to use instead; empty where the language has none."""
        return self._instead.get(advice, "")


def _all(phrases: Iterable[Iterable[Phrase]]) -> frozenset[Phrase]:
    return frozenset(phrase for some in phrases for phrase in some)
