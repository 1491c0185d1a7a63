"""Diagnostics as JSON has them: from a program that checks a pack, and for whoever keeps what was found."""

from typing import Any

from amends.packs.diagnostics import Diagnostic, Severity
from amends.packs.model import Position


def diagnostic_values(found: Diagnostic) -> dict[str, object]:
    """A finding as JSON has it."""
    at = found.position
    return {
        "at": [at.file, at.line, at.column],
        "code": found.code,
        "message": found.message,
        "hint": found.hint,
        "excerpt": found.excerpt,
        "severity": found.severity.value,
    }


def diagnostic_of(told: dict[str, Any]) -> Diagnostic:
    """The finding that was written."""
    return Diagnostic(
        Position(*told["at"]),
        told["code"],
        told["message"],
        hint=told["hint"],
        excerpt=told["excerpt"],
        severity=Severity(told["severity"]),
    )
