"""A server's pack, rebuilt as far as reading a situation needs it: its vocabulary, currency and time zone. No rules."""

from amends.cli.action_words import member_words
from amends.domain.facts import FactSpec, FactType, Vocabulary
from amends.packs.model import Pack
from amends_client.messages import FactSpec as WireFactSpec
from amends_client.messages import FactType as WireFactType
from amends_client.messages import RulePack


def reading_pack(message: RulePack) -> Pack:
    """A pack that can read and cannot decide."""
    specs = [_fact_spec(fact) for fact in message.facts]
    return Pack(
        pack_id=message.pack_id,
        version=message.version,
        title=message.title,
        extends=tuple(message.extends),
        currency=message.currency,
        timezone=message.time_zone or "UTC",
        tiers=tuple(message.tiers),
        main=(),
        vocabulary=Vocabulary({spec.path: spec for spec in specs}),
        contact_reasons=(),
        teams={},
        authority=(),
        combine={},
        guardrails=(),
        rules=(),
        digest=message.digest,
    )


def _fact_spec(fact: WireFactSpec) -> FactSpec:
    return FactSpec(
        path=fact.path,
        type=FactType(member_words(WireFactType, fact.type)),
        values=tuple(fact.values),
        ordered=fact.ordered,
        unit=fact.unit,
        minimum=fact.minimum if fact.HasField("minimum") else None,
        maximum=fact.maximum if fact.HasField("maximum") else None,
        ask=fact.question,
    )
