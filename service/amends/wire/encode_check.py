"""What was found in a pack, as the contract's message."""

from typing import Final

from amends.application.check_rule_pack import CheckedPack
from amends.packs.diagnostics import Diagnostic
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.wire.names import numbers

_SEVERITIES: Final = numbers(service_pb2.DiagnosticSeverity)


def encode_check(checked: CheckedPack) -> service_pb2.CheckRulePackResponse:
    """The answer: a pack that does not compile has neither digest nor version."""
    return service_pb2.CheckRulePackResponse(
        compiles=checked.pack is not None,
        diagnostics=[encode_diagnostic(found) for found in checked.diagnostics],
        digest=checked.pack.digest if checked.pack is not None else "",
        version=checked.pack.version if checked.pack is not None else "",
    )


def encode_diagnostic(found: Diagnostic) -> service_pb2.Diagnostic:
    """One finding."""
    return service_pb2.Diagnostic(
        file=found.position.file,
        line=found.position.line,
        column=found.position.column,
        severity=_SEVERITIES[found.severity],
        code=found.code,
        message=found.message,
        hint=found.hint,
        excerpt=found.excerpt,
    )
