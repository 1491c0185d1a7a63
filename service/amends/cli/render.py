"""A decision on a terminal, for a person who has a customer on the line: what to do first, the reasons after.

It reads the contract's messages, so that a local decision, a server's and the demo's look the same. Texts of packs
and servers are shown as they are, never as markup or as control codes.
"""

from collections.abc import Iterator
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from amends.cli.action_words import action_words, member_words
from amends.cli.output import print_page
from amends.cli.page import clean, hanging, labelled, line, moment, money, section, text
from amends.cli.rule_words import derived_facts, explained_rules
from amends_client.messages import (
    Action,
    ActionKind,
    Adjustment,
    Change,
    ChangeKind,
    DecideResponse,
    Decision,
    Effect,
    ObligationKind,
    Outcome,
    Request,
    RuleTrace,
    Step,
    Verdict,
)
from amends_client.reading import may_do_now

_HEADLINES: Final = {
    Outcome.OUTCOME_NOT_A_FIT: ("Not a fit: say so, and say who serves them better", "bold magenta"),
    Outcome.OUTCOME_ACTIONS_RECOMMENDED: ("Actions recommended", "bold green"),
    Outcome.OUTCOME_ALREADY_SETTLED: ("Already settled: all of it was given before", "bold cyan"),
    Outcome.OUTCOME_NEEDS_FACTS: ("Needs facts: care now, ask, then decide again", "bold yellow"),
    Outcome.OUTCOME_ALL_OVERRULED: ("All overruled: rules asked for more, and none of it stands", "bold red"),
    Outcome.OUTCOME_CARE_ONLY: ("Care only: nothing to give, everything to say", "bold blue"),
    Outcome.OUTCOME_NO_RULE_MATCHED: ("No rule matched: the pack has nothing to say on these facts", "bold red"),
}
_CHANGES: Final = {
    ChangeKind.CHANGE_KIND_NEW: "new",
    ChangeKind.CHANGE_KIND_GONE: "gone, and nobody was told of it",
    ChangeKind.CHANGE_KIND_WITHDRAW: "to be withdrawn: it was offered",
}
_DIGEST_SHOWN: Final = 12


def print_response(console: Console, response: DecideResponse) -> None:
    """Print an answer as a person reads it."""
    print_page(console, render(response))


def render(response: DecideResponse) -> RenderableType:
    """The headline, what to do, what is open, what may not be said, what was promised, and why."""
    decision = response.decision
    sections = [
        heading(response),
        section("Asked for and not answered", _unanswered(decision)),
        section("What to do, in the order of saying it (✓ you may do it now)", _actions(decision)),
        section("Missing", _missing(decision)),
        section("May not be said", _guardrails(decision)),
        section("Promised", _promised(decision)),
        section("Overruled or changed", [adjusted(change) for change in decision.trace.adjustments]),
        section("Changed since the decision before", [_change(change) for change in decision.changes]),
        section("Rules", explained_rules(decision.trace.rules) if _in_full(decision) else _rules(decision)),
        section("Derived facts", derived_facts(decision)),
    ]
    return Group(*(part for part in sections if part is not None))


def heading(response: DecideResponse) -> RenderableType:
    """What it comes to, and who decided that."""
    outcome = response.decision.outcome
    words, style = _HEADLINES.get(outcome, (member_words(Outcome, outcome), "bold"))
    return Group(text(words, style), text(_envelope(response), "dim"))


def action_heading(action: Action) -> Text:
    """What is to be done, and how much of it."""
    found = text(action_words(action), "dim" if action.already_given else "bold")
    if amount := _amount(action):
        found.append(clean(f"  {amount}"), "bold cyan")
    return found


def _envelope(response: DecideResponse) -> str:
    """Who decided and when, in lines that fit a narrow page: a date that is torn in two is hard to find again."""
    decision = response.decision
    pack = f"pack {decision.pack_id} {decision.pack_version} ({decision.pack_digest[:_DIGEST_SHOWN]})"
    made = f"decision {response.decision_id}" if response.decision_id else "a preview: not to be carried out"
    recorded = "" if response.recorded or not response.decision_id else ", not recorded"
    return f"policy {response.policy} · {pack}\n{made}\n{moment(response.decided_at)}{recorded}"


def _actions(decision: Decision) -> Iterator[RenderableType]:
    for number, action in enumerate(decision.actions, start=1):
        table = Table.grid(padding=(0, 1))
        table.add_column(width=2, justify="right")
        table.add_column(width=1)
        table.add_column()
        mark, style, authority = _authority(action)
        table.add_row(text(str(number), "dim"), text(mark, style), action_heading(action))
        if authority:
            table.add_row("", "", text(authority, style))
        for row in _details(action):
            table.add_row("", "", row)
        yield table


def _amount(action: Action) -> str:
    needs = ", ".join(action.amount_needs)
    amount = money(action.amount) if action.HasField("amount") else ""
    given = money(action.granted_amount) if action.HasField("granted_amount") else ""
    if action.already_given:
        return f"{given} given" if given else ""
    if needs:
        least = f"at least {amount}; " if amount else ""
        return f"{least}the amount needs {needs}"
    return f"{amount} ({given} given before)" if amount and given else amount


def _authority(action: Action) -> tuple[str, str, str]:
    """Who may do it, as a mark, its style and words."""
    if action.already_given:
        return "=", "dim", "given before: not again"
    if action.on_hold:
        holds = "; ".join(f"{hold.team}: {hold.reason}" for hold in action.on_hold)
        return "■", "red", f"on hold for {holds}"
    if action.unsettled or action.amount_needs:
        return "?", "yellow", f"may still change: do not promise it; {action.authority_role} may grant it"
    if may_do_now(action):
        return "✓", "green", "you may grant it now" if action.HasField("amount") else ""
    return "▲", "yellow", f"needs approval: {action.authority_role}"


