"""Whoever changes the rules all through a soak: one pack and the other, each proved once, by turns."""

import threading
import time
from collections import Counter
from itertools import cycle

import grpc

from tests.faults.soak.callers import AGAIN_SECONDS, Shift
from tests.service.activating import Publisher, shop, state


class Publishing(threading.Thread):
    """Activates at a pace of so many seconds until its shift is over. `became` counts by what became of each."""

    def __init__(self, shift: Shift, *, pace: float) -> None:
        super().__init__(daemon=True, name="publishing")
        self._shift = shift
        self._pace = pace
        self.became: Counter[str] = Counter()

    def run(self) -> None:
        with self._shift.service.channel() as channel:
            publisher = Publisher(channel)
            digests = [self._published(publisher, text=shop(days)) for days in (4, 5)]
            for digest in cycle(digests):
                if self._shift.over.wait(self._pace):
                    return
                self._published(publisher, digest=digest)

    def _published(self, publisher: Publisher, *, text: str = "", digest: str = "") -> str:
        """The digest of what is live then; tried again while a fault is in the way."""
        while True:
            try:
                asked = publisher.upload(text) if text else publisher.digest(digest)
                settled = publisher.settled(asked)
            except grpc.RpcError:
                self.became["asked again"] += 1
                if self._shift.over.is_set():
                    return ""
                time.sleep(AGAIN_SECONDS)
                continue
            self.became[state(settled)] += 1
            return settled.digest
