"""The texts that a pack was loaded from: enough to load it again, on another machine or years later."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PackSource:
    """The files of a pack and of every pack that it extends, by pack id and then by path within the pack's folder.

    Tests are left out: they decide nothing. `digest` is that of the pack which these files give.
    """

    digest: str
    pack_id: str
    version: str
    files: Mapping[str, Mapping[str, bytes]]
