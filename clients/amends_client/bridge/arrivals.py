"""What was heard or found becomes deliveries of the queue: a case that has changed, or a report of what was done."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

from amends_client.bridge.handle import Source
from amends_client.bridge.mapping.paths import Json
from amends_client.bridge.mapping.take import LackingError, delivered, is_name
from amends_client.bridge.queue.model import Arrival, DeliveryKind
from amends_client.bridge.reports import read_report

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FARTHEST: Final = 2**63 - 1


def change_of(source: Source, payload: Json, body: bytes, *, proof: str | None = None) -> Arrival | None:
    """A case that is new or has changed; None where the bridge has changed it. LackingError."""
    told = delivered(payload, source.mapping)
    if told.own:
        return None
    moment = None if told.time is None else _nanoseconds(told.time)
    event = f"event/{told.event if is_name(told.event) else _digest(told.event.encode() or body)}"
    return Arrival(source.name, told.case, event, body, proof=proof, moment=moment)


def report_of(source: Source, payload: Json, body: bytes, *, proof: str | None = None) -> Arrival:
    """What was done about an action; `payload` is in our own form. LackingError."""
    told = read_report(payload)
    event = f"outcome/{told.event or _digest(body)}"
    return Arrival(source.name, told.case, event, body, kind=DeliveryKind.REPORT, proof=proof)


def _nanoseconds(moment: datetime) -> int:
    found = (moment - _EPOCH) // timedelta(microseconds=1) * 1000
    if abs(found) > _FARTHEST:
        raise LackingError(f"its time is out of range: {moment.year}")
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
