"""The parts of a pack, each with its id, its content and what it says in words: what two packs are compared by.

A table of rules is one part, a line a row: one more row at its head does not make all others look changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from amends.domain.action_kinds import KINDS
from amends.packs.amounts import amount_tables
from amends.packs.model import Hit, Limit, Pack, Role, Rule
from amends.packs.playbook.blocks import Table, Words
from amends.packs.playbook.book import band_words, calendar_rows
from amends.packs.playbook.rules import RuleWriter, amount_table, condition_sentence
from amends.packs.playbook.words import Wording, all_of, any_of, fact_type_words, kind_name, span_words
from amends.packs.words_of_conditions import condition_words
from amends.packs.words_of_values import value_words

PACK: Final = "pack"
"""The section of what stands alone in a pack: its version, its currency."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part. Two are the same where `content` is, whatever the words."""

    section: str
    ident: str
    title: str
    content: object
    lines: tuple[str, ...]


def parts(pack: Pack, *, locale: str) -> Iterator[Part]:
    """Every part, in the order in which a pack is written."""
    told = _Parts(pack, locale)
    yield from told.alone()
    yield from told.facts()
    yield from told.organisation()
    yield from told.authority()
    yield from told.limits()
    yield from told.requirements()
    yield from told.guardrails()
    yield from told.derived()
    yield from told.rules()


class _Parts:
    """Tells the parts of one pack."""

    def __init__(self, pack: Pack, locale: str) -> None:
        self._pack = pack
        self._wording = Wording(pack.vocabulary, pack.teams, locale=locale)
        self._writer = RuleWriter(pack, self._wording)

    def alone(self) -> Iterator[Part]:
        pack = self._pack
        for ident, words in (
            ("version", pack.version),
            ("title", pack.title),
            ("currency", pack.currency),
            ("timezone", pack.timezone),
            ("tiers", all_of(pack.tiers)),
            ("main", all_of(pack.main)),
            ("contact_reasons", all_of(pack.contact_reasons)),
            ("history", pack.history),
            ("review_every", "" if pack.review_every is None else span_words(pack.review_every)),
        ):
            if words:
                yield Part(PACK, ident, "", words, (words,))
        for kind, combine in pack.combine.items():
            yield Part("combine", kind.value, kind_name(kind), combine, (combine.value,))

    def facts(self) -> Iterator[Part]:
        for spec in self._pack.vocabulary:
            bounds = [
                f"{word} {value_words(bound, spec, timezone=self._pack.timezone)}"
                for word, bound in (("at least", spec.minimum), ("at most", spec.maximum))
                if bound is not None
            ]
            lines = (spec.question, "; ".join((fact_type_words(self._pack.vocabulary, spec.path), *bounds)))
            yield Part("facts", spec.path, "", spec, lines)

    def organisation(self) -> Iterator[Part]:
        for team in self._pack.teams.values():
            yield Part("teams", team.team_id, team.label, team, (team.label,))
        for name, calendar in self._pack.calendars.items():
            days = (f"{_plain(day)}: {_plain(hours)}" for day, hours in calendar_rows(calendar))
            yield Part("calendars", name, "", calendar, (f"Zone: {calendar.zone}", *days))
        for action in self._pack.actions.values():
            named = all_of(f"{one.name.replace('_', ' ')} ({one.type.value})" for one in action.parameters)
            yield Part("actions", action.name, "", action, (f"With {named}" if named else "With nothing",))

    def authority(self) -> Iterator[Part]:
        for number, role in enumerate(self._pack.authority, start=1):
            yield Part("authority", role.role, "", (number, role), (f"Step {number}", *_bands(role)))

    def limits(self) -> Iterator[Part]:
        for limit in self._pack.limits:
            yield Part("limits", limit.limit_id, "", limit, tuple(self._limit(limit)))

    def requirements(self) -> Iterator[Part]:
        for one in self._pack.requires:
            lines = (
                f"Left out: {kind_name(one.kind)}",
                f"Without one of: {any_of(kind_name(kind) for kind in one.one_of)}",
                f"When: {condition_sentence(one.when, self._pack)}",
            )
            yield Part("requires", one.requirement_id, "", one, lines)

    def guardrails(self) -> Iterator[Part]:
        for one in self._pack.guardrails:
            lines = (
                f"Never say: {self._wording.text(one.never)}",
                f"Say instead: {self._wording.text(one.instead)}",
                f"Unless: {condition_sentence(one.unless, self._pack)}",
            )
            yield Part("guardrails", one.guardrail_id, "", one, lines)

    def derived(self) -> Iterator[Part]:
        for derive in self._pack.derives:
            spec = self._pack.vocabulary.specs[derive.path]
            lines = (
                "The first case that holds" if derive.hit is Hit.FIRST else "The only case that holds",
                *(
                    f"{value_words(case.value, spec, timezone=self._pack.timezone)}:"
                    f" {condition_sentence(case.when, self._pack)}"
                    for case in derive.cases
                ),
            )
            yield Part("derive", derive.path, "", derive, lines)

    def rules(self) -> Iterator[Part]:
        tables: dict[str, list[Rule]] = {}
        for rule in self._pack.rules:
            if rule.row is None:
                yield Part("rules", rule.rule_id, rule.title, _content([rule]), tuple(self._rule(rule)))
            else:
                tables.setdefault(rule.row.table, []).append(rule)
        for table, rows in tables.items():
            rows.sort(key=lambda row: 0 if row.row is None else row.row.number)
            yield Part("rules", table, rows[0].title, _content(rows), tuple(self._rows(rows)))

    def _rule(self, rule: Rule) -> Iterator[str]:
        yield from self._about(rule)
        for line in condition_words(rule.when, self._pack.vocabulary, timezone=self._pack.timezone):
            yield f"When: {'  ' * line.depth}{line.words}"
        yield from (f"Then: {_plain(words)}" for words in self._writer.asked(rule))
        yield from self._why(rule)
        for table in self._writer.tables(rule):
            yield from _table_lines(table)

    def _rows(self, rows: Sequence[Rule]) -> Iterator[str]:
        first = rows[0]
        yield from self._about(first)
        if first.row is not None:
            yield f"Rows that apply: {first.row.hit.value}"
        for row in rows:
            asked = "; ".join(_plain(words) for words in self._writer.asked(row))
            yield "; ".join([f"When: {condition_sentence(row.when, self._pack)}: {asked}", *self._why(row)])
            for table in self._writer.tables(row):
                yield from _table_lines(table)

    def _about(self, rule: Rule) -> Iterator[str]:
        yield f"Title: {rule.title}"
        yield f"Priority: {rule.priority}"
        if rule.sources:
            yield f"Source: {'; '.join(rule.sources)}"

    def _why(self, rule: Rule) -> Iterator[str]:
        if rule.because_agent is not None:
            yield f"Because: {self._wording.text(rule.because_agent)}"
        if rule.because_customer is not None:
            yield f"Said to the customer: {self._wording.text(rule.because_customer)}"

    def _limit(self, limit: Limit) -> Iterator[str]:
        yield f"Together: {all_of(kind_name(kind) for kind in limit.of)}"
        yield f"At most: {self._wording.amount(limit.at_most)}"
        if limit.minus:
            yield f"Less: {limit.minus}"
        for table in amount_tables(limit.at_most):
            yield from _table_lines(amount_table(limit.limit_id, table, self._pack, self._wording))


