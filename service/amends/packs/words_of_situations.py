"""A situation as a case file: YAML that an owner can read, change, and give to the commands. The way back from
`situation_file`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from amends.domain.facts import NANOS_PER_SECOND, FactSpec, FactType, Value
from amends.domain.situation import Granted, Situation, Subject
from amends.packs.model import Pack
from amends.packs.read_situation import DEFAULT_CASE_ID, GROUPS
from amends.packs.words_of_values import in_order, moment_words, value_words

_BARE: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_TAKEN: Final = frozenset({"null", "true", "false"})
"""Bare words that are no text."""


def case_file(situation: Situation, pack: Pack, *, title: str, role: str) -> str:
    """The situation with a heading, under the policy that has the pack's name."""
    heading = f"title: {quoted(title)}\npolicy: {quoted(pack.pack_id)}\nrole: {quoted(role)}\nsituation:\n"
    return heading + "".join(f"  {line}\n" for line in _lines(situation, pack))


def quoted(text: str) -> str:
    """Text as YAML: bare if nothing could be meant but this text."""
    if _BARE.fullmatch(text) and text not in _TAKEN:
        return text
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in {'"', "\\"}:
        return f"\\{char}"
    return char if char.isprintable() else f"\\U{ord(char):08x}"


def _lines(situation: Situation, pack: Pack) -> Iterator[str]:
    grouped: dict[str, list[str]] = {group: [] for group in ("", *GROUPS)}
    for group, name, text in _identifiers(situation):
        grouped[group].append(f"{name}: {quoted(text)}")
    for path in sorted(situation.facts, key=lambda path: pack.vocabulary.order[path]):
        group, _, name = path.rpartition(".")
        written = _value(situation.facts[path], pack.vocabulary.specs[path], pack.timezone)
        grouped[group].append(f"{name}: {written}")
    yield from grouped.pop("")
    for group, lines in grouped.items():
        if lines:
            yield f"{group}:"
            yield from (f"  {line}" for line in lines)
    if situation.granted is not None:
        yield "granted:" if situation.granted else "granted: []"
        for granted in situation.granted:
            yield f"  - {{{', '.join(_granted(granted))}}}"
    if situation.unobtainable:
        yield f"unobtainable: {_list(sorted(situation.unobtainable))}"
    if situation.fact_sources:
        yield f"fact_sources: {_mapping({path: source.value for path, source in situation.fact_sources.items()})}"


def _identifiers(situation: Situation) -> Iterator[tuple[str, str, str]]:
    """Group, name and text of each that is said."""
    case_id = "" if situation.case_id == DEFAULT_CASE_ID else situation.case_id
    for group, name, text in (
        ("", "case_id", case_id),
        ("", "locale", situation.locale),
        ("subject", "order_id", situation.subject.order_id),
        ("subject", "item_id", situation.subject.item_id),
        ("customer", "customer_id", situation.customer_id),
        ("customer", "account_id", situation.account_id),
        ("incident", "incident_id", situation.incident_id),
    ):
        if text:
            yield group, name, text


def _value(value: Value, spec: FactSpec, timezone: str) -> str:
    if isinstance(value, frozenset):
        return _list(in_order(value, spec))
    if isinstance(value, str):
        return quoted(value)
    words = value_words(value, spec, timezone=timezone)
    if spec.type is FactType.DURATION and isinstance(value, int) and value % NANOS_PER_SECOND:
        return f"{words} # a file holds whole seconds; a request holds nanoseconds"
    return words


def _granted(granted: Granted) -> Iterator[str]:
    yield f"kind: {granted.kind}"
    for name, text in (
        ("action_id", granted.action_id),
        ("incident_id", granted.incident_id),
        ("basis", granted.basis),
    ):
        if text:
            yield f"{name}: {quoted(text)}"
    if granted.subject is not None:
        yield f"subject: {_subject(granted.subject)}"
    if granted.parameters:
        yield f"parameters: {_mapping(granted.parameters)}"
    if granted.amount is not None:
        yield f"amount: {granted.amount}"
    if granted.time is not None:
        yield f"time: {moment_words(granted.time)}"


def _subject(subject: Subject) -> str:
    said = {"order_id": subject.order_id, "item_id": subject.item_id}
    return _mapping({name: text for name, text in said.items() if text})


def _mapping(texts: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{quoted(key)}: {quoted(text)}' for key, text in sorted(texts.items()))}}}"


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"
