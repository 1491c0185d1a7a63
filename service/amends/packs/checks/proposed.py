"""Which kinds of action any rule of a pack asks for."""

from amends.domain.action_kinds import ActionKind
from amends.packs.model import Pack


def proposed_kinds(pack: Pack) -> frozenset[ActionKind]:
    """The kinds proposed, and those that a proposed entitlement covers."""
    proposals = [proposal for rule in pack.rules for proposal in rule.then]
    covered = [
        ActionKind(kind)
        for proposal in proposals
        for name, parameter in proposal.parameters
        if name == "covers" and isinstance(parameter, tuple)
        for kind in parameter
    ]
    return frozenset((*(proposal.kind for proposal in proposals), *covered))
