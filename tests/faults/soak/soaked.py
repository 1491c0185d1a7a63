"""What came of a soak."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from tests.faults.soak.audit import Audit
from tests.faults.soak.watching import Sample


@dataclass(slots=True)
class Soaked:
    """`broken`: calls that ended otherwise than a fault explains; `accidents`: what the service calls unexpected.

    `faults`, `reloads` and `asked_again` count by name.
    """

    since: datetime
    seconds: float
    samples: list[Sample] = field(default_factory=list)
    calls: int = 0
    asked_again: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    reloads: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    accidents: list[str] = field(default_factory=list)
    audit: Audit = field(default_factory=Audit)
