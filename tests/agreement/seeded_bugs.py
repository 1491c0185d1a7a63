"""Small bugs, at least one in every step of resolution, each of which the agreement tests have to find.

`python -m tests.agreement.seeded_bugs` tries them all; how is told in `seeding`.
"""

import sys
from typing import Final

from tests.agreement.seeding import Bug, hunt

BUGS: Final = (
    Bug("derive", "derive.py", "if derive.path not in facts:", "if derive.path:", "the caller's value wins"),
    Bug(
        "derive",
        "derive.py",
        "(true if derive.hit is Hit.UNIQUE else may) & -(true if derive.hit is Hit.UNIQUE else may)",
        "true & -true",
        "an unknown case before the first that holds leaves the fact unknown",
    ),
    Bug(
        "first_hit", "first_hit.py", "                waiting = True", "                pass", "an unknown row before F"
    ),
    Bug("first_hit", "first_hit.py", "true, may = true & ~bit, may & ~bit", "pass", "rows after F are not matched"),
    Bug(
        "candidates",
        "candidates.py",
        "return _literal(default, locale) if said is None and default is not None else said",
        "return said",
        "a default stands until its fact is known",
    ),
    Bug(
        "refer",
        "refer.py",
        "proposal.kind is not ActionKind.ENTITLEMENT and ",
        "",
        "a referral removes nothing owed",
    ),
    Bug(
        "forbid",
        "forbid.py",
        "not ban.goodwill_kinds or goodwill_kind in ban.goodwill_kinds",
        "not ban.goodwill_kinds",
        "a forbid that names kinds of goodwill",
    ),
    Bug("combine", "combine.py", "return units, -_due(priced)", "return units, _due(priced)", "the earliest due wins"),
    Bug(
        "combine",
        "combine.py",
        "return [replace(combined[0], parameters=parameters)]",
        "return [combined[0]]",
        "`same_person` survives",
    ),
    Bug(
        "combine",
        "combine.py",
        "if priced.amount is None or priced.amount.currency == currency]",
        "]",
        "OTHER_CURRENCY",
    ),
    Bug("cover", "cover.py", "left -= taken", "left -= 0", "what covers several kinds covers them together"),
    Bug(
        "net",
        "granted.py",
        "unused.append(replace(granted, amount=amount.with_units(given - rest)))",
        "unused.append(granted)",
        "each unit of money is taken off once",
    ),
    Bug(
        "net",
        "net.py",
        "draft.amount = amount.with_units(rest) if rest else None",
        "draft.amount = amount",
        "what was granted is taken off",
    ),
    Bug("bound", "bound.py", "room = room.without(after)", "room = room", "refunds share one bound"),
    Bug("limit", "limit.py", "for draft in reversed(drafts):", "for draft in drafts:", "cut is what is said last"),
    Bug(
        "limit",
        "limit.py",
        "max(most.minor_units - spent, 0)",
        "most.minor_units",
        "a limit counts what was granted, or its history",
    ),
    Bug(
        "limit",
        "limit.py",
        "after = before.with_units(max(before.minor_units - excess, 0))",
        "after = before.with_units(before.minor_units + excess)",
        "a limit never raises an amount",
        "test_payment_laws",
    ),
    Bug("require", "require.py", "draft.kind in requirement.one_of", "not draft", "a companion suffices"),
    Bug(
        "require",
        "require.py",
        "if holds is not False:",
        "if holds:",
        "a requirement that nobody knows to hold is never silent",
    ),
    Bug(
        "hold",
        "hold.py",
        "if draft.already_given or draft.kind not in stops.by_kind:",
        "if draft.kind not in stops.by_kind:",
        "what was given is not held",
    ),
    Bug(
        "hold",
        "finish.py",
        "not (authority.approval or given or draft.unsettled or draft.on_hold)",
        "not (authority.approval or given or draft.unsettled)",
        "held actions are never grantable",
        "test_resolution_laws",
    ),
    Bug(
        "authorise",
        "authorise.py",
        "if (draft.open_amount or draft.last_role) and not draft.already_given:",
        "if draft.open_amount and not draft.already_given:",
        "what is not known of its bounds goes to the last role",
    ),
    Bug("authorise", "authorise.py", "approval=lowest > acting)", "approval=lowest > 1)", "approval from a role above"),
    Bug(
        "order",
        "order.py",
        "    ActionKind.ENTITLEMENT,\n    ActionKind.REFUND,\n",
        "    ActionKind.REFUND,\n    ActionKind.ENTITLEMENT,\n",
        "the order in which actions are said",
    ),
    Bug("oblige", "oblige.py", "if draft.already_given:", "if draft.shared:", "what was given promises nothing more"),
    Bug("due", "due.py", "local.weekday() < _SATURDAY", "local.weekday() <= _SATURDAY", "Saturday is no business day"),
    Bug("due", "calendars.py", " and day.isoformat() not in closed", "", "closed days of a calendar"),
    Bug(
        "unsettled",
        "unsettled.py",
        "if forbids(open_rule.rule, candidate.planned):",
        "if not open_rule.rule.rule_id:",
        "an undetermined forbid is never silent",
    ),
    Bug(
        "unsettled", "unsettled.py", "if combine is not Combine.ALL and any(", "if any(", "of `all`, one more may stand"
    ),
    Bug("unsettled", "unsettled.py", 'return WOULD_HOLD if holds(open_rule.rule, kind) else ""', 'return ""', "holds"),
    Bug(
        "needed_facts",
        "needed_facts.py",
        "(path not in owed, -len(rules[path]), ",
        "(-len(rules[path]), ",
        "what serves an entitlement is asked first",
    ),
    Bug(
        "needed_facts",
        "needed_facts.py",
        "if path not in unobtainable\n",
        "if path\n",
        "unobtainable facts are never asked",
        "test_unknown_laws",
    ),
    Bug(
        "outcome",
        "outcome.py",
        "if any(not draft.already_given for draft in substantive):",
        "if substantive:",
        "ALREADY_SETTLED",
    ),
    Bug(
        "requests",
        "requests.py",
        "answered = {*_MET_BY[planned.kind], *planned.meets}",
        "answered = {*planned.meets}",
        "met",
    ),
    Bug("guardrails", "guardrails.py", "is not True", "is False", "unknown is no leave to say it"),
    Bug(
        "identify",
        "identify.py",
        "mark(identity, str(granted))",
        "identity",
        "what remains after a partial payment has an id of its own",
        "test_payment_laws",
    ),
    Bug(
        "identify",
        "identify.py",
        "subject.order_id, subject.item_id",
        "subject.order_id",
        "another item is another purchase",
        "test_resolution_laws",
    ),
    Bug("price", "price.py", "sign=-1)", "sign=1)", "the lowest of several amounts"),
    Bug("price", "price.py", "if truth is not False:", "if truth:", "unknown behind a row that is unknown"),
    Bug(
        "plan key",
        "resolve.py",
        "            situation.unobtainable,\n",
        "",
        "a plan remembers what cannot be had",
        "test_memory_laws",
    ),
    Bug(
        "plan key",
        "resolve.py",
        "            tuple([_told(facts.get(path)) for path in self._value_paths]),\n",
        "",
        "a plan remembers the values of parameters",
        "test_memory_laws",
    ),
    Bug(
        "explain",
        "explain.py",
        "return Verdict.LIMITED if rule_id in limited else Verdict.APPLIED",
        "return Verdict.APPLIED",
        "a rule whose amount was cut is limited",
    ),
    Bug(
        "near miss",
        "near_miss.py",
        "return evaluate(when, facts) is True and not barred(facts)",
        "return True",
        "a near miss is proved",
        "test_explain",
    ),
    Bug(
        "changes",
        "changes.py",
        "if was == due:",
        "if was is due:",
        "what is due as before has not changed",
        "test_explain",
    ),
    Bug(
        "changes",
        "changes.py",
        "ChangeKind.WITHDRAW if action.action_id in superseded.offered else ChangeKind.GONE",
        "ChangeKind.GONE",
        "what was offered has to be withdrawn",
        "test_explain",
    ),
)


if __name__ == "__main__":
    sys.exit(hunt(BUGS))
