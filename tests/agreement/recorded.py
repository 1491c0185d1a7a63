"""Random situations under the packs of the repository, decided and recorded as the service does it."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

from hypothesis import strategies as st

from amends import __version__
from amends.application.asked import Asked, supplied
from amends.application.catalog import Catalog
from amends.application.compiled_pack import CompiledPack
from amends.application.decide_recorded import DecideRecorded, Log
from amends.application.ports import LedgerState, SetAside
from amends.application.recorded_packs import RecordedPacks
from amends.application.recording import RecordRequired
from amends.domain.facts import FactSpec, FactType, Value
from amends.domain.money import Money
from amends.domain.record import Actor
from amends.domain.situation import Situation, Subject
from amends.engines.bitmap import BitmapEngine
from amends.packs.files import SentFiles
from amends.packs.load import load_rules_with
from amends.packs.model import Pack
from amends.packs.source import source_of
from amends.wire.codec import Codec
from amends.wire.encode import Encoder
from amends.wire.encode_situation import encode_situation
from amends.wire.splice import serialised
from tests.fakes.clock import FakeClock
from tests.fakes.decision_log import FakeDecisionLog, FakePackStore
from tests.fakes.new_id import CountingNewId

GUARDED: Final = """\
pack: guarded
version: 2026.1
title: Goodwill is bounded by what was given in a year
currency: USD
history: ledger
limits: [{id: a-year, of: [goodwill], at_most: 50 USD, minus: customer.goodwill_granted_365d}]
requires: [{id: no-bare-apology, kind: apology, when: {customer.apologies_90d: {at_least: 1}}, one_of: [goodwill]}]
rules:
  - id: gift
    title: A credit
    when: {fault: company}
    then: [{goodwill: {kind: credit, amount: 30 USD}}, {apology: {}}]
    because: {customer: "{amount} for you."}
"""
"""A pack whose decisions depend on what the log supplies of a customer's history."""

LOADED: Final = load_rules_with(
    Path(__file__).parents[2] / "rules", SentFiles("guarded", {"pack.yaml": GUARDED.encode()})
)
COMPILED: Final = {pack_id: CompiledPack(pack, BitmapEngine()) for pack_id, pack in LOADED.packs.items()}
CODEC: Final = Codec(Encoder(software_version=__version__))
NOON: Final = 1_793_534_400_000_000_000
DAY: Final = 86_400_000_000_000
_TEXTS: Final = {"customer.country": ("US", "AT"), "customer.time_zone": ("Europe/Vienna", "UTC")}


def values(spec: FactSpec) -> st.SearchStrategy[Value]:  # noqa: PLR0911  # one return a type
    """Any value of a fact."""
    least, most = spec.minimum, spec.maximum
    match spec.type:
        case FactType.BOOLEAN:
            return st.booleans()
        case FactType.ENUM:
            return st.sampled_from(spec.values)
        case FactType.SET:
            return st.frozensets(st.sampled_from(spec.values or ("vip", "élan", "a b")), max_size=3)
        case FactType.TEXT:
            return st.sampled_from(_TEXTS.get(spec.path, ("", "DHL", "café ☕")))
        case FactType.MONEY:
            return st.builds(Money, st.sampled_from(("USD", "USD", "EUR")), st.integers(0, 100_000))
        case FactType.DECIMAL:
            low, high = -50 if least is None else least, 50 if most is None else most
            return st.integers(low * 10, high * 10).map(lambda units: Decimal(units) / 10)
        case FactType.DURATION:
            return st.integers(0, 40).map(lambda hours: hours * 3_600_000_000_000)
        case FactType.DATE:
            return st.integers(-400, 0).map(lambda days: NOON + days * DAY)
        case FactType.INTEGER:
            low = 0 if least is None else least
            return st.integers(low, low + 400 if most is None else min(most, low + 400))


@st.composite
def situations(draw: st.DrawFn, pack: Pack) -> Situation:
    """Any situation that the pack takes."""
    specs = [spec for spec in pack.vocabulary if spec.path != "observe_time" and (spec.values or spec.type != "enum")]
    known = draw(st.lists(st.sampled_from(specs), unique_by=lambda spec: spec.path, max_size=24))
    moment = NOON + draw(st.integers(-30, 0)) * DAY
    return Situation(
        case_id=draw(st.sampled_from(("case-1", "case-2"))),
        observe_time=moment,
        facts={**{spec.path: draw(values(spec)) for spec in known}, "observe_time": moment},
        subject=draw(st.sampled_from((Subject(), Subject("order-1", "item-1")))),
        incident_id=draw(st.sampled_from(("", "incident-1"))),
        customer_id="customer-1",
        locale=draw(st.sampled_from(("", "de", "en-GB"))),
    )


class Ledger:
    """The ledgers of a log in memory."""

    def __init__(self, log: FakeDecisionLog) -> None:
        self._log = log

    async def ledger(self, customer_id: str, *, since: int, now: int) -> LedgerState:
        given = [
            one for one in self._log.outcomes if one.customer_id == customer_id and one.granted and one.time >= since
        ]
        set_aside = [
            SetAside(entry.decision_id, one.action_id, one.action_kind, one.amount)
            for entry in self._log.entries.values()
            for one in entry.reserved
            if entry.customer_id == customer_id
            and one.expires > now
            and self._log.reservations[entry.decision_id, one.action_id] == "open"
        ]
        return LedgerState(self._log.ledgers.get(customer_id, 0), given, set_aside)


class Recorded:
    """A service without a server: decides, and keeps decisions and packs in memory."""

    def __init__(self) -> None:
        self.log = FakeDecisionLog()
        self.packs = FakePackStore()
        for pack_id in LOADED.packs:
            source = source_of(LOADED, pack_id)
            self.packs.sources[source.digest] = source
        catalog = Catalog(COMPILED, {})
        recorder = RecordRequired(self.log, on_away=lambda _error: None)
        self.decide = DecideRecorded(
            Log(self.log, self.log, Ledger(self.log), RecordedPacks(catalog, self.packs), recorder),
            codec=CODEC,
            engine=BitmapEngine(),
            clock=FakeClock(NOON),
            new_id=CountingNewId(),
            software_version=__version__,
        )

    async def add(self, pack_id: str, situation: Situation, *, supersedes: str = "", role: int = 0) -> str:
        """Decide and record; the decision's id."""
        compiled = COMPILED[pack_id]
        roles: Sequence[str] = [one.role for one in compiled.pack.authority]
        raw = serialised(encode_situation(situation, compiled.pack.vocabulary))
        asked = Asked(
            situation=situation,
            raw=raw,
            policy=pack_id,
            actor=Actor("agent-1", roles[min(role, len(roles) - 1)]),
            supplied=supplied(observe_time=False, role=False),
            supersedes=supersedes,
        )
        return (await self.decide(asked, compiled)).decision_id
