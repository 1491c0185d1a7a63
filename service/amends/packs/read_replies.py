"""Reads the phrases of replies: `replies/*.yaml`, a language each, those of parents first.

A `{name}` in a phrase stands for any phrase of the list of that name under `words`. A pack adds to what it inherits and
takes nothing away: what the foundation warns of, it warns of in every pack.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from amends.domain.action_kinds import GOODWILL_KINDS, ActionKind
from amends.domain.currencies import EXPONENTS
from amends.domain.wording import phrase_of
from amends.packs.findings import Findings, nearest
from amends.packs.flatten import Flat
from amends.packs.model import Position
from amends.packs.outline import Section
from amends.packs.read_granted import read_kind
from amends.packs.read_texts import LOCALE
from amends.packs.reader import Document, ListNode, MapNode, Node, ScalarNode
from amends.packs.reply_words import Advice, MustSay, NeverSaid, Phrase, Place, PromiseWords, ReplyWords, Together
from amends.packs.shapes import check_keys, items, mapping, missing, name, scalar, words

REPLY_KEYS: Final = (
    *("locale", "words", "never", "missing", "promises"),
    *("leaves_open", "ours", "theirs", "money", "numbers", "instead"),
)
NEVER_KEYS: Final = ("id", "guardrail", "says", "unless", "instead", "source")
MISSING_KEYS: Final = ("id", "of", "says", "place", "instead", "source")
PROMISE_KEYS: Final = ("id", "of", "goodwill", "says", "unless", "source")
_MOST_PHRASES: Final = 20_000
MOST_SAID: Final = 999_999
"""Of the numbers that are written in words."""


def read_replies(flat: Flat, findings: Findings) -> tuple[ReplyWords, ...]:
    """The phrases of a pack and of all that it extends, the parents' first, each file once."""
    guardrails = tuple(flat.sections[Section.GUARDRAILS])
    idents: dict[str, dict[str, Position]] = {}
    return tuple(
        read
        for origin, document in _documents(flat)
        if (read := _FileReader(origin, guardrails, idents, findings).read(document)) is not None
    )


def _documents(flat: Flat) -> Iterator[tuple[str, Document]]:
    seen: dict[str, tuple[str, Document]] = {}
    for parent in flat.parents:
        for origin, document in _documents(parent):
            seen.setdefault(document.file, (origin, document))
    for document in flat.outline.replies:
        seen.setdefault(document.file, (flat.outline.pack_id, document))
    yield from seen.values()