def _details(action: Action) -> Iterator[Text]:
    """The lines below an action."""
    if action.reason_for_customer and not action.already_given:
        yield labelled(_when_to_say(action), f"“{action.reason_for_customer}”", "italic")
    if action.reason_for_agent:
        yield labelled("why", action.reason_for_agent)
    for open_point in action.unsettled:
        rule = f"{open_point.rule_id}: " if open_point.rule_id else ""
        facts = f" (needs {', '.join(open_point.facts)})" if open_point.facts else ""
        yield labelled("open", f"{rule}{open_point.why}{facts}", "yellow")
    if action.HasField("due_time"):
        yield labelled("due", moment(action.due_time))
    if action.HasField("valid_until"):
        yield labelled("valid until", moment(action.valid_until))
    if action.rule_ids:
        yield labelled("rules", ", ".join(action.rule_ids), "dim")


def _when_to_say(action: Action) -> str:
    """The label of the words for the customer: what may not be promised yet is not to be said yet either."""
    if action.on_hold:
        return "say once the hold is lifted"
    if action.unsettled or action.amount_needs:
        return "say once it is settled"
    return "say" if may_do_now(action) else "say once it is approved"


def _missing(decision: Decision) -> Iterator[RenderableType]:
    next_path = decision.ask_next.path
    for needed in decision.needed_facts:
        asked = needed.path == next_path
        mark, style = ("→ ask next", "bold yellow") if asked else ("·", "")
        question = Text.assemble((clean(needed.question), style), (f"  {clean(needed.path)}", "dim"))
        yield hanging(Text(mark, style), question)
    if decision.unobtainable_facts:
        yield line("asked for in vain:", ", ".join(decision.unobtainable_facts))


def _unanswered(decision: Decision) -> Iterator[RenderableType]:
    for request in decision.unanswered_requests:
        yield line(member_words(Request, request), "no action meets it, and none declines it")


def _guardrails(decision: Decision) -> Iterator[RenderableType]:
    for guardrail in decision.guardrails:
        yield hanging(Text("never", "bold red"), text(guardrail.never))
        yield hanging(Text("but  ", "bold green"), text(guardrail.instead))


def _promised(decision: Decision) -> Iterator[RenderableType]:
    by_id = {action.action_id: action for action in decision.actions}
    for obligation in decision.obligations:
        action = by_id.get(obligation.action_id)
        what = f" ({action_words(action)})" if action else ""
        owner = f", {obligation.owner.replace('_', ' ')}" if obligation.owner else ""
        yield line(moment(obligation.due_time), f"{member_words(ObligationKind, obligation.kind)}{owner}{what}")


def adjusted(change: Adjustment) -> RenderableType:
    """What was removed or changed, by what and why."""
    before = f" {money(change.before)}" if change.HasField("before") else ""
    after = f" to {money(change.after)}" if change.HasField("after") else ""
    what = f"{member_words(ActionKind, change.kind)}{before} of {change.rule_id}"
    how = f"{member_words(Effect, change.effect)}{after} at {member_words(Step, change.step)} by {change.by}"
    return line(what, f"{how}: {change.why}")


def _change(change: Change) -> RenderableType:
    before = f" {money(change.before)}" if change.HasField("before") else ""
    after = f" {money(change.after)}" if change.HasField("after") else ""
    to = " to" if before and after else ""
    what = f"{member_words(ActionKind, change.action_kind)}{before}{to}{after}"
    return line(what, f"{_CHANGES.get(change.kind, member_words(ChangeKind, change.kind))}: {change.why}")


def _in_full(decision: Decision) -> bool:
    """Whether the answer tells of every rule."""
    return any(rule.conditions or rule.verdict == Verdict.VERDICT_NOT_MATCHED for rule in decision.trace.rules)


def _rules(decision: Decision) -> Iterator[RenderableType]:
    """Rules that held, a line each; those for which something is asked, by their facts; of the rest only the facts."""
    asking = {rule_id for needed in decision.needed_facts for rule_id in needed.rule_ids}
    in_vain = set(decision.unobtainable_facts)
    waiting: dict[str, list[str]] = {}
    rest: list[RuleTrace] = []
    for rule in decision.trace.rules:
        if rule.verdict != Verdict.VERDICT_UNDETERMINED:
            sources = f" [{', '.join(rule.sources)}]" if rule.sources else ""
            yield line(rule.rule_id, f"{member_words(Verdict, rule.verdict)}: {rule.title}{sources}")
        elif rule.rule_id in asking or in_vain.intersection(rule.missing) or not rule.missing:
            waiting.setdefault(", ".join(rule.missing), []).append(rule.rule_id)
        else:
            rest.append(rule)
    for facts, rule_ids in waiting.items():
        yield line(f"undetermined without {facts}:" if facts else "undetermined:", ", ".join(rule_ids))
    if rest:
        facts = ", ".join(dict.fromkeys(path for rule in rest for path in rule.missing))
        yield line(f"and {_rules_of_care(len(rest))} for:", facts)


def _rules_of_care(count: int) -> str:
    """Rules that nothing needs to be asked for could change neither money nor anything else of substance."""
    return "1 more rule, of care alone, waits" if count == 1 else f"{count} more rules, of care alone, wait"
