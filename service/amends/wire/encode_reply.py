"""What the reply check has found, into the contract's message."""

from typing import Final

from amends.application.check_reply import CheckedAgainst
from amends.packs.reply_words import ReplyLaw
from amends.replies.finding import ReplyFinding, ReplySeverity
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.names import numbers

_LAWS: Final = {ReplyLaw(name): number for name, number in numbers(service_pb2.ReplyLaw).items()}
_SEVERITIES: Final = {ReplySeverity(name): number for name, number in numbers(service_pb2.ReplySeverity).items()}


def encode_checked(against: CheckedAgainst) -> service_pb2.CheckReplyResponse:
    """The findings, and what they were looked for by."""
    checked, pack = against
    return service_pb2.CheckReplyResponse(
        findings=[_finding(found) for found in checked.findings],
        more=checked.more,
        locale=checked.locale,
        phrase_count=checked.phrases,
        phrases_digest=checked.phrases_digest,
        pack_id=pack.pack_id,
        pack_version=pack.version,
        cannot_see=checked.cannot_see,
    )


def _finding(found: ReplyFinding) -> service_pb2.ReplyFinding:
    return service_pb2.ReplyFinding(
        law=_LAWS[found.law],
        finding_id=found.ident,
        severity=_SEVERITIES[found.severity],
        sources=found.sources,
        start=found.start,
        end=found.end,
        said=found.said,
        why=found.why,
        instead=found.instead,
        guardrail_id=found.guardrail_id,
        action_id=found.action_id,
    )