@dataclass(frozen=True, slots=True)
class _FileReader:
    """Reads one file. `idents` are those of all files read so far, by their languages: each has the same ids."""

    origin: str
    guardrails: tuple[str, ...]
    idents: dict[str, dict[str, Position]]
    findings: Findings

    def read(self, document: Document) -> ReplyWords | None:
        """What the file says, as far as it could be read."""
        if document.root is None:
            if not document.diagnostics:
                self.findings.error(Position(document.file, 1, 1), "empty", "there is nothing to read", "locale: en")
            return None
        root = mapping(document.root, "a file of replies", self.findings)
        if root is None:
            return None
        check_keys(root, REPLY_KEYS, self.findings, what="a file of replies")
        phrases = _Phrases(self._lists(root.get("words")), self.findings)
        locale = self._locale(root)
        known = self.idents.setdefault(locale.partition("-")[0], {})
        read = ReplyWords(
            origin=self.origin,
            locale=locale,
            never=tuple(self._never(root, phrases, known=known)),
            missing=tuple(self._missing(root, phrases, known=known)),
            promises=tuple(self._promises(root, phrases, known=known)),
            leaves_open=phrases.of_list(root.get("leaves_open"), "`leaves_open`"),
            ours=phrases.of_list(root.get("ours"), "`ours`"),
            theirs=phrases.of_list(root.get("theirs"), "`theirs`"),
            money=self._money(root.get("money"), phrases),
            numbers=self._numbers(root.get("numbers")),
            instead=self._instead(root.get("instead")),
        )
        if phrases.count > _MOST_PHRASES:
            message = f"these come to {phrases.count} phrases; at most {_MOST_PHRASES} are looked for"
            self.findings.error(root.position, "too-large", message, "put fewer lists into one phrase")
            return None
        return read

    def _locale(self, root: MapNode) -> str:
        node = root.get("locale")
        if node is None:
            missing(root, "locale", "a file of replies", self.findings)
            return ""
        found = scalar(node, "`locale`", self.findings)
        if found is not None and not LOCALE.fullmatch(found.text):
            message = f"{found.text[:60]!r} is not a language tag"
            self.findings.error(found.position, "bad-locale", message, "write it as en or de-AT")
        return "" if found is None else found.text

    def _lists(self, node: Node | None) -> dict[str, tuple[ScalarNode, ...]]:
        named = mapping(node, "`words`", self.findings) if node is not None else None
        found: dict[str, tuple[ScalarNode, ...]] = {}
        for key, value in named.entries if named is not None else ():
            ident = name(key, "a list of `words`", self.findings)
            if ident is not None:
                found[ident] = words(value, f"the list {ident!r}", self.findings)
        return found

    def _entries(
        self, root: MapNode, section: str, *, keys: tuple[str, ...], known: dict[str, Position]
    ) -> Iterator[tuple[str, MapNode]]:
        what = f"an item of `{section}`"
        for item in items(root.get(section), f"`{section}`", self.findings):
            entry = mapping(item, what, self.findings)
            if entry is None:
                continue
            check_keys(entry, keys, self.findings, what=what)
            for key in ("id", "says"):
                if entry.get(key) is None:
                    missing(entry, key, what, self.findings)
            node = entry.get("id")
            ident = name(node, what, self.findings) if node is not None else None
            if node is None or ident is None:
                continue
            first = known.setdefault(ident, node.position)
            if first != node.position:
                message = f"{ident!r} stands twice among replies of this language; first at {first}"
                self.findings.error(node.position, "duplicate-id", message, "give each its own id")
            yield ident, entry

    def _never(self, root: MapNode, phrases: "_Phrases", *, known: dict[str, Position]) -> Iterator[NeverSaid]:
        for ident, entry in self._entries(root, "never", keys=NEVER_KEYS, known=known):
            node = entry.get("guardrail")
            if node is None:
                missing(entry, "guardrail", "an item of `never`", self.findings)
            found = scalar(node, "`guardrail`", self.findings) if node is not None else None
            if found is not None and found.text not in self.guardrails:
                message = f"the pack has no guardrail {found.text[:60]!r}"
                self.findings.error(found.position, "unknown-name", message, nearest(found.text, self.guardrails))
            yield NeverSaid(
                ident=ident,
                guardrail="" if found is None else found.text,
                says=phrases.together(entry.get("says")),
                unless=phrases.of_list(entry.get("unless"), "`unless`"),
                instead=self._text(entry, "instead"),
                sources=self._sources(entry),
            )

    def _missing(self, root: MapNode, phrases: "_Phrases", *, known: dict[str, Position]) -> Iterator[MustSay]:
        for ident, entry in self._entries(root, "missing", keys=MISSING_KEYS, known=known):
            place = self._text(entry, "place") or Place.START.value
            if place not in list(Place):
                where = entry.get("place") or entry
                message = f"{place[:60]!r} is no place of a reply"
                self.findings.error(where.position, "unknown-value", message, nearest(place, Place))
                place = Place.START.value
            yield MustSay(
                ident=ident,
                kinds=self._kinds(entry),
                says=phrases.together(entry.get("says")),
                place=Place(place),
                instead=self._text(entry, "instead"),
                sources=self._sources(entry),
            )

    def _promises(self, root: MapNode, phrases: "_Phrases", *, known: dict[str, Position]) -> Iterator[PromiseWords]:
        for ident, entry in self._entries(root, "promises", keys=PROMISE_KEYS, known=known):
            kinds = self._kinds(entry)
            if not kinds:
                missing(entry, "of", "an item of `promises`", self.findings)
            given = words(entry.get("goodwill"), "`goodwill`", self.findings)
            for word in given:
                if word.text not in GOODWILL_KINDS:
                    message = f"{word.text[:60]!r} is no kind of goodwill"
                    self.findings.error(word.position, "unknown-value", message, nearest(word.text, GOODWILL_KINDS))
            yield PromiseWords(
                ident=ident,
                kinds=kinds,
                goodwill_kinds=tuple(word.text for word in given),
                says=phrases.together(entry.get("says")),
                unless=phrases.of_list(entry.get("unless"), "`unless`"),
                sources=self._sources(entry),
            )

    def _kinds(self, entry: MapNode) -> tuple[ActionKind, ...]:
        found = (read_kind(word, self.findings) for word in words(entry.get("of"), "`of`", self.findings))
        return tuple(kind for kind in found if kind is not None)

    def _sources(self, entry: MapNode) -> tuple[str, ...]:
        return tuple(word.text for word in words(entry.get("source"), "`source`", self.findings))

    def _text(self, entry: MapNode, key: str) -> str:
        node = entry.get(key)
        found = scalar(node, f"`{key}`", self.findings) if node is not None else None
        return "" if found is None else found.text.strip()

    def _money(self, node: Node | None, phrases: "_Phrases") -> dict[str, tuple[Phrase, ...]]:
        named = mapping(node, "`money`", self.findings) if node is not None else None
        found: dict[str, tuple[Phrase, ...]] = {}
        for key, value in named.entries if named is not None else ():
            if key.text in EXPONENTS:
                found[key.text] = phrases.of_list(value, f"the words of {key.text}")
            else:
                message = f"{key.text[:60]!r} is not an ISO 4217 currency"
                self.findings.error(key.position, "unknown-value", message, nearest(key.text, EXPONENTS))
        return dict(sorted(found.items()))

    def _numbers(self, node: Node | None) -> dict[Phrase, int]:
        named = mapping(node, "`numbers`", self.findings) if node is not None else None
        found: dict[Phrase, int] = {}
        for key, value in named.entries if named is not None else ():
            digits = scalar(value, f"the number {key.text[:60]!r}", self.findings)
            if digits is None:
                continue
            short = digits.text.isascii() and digits.text.isdecimal() and len(digits.text) <= len(str(MOST_SAID))
            if short and (said := phrase_of(key.text)):
                found[said] = int(digits.text)
            else:
                message = f"{key.text[:60]!r}: {digits.text[:60]!r} is no whole number up to {MOST_SAID}"
                self.findings.error(digits.position, "out-of-range", message, "write it as twenty: 20")
        return dict(sorted(found.items()))

    def _instead(self, node: Node | None) -> dict[Advice, str]:
        named = mapping(node, "`instead`", self.findings) if node is not None else None
        if named is None:
            return {}
        check_keys(named, Advice, self.findings, what="`instead`")
        return {advice: text for advice in Advice if (text := self._text(named, advice))}


