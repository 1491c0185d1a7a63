"""Runs a pack's own tests and says, line by line, what was expected and what came. It prints nothing."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from amends.application.compiled_pack import CompiledPack
from amends.domain.action import Action, ParameterValue, Span
from amends.domain.decision import Decision, Verdict
from amends.packs.model import Forbid, ParameterLiteral, Text
from amends.packs.pack_test import Expectation, ExpectedAction, PackTest
from amends.packs.words_of_values import value_words
from amends.proving.told import told_differences
from amends.resolution.changes import Superseded


@dataclass(frozen=True, slots=True)
class PackTestResult:
    """One test that was run. `differences` has a line for everything expected that did not come."""

    test: PackTest
    decision: Decision
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything expected came."""
        return not self.differences

    def render(self) -> str:
        """The test's place and name, the differences, and what came instead; for people."""
        head = f"{self.test.position}: {self.test.name}"
        if self.passed:
            return f"{head}: passed"
        came = [f"  came: {self.decision.outcome}", *(f"    {shown(action)}" for action in self.decision.actions)]
        return "\n".join([head, *(f"  {difference}" for difference in self.differences), *came])


def run_pack_tests(compiled: CompiledPack, tests: Iterable[PackTest]) -> tuple[PackTestResult, ...]:
    """Every test, decided by the compiled pack's engine."""
    return tuple(run_pack_test(compiled, test) for test in tests)


def run_pack_test(compiled: CompiledPack, test: PackTest) -> PackTestResult:
    """One test."""
    near, superseded = bool(test.expect.near_misses), _superseded(compiled, test)
    decision = compiled.decide(test.situation, role=test.role, explain_full=near, superseded=superseded).decision
    differences = (*_differences(test, decision), *_derived_differences(compiled, test))
    return PackTestResult(test, decision, differences)


def _derived_differences(compiled: CompiledPack, test: PackTest) -> Iterator[str]:
    if not test.expect.derived:
        return
    pack = compiled.pack
    known = compiled.match(test.situation.facts)[0]
    for path, expected in test.expect.derived:
        if known.get(path) != expected:
            spec = pack.vocabulary.specs[path]
            wanted, came = (
                "none" if value is None else value_words(value, spec, timezone=pack.timezone)
                for value in (expected, known.get(path))
            )
            yield f"derived: {path}: expected {wanted}, came {came}"


def _superseded(compiled: CompiledPack, test: PackTest) -> Superseded | None:
    earlier = test.supersedes
    if earlier is None:
        return None
    actions = compiled.decide(earlier.situation, role=test.role).decision.actions
    offered, executed = (
        frozenset(action.action_id for action in actions if action.kind in kinds)
        for kinds in (earlier.offered, earlier.executed)
    )
    return Superseded(actions, offered, executed)


def shown(action: Action) -> str:
    """An action in one line: kind, amount, parameters, and what keeps it from being promised."""
    parts = [action.kind.value]
    if action.amount is not None:
        parts.append(str(action.amount))
    if action.amount_needs:
        parts.append(f"amount needs {', '.join(action.amount_needs)}")
    parts += [f"{name}={_said(value)}" for name, value in action.parameters]
    if action.already_given:
        parts.append("(already given)")
    if action.on_hold:
        parts.append(f"(on hold for {', '.join(_holders(action))})")
    if action.unsettled:
        parts.append(f"(unsettled by {', '.join(entry.rule_id or entry.why for entry in action.unsettled)})")
    return " ".join(parts)


def _differences(test: PackTest, decision: Decision) -> Iterator[str]:
    expect = test.expect
    if expect.outcome is not None and decision.outcome is not expect.outcome:
        yield f"outcome: expected {expect.outcome}, came {decision.outcome}"
    yield from _action_differences(expect, decision.actions, locale=test.situation.locale)
    yield from _rule_differences(expect, decision)
    yield from _fact_differences(expect, decision)
    yield from _absent("guardrails", expect.guardrails, [guardrail.guardrail_id for guardrail in decision.guardrails])
    shown_ones = {guardrail.guardrail_id for guardrail in decision.guardrails}
    yield from (f"lifted: expected {name}, which is shown" for name in expect.lifted if name in shown_ones)
    if expect.unanswered is not None and set(expect.unanswered) != set(decision.unanswered_requests):
        yield f"unanswered: expected {_list(expect.unanswered)}, came {_list(decision.unanswered_requests)}"
    yield from told_differences(expect, decision)


def _fact_differences(expect: Expectation, decision: Decision) -> Iterator[str]:
    needed = [fact.path for fact in decision.needed_facts]
    yield from _absent("needed_facts", expect.needed_facts, needed)
    if expect.asks is not None and list(expect.asks) != needed:
        yield f"asks: expected {_list(expect.asks)}, came {_list(needed)}"
    following = "none" if decision.ask_next is None else decision.ask_next.path
    if expect.ask_next is not None and expect.ask_next != following:
        yield f"ask_next: expected {expect.ask_next}, came {following}"
    yield from _absent("unobtainable", expect.unobtainable, decision.unobtainable_facts)


def _absent(what: str, expected: Iterable[str], came: Iterable[str]) -> Iterator[str]:
    came = list(came)
    for name in expected:
        if name not in came:
            yield f"{what}: expected {name}, came {_list(came)}"


