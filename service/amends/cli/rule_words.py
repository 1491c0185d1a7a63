"""What became of each rule, for a policy owner: its conditions with what they saw, and how near it was to applying."""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from amends.cli.action_words import fact_words, member_words
from amends.cli.page import clean, hanging, line
from amends.packs.words_of_values import duration_words
from amends_client.messages import ConditionTrace, Decision, DerivedFact, FactValue, NearMiss, RuleTrace, Truth, Verdict

_VERDICTS: Final = {
    Verdict.VERDICT_APPLIED: ("✓", "green"),
    Verdict.VERDICT_LIMITED: ("▲", "yellow"),
    Verdict.VERDICT_OVERRULED: ("■", "red"),
    Verdict.VERDICT_UNDETERMINED: ("?", "yellow"),
    Verdict.VERDICT_NOT_MATCHED: ("✗", "dim"),
}
_TRUTHS: Final = {
    Truth.TRUTH_TRUE: ("✓", "green"),
    Truth.TRUTH_FALSE: ("✗", "red"),
    Truth.TRUTH_UNKNOWN: ("?", "yellow"),
}
_NO_MARK: Final = ("·", "dim")
_INDENT: Final = 2


def explained_rules(rules: Iterable[RuleTrace]) -> Iterator[RenderableType]:
    """Each rule with its verdict, its conditions below, and what it waits for or how near it was."""
    for rule in rules:
        mark, style = _VERDICTS.get(rule.verdict, _NO_MARK)
        sources = f" [{', '.join(rule.sources)}]" if rule.sources else ""
        told = f"{member_words(Verdict, rule.verdict)}: {rule.title}{sources}"
        yield hanging(Text(mark, style), Text.assemble((clean(rule.rule_id), "bold"), f"  {clean(told)}"))
        for condition in rule.conditions:
            yield _below(_condition(condition), depth=condition.depth)
        if rule.missing:
            yield _below(hanging(Text("→", "yellow"), Text(clean(f"waits for {', '.join(rule.missing)}"))))
        for missed in rule.near_misses:
            yield _below(hanging(Text("→", "cyan"), Text(clean(_near(missed)))))


def derived_facts(decision: Decision) -> Iterator[RenderableType]:
    """Each derived fact with its value, and where that comes from."""
    for derived in decision.trace.derived:
        yield line(derived.path, _derived(derived))


def _below(what: RenderableType, *, depth: int = 0) -> RenderableType:
    return Padding(what, (0, 0, 0, _INDENT * (depth + 1)))


def _condition(condition: ConditionTrace) -> RenderableType:
    mark, style = _TRUTHS.get(condition.truth, _NO_MARK)
    body = Text(clean(condition.condition))
    if condition.path:
        saw = _seen(condition.saw) if condition.HasField("saw") else "not known"
        # What a condition asks for and sees need not be said twice.
        if condition.condition != f"{condition.path}: {saw}":
            body.append(clean(f"  saw {saw}" if condition.HasField("saw") else f"  {saw}"), "dim")
    return hanging(Text(mark, style), body)


def _seen(value: FactValue) -> str:
    """In the words of conditions, where those of people are others."""
    match value.WhichOneof("value"):
        case "boolean":
            return "true" if value.boolean else "false"
        case "set":
            return f"[{', '.join(value.set.values)}]"
        case "duration":
            return duration_words(value.duration.ToNanoseconds())
        case _:
            return fact_words(value)


def _near(missed: NearMiss) -> str:
    return f"near: {missed.boundary} it would have applied ({missed.path})"


def _derived(derived: DerivedFact) -> str:
    if not derived.HasField("value"):
        return f"not known; waits for {', '.join(derived.missing)}" if derived.missing else "not known"
    by = f"by case {derived.case_number}" if derived.case_number else "as the caller said"
    return f"{_seen(derived.value)}, {by}"
