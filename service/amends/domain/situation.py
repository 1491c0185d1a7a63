"""A situation: the facts of one subject of one case at one moment, already validated. It refuses nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from amends.domain.facts import Facts
from amends.domain.money import Money


class FactSource(StrEnum):
    """Who supplied a fact."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"
    MODEL = "model"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class Subject:
    """The order, item or contract a situation is about. Empty strings: not said."""

    order_id: str = ""
    item_id: str = ""


@dataclass(frozen=True, slots=True)
class Granted:
    """Something already given for this case. `kind` and `basis` are an action's; `parameters` its others, as text."""

    kind: str
    action_id: str = ""
    subject: Subject | None = None
    incident_id: str = ""
    basis: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    amount: Money | None = None
    time: int | None = None


_NO_SOURCES: Final[Mapping[str, FactSource]] = MappingProxyType({})


class Situation(NamedTuple):
    """What is known of one subject of one case. A named tuple, as one is made for every call.

    `facts` holds only what is known, by path (see `amends.domain.facts` for the Python types). `granted` None means
    that nobody said what was given; an empty tuple means that nothing was. `observe_time` is in nanoseconds since
    1970-01-01T00:00Z and stands in `facts` too. `locale` is a BCP 47 tag, empty for the pack's own texts.
    """

    case_id: str
    observe_time: int
    facts: Facts
    subject: Subject = Subject()
    incident_id: str = ""
    customer_id: str = ""
    account_id: str = ""
    granted: tuple[Granted, ...] | None = None
    unobtainable: frozenset[str] = frozenset()
    fact_sources: Mapping[str, FactSource] = _NO_SOURCES
    locale: str = ""
