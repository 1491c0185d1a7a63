"""What the examples show, by construct: taken from the packs that compile and the decisions of their tests."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, assert_never

from amends.application.compiled_pack import CompiledPack
from amends.config import EngineName
from amends.domain.decision import Decision
from amends.domain.facts import Vocabulary
from amends.packs.amounts import Amount, AmountTable, Fixed, Highest, Lowest, PercentOf, PerUnit
from amends.packs.conditions import AllOf, AnyOf, Between, Bound, Condition, Has, NoneOf, OneOf, Present, Within
from amends.packs.load import load_rules
from amends.packs.model import FactParameter, Pack, Proposal, TableParameter
from amends.packs.pack_test import PackTest
from amends.packs.reader import ListNode, MapNode, Node, read_yaml
from amends.proving.pack_tests import run_pack_tests
from tests.spec.running import ENGINES, EXAMPLES, packs_and_tests, write

Place = tuple[str, ...]
"""Where keys stand in a file, a list as `*`."""


class Shown(NamedTuple):
    """All packs of the examples that compile, their tests with the decisions, and the keys of their files."""

    packs: tuple[Pack, ...]
    tests: tuple[PackTest, ...]
    decisions: tuple[Decision, ...]
    keys: frozenset[tuple[Place, str]]


@cache
def shown() -> Shown:
    """Every example, loaded and decided once."""
    packs: list[Pack] = []
    tests: list[PackTest] = []
    decisions: list[Decision] = []
    keys: set[tuple[Place, str]] = set()
    engine = ENGINES[EngineName.REFERENCE]
    for example in EXAMPLES:
        with TemporaryDirectory() as folder:
            rules = write(example, Path(folder))
            whole = {pack_id for pack_id, found in load_rules(rules).diagnostics.items() if not found}
            for pack_id, (pack, own) in packs_and_tests(rules).items():
                compiled = CompiledPack(pack, engine)
                packs += [pack]
                tests += own
                decisions += [result.decision for result in run_pack_tests(compiled, own)]
                files = [block for name, block in example.files.items() if name.startswith(f"{pack_id}/")]
                for block in files if pack_id in whole else ():
                    if block.info == ("yaml",):
                        keys.update(_keys(read_yaml(block.text.encode(), block.file).root, ()))
    return Shown(tuple(packs), tuple(tests), tuple(decisions), frozenset(keys))


def keys_at(*places: Place) -> set[str]:
    """The keys that stand at one of the places."""
    return {key for place, key in shown().keys if place in places}


def keys_below(*last: str) -> set[str]:
    """The keys of mappings whose place ends so."""
    return {key for place, key in shown().keys if place[-len(last) :] == last}


def operators() -> set[tuple[str, str]]:
    """Each operator with the type of fact that it is asked of."""
    return {found for pack in shown().packs for when in _conditions(pack) for found in _asked(when, pack.vocabulary)}


def groups() -> set[str]:
    """The ways in which conditions are joined."""
    return {found for pack in shown().packs for when in _conditions(pack) for found in _joined(when)}


def proposals() -> list[Proposal]:
    """Every action that a rule asks for."""
    return [proposal for pack in shown().packs for rule in pack.rules for proposal in rule.then]


def parameters() -> set[tuple[str, str]]:
    """The kinds with their parameters; a kind by itself is there as (kind, '')."""
    named = {(proposal.kind.value, name) for proposal in proposals() for name, _ in proposal.parameters}
    return named | {(proposal.kind.value, "") for proposal in proposals()}


def parameter_forms() -> set[str]:
    """Where parameters come from, beside being written out."""
    values = [value for proposal in proposals() for _, value in proposal.parameters]
    facts = [value for value in values if isinstance(value, FactParameter)]
    return {
        *("fact" if value.default is None else "fact with default" for value in facts),
        *("table" for value in values if isinstance(value, TableParameter)),
    }


def amounts() -> set[str]:
    """The forms of amounts, of actions and of limits."""
    written = [proposal.amount for proposal in proposals() if proposal.amount is not None]
    written += [limit.at_most for pack in shown().packs for limit in pack.limits]
    return {form for amount in written for form in _forms(amount)}


def _keys(node: Node | None, place: Place) -> Iterator[tuple[Place, str]]:
    match node:
        case MapNode(entries):
            for key, value in entries:
                yield place, key.text
                yield from _keys(value, (*place, key.text))
        case ListNode(items):
            for item in items:
                yield from _keys(item, (*place, "*"))
        case _:
            return


def _conditions(pack: Pack) -> Iterable[Condition]:
    yield from pack.conditions
    yield from (case.when for derive in pack.derives for case in derive.cases)


def _asked(condition: Condition, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    match condition:
        case AllOf(children) | AnyOf(children) | NoneOf(children):
            for child in children:
                yield from _asked(child, vocabulary)
        case _:
            spec = vocabulary.get(condition.path)
            assert spec is not None  # the pack compiles
            kind = f"ordered {spec.type}" if spec.ordered else spec.type.value
            yield from ((operator, kind) for operator in _operators(condition))


def _operators(atom: OneOf | Between | Has | Present | Within) -> Iterator[str]:
    match atom:
        case OneOf(_, values, negated):
            yield "not" if negated else "a value" if len(values) == 1 else "a list"
        case Between(_, lower, upper):
            yield from _bounds(lower, ("at_least", "above"))
            yield from _bounds(upper, ("at_most", "below"))
        case Has(_, test):
            yield test.value
        case Present(_, expected):
            yield f"present: {expected}"
        case Within(_, _, _, ahead):
            yield "within, ahead" if ahead else "within"
        case _:
            assert_never(atom)


def _bounds(bound: Bound | None, names: tuple[str, str]) -> Iterator[str]:
    if bound is not None:
        yield names[0] if bound.inclusive else names[1]


def _joined(condition: Condition) -> Iterator[str]:
    match condition:
        case AllOf(children) | AnyOf(children) | NoneOf(children):
            yield type(condition).__name__
            for child in children:
                yield from _joined(child)
        case _:
            return


def _forms(amount: Amount) -> Iterator[str]:
    yield type(amount).__name__
    match amount:
        case Fixed(amounts) | PerUnit(amounts):
            if len(amounts) > 1:
                yield f"{type(amount).__name__} in several currencies"
        case Lowest(options) | Highest(options):
            for option in options:
                yield from _forms(option)
        case AmountTable(rows):
            for row in rows:
                yield from _forms(row.amount)
        case PercentOf():
            return
        case _:
            assert_never(amount)
