"""Looks, after a soak, whether all that was acknowledged is in the log, and comes out the same when made again."""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from sqlalchemy import select

from amends.storage.opened import OpenedLog
from amends.storage.tables import outcomes
from tests.faults.soak.acknowledged import Acknowledged, digest_of
from tests.service.recording import look

_AT_ONCE: Final = 200


@dataclass(slots=True)
class Audit:
    """What it came to. `lost` and `changed` are ids; `replayed` counts by result, as `amends replay` names them."""

    decisions: int = 0
    outcomes: int = 0
    lost: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    replayed: Counter[str] = field(default_factory=Counter)
    replay_code: int = 0

    @property
    def is_green(self) -> bool:
        return not self.lost and not self.changed and self.replay_code == 0 and set(self.replayed) == {"same"}


def audit(url: str, kept: Acknowledged, *, since: str) -> Audit:
    """Of everything; `since`: when the run began, in ISO 8601."""
    found = Audit()
    found.decisions, found.outcomes = kept.counts()
    look(url, partial(_compare, kept=kept, found=found))
    found.lost += sorted(kept.outcomes() - look(url, _outcomes))
    _replay(url, since, found)
    return found


async def _compare(log: OpenedLog, kept: Acknowledged, found: Audit) -> None:
    for page in kept.decisions(at_once=_AT_ONCE):
        held = await _held(log, tuple(page))
        found.lost += sorted(page.keys() - held.keys())
        found.changed += sorted(name for name, digest in held.items() if digest != page[name])


async def _held(log: OpenedLog, decision_ids: tuple[str, ...]) -> dict[str, bytes]:
    entries = await asyncio.gather(*(log.decisions.decision(one) for one in decision_ids))
    return {entry.decision_id: digest_of(entry.decision) for entry in entries if entry is not None}


async def _outcomes(log: OpenedLog) -> set[str]:
    asked = select(outcomes.c.outcome_id)
    return set(await log.database.read(lambda connection: connection.execute(asked).scalars().all()))


def _replay(url: str, since: str, found: Audit) -> None:
    """By the program that operators use."""
    command = [sys.executable, "-m", "amends", "replay", "--since", since, "--format", "json", "--database", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            found.replayed[json.loads(line)["result"]] += 1
    found.replay_code = process.returncode
