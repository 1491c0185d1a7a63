"""The entries of a language by their phrases: of a sentence only those are tried that it may concern."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Generic, Protocol, TypeVar

from amends.packs.reply_words import Advice, Phrase, ReplyWords, Together
from amends.replies.lexicon import Lexicon, Sentence


class _Speaks(Protocol):
    @property
    def says(self) -> tuple[Together, ...]: ...


Entry = TypeVar("Entry", bound=_Speaks)


class _ByPhrase(Generic[Entry]):
    def __init__(self, entries: Sequence[Entry]) -> None:
        self._by_phrase: dict[Phrase, tuple[int, ...]] = {}
        self._entries: Sequence[Entry] = entries
        for place, entry in enumerate(entries):
            for phrase in dict.fromkeys(phrase for together in entry.says for slot in together for phrase in slot):
                self._by_phrase[phrase] = (*self._by_phrase.get(phrase, ()), place)

    def of(self, sentence: Sentence) -> list[Entry]:
        """Those that have a phrase in the sentence, in the order written."""
        by_phrase = self._by_phrase
        places = {place for phrase in sentence.phrases if phrase in by_phrase for place in by_phrase[phrase]}
        return [self._entries[place] for place in sorted(places)]


class PhraseBook:
    """All that is said of a language, and the lexicon of its phrases."""

    def __init__(self, words: Sequence[ReplyWords]) -> None:
        self.lexicon: Final = Lexicon(words)
        self.never: Final = _ByPhrase([entry for held in words for entry in held.never])
        self.promises: Final = _ByPhrase([entry for held in words for entry in held.promises])
        self.missing: Final = [entry for held in words for entry in held.missing]
        self.says_missing: Final = _ByPhrase(self.missing)
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
