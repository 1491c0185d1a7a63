"""What a mapping may fill, in the words of the rules that decide: their pack's facts, and what the contract adds."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from amends_client.bridge.mapping.model import Kind
from amends_client.bridge.mapping.targets import FACTS, targets
from amends_client.messages import FactType, RulePack

_DECLARED: Final = f"{FACTS}."
_KINDS: Final[Mapping[int, Kind]] = MappingProxyType(
    {
        FactType.FACT_TYPE_BOOLEAN: Kind.BOOLEAN,
        FactType.FACT_TYPE_INTEGER: Kind.INTEGER,
        FactType.FACT_TYPE_DECIMAL: Kind.DECIMAL,
        FactType.FACT_TYPE_MONEY: Kind.MONEY,
        FactType.FACT_TYPE_DURATION: Kind.DURATION,
        FactType.FACT_TYPE_DATE: Kind.TIMESTAMP,
        FactType.FACT_TYPE_TEXT: Kind.TEXT,
        FactType.FACT_TYPE_ENUM: Kind.ENUM,
        FactType.FACT_TYPE_SET: Kind.SET,
    }
)
# The moment must not change by itself, the tags are mapped as they are, and a case has its name from elsewhere.
_NOT_A_FIELD: Final = frozenset(("observe_time", "tags", "case_id", "customer.customer_id"))


@dataclass(frozen=True, slots=True)
class Fact:
    """One of them. `values` are its members, where it has a closed list; `question` is how a person asks for it."""

    path: str
    kind: Kind
    values: tuple[str, ...] = ()
    question: str = ""

    @property
    def is_declared(self) -> bool:
        """Whether the pack declares it, so that a mapping has to say its type."""
        return self.path.startswith(_DECLARED)


def facts_of(pack: RulePack) -> tuple[Fact, ...]:
    """In the order in which a missing one is asked for; then the names that the contract has beside facts."""
    known = targets()
    asked = tuple(
        Fact(spec.path, _KINDS[spec.type], tuple(spec.values), spec.question)
        for spec in pack.facts
        if spec.type in _KINDS
        and spec.path not in _NOT_A_FIELD
        and (spec.path.startswith(_DECLARED) or spec.path in known)
    )
    named = {fact.path for fact in asked} | _NOT_A_FIELD
    ids = tuple(
        Fact(path, Kind.TEXT) for path, target in known.items() if target.kind is Kind.TEXT and path not in named
    )
    return asked + ids
