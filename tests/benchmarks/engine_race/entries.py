"""Who takes part: our engines, and the peers with what they are installed as."""

from collections.abc import Callable, Sequence
from typing import Final

from amends.engines.bitmap import BitmapEngine
from amends.engines.reference import ReferenceEngine
from tests.benchmarks.engine_race import (
    cel_peer,
    clips_peer,
    drools_peer,
    durable_peer,
    rego_peer,
    rule_engine_peer,
    zen_peer,
)
from tests.benchmarks.engine_race.contender import Contender, Entry
from tests.benchmarks.engine_race.ours import Ours
from tests.benchmarks.engine_race.policies import Policy

BITMAP: Final = "bitmap"
REFERENCE: Final = "reference"


def entries() -> Sequence[Entry]:
    """Ours first; a peer is listed whether it is installed or not."""
    return (
        _ours(BITMAP, lambda policy: Ours(BitmapEngine(), policy)),
        _ours(REFERENCE, lambda policy: Ours(ReferenceEngine(), policy), slow=True),
        _ours("durable, caged", _caged, distribution="durable-rules", slow=True),
        Entry(
            "durable-rules",
            "durable-rules",
            durable_peer.PAGE,
            durable_peer.example,
            durable_peer.DurablePeer,
            slow=True,
        ),
        Entry("ZEN", "zen-engine", zen_peer.PAGE, zen_peer.example, zen_peer.ZenPeer, slow=True),
        Entry("CLIPS", "clipspy", clips_peer.PAGE, clips_peer.example, clips_peer.ClipsPeer),
        Entry(
            "Drools",
            "drools-jpy",
            drools_peer.PAGE,
            drools_peer.example,
            drools_peer.DroolsPeer,
            slow=True,
            warm_up_seconds=6.0,
        ),
        Entry("CEL", "common-expression-language", cel_peer.PAGE, cel_peer.example, cel_peer.CelPeer),
        Entry("Rego", "regopy", rego_peer.PAGE, rego_peer.example, rego_peer.RegoPeer, slow=True),
        Entry(
            "rule-engine",
            "rule-engine",
            rule_engine_peer.PAGE,
            rule_engine_peer.example,
            rule_engine_peer.RuleEnginePeer,
            slow=True,
        ),
    )


def is_ours(name: str) -> bool:
    """Whether an entry is an engine of ours, and so no peer."""
    return name in {BITMAP, REFERENCE, "durable, caged"}


def _ours(name: str, build: Callable[[Policy], Contender], *, distribution: str = "", slow: bool = False) -> Entry:
    return Entry(name, distribution, "", _nothing_published, build, slow=slow)


def _caged(policy: Policy) -> Contender:
    from amends.engines.durable import DurableEngine

    return Ours(DurableEngine(), policy)


def _nothing_published() -> None:
    """Ours have no page to follow: they are compared with the reference on every situation."""
