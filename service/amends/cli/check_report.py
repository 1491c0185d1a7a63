"""What `amends check` found, for a person, as JSON, and for a build server. SARIF has its own file."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from amends.cli.junit import JunitCase, JunitSuite, junit
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Diagnostic, Severity


@dataclass(frozen=True, slots=True)
class CheckedPack:
    """One pack: whether it compiles, and everything found, errors and warnings, in the order of position."""

    pack_id: str
    compiles: bool
    found: tuple[Diagnostic, ...]

    def count(self, severity: Severity) -> int:
        """How many findings are so bad."""
        return sum(found.severity is severity for found in self.found)


def human(checked: Sequence[CheckedPack]) -> str:
    """Every finding with its line, and a count."""
    lines = [found.render() for pack in checked for found in pack.found]
    warnings = sum(pack.count(Severity.WARNING) for pack in checked)
    counted = f"{sum(pack.compiles for pack in checked)} of {len(checked)} packs compile"
    if warnings:
        counted += f", {warnings} {'warning' if warnings == 1 else 'warnings'}"
    return "\n".join([*lines, counted]) + "\n"


def as_json(checked: Sequence[CheckedPack]) -> str:
    """The same for a program."""
    document = {
        "packs": [
            {"pack": pack.pack_id, "compiles": pack.compiles, "findings": [_finding(found) for found in pack.found]}
            for pack in checked
        ],
        "errors": sum(pack.count(Severity.ERROR) for pack in checked),
        "warnings": sum(pack.count(Severity.WARNING) for pack in checked),
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(found: Diagnostic) -> dict[str, str | int | list[str]]:
    return {
        "check": found.code,
        "severity": found.severity.value,
        "message": found.message,
        "hint": found.hint,
        "file": found.position.file,
        "line": found.position.line,
        "column": found.position.column,
        "about": list(found.about),
    }


def as_junit(checked: Sequence[CheckedPack], laws: Sequence[Law], *, strict: bool) -> str:
    """A suite a pack, a case a check. Warnings fail where they count as failures; else they are the case's output."""
    return junit([_suite(pack, laws, strict=strict) for pack in checked], name="amends check")


def _suite(pack: CheckedPack, laws: Sequence[Law], *, strict: bool) -> JunitSuite:
    codes = dict.fromkeys([*(law.name for law in laws), *(found.code for found in pack.found)])
    return JunitSuite(pack.pack_id, tuple(_case(pack, code, strict=strict) for code in codes))


def _case(pack: CheckedPack, code: str, *, strict: bool) -> JunitCase:
    found = [one for one in pack.found if one.code == code]
    text = "\n".join(one.render() for one in found)
    fails = any(strict or one.severity is Severity.ERROR for one in found)
    return JunitCase(code, f"check.{pack.pack_id}", failure=text if fails else "", output="" if fails else text)