@dataclass(slots=True)
class _Phrases:
    """Reads phrases, with the lists that they may name; counts them."""

    lists: Mapping[str, tuple[ScalarNode, ...]]
    findings: Findings
    count: int = 0
    folded: dict[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """What lists come to: phrases name the same ones many times over."""

    def together(self, node: Node | None) -> tuple[Together, ...]:
        """Each item of `says`: a phrase, or a list for one sentence, of phrases and of lists of which one will do."""
        found = []
        for item in items(node, "`says`", self.findings):
            parts = item.items if isinstance(item, ListNode) else (item,)
            slots = tuple(self._slot(part) for part in parts)
            if slots and all(slots):
                found.append(slots)
            elif isinstance(item, ListNode) and not item.items:
                self.findings.error(item.position, "empty", "a sentence of no words is in every text")
        return tuple(found)

    def _slot(self, node: Node) -> tuple[Phrase, ...]:
        return self.of_list(node, "a list of phrases") if isinstance(node, ListNode) else self._alternatives(node)

    def of_list(self, node: Node | None, what: str) -> tuple[Phrase, ...]:
        """Phrases, any of which will do."""
        return tuple(
            dict.fromkeys(phrase for word in words(node, what, self.findings) for phrase in self._alternatives(word))
        )

    def _alternatives(self, node: Node) -> tuple[Phrase, ...]:
        """What a phrase stands for: itself, or it with every choice of the lists that it names."""
        found = scalar(node, "a phrase", self.findings)
        if found is None:
            return ()
        parts = [self._part(part, found) for part in _parts(found.text)]
        size = 1
        for part in parts:
            size *= len(part)
        self.count += size
        if self.count > _MOST_PHRASES:
            return ("",)
        # Parts stand between spaces, so that words never reach over them: each is read once.
        phrases = dict.fromkeys(" ".join(filter(None, choice)) for choice in product(*parts))
        if "" in phrases:
            message = f"{found.text[:60]!r} holds no word to look for"
            self.findings.error(found.position, "empty", message, "write words, `#` for a number")
            return ()
        return tuple(phrases)

    def _part(self, part: str, whole: ScalarNode) -> tuple[Phrase, ...]:
        if not part.startswith("{"):
            return (phrase_of(part),)
        if part in self.folded:
            return self.folded[part]
        named = self.lists.get(part[1:-1])
        if named is None:
            message = f"there is no list {part[:60]!r} under `words`"
            self.findings.error(whole.position, "unknown-name", message, nearest(part[1:-1], self.lists))
            return ("",)
        self.folded[part] = tuple(phrase_of(word.text) for word in named)
        return self.folded[part]


def _parts(text: str) -> Iterator[str]:
    """The text cut at `{name}`s, which are kept."""
    rest = text
    while "{" in rest and "}" in rest.partition("{")[2]:
        before, _, after = rest.partition("{")
        inside, _, rest = after.partition("}")
        yield from (part for part in (before, f"{{{inside}}}") if part.strip())
    if rest.strip():
        yield rest
