"""The workers: threads that take deliveries from the queue one by one, and decide when what failed is tried again."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from amends_client.bridge.handle import Handler
from amends_client.bridge.mapping.take import LackingError
from amends_client.bridge.metrics import Metrics
from amends_client.bridge.ports import AwayError, DeniedError
from amends_client.bridge.queue.model import Claimed, LeaseLostError
from amends_client.bridge.queue.queue import Queue
from amends_client.errors import AmendsError, InvalidRequest, RequestIdReused, RequestTooLarge, UnknownAction

_LOG: Final = logging.getLogger("amends_bridge")
_HOPELESS: Final = (DeniedError, LackingError, InvalidRequest, RequestIdReused, RequestTooLarge, UnknownAction)
_LONGEST_PAUSE: Final = 600.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a worker holds a case, how often it tries, and the first pause, which doubles. In seconds."""

    lease: float = 120.0
    attempts: int = 24
    pause: float = 1.0
    idle: float = 0.5


class Workers:
    """So many threads; `stop` ends them after what they are at."""

    def __init__(self, queue: Queue, handler: Handler, metrics: Metrics, *, patience: Patience, count: int) -> None:
        self._queue = queue
        self._handler = handler
        self._metrics = metrics
        self._patience = patience
        self._stopped = threading.Event()
        self._news = threading.Semaphore(0)
        self._threads = [threading.Thread(target=self._run, name=f"worker-{number}") for number in range(count)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopped.set()
        for _ in self._threads:
            self._news.release()
        for thread in self._threads:
            thread.join()

    def notify(self) -> None:
        """Something was put into the queue."""
        self._news.release()

    def watch(self, look: Callable[[], int], *, seconds: float) -> None:
        """Look every so often, in a thread of its own, until the workers stop."""
        self._threads.append(threading.Thread(target=self._look, args=(look, seconds), name="watch"))

    def _look(self, look: Callable[[], int], seconds: float) -> None:
        while not self._stopped.is_set():
            try:
                for _ in range(look()):
                    self.notify()
            except Exception:  # noqa: BLE001  # a thread that ends in silence finds nothing
                _LOG.exception("it cannot be looked through; tried again")
            self._stopped.wait(seconds)

    def _run(self) -> None:
        while not self._stopped.is_set():
            if not self._next():
                self._news.acquire(timeout=self._patience.idle)

    def _next(self) -> bool:
        """Work on one delivery; False where there is none, or the queue cannot be asked."""
        try:
            claimed = self._queue.claim(seconds=self._patience.lease)
            if claimed is None:
                return False
            self._count(claimed, self._tried(claimed))
        except LeaseLostError:
            # Somebody else has the case by now, and finds what was begun.
            return True
        except Exception:  # noqa: BLE001  # a database that is away comes back
            _LOG.exception("the queue cannot be asked; tried again")
            return False
        return True

    def _tried(self, claimed: Claimed) -> str:
        try:
            return self._handler(claimed)
        except LeaseLostError:
            raise
        except _HOPELESS as error:
            return self._give_up(claimed, str(error))
        except AwayError as error:
            return self._put_off(claimed, str(error), asked=error.seconds)
        except AmendsError as error:
            return self._put_off(claimed, str(error), asked=error.failure.retry_after)
        except Exception as error:  # noqa: BLE001  # whatever it was, the delivery is kept
            _LOG.exception("delivery %d of %s failed", claimed.number, claimed.source)
            return self._put_off(claimed, type(error).__name__, asked=None)

    def _put_off(self, claimed: Claimed, why: str, *, asked: float | None) -> str:
        if claimed.attempts >= self._patience.attempts:
            return self._give_up(claimed, why)
        pause = min(self._patience.pause * 2 ** (claimed.attempts - 1), _LONGEST_PAUSE)
        self._queue.later(claimed, seconds=max(pause, asked or 0.0), why=why)
        _LOG.info("delivery %d of %s: tried again later: %s", claimed.number, claimed.source, why)
        return "later"

    def _give_up(self, claimed: Claimed, why: str) -> str:
        self._queue.dead(claimed, self._handler.given_up(claimed), why=why)
        _LOG.warning("delivery %d of %s is a dead letter: %s", claimed.number, claimed.source, why)
        return "dead"

    def _count(self, claimed: Claimed, result: str) -> None:
        self._metrics.handled.labels(claimed.source, result).inc()
