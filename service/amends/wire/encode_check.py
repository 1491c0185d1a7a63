"""What was found in a pack, as the contract's message."""

from typing import Final

from amends.application.check_rule_pack import CheckedPack
from amends.packs.diagnostics import CellFact, Diagnostic
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.v1 import rule_pack_words_pb2 as words_pb2
from amends.wire.encode_values import write_fact
from amends.wire.names import numbers

_SEVERITIES: Final = numbers(service_pb2.DiagnosticSeverity)


def encode_check(checked: CheckedPack) -> service_pb2.CheckRulePackResponse:
    """The answer: a pack that does not compile has neither digest nor version."""
    return service_pb2.CheckRulePackResponse(
        compiles=checked.pack is not None,
        diagnostics=[_with_cells(found) for found in checked.diagnostics],
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


def _with_cells(found: Diagnostic) -> service_pb2.Diagnostic:
    message = encode_diagnostic(found)
    message.about.extend(found.about)
    if found.cells is not None:
        message.cell_count = found.cells.count
        message.cells.extend(_cell_fact(fact) for fact in found.cells.facts)
    return message


def _cell_fact(fact: CellFact) -> words_pb2.CellFact:
    message = words_pb2.CellFact(path=fact.spec.path, missing=fact.missing)
    for value in fact.values:
        write_fact(message.values.add(), fact.spec.type, value)
    return message
