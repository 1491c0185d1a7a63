"""Amends: a pack, compiled, decided in this process by the engine that the service uses."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from amends.application.compiled_pack import CompiledPack
from amends.domain.action import Action
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Decision, Verdict
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_pack
from tests.benchmarks.peers.cases import CREDIT, REFUND, Case

_PATHS: Final = {
    "reason": "contact_reason",
    "fault": "fault",
    "tier": "customer.loyalty_tier",
    "category": "facts.category",
    "packaging": "facts.packaging",
    "delay_days": "facts.delay_days",
    "days_held": "facts.days_held",
    "failures": "customer.prior_failures_90d",
    "eu": "facts.eu",
    "paid": "amount_paid",
    "refunded": "amount_refunded",
}
_NAMES: Final = {path: name for name, path in _PATHS.items()}
_MONEY: Final = ("paid", "refunded")
_MOMENT: Final = 1_800_000_000_000_000_000
_HELD: Final = (Verdict.APPLIED, Verdict.LIMITED, Verdict.OVERRULED)


class Host:
    """A pack with what it takes to decide by it."""

    def __init__(self, folder: Path, policy: str) -> None:
        self._policy = policy
        self._pack = CompiledPack(load_pack(folder, policy), BitmapEngine())
        self._role = self._pack.pack.authority[0].role if self._pack.pack.authority else "frontline"

    def given(self, case: Case) -> Situation:
        """A situation. Where a policy does not speak of what was given before, nothing was."""
        facts: dict[str, Any] = {
            _PATHS[name]: Money("EUR", value) if name in _MONEY else value
            for name, value in case.items()
            if name != "granted"
        }
        if self._policy == REFUND:
            facts["amount_refunded"] = Money("EUR", 0)
        given = case.get("granted", None if "refunded" in _asked_by(self._policy) else ())
        granted = None if given is None else tuple(map(_granted, given))
        return Situation("case", _MOMENT, {**facts, "observe_time": _MOMENT}, granted=granted)

    def decide(self, given: Situation) -> Decision:
        """The whole decision: amounts, limits, authority, words, and which rules made it."""
        return self._pack.decide(given, role=self._role).decision

    def answer(self, decided: Decision) -> dict[str, Any]:
        """Read off its actions and its trace."""
        held = sorted(rule.rule_id for rule in decided.rules if rule.verdict in _HELD)
        refund, credit = (_of(decided, kind) for kind in (ActionKind.REFUND, ActionKind.GOODWILL))
        if self._policy == REFUND:
            return {"rules": held, "refund": _cents(refund)}
        if self._policy == CREDIT:
            return {"row": int(held[0].rpartition("-")[2]) if held else 0, "credit": _cents(credit)}
        return {
            "refund": _cents(refund),
            "credit": _cents(credit),
            "refund_by": _by(refund),
            "credit_by": _by(credit),
        }

    def asks(self, decided: Decision) -> list[str]:
        """What it needs to know."""
        waits = {path for action in decided.actions for one in action.unsettled for path in one.facts}
        needed = {fact.path for fact in decided.needed_facts} | waits
        return sorted(_NAMES.get(path, path) for path in needed)

    def why(self, given: Situation) -> object:
        """The trace in full."""
        told = self._pack.decide(given, role=self._role, explain_full=True).decision
        return [asdict(rule) for rule in told.rules] + [asdict(one) for one in told.adjustments]


def _asked_by(policy: str) -> tuple[str, ...]:
    return () if policy in {REFUND, CREDIT} else ("refunded",)


def _granted(one: dict[str, Any]) -> Granted:
    parameters = {"kind": "credit"} if one["kind"] == "goodwill" else {}
    return Granted(one["kind"], parameters=parameters, amount=Money("EUR", one["amount"]))


def _of(decided: Decision, kind: ActionKind) -> Action | None:
    found = (one for one in decided.actions if one.planned.kind is kind and not one.already_given)
    return next(found, None)


def _cents(action: Action | None) -> int:
    return 0 if action is None or action.amount is None else action.amount.minor_units


def _by(action: Action | None) -> str:
    return "" if action is None else action.authority_role