def _content(rules: Sequence[Rule]) -> object:
    """All of them, but for what the order in a table says by itself."""
    hit = rules[0].row.hit if rules[0].row is not None else None
    return hit, [replace(rule, rule_id="", row=None) for rule in rules]


def _bands(role: Role) -> Iterator[str]:
    for kind in KINDS:
        if kind in role.bands:
            yield f"{kind_name(kind).capitalize()}: {band_words(role.bands[kind])}"


def _table_lines(table: Table) -> Iterator[str]:
    """A row a line, without its number."""
    yield f"{table.caption}:"
    for row in table.rows:
        cells = row[1:] if table.head[0] == "Row" else row
        yield f"  {' → '.join(_plain(cell) for cell in cells)}"


def _plain(words: Words) -> str:
    return "".join(run.words for run in words)


@dataclass(frozen=True, slots=True)
class PartDifference:
    """How one part of two packs differs; None: it is not there."""

    before: Part | None
    after: Part | None


def differing_parts(before: Pack, after: Pack, *, locale: str) -> Iterator[PartDifference]:
    """What is not the same: what the pack before has in its order, then what is new."""
    olds, news = ({(one.section, one.ident): one for one in parts(pack, locale=locale)} for pack in (before, after))
    for key in dict.fromkeys((*olds, *news)):
        old, new = olds.get(key), news.get(key)
        if old is None or new is None or old.content != new.content or old.title != new.title:
            yield PartDifference(old, new)
