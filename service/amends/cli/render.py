"""A decision on a terminal, for a person who has a customer on the line: what to do first, the reasons after.

It reads the contract's messages, so that a local decision, a server's and the demo's look the same. Texts of packs
and servers are shown as they are, never as markup or as control codes.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final
from unicodedata import category

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money as WireMoney
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from amends.cli.action_words import action_words, member_words
from amends.cli.output import print_page
from amends.domain.money import Money
from amends_client.messages import (
    Action,
    ActionKind,
    Adjustment,
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
from amends_client.values import money_text

_HEADLINES: Final = {
    Outcome.OUTCOME_NOT_A_FIT: ("Not a fit: say so, and say who serves them better", "bold magenta"),
    Outcome.OUTCOME_ACTIONS_RECOMMENDED: ("Actions recommended", "bold green"),
    Outcome.OUTCOME_ALREADY_SETTLED: ("Already settled: all of it was given before", "bold cyan"),
    Outcome.OUTCOME_NEEDS_FACTS: ("Needs facts: care now, ask, then decide again", "bold yellow"),
    Outcome.OUTCOME_ALL_OVERRULED: ("All overruled: rules asked for more, and none of it stands", "bold red"),
    Outcome.OUTCOME_CARE_ONLY: ("Care only: nothing to give, everything to say", "bold blue"),
    Outcome.OUTCOME_NO_RULE_MATCHED: ("No rule matched: the pack has nothing to say on these facts", "bold red"),
}
_DIGEST_SHOWN: Final = 12


def print_response(console: Console, response: DecideResponse) -> None:
    """Print an answer as a person reads it."""
    print_page(console, render(response))


def render(response: DecideResponse) -> RenderableType:
    """The headline, what to do, what is open, what may not be said, what was promised, and why."""
    decision = response.decision
    words, style = _HEADLINES.get(decision.outcome, (member_words(Outcome, decision.outcome), "bold"))
    sections = [
        Group(_text(words, style), _text(_envelope(response), "dim")),
        _section("Asked for and not answered", _unanswered(decision)),
        _section("What to do, in the order of saying it (✓ you may do it now)", _actions(decision)),
        _section("Missing", _missing(decision)),
        _section("May not be said", _guardrails(decision)),
        _section("Promised", _promised(decision)),
        _section("Overruled or changed", [_adjustment(change) for change in decision.trace.adjustments]),
        _section("Rules", _rules(decision)),
    ]
    return Group(*(section for section in sections if section is not None))


def _envelope(response: DecideResponse) -> str:
    """Who decided and when, in lines that fit a narrow page: a date that is torn in two is hard to find again."""
    decision = response.decision
    pack = f"pack {decision.pack_id} {decision.pack_version} ({decision.pack_digest[:_DIGEST_SHOWN]})"
    made = f"decision {response.decision_id}" if response.decision_id else "a preview: not to be carried out"
    recorded = "" if response.recorded or not response.decision_id else ", not recorded"
    return f"policy {response.policy} · {pack}\n{made}\n{_moment(response.decided_at)}{recorded}"


def _section(title: str, rows: Iterable[RenderableType]) -> RenderableType | None:
    body = list(rows)
    return Group(Text(), _text(title, "bold underline"), *body) if body else None


def _actions(decision: Decision) -> Iterator[RenderableType]:
    for number, action in enumerate(decision.actions, start=1):
        table = Table.grid(padding=(0, 1))
        table.add_column(width=2, justify="right")
        table.add_column(width=1)
        table.add_column()
        mark, style, authority = _authority(action)
        heading = _text(action_words(action), "dim" if action.already_given else "bold")
        if amount := _amount(action):
            heading.append(_clean(f"  {amount}"), "bold cyan")
        table.add_row(_text(str(number), "dim"), _text(mark, style), heading)
        if authority:
            table.add_row("", "", _text(authority, style))
        for row in _details(action):
            table.add_row("", "", row)
        yield table


def _amount(action: Action) -> str:
    needs = ", ".join(action.amount_needs)
    amount = _money(action.amount) if action.HasField("amount") else ""
    given = _money(action.granted_amount) if action.HasField("granted_amount") else ""
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
        yield _labelled(_when_to_say(action), f"“{action.reason_for_customer}”", "italic")
    if action.reason_for_agent:
        yield _labelled("why", action.reason_for_agent)
    for open_point in action.unsettled:
        rule = f"{open_point.rule_id}: " if open_point.rule_id else ""
        facts = f" (needs {', '.join(open_point.facts)})" if open_point.facts else ""
        yield _labelled("open", f"{rule}{open_point.why}{facts}", "yellow")
    if action.HasField("due_time"):
        yield _labelled("due", _moment(action.due_time))
    if action.HasField("valid_until"):
        yield _labelled("valid until", _moment(action.valid_until))
    if action.rule_ids:
        yield _labelled("rules", ", ".join(action.rule_ids), "dim")


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
        question = Text.assemble((_clean(needed.question), style), (f"  {_clean(needed.path)}", "dim"))
        yield _hanging(Text(mark, style), question)
    if decision.unobtainable_facts:
        yield _line("asked for in vain:", ", ".join(decision.unobtainable_facts))


def _unanswered(decision: Decision) -> Iterator[RenderableType]:
    for request in decision.unanswered_requests:
        yield _line(member_words(Request, request), "no action meets it, and none declines it")


def _guardrails(decision: Decision) -> Iterator[RenderableType]:
    for guardrail in decision.guardrails:
        yield _hanging(Text("never", "bold red"), _text(guardrail.never))
        yield _hanging(Text("but  ", "bold green"), _text(guardrail.instead))


def _promised(decision: Decision) -> Iterator[RenderableType]:
    by_id = {action.action_id: action for action in decision.actions}
    for obligation in decision.obligations:
        action = by_id.get(obligation.action_id)
        what = f" ({action_words(action)})" if action else ""
        owner = f", {obligation.owner.replace('_', ' ')}" if obligation.owner else ""
        yield _line(_moment(obligation.due_time), f"{member_words(ObligationKind, obligation.kind)}{owner}{what}")


def _adjustment(change: Adjustment) -> RenderableType:
    before = f" {_money(change.before)}" if change.HasField("before") else ""
    after = f" to {_money(change.after)}" if change.HasField("after") else ""
    what = f"{member_words(ActionKind, change.kind)}{before} of {change.rule_id}"
    how = f"{member_words(Effect, change.effect)}{after} at {member_words(Step, change.step)} by {change.by}"
    return _line(what, f"{how}: {change.why}")


def _rules(decision: Decision) -> Iterator[RenderableType]:
    """Rules that held, a line each; those for which something is asked, by their facts; of the rest only the facts."""
    asking = {rule_id for needed in decision.needed_facts for rule_id in needed.rule_ids}
    in_vain = set(decision.unobtainable_facts)
    waiting: dict[str, list[str]] = {}
    rest: list[RuleTrace] = []
    for rule in decision.trace.rules:
        if rule.verdict != Verdict.VERDICT_UNDETERMINED:
            sources = f" [{', '.join(rule.sources)}]" if rule.sources else ""
            yield _line(rule.rule_id, f"{member_words(Verdict, rule.verdict)}: {rule.title}{sources}")
        elif rule.rule_id in asking or in_vain.intersection(rule.missing) or not rule.missing:
            waiting.setdefault(", ".join(rule.missing), []).append(rule.rule_id)
        else:
            rest.append(rule)
    for facts, rule_ids in waiting.items():
        yield _line(f"undetermined without {facts}:" if facts else "undetermined:", ", ".join(rule_ids))
    if rest:
        facts = ", ".join(dict.fromkeys(path for rule in rest for path in rule.missing))
        yield _line(f"and {_rules_of_care(len(rest))} for:", facts)


def _rules_of_care(count: int) -> str:
    """Rules that nothing needs to be asked for could change neither money nor anything else of substance."""
    return "1 more rule, of care alone, waits" if count == 1 else f"{count} more rules, of care alone, wait"


def _labelled(label: str, words: str, style: str = "") -> Text:
    return Text.assemble((f"{label} ", "dim"), (_clean(words), style))


def _line(label: str, words: str) -> RenderableType:
    return _hanging(Text("·", "dim"), Text.assemble((f"{_clean(label)}  ", "dim"), _clean(words)))


def _hanging(mark: Text, body: Text) -> RenderableType:
    """A mark, and words beside it that wrap under themselves."""
    table = Table.grid(padding=(0, 1))
    table.add_row(mark, body)
    return Padding(table, (0, 0, 0, 2))


def _money(amount: WireMoney) -> str:
    """With the decimals of the currency's minor unit; as the message has them where the currency is a newer one."""
    text = money_text(amount)
    digits, _, currency = text.partition(" ")
    try:
        return str(Money.parse(digits, currency))
    except ValueError:
        return text


def _moment(time: Timestamp) -> str:
    """To the minute, in UTC: whose time zone the reader is in, the decision does not know."""
    return datetime.fromtimestamp(time.seconds, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")


def _text(words: str, style: str = "") -> Text:
    return Text(_clean(words), style)


def _clean(words: str) -> str:
    """Without control characters, which could move the cursor or hide words; line breaks stay."""
    return "".join(letter for letter in words if letter == "\n" or category(letter) != "Cc")
