"""Requests about rule packs: the resource name of one, and pages of the list.

A page token is the id of the page's first pack: nothing to keep between calls, and nothing that a restart forgets.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from amends.domain.errors import UnknownPackError
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.wire.decode_situation import read_locale
from amends.wire.errors import InvalidPageTokenError
from amends.wire.limits import ID_CHARACTERS
from amends.wire.names import numbers
from amends.wire.violations import Violations, listing, shown

COLLECTION: Final = "rulePacks/"
_PAGE: Final = 50
_LARGEST_PAGE: Final = 200
_VIEWS: Final = tuple(numbers(service_pb2.RulePackView))


@dataclass(frozen=True, slots=True)
class Page:
    """The pack ids of one page, and the token of the next (empty: this is the last)."""

    pack_ids: tuple[str, ...]
    next_page_token: str


def decode_list_request(request: service_pb2.ListRulePacksRequest, pack_ids: Sequence[str]) -> Page:
    """The page asked for, out of all pack ids in their order."""
    if request.page_size < 0:
        violations = Violations("")
        violations.add("page_size", f"{request.page_size} is negative; expected 0 (for {_PAGE}) to {_LARGEST_PAGE}")
        violations.check()
    size = min(request.page_size or _PAGE, _LARGEST_PAGE)
    start = bisect_left(pack_ids, request.page_token) if request.page_token else 0
    if request.page_token and request.page_token not in pack_ids[start : start + 1]:
        raise InvalidPageTokenError
    rest = pack_ids[start + size : start + size + 1]
    return Page(tuple(pack_ids[start : start + size]), rest[0] if rest else "")


def decode_get_request(request: service_pb2.GetRulePackRequest, pack_ids: Sequence[str]) -> str:
    """The id of the pack asked for, which is one of `pack_ids`."""
    violations = Violations("")
    read_view(request, violations)
    return _named(request.name, pack_ids, violations)


def decode_files_request(request: service_pb2.GetRulePackFilesRequest, pack_ids: Sequence[str]) -> str:
    """The id of the pack whose files are asked for, which is one of `pack_ids`."""
    return _named(request.name, pack_ids, Violations(""))


def read_view(
    request: service_pb2.GetRulePackRequest | service_pb2.CheckRulePackRequest, violations: Violations
) -> None:
    """How much of a pack is asked for, and in which language."""
    if request.view not in service_pb2.RulePackView.values():
        expected = listing(_VIEWS)
        violations.add("view", f"{request.view} is no number of this enum; expected one of: {expected}")
    if request.locale:
        read_locale(request.locale, violations)


def _named(name: str, pack_ids: Sequence[str], violations: Violations) -> str:
    pack_id = name.removeprefix(COLLECTION)
    if not name.startswith(COLLECTION) or not pack_id or "/" in pack_id or len(pack_id) > ID_CHARACTERS:
        violations.add("name", f"{shown(name)} is no rule pack's name; expected one such as 'rulePacks/airline'")
    violations.check()
    if pack_id not in pack_ids:
        raise UnknownPackError(pack_id, tuple(pack_ids))
    return pack_id
