"""Scored rows: what a batch of decided rows comes to, as columns of a table with documented names and types.

What rows share is written once and taken by each of them; due times are worked out row by row.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from amends.domain.action import Action
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Adjustment, Effect, Step, Verdict
from amends.domain.facts import Facts
from amends.domain.situation import Subject
from amends.packs.model import Pack
from amends.rescoring.columns import Integers, Rows
from amends.rescoring.decide_rows import Alike, DecidedRows
from amends.rescoring.due_columns import DueColumns

_MONEY: Final = (ActionKind.ENTITLEMENT, ActionKind.REFUND, ActionKind.GOODWILL)
_MOST_WRITTEN: Final = 8_192
"""Kinds of rows that stay written from batch to batch; up to eight kilobytes each with what they come to."""
_TOLD: Final[Mapping[str, str]] = {
    "priority_class": "facts.priority_class",
    "stage": "stage",
    "pain_type": "pain_type",
    "fault": "fault",
    "severity": "severity",
    "loyalty_tier": "customer.loyalty_tier",
}
"""Columns that tell a fact as it was decided by, whoever said or derived it."""

ACTION: Final = pa.struct(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("what", pa.string()),
        pa.field("owner", pa.string()),
        pa.field("minor_units", pa.int64()),
        pa.field("given_minor_units", pa.int64()),
        pa.field("currency", pa.string()),
        pa.field("authority", pa.string(), nullable=False),
        pa.field("may_grant_now", pa.bool_(), nullable=False),
        pa.field("unsettled", pa.bool_(), nullable=False),
        pa.field("on_hold", pa.bool_(), nullable=False),
        pa.field("already_given", pa.bool_(), nullable=False),
        pa.field("rules", pa.list_(pa.string()), nullable=False),
    ]
)
"""One action. `what` tells it apart within its kind: the basis of an entitlement, the kind of a gesture, the step to be
audited. `owner` is the team whose task it is, where the action itself names one. `minor_units` are still to be given,
`given_minor_units` were given before.
"""

CUT: Final = pa.struct(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("rule", pa.string(), nullable=False),
        pa.field("by", pa.string(), nullable=False),
        pa.field("removed", pa.bool_(), nullable=False),
    ]
)
"""What `by` (a rule, limit or fact) did to something that a rule asked for, beside making one action of several."""

OBLIGATION: Final = pa.struct(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("owner", pa.string(), nullable=False),
        pa.field("due", pa.timestamp("us", tz="UTC"), nullable=False),
    ]
)

SHARED: Final = pa.schema(
    [
        pa.field("outcome", pa.string(), nullable=False),
        *(pa.field(name, pa.string()) for name in _TOLD),
        pa.field("owner", pa.string()),
        *(
            field
            for kind in _MONEY
            for field in (
                pa.field(f"{kind}_minor_units", pa.int64()),
                pa.field(f"{kind}_currency", pa.string()),
                pa.field(f"{kind}_authority", pa.string()),
            )
        ),
        pa.field("actions", pa.list_(ACTION), nullable=False),
        pa.field("applied_rules", pa.list_(pa.string()), nullable=False),
        pa.field("needed_facts", pa.list_(pa.string()), nullable=False),
        pa.field("cuts", pa.list_(CUT), nullable=False),
    ]
)
"""What rows that look and count alike share."""


def coded(table: pa.Table) -> pa.Table:
    """The same with a code for each text, within lists too: what is taken and written again and again is numbers."""
    columns = [_coded(column.combine_chunks()) for column in table.columns]
    fields = [field.with_type(column.type) for field, column in zip(table.schema, columns, strict=True)]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def _coded(array: pa.Array) -> pa.Array:
    of = array.type
    if pa.types.is_string(of):
        return array.dictionary_encode()
    if pa.types.is_struct(of):
        within = [_coded(array.field(place)) for place in range(of.num_fields)]
        fields = [field.with_type(one.type) for field, one in zip(of, within, strict=True)]
        return pa.StructArray.from_arrays(within, fields=fields)
    if pa.types.is_list(of):
        values = _coded(array.values)
        return pa.ListArray.from_arrays(array.offsets, values, type=pa.list_(of.value_field.with_type(values.type)))
    return array


class Scoring:
    """Tells what decided rows come to."""

    __slots__ = ("_dues", "_places", "_written")

    def __init__(self, pack: Pack) -> None:
        self._dues = DueColumns(pack)
        # What the last batches came to, written as columns, and where in it each kind of rows is.
        self._written, self._places = coded(SHARED.empty_table()), dict[Alike, int]()

    def of(self, rows: Rows, decided: DecidedRows) -> pa.Table:
        """A row each, in order."""
        written = self._write(decided.alike)
        taken = self._written.take(pa.array(written[decided.places]))
        obligations = self._dues.obligations(decided, rows.observe_times, OBLIGATION)
        return taken.append_column(pa.field("obligations", obligations.type, nullable=False), obligations)

    def _write(self, alike: Sequence[Alike]) -> Integers:
        """Where each of these is written. Batches of one file are much alike: what was written is kept while it is of
        use and not too much, so that one with nothing new writes nothing, and any other what is new.
        """
        if any(one not in self._places for one in alike):
            if len(self._places) > _MOST_WRITTEN:
                self._written, self._places = self._written.slice(0, 0), {}
            new = [one for one in dict.fromkeys(alike) if one not in self._places]
            more = coded(pa.Table.from_pylist([dict(_shared(one)) for one in new], schema=SHARED))
            self._written = pa.concat_tables([self._written, more]).combine_chunks() if self._places else more
            self._places.update((one, place) for place, one in enumerate(new, len(self._places)))
        return np.array([self._places[one] for one in alike], dtype=np.int64)


def _shared(alike: Alike) -> Iterator[tuple[str, Any]]:
    settled = alike.settled
    actions = [Action("", Subject(), "", *ready.said) for ready in settled.actions]
    yield "outcome", settled.outcome.value
    yield from ((column, _text(alike.facts, path)) for column, path in _TOLD.items())
    yield "owner", settled.team or None
    for kind in _MONEY:
        yield from _money(kind, [action for action in actions if action.kind is kind])
    yield "actions", [describe(action) for action in actions]
    yield "applied_rules", [rule.rule_id for rule in settled.rules if rule.verdict in _APPLIED]
    yield "needed_facts", [fact.path for fact in settled.needed_facts]
    yield "cuts", [_cut(one) for one in settled.adjustments if _cuts(one)]


def _cuts(found: Adjustment) -> bool:
    """A hold and another parameter leave an action what it was."""
    return found.step is not Step.COMBINE and (found.effect is Effect.REMOVED or found.before != found.after)


def _cut(found: Adjustment) -> dict[str, Any]:
    removed = found.effect is Effect.REMOVED
    return {"kind": found.kind.value, "rule": found.rule_id, "by": found.by, "removed": removed}


_APPLIED: Final = (Verdict.APPLIED, Verdict.LIMITED)


def _text(facts: Facts, path: str) -> str | None:
    value = facts.get(path)
    return value if isinstance(value, str) else None


def _money(kind: ActionKind, actions: Sequence[Action]) -> Iterator[tuple[str, Any]]:
    """What is still to be given, together, where that is one known sum; the list of actions tells each by itself."""
    open_actions = [action for action in actions if not action.already_given]
    amounts = [action.amount for action in open_actions]
    known = [amount for amount in amounts if amount is not None]
    is_one = bool(known) and len(known) == len(amounts) and len({amount.currency for amount in known}) == 1
    yield f"{kind}_minor_units", sum(amount.minor_units for amount in known) if is_one else None
    yield f"{kind}_currency", known[0].currency if is_one else None
    yield f"{kind}_authority", open_actions[-1].authority_role if open_actions else None


def describe(action: Action) -> dict[str, Any]:
    """An action as `ACTION` has it."""
    amount, given = action.amount, action.granted_amount
    said = amount or given
    if given is not None and said is not None and given.currency != said.currency:
        given = None
    return {
        "kind": action.kind.value,
        "what": _said(action, _WHAT.get(action.kind)),
        "owner": _said(action, "owner"),
        "minor_units": None if amount is None else amount.minor_units,
        "given_minor_units": None if given is None else given.minor_units,
        "currency": None if said is None else said.currency,
        "authority": action.authority_role,
        "may_grant_now": action.may_grant_now,
        "unsettled": bool(action.unsettled),
        "on_hold": bool(action.on_hold),
        "already_given": action.already_given,
        "rules": list(action.rule_ids),
    }


def _said(action: Action, parameter: str | None) -> str | None:
    said = None if parameter is None else action.parameter(parameter)
    return said if isinstance(said, str) else None


_WHAT: Final[Mapping[ActionKind, str]] = {
    ActionKind.ENTITLEMENT: "basis",
    ActionKind.GOODWILL: "kind",
    ActionKind.REMEDY: "kind",
    ActionKind.REFERRAL: "target",
    ActionKind.FAILOVER: "to",
    ActionKind.HUMAN_BACKUP: "to",
    ActionKind.PROACTIVE_CONTACT: "to",
    ActionKind.DECLINE: "what",
    ActionKind.ESCALATE: "to",
    ActionKind.CUSTOM: "name",
    ActionKind.SET_EXPECTATIONS: "next",
    ActionKind.UPDATE_CADENCE: "channel",
    ActionKind.ASSIGN_OWNER: "to",
    ActionKind.AUDIT_STEP: "step",
}
"""The parameters that tell actions of one kind apart."""
