"""A pack made ready to decide: the pack, its matcher and its resolver, built together and never changed after."""

from amends.application.ports import Engine
from amends.domain.situation import Situation
from amends.packs.model import Pack
from amends.resolution.resolve import Resolved, Resolver


class CompiledPack:
    """What a policy points to. Safe to share between concurrent calls of one event loop."""

    __slots__ = ("_matcher", "_resolver", "pack")

    def __init__(self, pack: Pack, engine: Engine) -> None:
        self.pack = pack
        self._matcher = engine.compile(pack)
        self._resolver = Resolver(pack)

    def decide(self, situation: Situation, *, role: str) -> Resolved:
        """Match, then resolve. `role` is a role of the pack's authority; the caller has checked that."""
        return self._resolver.resolve(self._matcher.match(situation.facts), situation, role=role)
