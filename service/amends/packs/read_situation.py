"""Reads a situation from a node, under a pack's vocabulary; pack tests and case files share it.

Facts stand as in the contract: those of the customer, the subject and the incident in a mapping of that name, those
that the pack declares in `facts`. A key without a value (null) is a fact that is not known.
"""

import re
from typing import Final
from zoneinfo import ZoneInfo

from amends.domain.facts import Value
from amends.domain.situation import FactSource, Situation, Subject
from amends.packs.findings import Findings, Hint, nearest
from amends.packs.literals import Conventions, read_value
from amends.packs.model import Pack
from amends.packs.read_granted import known, read_granted, read_identifier
from amends.packs.reader import MapNode, Node, ScalarNode
from amends.packs.shapes import mapping, scalar, words

DEFAULT_CASE_ID: Final = "case"
"""The case id of a situation that names none: one file is one case."""

GROUPS: Final = ("subject", "customer", "incident", "facts")
STRUCTURES: Final = ("granted", "unobtainable", "fact_sources")
IDENTIFIERS: Final = {
    "": ("case_id", "locale"),
    "subject": ("order_id", "item_id"),
    "customer": ("customer_id", "account_id"),
    "incident": ("incident_id",),
    "facts": (),
}
LOCALE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)


def overridden(base: MapNode, over: MapNode) -> MapNode:
    """`base` with the entries of `over` in place of its own, mappings merged key by key; null takes an entry away."""
    entries = {key.text: (key, value) for key, value in base.entries}
    for key, value in over.entries:
        before = entries[key.text][1] if key.text in entries else None
        if isinstance(value, MapNode) and isinstance(before, MapNode):
            entries[key.text] = (key, overridden(before, value))
        else:
            entries[key.text] = (key, value)
    return MapNode(tuple(entries.values()), base.position)


class SituationReader:
    """Reads situations of one file under one pack. `default_observe_time` stands in where none is written."""

    __slots__ = ("_actions", "_conventions", "_default_observe_time", "_findings", "_specs")

    def __init__(self, pack: Pack, findings: Findings, *, default_observe_time: int) -> None:
        self._specs = pack.vocabulary.specs
        self._actions = pack.actions
        self._findings = findings
        self._default_observe_time = default_observe_time
        self._conventions = Conventions(ZoneInfo(pack.timezone), pack.currency)

    def read(self, node: MapNode) -> Situation:
        """The situation as far as it could be read; it may be used only if nothing was found wrong."""
        facts: dict[str, Value] = {}
        names: dict[str, str] = {}
        self._root(node, facts, names)
        observe_time = facts.setdefault("observe_time", self._default_observe_time)
        assert isinstance(observe_time, int)  # the vocabulary says that it is a date
        return Situation(
            case_id=names.get("case_id", DEFAULT_CASE_ID),
            observe_time=observe_time,
            facts=facts,
            subject=Subject(names.get("subject.order_id", ""), names.get("subject.item_id", "")),
            incident_id=names.get("incident.incident_id", ""),
            customer_id=names.get("customer.customer_id", ""),
            account_id=names.get("customer.account_id", ""),
            granted=read_granted(known(node, "granted"), self._conventions, self._findings, actions=self._actions),
            unobtainable=self._unobtainable(known(node, "unobtainable"), facts),
            fact_sources=self._fact_sources(known(node, "fact_sources"), facts),
            locale=self._locale(known(node, "locale")),
        )

    def _root(self, node: MapNode, facts: dict[str, Value], names: dict[str, str]) -> None:
        for key, _ in node.entries:
            value = known(node, key.text)
            if key.text in GROUPS:
                group = mapping(value, f"`{key.text}`", self._findings) if value is not None else None
                for name, inner in group.entries if group is not None else ():
                    self._entry(name, inner, group=key.text, facts=facts, names=names)
            elif key.text not in STRUCTURES:
                self._entry(key, value, group="", facts=facts, names=names)

    def _entry(
        self,
        key: ScalarNode,
        value: Node | None,
        *,
        group: str,
        facts: dict[str, Value],
        names: dict[str, str],
    ) -> None:
        """One fact or identifier of the situation itself (`group` empty) or of a mapping in it."""
        path = f"{group}.{key.text}" if group else key.text
        is_null = value is None or (isinstance(value, ScalarNode) and value.is_null)
        if key.text in IDENTIFIERS[group]:
            names[path] = "" if is_null else read_identifier(value, path, self._findings)
        elif "." in key.text or path not in self._specs:
            self._unknown(key, group)
        elif value is not None and not is_null:
            fact = read_value(value, self._specs[path], self._conventions, self._findings)
            if fact is not None:
                facts[path] = fact

    def _unknown(self, key: ScalarNode, group: str) -> None:
        prefix = f"{group}." if group else ""
        here = [path.removeprefix(prefix) for path in self._specs if path.startswith(prefix)]
        candidates = [name for name in here if "." not in name] + [*IDENTIFIERS[group]]
        owner, _, name = key.text.rpartition(".")
        hint: Hint
        if not group and key.text in self._specs:
            hint = f"write it inside of its mapping: {owner}: {{{name}: ..}}"
        elif not group and f"facts.{key.text}" in self._specs:
            hint = f"the pack declares it: write it inside of facts: {{{key.text}: ..}}"
        else:
            hint = nearest(key.text, candidates if group else [*candidates, *GROUPS, *STRUCTURES])
        where = f"`{group}`" if group else "a situation"
        self._findings.error(key.position, "unknown-fact", f"{where} has no {key.text[:60]!r}", hint)

    def _locale(self, node: Node | None) -> str:
        locale = read_identifier(node, "locale", self._findings)
        if node is not None and locale and not LOCALE.fullmatch(locale):
            message = f"{locale[:60]!r} is not a language tag"
            self._findings.error(node.position, "bad-locale", message, "write it as en or de-AT")
        return locale

    def _unobtainable(self, node: Node | None, facts: dict[str, Value]) -> frozenset[str]:
        paths = words(node, "`unobtainable`", self._findings)
        for path in paths:
            if self._is_fact(path) and path.text in facts:
                message = f"{path.text} has a value here; a fact is either given or unobtainable"
                self._findings.error(path.position, "given-and-unobtainable", message, "keep one of them")
        return frozenset(path.text for path in paths)

    def _fact_sources(self, node: Node | None, facts: dict[str, Value]) -> dict[str, FactSource]:
        entries = mapping(node, "`fact_sources`", self._findings) if node is not None else None
        sources: dict[str, FactSource] = {}
        for path, value in entries.entries if entries is not None else ():
            if self._is_fact(path) and path.text not in facts:
                message = f"{path.text} has no value here; only a fact that is known has a source"
                self._findings.error(path.position, "source-of-nothing", message)
            source = scalar(value, f"the source of {path.text[:60]}", self._findings)
            if source is not None and source.text in list(FactSource):
                sources[path.text] = FactSource(source.text)
            elif source is not None:
                message = f"{source.text[:60]!r} is no source of a fact"
                self._findings.error(source.position, "unknown-value", message, nearest(source.text, FactSource))
        return sources

    def _is_fact(self, path: ScalarNode) -> bool:
        if path.text in self._specs:
            return True
        message = f"there is no fact {path.text[:100]!r}"
        self._findings.error(path.position, "unknown-fact", message, nearest(path.text, self._specs))
        return False
