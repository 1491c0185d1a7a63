"""The bridge's tags as fields, for vendors whose cases have fields and no tags."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from amends_client.bridge.ports import Said

_PREFIX: Final = "amends_"
FLAGS: Final = ("approval", "on_hold", "ask", "overdue")


@dataclass(frozen=True, slots=True)
class Flags:
    """`outcome` empty: nothing is said of it. `holding` has the flags of which something is said."""

    outcome: str
    holding: Mapping[str, bool]


def flags_of(said: Said) -> Flags:
    """What a note says of the case."""
    set_now = {tag.removeprefix(_PREFIX) for tag in said.tags}
    known = set_now | {tag.removeprefix(_PREFIX) for tag in said.tags_gone}
    outcome = next((tag for tag in sorted(set_now) if tag not in FLAGS), "")
    return Flags(outcome, {flag: flag in set_now for flag in FLAGS if flag in known})
