"""Outputs of `amends rescore`, made by hand or by chance."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pyarrow as pa

from amends.rescoring.output_file import OUTPUT

NOON: Final = datetime(2026, 11, 1, 12, tzinfo=UTC)
DIGEST: Final = "0" * 64


def row(position: int, case_id: str, **said: object) -> dict[str, Any]:
    """A row, with nothing to do but what is said."""
    plain: dict[str, Any] = {name: [] if pa.types.is_list(OUTPUT.field(name).type) else None for name in OUTPUT.names}
    named = {"position": position, "case_id": case_id, "pack_digest": DIGEST, "observe_time": NOON}
    return {**plain, **named, "outcome": "care_only", **said}


def action(kind: str, units: int | None = None, currency: str = "EUR", **said: object) -> dict[str, Any]:
    """An action of one rule, to be given now."""
    money = {"minor_units": units, "given_minor_units": None, "currency": None if units is None else currency}
    plain = {"kind": kind, "what": None, "owner": None, **money, "authority": "frontline", "may_grant_now": True}
    flags = dict.fromkeys(("unsettled", "on_hold", "already_given"), False)
    return {**plain, **flags, "rules": [f"{kind}-rule"], **said}


def promise(hours: int, owner: str = "care") -> dict[str, Any]:
    """A promise that falls due so many hours after noon."""
    return {"kind": "next_update", "owner": owner, "due": NOON + timedelta(hours=hours)}


def table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """The rows as an output has them."""
    return pa.Table.from_pylist(list(rows), schema=OUTPUT)


def by_chance(seed: int, count: int) -> list[dict[str, Any]]:
    """Rows that differ in all that is told, of half as many cases."""
    pick = random.Random(seed)  # noqa: S311 -- chance that can be had again
    return [_by_chance(pick, position) for position in range(1, count + 1)]


def _by_chance(pick: random.Random, position: int) -> dict[str, Any]:
    actions = [action("refund", pick.randrange(100, 900), pick.choice(["EUR", "USD", "JPY"]))] * pick.randrange(2)
    actions += [action("goodwill", pick.randrange(5), what="credit", unsettled=pick.random() < 0.5)] * pick.randrange(2)
    steps = pick.sample([("The template", "content"), ("The till", "it"), ("Training", None)], pick.randrange(3))
    actions += [action("audit_step", what=step, owner=owner) for step, owner in steps]
    return row(
        position,
        f"case-{pick.randrange(500)}",
        outcome=pick.choice(["actions_recommended", "needs_facts"]),
        priority_class=pick.choice(["dissatisfier", "loyalty_inhibitor", "enhancer", None]),
        stage=pick.choice(["use", "purchase", None]),
        pain_type=pick.choice(["emotional", "loyalty", None]),
        fault=pick.choice(["company", "nobody", None]),
        loyalty_tier=pick.choice(["gold", "silver", None]),
        owner=pick.choice(["care", "it", None]),
        actions=actions,
        applied_rules=pick.sample(["a", "b", "c"], pick.randrange(4)),
        needed_facts=pick.sample(["fault", "cause", "severity"], pick.randrange(4)),
        obligations=[promise(pick.randrange(-9, 9))] * pick.randrange(2),
    )
