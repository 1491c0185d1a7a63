"""A rule pack in words into the contract's message: each rule by itself, and the parts of its playbook beside them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from amends.domain.facts import FactSpec
from amends.packs.conditions import AllOf, AnyOf, Atom, NoneOf
from amends.packs.elementary import asked_by_path, axis_values
from amends.packs.model import Pack, Rule
from amends.packs.playbook.blocks import Block, Paragraph, Point, Points, Section, Table, Words
from amends.packs.playbook.book import playbook
from amends.packs.playbook.rules import RuleWriter
from amends.packs.playbook.words import Wording
from amends.packs.words_of_conditions import condition_words
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.v1 import rule_pack_words_pb2 as words_pb2
from amends.wire.encode_values import write_fact

_MOST_VALUES: Final = 200
"""Values of an axis: more than that no map can show."""


def write_words(message: service_pb2.RulePack, pack: Pack, *, locale: str) -> None:
    """All that the pack says in words, into the message that has its facts and rules already."""
    wording = Wording(pack.vocabulary, pack.teams, locale=locale)
    writer = RuleWriter(pack, wording)
    for into, rule in zip(message.rules, pack.rules, strict=True):
        _write_rule(into, rule, pack, writer)
    asked = asked_by_path(pack)
    for fact, spec in zip(message.facts, pack.vocabulary, strict=True):
        _write_values(fact, spec, asked.get(spec.path, ()))
    message.sections.extend(
        _section(section) for section in playbook(pack, locale=locale).sections if section.name != "rules"
    )


def encode_conditions(rule: Rule, pack: Pack) -> Iterator[words_pb2.ConditionLine]:
    """When a rule applies."""
    for line in condition_words(rule.when, pack.vocabulary, timezone=pack.timezone):
        path = "" if isinstance(line.condition, AllOf | AnyOf | NoneOf) else line.condition.path
        yield words_pb2.ConditionLine(depth=line.depth, words=line.words, path=path)


def _write_rule(into: service_pb2.Rule, rule: Rule, pack: Pack, writer: RuleWriter) -> None:
    into.priority = rule.priority
    if rule.row is not None:
        into.table, into.row, into.hit = rule.row.table, rule.row.number, rule.row.hit.value
    into.conditions.extend(encode_conditions(rule, pack))
    into.then.extend(_text(words) for words in writer.asked(rule))
    if rule.because_agent is not None:
        into.because.CopyFrom(_text(writer.text(rule.because_agent)))
    if rule.because_customer is not None:
        into.said_to_customer.CopyFrom(_text(writer.text(rule.because_customer)))
    into.tables.extend(_table(table) for table in writer.tables(rule))
    into.sources.extend(rule.sources)
    into.file, into.line = rule.position.file, rule.position.line


def _write_values(into: service_pb2.FactSpec, spec: FactSpec, asked: Sequence[Atom]) -> None:
    values = axis_values(spec, asked) if asked else ()
    if len(values) <= _MOST_VALUES:
        for value in values:
            write_fact(into.telling_values.add(), spec.type, value)


def _section(section: Section) -> words_pb2.PackSection:
    return words_pb2.PackSection(
        name=section.name,
        title=section.title,
        paragraphs=[_text(words) for block in section.blocks for words in _paragraphs(block)],
        tables=[_table(block) for block in section.blocks if isinstance(block, Table)],
    )


def _paragraphs(block: Block) -> Iterator[Words]:
    match block:
        case Paragraph(words):
            yield words
        case Points(points):
            yield from _all_points(points)
        case Table():
            return


def _all_points(points: Iterable[Point]) -> Iterator[Words]:
    for point in points:
        yield point.words
        yield from _all_points(point.below)


def _table(table: Table) -> words_pb2.PackTable:
    return words_pb2.PackTable(
        caption=table.caption,
        columns=table.head,
        rows=[words_pb2.PackTableRow(cells=[_text(cell) for cell in row]) for row in table.rows],
    )


def _text(words: Words) -> words_pb2.PackText:
    """Where several languages meet, that of the first that is not English: those of one pack's texts are alike."""
    language = next((run.lang for run in words if run.lang), "")
    return words_pb2.PackText(text="".join(run.words for run in words), language=language)
