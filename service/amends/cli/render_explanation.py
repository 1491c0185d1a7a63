"""Why a decision is as it is, on a terminal, for a policy owner: what stands, rule by rule why, and what is missing."""

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.text import Text

from amends.cli.output import print_page
from amends.cli.page import clean, hanging, section, text
from amends.cli.render import action_heading, adjusted, heading
from amends.cli.rule_words import derived_facts, explained_rules
from amends_client.messages import Action, DecideResponse, Decision, RuleTrace, Verdict


def print_explanation(console: Console, response: DecideResponse, *, everything: bool) -> None:
    """Print an answer that was asked for in full."""
    print_page(console, explanation(response, everything=everything))


def explanation(response: DecideResponse, *, everything: bool) -> RenderableType:
    """What it comes to, what stands and by which rules, the rules, what was overruled, and what is missing.

    Without `everything`, rules that were far from applying are counted, not listed.
    """
    decision = response.decision
    sections = [
        heading(response),
        section("What stands, and by which rules", _standing(decision)),
        section("Rules, in the order in which they decide", _rules(decision, everything=everything)),
        section("Overruled or changed", [adjusted(change) for change in decision.trace.adjustments]),
        section("Missing, and what it could change", _missing(decision)),
        section("Derived facts", derived_facts(decision)),
    ]
    return Group(*(part for part in sections if part is not None))


def _rules(decision: Decision, *, everything: bool) -> Iterator[RenderableType]:
    rules = decision.trace.rules
    shown = [rule for rule in rules if everything or _tells(rule)]
    yield from explained_rules(shown)
    if rest := len(rules) - len(shown):
        yield hanging(
            Text("✗", "dim"),
            text(f"{rest} {'rule does' if rest == 1 else 'rules do'} not match; --all lists them", "dim"),
        )


def _tells(rule: RuleTrace) -> bool:
    """Whether the rule did something, may still do it, or was near to it."""
    return rule.verdict != Verdict.VERDICT_NOT_MATCHED or bool(rule.near_misses)


def _standing(decision: Decision) -> Iterator[RenderableType]:
    for action in decision.actions:
        yield hanging(Text("·", "dim"), action_heading(action))
        for words in _why(action):
            yield hanging(Text(" "), text(words, "dim"))


def _why(action: Action) -> Iterator[str]:
    """The rules that asked for it, those that hold it, and what could still change it."""
    if action.rule_ids:
        yield ", ".join(action.rule_ids)
    for hold in action.on_hold:
        yield f"on hold for {hold.team} by {', '.join(hold.rule_ids)}: {hold.reason}"
    for one in action.unsettled:
        yield f"may still change: {one.rule_id} {one.why}"


def _missing(decision: Decision) -> Iterator[RenderableType]:
    titles = {rule.rule_id: rule.title for rule in decision.trace.rules}
    for needed in decision.needed_facts:
        yield hanging(Text("?", "yellow"), Text.assemble((clean(needed.path), "bold"), f"  {clean(needed.question)}"))
        for rule_id in needed.rule_ids:
            title = f": {titles[rule_id]}" if rule_id in titles else ""
            yield hanging(Text(" "), text(f"for {rule_id}{title}", "dim"))
    if decision.unobtainable_facts:
        yield hanging(Text("·", "dim"), text(f"asked for in vain: {', '.join(decision.unobtainable_facts)}"))
