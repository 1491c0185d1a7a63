"""Random whole situations, with what was granted before, for the property tests of resolution."""

from typing import Final

from hypothesis import strategies as st

from amends.domain.action_kinds import KINDS, MONEY_KINDS, ActionKind, AmountUse
from amends.domain.facts import Value
from amends.domain.money import Money
from amends.domain.situation import FactSource, Granted, Situation, Subject
from tests.agreement.action_generators import ACTIONS, BASES, MONEY_FACTS
from tests.agreement.generators import DAY, NOON, READ, VOCABULARY, fact_values, facts

KNOWN: Final = tuple(
    dict.fromkeys(
        (
            *READ,
            *MONEY_FACTS,
            "amount_refunded",
            "customer.goodwill_granted_365d",
            "subject.quantity",
            "customer.preferred_channel",
            "waited",
            "brand",
        ),
    ),
)
"""The facts that a generated situation may hold: all that conditions, amounts, limits and parameters read."""

_SUBJECTS: Final = (Subject("order-1"), Subject("order-1", "item-1"), Subject("order-2"))
_TYPED: Final = {"label_url": "the front desk", "urgent": "true", "attempts": "2", "share": "0.10", "after": "1h"}
"""What a custom action was given with, as a caller writes it."""


@st.composite
def granted_entries(draw: st.DrawFn, currency: str) -> Granted:
    """Something given before: any kind, for this subject or another, with or without money, of the case or incident."""
    spec = KINDS[draw(st.one_of(st.sampled_from(MONEY_KINDS), st.sampled_from(list(KINDS))))]
    named = {
        parameter.name: draw(st.sampled_from(parameter.values))
        for parameter in spec.parameters
        if parameter.values and (parameter.required or draw(st.booleans()))
    }
    if spec.kind is ActionKind.CUSTOM and draw(st.integers(0, 3)) > 0:
        action = ACTIONS[draw(st.sampled_from(sorted(ACTIONS)))]
        named["name"] = action.name
        said = [parameter.name for parameter in action.parameters if parameter.name in _TYPED]
        named |= {name: _TYPED[name] for name in said if draw(st.booleans())}
    amount = None
    if spec.amount is not AmountUse.NONE and draw(st.integers(0, 3)) > 0:
        paid_in = draw(st.sampled_from((currency, currency, currency, "EUR")))
        amount = Money(paid_in, draw(st.sampled_from((0, 1, 500, 990, 100_000))))
    return Granted(
        kind=spec.kind.value,
        action_id=draw(st.sampled_from(("", "act-1", "act-2"))),
        subject=draw(st.sampled_from((None, *_SUBJECTS))),
        incident_id=draw(st.sampled_from(("", "", "incident-1", "incident-2"))),
        basis=draw(st.sampled_from(BASES)) if spec.kind is ActionKind.ENTITLEMENT else "",
        parameters=named,
        amount=amount,
        time=draw(st.sampled_from((None, NOON - DAY, NOON))),
    )


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """A whole situation. The moment is always known, as the service fills it in; money is mostly of one currency."""
    currency = draw(st.sampled_from(("USD", "USD", "EUR", "JPY")))
    mixed = draw(st.integers(0, 3)) == 0
    known = draw(facts(paths=KNOWN))
    if not mixed:
        known = {path: _in_currency(value, currency) for path, value in known.items()}
    moment = draw(fact_values(VOCABULARY.specs["observe_time"]))
    assert isinstance(moment, int)
    missing = [spec.path for spec in VOCABULARY if spec.path not in known and spec.path != "observe_time"]
    entries = st.integers(0, 4).flatmap(
        lambda count: st.lists(granted_entries(currency), min_size=count, max_size=count).map(tuple),
    )
    sources = {path: draw(st.sampled_from(FactSource)) for path in sorted(known)[: draw(st.integers(0, 2))]}
    return Situation(
        case_id="case-1",
        observe_time=moment,
        facts={**known, "observe_time": moment},
        subject=draw(st.sampled_from((Subject(), *_SUBJECTS))),
        incident_id=draw(st.sampled_from(("", "incident-1"))),
        customer_id="customer-1",
        granted=draw(st.one_of(st.none(), entries, entries)),
        unobtainable=frozenset(draw(st.lists(st.sampled_from(missing), max_size=3))),
        fact_sources=sources,
        locale=draw(st.sampled_from(("", "en", "de", "de-AT", "fr"))),
    )


def _in_currency(value: Value, currency: str) -> Value:
    return Money(currency, value.minor_units) if isinstance(value, Money) else value
