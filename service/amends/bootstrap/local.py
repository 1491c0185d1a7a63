"""What the commands decide and prove with in their own process."""

from amends.application.decide import Decide
from amends.server.clock import SystemClock
from amends.server.new_id import NewUuid7
from amends.server.pack_prover import PackProver, Watch


def make_decide() -> Decide:
    """The use case of one decision, by the machine's clock."""
    clock = SystemClock()
    return Decide(clock, NewUuid7(clock))


def make_prover(*, seconds: int, most: int | None, watch: Watch) -> PackProver:
    """What proves packs in at most so many seconds each, on `most` boundary situations (None: the usual number)."""
    return PackProver(SystemClock(), seconds=seconds, most=most, watch=watch)
