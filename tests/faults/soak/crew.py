"""All who work on a service during a soak, with their pace."""

import queue
from collections import Counter
from dataclasses import dataclass
from typing import Final

from tests.faults.soak.callers import Batching, Caller, Deciding, Reported, Reporting, Shift, Streaming
from tests.faults.soak.latencies import Latencies
from tests.faults.soak.publishing import Publishing
from tests.service.running import PATIENCE

_DECIDERS: Final = 3
_REPORTED_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds from one to the next: a decider's call, a batch, a message of a stream, an outcome, and so on."""

    decide: float = 0.1
    batch: float = 2.0
    message: float = 0.1
    outcome: float = 0.1
    reload: float = 60.0
    fault: float = 180.0
    sample: float = 60.0


class Crew:
    """Three who decide one case after the other, one who sends batches, one who streams, one who reports what was done,
    and one who changes the rules.
    """

    def __init__(self, shift: Shift, pace: Pace) -> None:
        self.decided, self.batches, self.outcomes = Latencies(), Latencies(), Latencies()
        self._shift = shift
        reported: Reported = queue.Queue(_REPORTED_AT_ONCE)
        self._publishing = Publishing(shift, pace=pace.reload)
        self._callers: list[Caller] = [
            *(
                Deciding(shift, f"decide-{number}", pace=pace.decide, latencies=self.decided, reported=reported)
                for number in range(_DECIDERS)
            ),
            Batching(shift, "batch", pace=pace.batch, latencies=self.batches),
            # How long a message of a stream takes is of no use here: it waits for those before it.
            Streaming(shift, "stream", pace=pace.message, latencies=Latencies()),
            Reporting(shift, "outcome", pace=pace.outcome, latencies=self.outcomes, reported=reported),
        ]

    def start(self) -> None:
        for thread in (*self._callers, self._publishing):
            thread.start()

    def end(self) -> None:
        """Let them finish what they have begun."""
        self._shift.over.set()
        for thread in (*self._callers, self._publishing):
            thread.join(PATIENCE)

    @property
    def calls(self) -> int:
        return sum(caller.calls for caller in self._callers)

    @property
    def asked_again(self) -> Counter[str]:
        """By what was answered, or cut off, before."""
        return sum((caller.asked_again for caller in self._callers), Counter())

    @property
    def reloads(self) -> Counter[str]:
        """Changes of the rules, by what became of them."""
        return self._publishing.became

    @property
    def broken(self) -> list[str]:
        """Calls that ended otherwise than a fault explains; once it has ended, who has not."""
        late = [thread for thread in (*self._callers, self._publishing) if thread.is_alive()]
        told = [one for caller in self._callers for one in caller.broken]
        return told + [f"{one.name} has not come to its end" for one in late if self._shift.over.is_set()]