def _rule_differences(expect: Expectation, decision: Decision) -> Iterator[str]:
    verdicts = {trace.rule_id: trace.verdict for trace in decision.rules}
    wanted: tuple[tuple[str, tuple[str, ...], tuple[Verdict, ...]], ...] = (
        # A rule whose action was cut applied all the same.
        ("applied", expect.applied, (Verdict.APPLIED, Verdict.LIMITED)),
        ("limited", expect.limited, (Verdict.LIMITED,)),
        ("undetermined", expect.undetermined, (Verdict.UNDETERMINED,)),
        ("overruled", expect.overruled, (Verdict.OVERRULED,)),
        ("not_matched", expect.not_matched, (Verdict.NOT_MATCHED,)),
    )
    for what, rule_ids, allowed in wanted:
        for rule_id in rule_ids:
            verdict = verdicts.get(rule_id, Verdict.NOT_MATCHED)
            if verdict not in allowed:
                yield f"{what}: expected {rule_id}, which is {verdict}"


def _action_differences(expect: Expectation, actions: tuple[Action, ...], *, locale: str) -> Iterator[str]:
    left = list(actions)
    for wanted in expect.actions:
        same_kind = [action for action in left if action.kind is wanted.kind]
        if not same_kind:
            yield f"actions: expected {wanted.kind}, came none"
            continue
        judged = [(list(_mismatches(wanted, action, locale=locale)), action) for action in same_kind]
        mismatches, closest = min(judged, key=lambda pair: len(pair[0]))
        if mismatches:
            yield from (f"actions: {wanted.kind}: {mismatch}" for mismatch in mismatches)
        left.remove(closest)
    if expect.only:
        yield from (f"only: did not expect {shown(action)}" for action in left)
    for action in actions:
        if any(_is_banned(ban, action) for ban in expect.never):
            yield f"never: {shown(action)} stands"
    yield from _order_differences(expect, actions)


def _order_differences(expect: Expectation, actions: tuple[Action, ...]) -> Iterator[str]:
    came = list(dict.fromkeys(action.kind for action in actions if action.kind in expect.order))
    if came != list(expect.order):
        yield f"order: expected {_list(expect.order)}, came {_list(came)}"


def _is_banned(ban: Forbid, action: Action) -> bool:
    return action.kind is ban.kind and (not ban.goodwill_kinds or action.parameter("kind") in ban.goodwill_kinds)


_STATES: Final[tuple[tuple[str, Callable[[ExpectedAction], object], Callable[[Action], object]], ...]] = (
    ("scope", lambda wanted: wanted.scope, lambda action: action.scope),
    ("authority", lambda wanted: wanted.authority, lambda action: action.authority_role),
    ("due_at", lambda wanted: wanted.due_at, lambda action: action.due),
    ("valid_until", lambda wanted: wanted.valid_until, lambda action: action.valid_until),
    ("granted", lambda wanted: wanted.granted, lambda action: action.granted_amount),
    ("said", lambda wanted: wanted.said, lambda action: action.reason_for_customer),
    ("unsettled", lambda wanted: wanted.unsettled, lambda action: bool(action.unsettled)),
    ("already_given", lambda wanted: wanted.already_given, lambda action: action.already_given),
    ("may_grant_now", lambda wanted: wanted.may_grant_now, lambda action: action.may_grant_now),
    ("approval_needed", lambda wanted: wanted.approval_needed, lambda action: action.approval_needed),
)


def _mismatches(wanted: ExpectedAction, action: Action, *, locale: str) -> Iterator[str]:
    for name, literal in wanted.parameters:
        expected, came = _chosen(literal, locale), action.parameter(name)
        if came != expected:
            yield f"{name}: expected {_said(expected)}, came {'none' if came is None else _said(came)}"
    if wanted.amount is not None and action.amount != wanted.amount:
        yield f"amount: expected {wanted.amount}, came {action.amount or 'none'}"
    yield from _absent("amount_needs", wanted.amount_needs, action.amount_needs)
    yield from _absent("rules", wanted.rules, action.rule_ids)
    yield from _absent("unsettled_by", wanted.unsettled_by, [entry.rule_id for entry in action.unsettled])
    waiting = dict.fromkeys(path for entry in action.unsettled for path in entry.facts)
    yield from _absent("waits_for", wanted.waits_for, waiting)
    yield from _absent("on_hold", () if wanted.on_hold is None else (wanted.on_hold,), _holders(action))
    for name, of_wanted, of_action in _STATES:
        expected_state, came_state = of_wanted(wanted), of_action(action)
        if expected_state is not None and came_state != expected_state:
            yield f"{name}: expected {expected_state}, came {came_state}"


def _holders(action: Action) -> list[str]:
    return [hold.team for hold in action.on_hold]


def _chosen(literal: ParameterLiteral, locale: str) -> ParameterValue:
    return literal.choose(locale) if isinstance(literal, Text) else literal


def _said(value: ParameterValue) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Span(nanos, business_days):
            return f"{business_days}bd" if business_days else f"{nanos // 1_000_000_000}s"
        case tuple():
            return _list(value)
        case _:
            said = str(value)
            return repr(said) if " " in said else said


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
