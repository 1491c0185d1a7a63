"""What the laws of resolution are said in: decisions made from nothing, what applied, was given, or is changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st

from amends.application.compiled_pack import CompiledPack
from amends.domain.action import Action, ParameterValue, Scope, Span
from amends.domain.decision import Decision
from amends.domain.facts import NANOS_PER_SECOND, Facts, Value
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.engines.reference import ReferenceEngine
from amends.packs.amounts import amount_paths
from amends.packs.conditions import Condition, Present, atoms, paths
from amends.packs.model import FactParameter, Pack, Rule
from amends.resolution.candidates import parameter_paths
from tests.agreement.effort import EXAMPLES, thorough
from tests.agreement.generators import VOCABULARY, fact_values
from tests.agreement.situation_generators import KNOWN, situations

lawful: Final = settings(thorough, max_examples=max(EXAMPLES // 6, 1))
"""Every law is tried on fewer packs than engines are: a whole pack is dear, and there are many laws."""


def decide(pack: Pack, situation: Situation, *, role: str = "") -> Decision:
    """Decided from nothing: no engine's witness, no plan remembered."""
    return CompiledPack(pack, ReferenceEngine()).decide(situation, role=role or pack.authority[0].role).decision


def facts_of(pack: Pack, situation: Situation) -> Facts:
    """The facts with the derived ones."""
    return CompiledPack(pack, ReferenceEngine()).match(situation.facts)[0]


def applied_rules(pack: Pack, situation: Situation) -> list[Rule]:
    _, matches = CompiledPack(pack, ReferenceEngine()).match(situation.facts)
    return [rule for index, rule in enumerate(pack.rules) if matches.true >> index & 1]


def possible_rules(pack: Pack, situation: Situation) -> list[Rule]:
    _, matches = CompiledPack(pack, ReferenceEngine()).match(situation.facts)
    return [rule for index, rule in enumerate(pack.rules) if matches.may >> index & 1]


def all_conditions(pack: Pack) -> Iterator[Condition]:
    """Every condition of a pack, those of its derived facts too."""
    yield from pack.conditions
    for derive in pack.derives:
        yield from (case.when for case in derive.cases)


def read_by(pack: Pack) -> set[str]:
    """The facts whose value or presence a decision under the pack may depend on."""
    proposals = [proposal for rule in pack.rules for proposal in rule.then]
    amounts = [amount_paths(proposal.amount) for proposal in proposals if proposal.amount is not None]
    amounts += [(*amount_paths(limit.at_most), *((limit.minus,) if limit.minus else ())) for limit in pack.limits]
    parameters = [parameter_paths(value) for one in proposals for _, value in one.parameters]
    return set(chain.from_iterable([*parameters, *amounts, *(paths(one) for one in all_conditions(pack))]))


def without_waiting(pack: Pack) -> set[str]:
    """Facts that change something once known though nobody waited for them.

    By `present`, in place of a default, or in place of what the pack derives: the caller's value wins.
    """
    found = {atom.path for one in all_conditions(pack) for atom in atoms(one) if isinstance(atom, Present)}
    parameters = [value for rule in pack.rules for proposal in rule.then for _, value in proposal.parameters]
    found |= {path for value in parameters if not _waits(value) for path in parameter_paths(value)}
    # A derived fact comes to be known with its sources.
    for derive in reversed(pack.derives):
        if derive.path in found:
            found |= {path for case in derive.cases for path in paths(case.when)}
    return found | {derive.path for derive in pack.derives}


def _waits(value: object) -> bool:
    return isinstance(value, FactParameter) and value.default is None


def with_fact(situation: Situation, path: str, value: Value | None) -> Situation:
    """The situation with one fact set or unset; the moment stands in two places."""
    facts = {known: other for known, other in situation.facts.items() if known != path}
    if value is None:
        return situation._replace(facts=facts)
    moment = value if path == "observe_time" and isinstance(value, int) else situation.observe_time
    return situation._replace(
        facts={**facts, path: value},
        observe_time=moment,
        unobtainable=situation.unobtainable - {path},
    )


@st.composite
def variations(draw: st.DrawFn, first: Situation, read: Sequence[str]) -> Situation:
    """The same but for one fact that the pack reads, or for one of the parts beside the facts."""
    match draw(st.sampled_from(("granted", "unobtainable", "locale", "subject", "bound", *("fact",) * 10))):
        case "granted":
            return first._replace(granted=draw(situations()).granted)
        case "unobtainable":
            missing = [path for path in KNOWN if path not in first.facts] or ["fit"]
            return first._replace(unobtainable=frozenset(draw(st.sets(st.sampled_from(missing)))))
        case "locale":
            return first._replace(locale=draw(st.sampled_from(("", "en", "de"))))
        case "subject":
            other = draw(situations())
            return first._replace(subject=other.subject, incident_id=other.incident_id, case_id="case-2")
        case "bound":
            return draw(changed(first, ("amount_paid", "amount_affected", "amount_refunded")))
        case _:
            return draw(changed(first, read))


@st.composite
def changed(draw: st.DrawFn, first: Situation, read: Sequence[str]) -> Situation:
    """Another value of one of these facts, or none."""
    path = draw(st.sampled_from(read))
    if path != "observe_time" and path in first.facts and draw(st.integers(0, 3)) == 0:
        return with_fact(first, path, None)
    return with_fact(first, path, draw(fact_values(VOCABULARY.specs[path])))


def key(action: Action) -> tuple[object, ...]:
    """What tells an action apart from others."""
    return (action.kind, action.scope, action.parameters)


def as_granted(action: Action, amount: Money | None) -> Granted:
    """An action carried out, with so much money, as the contract tells callers to report it."""
    texts = {name: _text(value) for name, value in action.parameters if name not in {"basis", "covers"}}
    return Granted(
        kind=action.kind.value,
        action_id=action.action_id,
        subject=action.subject,
        incident_id=action.incident_id if action.scope is Scope.INCIDENT else "",
        basis=str(action.parameter("basis") or ""),
        parameters={name: text for name, text in texts.items() if text is not None},
        amount=amount,
    )


def _text(value: ParameterValue) -> str | None:
    match value:
        case bool():
            return "true" if value else "false"
        case Span(nanos, 0):
            return None if nanos % NANOS_PER_SECOND else f"{nanos // NANOS_PER_SECOND}s"
        case Span(_, days):
            return f"{days}bd"
        case tuple():
            return ",".join(value)
        case _:
            return str(value)


def after(situation: Situation, given: Iterable[Granted]) -> Situation:
    """The situation once these were given: a caller who says what was refunded says it of these too."""
    new = tuple(given)
    refunded = situation.facts.get("amount_refunded")
    situation = situation._replace(granted=(*(situation.granted or ()), *new))
    if not isinstance(refunded, Money):
        return situation
    amounts = [entry.amount for entry in new if entry.kind == "refund" and entry.amount]
    total = sum(amount.minor_units for amount in amounts if amount.currency == refunded.currency)
    return with_fact(situation, "amount_refunded", refunded.with_units(refunded.minor_units + total))


def total(actions: Iterable[Action]) -> dict[str, int]:
    """The new money of actions, by currency."""
    found: dict[str, int] = {}
    for action in actions:
        if action.amount is not None:
            found[action.amount.currency] = found.get(action.amount.currency, 0) + action.amount.minor_units
    return found


def without(pack: Pack, *rule_ids: str) -> Pack:
    """The pack less some rules."""
    return replace(pack, rules=tuple(rule for rule in pack.rules if rule.rule_id not in rule_ids))
