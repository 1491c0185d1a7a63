"""Whatever a situation holds, writing it as a message and reading that gives the same situation."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from amends.domain.action_kinds import ActionKind
from amends.domain.currencies import EXPONENTS
from amends.domain.errors import InvalidSituationError
from amends.domain.facts import FactSpec, FactType, Value
from amends.domain.money import Money
from amends.domain.situation import FactSource, Granted, Situation, Subject
from amends.v1 import situation_pb2
from amends.wire.decode_situation import decode_situation
from amends.wire.encode_situation import encode_situation
from tests.wire.samples import NOW, VOCABULARY

MOST = 2**63 - 1
without_nul = st.characters(codec="utf-8", exclude_characters="\0")
identifiers = st.text(without_nul, max_size=128)
money = st.builds(Money, st.sampled_from(sorted(EXPONENTS)), st.integers(0, 10**15))
moments = st.integers(-MOST, NOW)


def integers(spec: FactSpec) -> st.SearchStrategy[int]:
    return st.integers(
        -MOST if spec.minimum is None else spec.minimum,
        MOST if spec.maximum is None else spec.maximum,
    )


def sets(spec: FactSpec) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(spec.values)) if spec.values else st.frozensets(identifiers, max_size=100)


def texts(spec: FactSpec) -> st.SearchStrategy[str]:
    return st.text("ABCXYZ", min_size=2, max_size=2) if spec.path == "customer.country" else identifiers


VALUES: Final[Mapping[FactType, Callable[[FactSpec], st.SearchStrategy[Value]]]] = {
    FactType.BOOLEAN: lambda _: st.booleans(),
    FactType.INTEGER: integers,
    FactType.DURATION: integers,
    FactType.DECIMAL: lambda _: st.decimals(0, Decimal("1e18"), allow_nan=False, allow_infinity=False, places=6),
    FactType.MONEY: lambda _: money,
    FactType.DATE: lambda _: moments,
    FactType.TEXT: texts,
    FactType.ENUM: lambda spec: st.sampled_from(spec.values),
    FactType.SET: sets,
}

facts: st.SearchStrategy[Mapping[str, Value]] = st.fixed_dictionaries(
    {},
    optional={spec.path: VALUES[spec.type](spec) for spec in VOCABULARY if spec.path != "observe_time"},
)
subjects = st.builds(Subject, identifiers, identifiers)
granted = st.builds(
    Granted,
    kind=st.sampled_from([kind.value for kind in ActionKind]),
    action_id=identifiers,
    subject=st.none() | subjects,
    incident_id=identifiers,
    basis=identifiers,
    parameters=st.dictionaries(identifiers, st.text(max_size=200), max_size=4),
    amount=st.none() | money,
    time=st.none() | moments,
).filter(lambda entry: entry.kind != ActionKind.ENTITLEMENT.value or bool(entry.basis))


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    known = dict(draw(facts))
    observe_time = known["observe_time"] = draw(moments)
    unknown = [spec.path for spec in VOCABULARY if spec.path not in known]
    return Situation(
        case_id=draw(st.text(without_nul, min_size=1, max_size=128)),
        observe_time=observe_time,
        facts=known,
        subject=draw(subjects),
        incident_id=draw(identifiers),
        customer_id=draw(identifiers),
        account_id=draw(identifiers),
        granted=draw(st.none() | st.lists(granted, max_size=3).map(tuple)),
        unobtainable=draw(st.frozensets(st.sampled_from(unknown))) if unknown else frozenset(),
        fact_sources=draw(st.dictionaries(st.sampled_from(sorted(known)), st.sampled_from(FactSource))),
        locale=draw(st.sampled_from(["", "en", "de-AT", "zh-Hant-TW"])),
    )


@given(situations())
@settings(max_examples=150, deadline=None)
def test_decoding_undoes_encoding(situation: Situation) -> None:
    """decode(encode(s)) == s, also over the bytes that travel, for every fact of every type."""
    message = encode_situation(situation, VOCABULARY)
    travelled = situation_pb2.Situation.FromString(message.SerializeToString())

    assert decode_situation(message, VOCABULARY, now=NOW) == situation
    assert decode_situation(travelled, VOCABULARY, now=NOW) == situation


numbers = st.sampled_from([-(2**31), -1, 0, 1, 5, 10_000_000, 999_999_999, 2**31 - 1])
large = st.sampled_from([-(2**63), -(10**12), -1, 0, 1, 10**12, 2**63 - 1])


@st.composite
def messages(draw: st.DrawFn) -> situation_pb2.Situation:
    """Messages that are in order nowhere: every number at its edges, every text anything."""
    message = situation_pb2.Situation(case_id=draw(identifiers), locale=draw(identifiers))
    message.severity = situation_pb2.Severity.ValueType(draw(numbers))
    message.flags.values.extend(map(situation_pb2.Flag.ValueType, draw(st.lists(numbers, max_size=3))))
    message.incident.affected_customers = draw(numbers)
    entry = message.granted.actions.add(kind=situation_pb2.ActionKind.ValueType(draw(numbers)))
    for amount in (message.amount_paid, entry.amount, message.facts["deposit"].money):
        amount.currency_code = draw(st.sampled_from(["USD", "JPY", "CLF", "", "usd"]))
        amount.units, amount.nanos = draw(large), draw(numbers)
    for time in (message.waited, message.observe_time, entry.time, message.facts["delivered"].timestamp):
        time.seconds, time.nanos = draw(large), draw(numbers)
    message.facts["weight"].decimal.value = draw(st.text("0123456789.eE+-nNiI", max_size=90))
    message.facts[draw(identifiers)].text = draw(identifiers)
    message.unobtainable.extend(draw(st.lists(identifiers, max_size=2)))
    message.fact_sources[draw(identifiers)] = situation_pb2.FactSource.ValueType(draw(numbers))
    return message


@given(messages())
@settings(max_examples=300, deadline=None)
def test_no_message_breaks_the_decoder(message: situation_pb2.Situation) -> None:
    """Whatever parses is either read or refused with violations: nothing else comes out of decoding."""
    with suppress(InvalidSituationError):
        decode_situation(message, VOCABULARY, now=NOW)
