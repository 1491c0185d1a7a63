"""Random actions: amounts, parameters, proposals of every kind, forbids and holds, for the laws of resolution.

What the loader refuses is not generated (a forbidden entitlement, a referral without evidence, an `outcome` read from a
fact, entitlements of one basis that cover different kinds). Names, texts and amounts come from short lists: proposals
are often equal, and often meet what was granted.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Final, assert_never

from hypothesis import strategies as st

from amends.domain.action import Scope, Span
from amends.domain.action_kinds import (
    ASSIGNED,
    GOODWILL_KINDS,
    INTERNAL_KINDS,
    KINDS,
    MONEY_KINDS,
    NONE_KNOWN,
    SAME_PERSON,
    ActionKind,
    AmountUse,
    ParameterSpec,
    ParameterType,
)
from amends.domain.money import Money
from amends.packs.amounts import Amount, AmountRow, AmountTable, Fixed, Highest, Lowest, PercentOf, PerUnit
from amends.packs.conditions import ALWAYS
from amends.packs.model import (
    CustomAction,
    FactParameter,
    Forbid,
    Holding,
    Parameter,
    ParameterLiteral,
    Proposal,
    TableParameter,
    Text,
)
from tests.agreement.generators import DAY, HOUR, TEAMS, conditions

MONEY_FACTS: Final = ("amount_paid", "amount_affected", "shipping_fee", "facts.price")
SPANS: Final = (Span(nanos=HOUR // 2), Span(nanos=HOUR), Span(nanos=7 * DAY), Span(business_days=7))
BASES: Final = ("eu-261", "us-dot")
COVERED: Final = ((), ("refund",), ("goodwill",), ("refund", "goodwill"))
"""What entitlements of one basis may cover."""
ACTIONS: Final = {
    action.name: action
    for action in (
        CustomAction("accept_return", (ParameterSpec("label_url", ParameterType.TEXT),)),
        CustomAction("bare", ()),
        CustomAction(
            "call_back",
            (
                ParameterSpec("urgent", ParameterType.BOOLEAN),
                ParameterSpec("attempts", ParameterType.INTEGER),
                ParameterSpec("share", ParameterType.DECIMAL),
                ParameterSpec("spend", ParameterType.MONEY),
                ParameterSpec("after", ParameterType.DURATION),
            ),
        ),
    )
}
"""The custom actions of generated packs: between them a parameter of every type that one may have."""

_ANY_KIND: Final = st.one_of(st.sampled_from(MONEY_KINDS), st.sampled_from(list(KINDS)))
"""More than half with money."""
_TEXTS: Final = (
    Text({"en": "the front desk"}),
    Text({"en": "by {due}", "de": "bis {due}"}),
    Text({"en": "refund"}),
    Text({"en": NONE_KNOWN}),
)
_NAMES: Final = ("eu-261", "us-dot", "resolved")
_WRITTEN_OUT: Final = ("kind", "outcome", "basis", "name")
_FACTS_FOR: Final[Mapping[ParameterType, tuple[str, ...]]] = {
    ParameterType.NAME: ("brand", "facts.word", "facts.colour"),
    ParameterType.TEXT: ("brand", "facts.word", "facts.colour"),
    ParameterType.ENUM: ("customer.preferred_channel",),
    ParameterType.BOOLEAN: ("facts.refused", "obvious_mistake"),
    ParameterType.DURATION: ("facts.length", "waited"),
    ParameterType.TEAM: ("facts.team",),
    ParameterType.OWNER: ("facts.team",),
    ParameterType.INTEGER: ("facts.count", "subject.quantity"),
    ParameterType.DECIMAL: ("facts.ratio",),
    ParameterType.MONEY: ("facts.price", "shipping_fee"),
}
HELD: Final = tuple(kind for kind in ActionKind if kind not in INTERNAL_KINDS)
_LOOKED_UP: Final = ("target", "url", "better_at", "reviewed")


@cache
def amounts(depth: int = 2) -> st.SearchStrategy[Amount]:
    """Every form of amount; `lowest`, `highest` and tables nest `depth` - 1 times."""
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
    return st.one_of(*flat, st.builds(Lowest, options), st.builds(Highest, options), _tables(depth - 1))


def _tables(depth: int) -> st.SearchStrategy[Amount]:
    rows = st.lists(st.builds(AmountRow, conditions(depth=2), amounts(depth)), max_size=2)
    last = st.builds(AmountRow, st.just(ALWAYS), amounts(depth))
    return st.builds(lambda first, end: AmountTable((*first, end)), rows, last)


@cache
def literal_parameters(spec: ParameterSpec) -> st.SearchStrategy[ParameterLiteral]:  # noqa: C901, PLR0912  # one a type
    """What a pack may write for the parameter."""
    values: tuple[ParameterLiteral, ...]
    match spec.type:
        case ParameterType.NAME:
            values = {"basis": BASES, "name": tuple(ACTIONS)}.get(spec.name, _NAMES)
        case ParameterType.TEXT:
            values = _TEXTS
        case ParameterType.ENUM:
            values = spec.values
        case ParameterType.BOOLEAN:
            values = (False, True)
        case ParameterType.DURATION:
            values = SPANS
        case ParameterType.TEAM:
            values = tuple(TEAMS)
        case ParameterType.OWNER:
            values = (*TEAMS, SAME_PERSON, ASSIGNED)
        case ParameterType.PATHS:
            values = (("fit",), ("fit", "severity"))
        case ParameterType.CALENDAR:
            values = ("support",)
        case ParameterType.COVERED:
            values = COVERED[1:]
        case ParameterType.DATE:
            values = ("2026-05-01", "2026-11-01")
        case ParameterType.URL:
            values = ("https://other.example", "tel:+43-1-234")
        case ParameterType.INTEGER:
            values = (0, 2)
        case ParameterType.DECIMAL:
            values = (Decimal("0.10"), Decimal(2))
        case ParameterType.MONEY:
            values = (Money("USD", 500), Money("EUR", 990))
        case _:
            assert_never(spec.type)
    return st.sampled_from(values)


@st.composite
def _parameter(draw: st.DrawFn, spec: ParameterSpec) -> Parameter:
    written = draw(literal_parameters(spec))
    sources = () if spec.name in _WRITTEN_OUT else _FACTS_FOR.get(spec.type, ())
    if not sources or draw(st.integers(0, 2)) > 0:
        return written
    default = written if draw(st.booleans()) else None
    return FactParameter(draw(st.sampled_from(sources)), default, is_number=spec.type is ParameterType.INTEGER)


@st.composite
def _looked_up(draw: st.DrawFn) -> dict[str, Parameter]:
    """What a referral's table gives, by the need: a word of the pack's, or one that a fact holds."""
    need = draw(st.sampled_from(("red", "vienna")))
    by: str | FactParameter = need
    if draw(st.booleans()):
        by = FactParameter("facts.colour", draw(st.sampled_from((None, "red"))))
    given: dict[str, Parameter] = {}
    specs = {spec.name: spec for spec in KINDS[ActionKind.REFERRAL].parameters}
    for name in _LOOKED_UP:
        if name == "target" or draw(st.booleans()):
            cell = literal_parameters(specs[name])
            # To whom is said in every row; the rest may be left out.
            cells = cell if name == "target" else st.one_of(st.none(), cell)
            rows = tuple((word, draw(cells)) for word in ("red", "green")[: draw(st.integers(1, 2))])
            given[name] = TableParameter(by, rows, draw(cells))
    given["need"] = Text({"en": by}) if isinstance(by, str) else by
    return given


@st.composite
def proposals(
    draw: st.DrawFn,
    covered: tuple[tuple[str, ...], ...],
    kinds: st.SearchStrategy[ActionKind] = _ANY_KIND,
) -> Proposal:
    """An action of one of the kinds, with every parameter that its kind must have.

    `covered` is what entitlements cover, by their basis, in the order of `BASES`.
    """
    spec = KINDS[draw(kinds)]
    given = {
        parameter.name: draw(_parameter(parameter))
        for parameter in spec.parameters
        if parameter.required or (parameter.type is not ParameterType.COVERED and draw(st.booleans()))
    }
    if spec.kind is ActionKind.ENTITLEMENT and (covers := covered[BASES.index(str(given["basis"]))]):
        given["covers"] = covers
    order = [parameter.name for parameter in spec.parameters]
    if spec.kind is ActionKind.REFERRAL and draw(st.booleans()):
        given = {**given, **draw(_looked_up())}
    if spec.kind is ActionKind.CUSTOM:
        declared = ACTIONS[str(given["name"])].parameters
        given |= {parameter.name: draw(_parameter(parameter)) for parameter in declared if draw(st.integers(0, 3))}
        order += [parameter.name for parameter in declared]
    carries = spec.amount is AmountUse.REQUIRED or (spec.amount is AmountUse.OPTIONAL and draw(st.integers(0, 3)) > 0)
    return Proposal(
        kind=spec.kind,
        parameters=tuple((name, given[name]) for name in order if name in given),
        amount=draw(amounts()) if carries else None,
        scope=draw(st.sampled_from((Scope.CASE, Scope.CASE, Scope.CASE, Scope.INCIDENT))),
        retention=draw(st.integers(0, 4)) == 0,
        meets=draw(st.sampled_from(((), (), ("cancellation",), ("callback", "other")))),
        expires=draw(st.sampled_from((None, None, *SPANS))),
        review_in=draw(st.sampled_from((None, None, *SPANS))),
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
    return st.one_of(st.just(()), st.just(()), st.just(()), st.lists(one, min_size=1, max_size=3).map(tuple))


@cache
def holdings() -> st.SearchStrategy[Holding | None]:
    """Mostly none; some kinds, or all that may be held."""
    some = st.lists(st.sampled_from(HELD), min_size=1, max_size=4, unique=True).map(tuple)
    because = st.sampled_from(("Chargeback open.", "Ask first.")).map(lambda text: Text({"en": text, "de": "Warten."}))
    one = st.builds(Holding, st.one_of(st.just(HELD), some), st.sampled_from(sorted(TEAMS)), because)
    return st.integers(0, 5).flatmap(lambda drawn: st.none() if drawn else one)
