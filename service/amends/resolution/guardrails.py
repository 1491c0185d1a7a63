"""Guardrails: what may not be said on these facts. Shown unless the fact that would back them is known and true."""

from amends.domain.decision import Guardrail
from amends.domain.facts import Facts
from amends.packs.conditions import evaluate
from amends.packs.model import Pack


def guardrails(pack: Pack, facts: Facts, *, locale: str) -> tuple[Guardrail, ...]:
    """The pack's guardrails that hold here, in the order declared."""
    return tuple(
        Guardrail(rule.guardrail_id, rule.never.choose(locale), rule.instead.choose(locale))
        for rule in pack.guardrails
        if evaluate(rule.unless, facts) is not True
    )
