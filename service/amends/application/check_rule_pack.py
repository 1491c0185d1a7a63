"""Checks the files of a pack that somebody sent, as if they stood in the folder of rules. Nothing of them is kept."""

from dataclasses import dataclass
from pathlib import Path

from amends.domain.errors import AmendsError
from amends.packs.diagnostics import Diagnostic
from amends.packs.files import SentFiles
from amends.packs.load import load_rules_with
from amends.packs.model import Pack


class TooManyChecksError(AmendsError):
    """As many packs are being checked as are checked at once."""

    def __init__(self, at_once: int) -> None:
        super().__init__(f"{at_once} rule packs are being checked, and no more are checked at once; try again soon")
        self.at_once = at_once


class CheckTooCostlyError(AmendsError):
    """The files would take more time or memory than a check is given."""

    def __init__(self, seconds: int, mebibytes: int) -> None:
        super().__init__(f"checking these files takes more than {seconds} seconds or {mebibytes} MiB of memory")
        self.seconds = seconds
        self.mebibytes = mebibytes


@dataclass(frozen=True, slots=True)
class CheckedPack:
    """Everything that was found, in the order of position; and the pack, if it compiles."""

    diagnostics: tuple[Diagnostic, ...]
    pack: Pack | None


def check_rule_pack(rules: Path, sent: SentFiles) -> CheckedPack:
    """What loading says of the pack. What it extends is read from the folder `rules`; OSError without one."""
    loaded = load_rules_with(rules, sent)
    return CheckedPack(loaded.diagnostics[sent.name], loaded.packs.get(sent.name))
