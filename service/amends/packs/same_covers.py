"""Whether what is owed on one basis covers the same kinds wherever it is proposed.

Entitlements of one basis are paid once, as one action: what that covers must not depend on which proposal names it.
"""

from amends.domain.action_kinds import ActionKind
from amends.packs.findings import Findings
from amends.packs.model import Pack, Parameter, Position, Proposal


def check_covers(pack: Pack, findings: Findings) -> None:
    """Each proposal that covers other kinds than the first of its basis is told, with the place of that one."""
    first: dict[Parameter | None, tuple[Proposal, Position]] = {}
    for rule in sorted(pack.rules, key=lambda rule: (rule.position.file, rule.position.line, rule.position.column)):
        for proposal in rule.then:
            if proposal.kind is not ActionKind.ENTITLEMENT:
                continue
            basis = dict(proposal.parameters).get("basis")
            before, at = first.setdefault(basis, (proposal, rule.position))
            if _covered(before) != _covered(proposal):
                message = f"of the basis {basis!r} this covers {_told(proposal)}, and {at} {_told(before)}"
                hint = "let all of one basis cover the same kinds, or name another basis"
                findings.error(rule.position, "covers-differ", message, hint)


def _covered(proposal: Proposal) -> frozenset[str]:
    named = dict(proposal.parameters).get("covers")
    return frozenset(named) if isinstance(named, tuple) else frozenset()


def _told(proposal: Proposal) -> str:
    return " and ".join(sorted(_covered(proposal))) or "nothing"
