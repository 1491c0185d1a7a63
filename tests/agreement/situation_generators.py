"""Random actions, authority and whole situations, for the property tests of resolution.

What the loader refuses is not generated (a forbidden entitlement, a referral without evidence, an `outcome` read from a
fact). Names, texts and amounts come from short lists: proposals are often equal, and often meet what was granted.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Final

from hypothesis import strategies as st

from amends.domain.action import Scope, Span
from amends.domain.action_kinds import (
    ASSIGNED,
    GOODWILL_KINDS,
    KINDS,
    MONEY_KINDS,
    NONE_KNOWN,
    SAME_PERSON,
    ActionKind,
    AmountUse,
    Combine,
    ParameterSpec,
    ParameterType,
)
from amends.domain.facts import Value
from amends.domain.money import Money
from amends.domain.situation import FactSource, Granted, Situation, Subject
from amends.packs.amounts import Amount, Fixed, Highest, Lowest, PercentOf, PerUnit
from amends.packs.model import (
    Band,
    FactParameter,
    Forbid,
    GuardrailRule,
    Pack,
    Parameter,
    ParameterLiteral,
    Position,
    Proposal,
    Role,
    Text,
)
from tests.agreement.generators import DAY, HOUR, NOON, READ, TEAMS, VOCABULARY, conditions, fact_values, facts, packs

MONEY_FACTS: Final = ("amount_paid", "amount_affected", "shipping_fee", "facts.price")
KNOWN: Final = tuple(
    dict.fromkeys(
        (
            *READ,
            *MONEY_FACTS,
            "amount_refunded",
            "subject.quantity",
            "customer.preferred_channel",
            "waited",
            "brand",
        ),
    ),
)
"""The facts that a generated situation may hold: all that conditions, amounts and parameters read."""

_SPANS: Final = (Span(nanos=HOUR // 2), Span(nanos=HOUR), Span(nanos=7 * DAY), Span(business_days=7))
_TEXTS: Final = (
    Text({"en": "the front desk"}),
    Text({"en": "by {due}", "de": "bis {due}"}),
    Text({"en": "refund"}),
    Text({"en": NONE_KNOWN}),
)
_NAMES: Final = ("eu-261", "us-dot", "resolved")
_BASES: Final = ("eu-261", "us-dot")
_SUBJECTS: Final = (Subject("order-1"), Subject("order-1", "item-1"), Subject("order-2"))
_WRITTEN_OUT: Final = ("kind", "outcome", "basis", "name")
_FACTS_FOR: Final[Mapping[ParameterType, tuple[str, ...]]] = {
    ParameterType.NAME: ("brand", "facts.word", "facts.colour"),
    ParameterType.TEXT: ("brand", "facts.word", "facts.colour"),
    ParameterType.ENUM: ("customer.preferred_channel",),
    ParameterType.BOOLEAN: ("facts.refused", "obvious_mistake"),
    ParameterType.DURATION: ("facts.length", "waited"),
    ParameterType.TEAM: ("facts.team",),
    ParameterType.OWNER: ("facts.team",),
}


@cache
def amounts(depth: int = 2) -> st.SearchStrategy[Amount]:
    """Every form of amount; `lowest` and `highest` nest `depth` - 1 times."""
    literal = st.lists(
        st.builds(Money, st.sampled_from(("USD", "USD", "EUR")), st.sampled_from((0, 1, 500, 990, 25_000))),
        min_size=1,
        max_size=2,
        unique_by=lambda money: money.currency,
    ).map(tuple)
    percents = st.sampled_from((Decimal(100), Decimal(50), Decimal("33.3"), Decimal("0.5")))
    flat: list[st.SearchStrategy[Amount]] = [
        st.builds(Fixed, literal),
        st.builds(PercentOf, percents, st.sampled_from(MONEY_FACTS)),
        st.builds(PerUnit, literal, st.just("subject.quantity")),
    ]
    if depth == 1:
        return st.one_of(flat)
    options = st.lists(amounts(depth - 1), min_size=1, max_size=3).map(tuple)
    return st.one_of(*flat, st.builds(Lowest, options), st.builds(Highest, options))


@cache
def _literal_parameters(spec: ParameterSpec) -> st.SearchStrategy[ParameterLiteral]:
    values: tuple[ParameterLiteral, ...]
    match spec.type:
        case ParameterType.NAME:
            values = _BASES if spec.name == "basis" else _NAMES
        case ParameterType.TEXT:
            values = _TEXTS
        case ParameterType.ENUM:
            values = spec.values
        case ParameterType.BOOLEAN:
            values = (False, True)
        case ParameterType.DURATION:
            values = _SPANS
        case ParameterType.TEAM:
            values = tuple(TEAMS)
        case ParameterType.OWNER:
            values = (*TEAMS, SAME_PERSON, ASSIGNED)
        case ParameterType.PATHS:
            values = (("fit",), ("fit", "severity"))
        case ParameterType.CALENDAR:
            values = ("support",)
        case ParameterType.COVERED:
            values = (("refund",), ("goodwill",), ("refund", "goodwill"))
        case ParameterType.DATE:
            values = ("2026-11-01",)
        case ParameterType.INTEGER | ParameterType.DECIMAL | ParameterType.MONEY:
            raise AssertionError(spec.type)  # of custom actions only
    return st.sampled_from(values)


@st.composite
def _parameter(draw: st.DrawFn, spec: ParameterSpec) -> Parameter:
    written = draw(_literal_parameters(spec))
    sources = () if spec.name in _WRITTEN_OUT else _FACTS_FOR.get(spec.type, ())
    if not sources or draw(st.integers(0, 2)) > 0:
        return written
    return FactParameter(draw(st.sampled_from(sources)), written if draw(st.booleans()) else None)


@st.composite
def proposals(draw: st.DrawFn) -> Proposal:
    """An action of any kind, more than half with money, with every parameter that its kind must have."""
    spec = KINDS[draw(st.one_of(st.sampled_from(MONEY_KINDS), st.sampled_from(list(KINDS))))]
    given = [
        (parameter.name, draw(_parameter(parameter)))
        for parameter in spec.parameters
        if parameter.required or draw(st.booleans())
    ]
    carries = spec.amount is AmountUse.REQUIRED or (spec.amount is AmountUse.OPTIONAL and draw(st.integers(0, 3)) > 0)
    return Proposal(
        kind=spec.kind,
        parameters=tuple(given),
        amount=draw(amounts()) if carries else None,
        scope=draw(st.sampled_from((Scope.CASE, Scope.CASE, Scope.INCIDENT))),
        retention=draw(st.integers(0, 3)) == 0,
        meets=draw(st.sampled_from(((), (), ("cancellation",), ("callback", "other")))),
        expires=draw(st.sampled_from((None, None, *_SPANS))),
        review_in=draw(st.sampled_from((None, None, *_SPANS))),
    )


@cache
def forbids() -> st.SearchStrategy[tuple[Forbid, ...]]:
    """Mostly none; kinds of goodwill may be named."""
    kinds = st.sampled_from([kind for kind in KINDS if kind is not ActionKind.ENTITLEMENT])
    narrowed = st.lists(st.sampled_from(GOODWILL_KINDS), min_size=1, max_size=2, unique=True).map(tuple)
    one = st.one_of(
        st.builds(Forbid, kinds),
        st.just(Forbid(ActionKind.REFUND)),
        st.builds(Forbid, st.just(ActionKind.GOODWILL), narrowed),
    )
    return st.one_of(st.just(()), st.just(()), st.lists(one, min_size=1, max_size=3).map(tuple))


@st.composite
def authorities(draw: st.DrawFn) -> tuple[Role, ...]:
    """One to three roles whose bands grow, in one currency or two; a kind may be left out, the last be unlimited."""
    roles = []
    for place, role in enumerate(("frontline", "supervisor", "director")[: draw(st.integers(1, 3))]):
        bands: dict[ActionKind, Band] = {}
        for kind in (ActionKind.REFUND, ActionKind.GOODWILL):
            units = draw(st.sampled_from((500, 990, 1000))) * 5**place
            both = (Money("USD", units), Money("EUR", units - 1))
            band: Band = draw(st.sampled_from((both[:1], both, None)))
            if draw(st.integers(0, 4)) > 0:
                bands[kind] = band
        roles.append(Role(role, bands))
    return tuple(roles)


@st.composite
def combine_changes(draw: st.DrawFn) -> Mapping[ActionKind, Combine]:
    """What a pack changes: any way for money (never `first` for what is owed), `first` or `all` for the rest."""
    changed: dict[ActionKind, Combine] = {}
    kinds = st.one_of(st.sampled_from(MONEY_KINDS), st.sampled_from(list(KINDS)))
    for kind in draw(st.lists(kinds, min_size=draw(st.integers(0, 6)), max_size=6, unique=True)):
        ways = {Combine.FIRST, Combine.ALL}
        if kind in MONEY_KINDS:
            ways |= {Combine.HIGHEST, Combine.SUM}
        if kind is ActionKind.ENTITLEMENT:
            ways -= {Combine.FIRST}
        changed[kind] = draw(st.sampled_from(sorted(ways)))
    return changed


@st.composite
def _guardrails(draw: st.DrawFn) -> tuple[GuardrailRule, ...]:
    never, instead = Text({"en": "a time"}), Text({"en": "{next_update}", "de": "Näheres {next_update}"})
    return tuple(
        GuardrailRule(f"guardrail-{index}", draw(conditions(depth=2)), never, instead, Position("generated.yaml", 1, 1))
        for index in range(draw(st.integers(0, 2)))
    )


def full_packs(*, most: int = 10) -> st.SearchStrategy[Pack]:
    """Packs whose rules propose and forbid, with authority, changed combinations and guardrails."""
    return packs(
        then=st.one_of([st.lists(proposals(), min_size=least, max_size=3).map(tuple) for least in (0, 1, 3)]),
        forbids=forbids(),
        authority=authorities(),
        combine=combine_changes(),
        guardrails=_guardrails(),
        most=most,
    )


@st.composite
def granted_entries(draw: st.DrawFn, currency: str) -> Granted:
    """Something given before: any kind, for this subject or another, with or without money, of the case or incident."""
    spec = KINDS[draw(st.one_of(st.sampled_from(MONEY_KINDS), st.sampled_from(list(KINDS))))]
    named = {
        parameter.name: draw(st.sampled_from(parameter.values))
        for parameter in spec.parameters
        if parameter.values and (parameter.required or draw(st.booleans()))
    }
    amount = None
    if spec.amount is not AmountUse.NONE and draw(st.integers(0, 3)) > 0:
        paid_in = draw(st.sampled_from((currency, currency, currency, "EUR")))
        amount = Money(paid_in, draw(st.sampled_from((0, 1, 500, 990, 100_000))))
    return Granted(
        kind=spec.kind.value,
        action_id=draw(st.sampled_from(("", "act-1", "act-2"))),
        subject=draw(st.sampled_from((None, *_SUBJECTS))),
        incident_id=draw(st.sampled_from(("", "", "incident-1", "incident-2"))),
        basis=draw(st.sampled_from(_BASES)) if spec.kind is ActionKind.ENTITLEMENT else "",
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
