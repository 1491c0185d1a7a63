"""Enum numbers of the contract and the names the domain uses for them: tables made once from the generated code.

A name is the constant without its prefix, in lower case: `STAGE_USE` is `use`. UNSPECIFIED has no name: it is absence.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar

from google.protobuf.descriptor import EnumDescriptor

Number = TypeVar("Number", bound=int)
_UNSPECIFIED = "UNSPECIFIED"


class Enum(Protocol[Number]):
    """A generated enum type."""

    def items(self) -> list[tuple[str, Number]]:
        """Every constant with its number."""
        ...


def numbers(enum: Enum[Number]) -> Mapping[str, Number]:
    """Name -> number, in the order of the contract. A member of a StrEnum with that value is the same key."""
    constants = enum.items()
    prefix = next(name for name, number in constants if number == 0).removesuffix(_UNSPECIFIED)
    return MappingProxyType({name.removeprefix(prefix).lower(): number for name, number in constants if number})


def names(enum: EnumDescriptor) -> Mapping[int, str]:
    """Number -> name, in the order of the contract."""
    prefix = enum.values_by_number[0].name.removesuffix(_UNSPECIFIED)
    # A plain dict: this table is read several times a request.
    return {value.number: value.name.removeprefix(prefix).lower() for value in enum.values if value.number}
