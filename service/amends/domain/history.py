"""The facts of a customer's history that the log can supply, and over how long each looks back."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

GOODWILL_GRANTED: Final = "customer.goodwill_granted_365d"
APOLOGIES: Final = "customer.apologies_90d"

_DAY: Final = 24 * 3_600_000_000_000
SUPPLIED_BY_THE_LOG: Final[Mapping[str, int]] = MappingProxyType({GOODWILL_GRANTED: 365 * _DAY, APOLOGIES: 90 * _DAY})
"""Paths, and nanoseconds."""
