"""SARIF 2.1.0, which code hosts show beside the lines: what `amends check` found, and what each check says."""

import json
from collections.abc import Callable, Sequence
from typing import Final

from amends import __version__
from amends.packs.checks.law import Law
from amends.packs.diagnostics import Diagnostic, Severity

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"

Json = dict[str, object]


def as_sarif(found: Sequence[Diagnostic], laws: Sequence[Law], *, uri_of: Callable[[str], str]) -> str:
    """One run. `uri_of` gives the address of a file that a finding names."""
    rules = {law.name: _rule(law) for law in laws}
    # What reading a pack finds has a name and no law.
    rules |= {one.code: {"id": one.code} for one in found if one.code not in rules}
    places = {code: place for place, code in enumerate(rules)}
    driver = {"name": "amends", "version": __version__, "rules": list(rules.values())}
    results = [_result(one, places[one.code], uri_of(one.position.file)) for one in found]
    run: Json = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(law: Law) -> Json:
    return {
        "id": law.name,
        "shortDescription": {"text": law.says},
        "defaultConfiguration": {"level": _level(law.severity)},
    }


def _result(found: Diagnostic, place: int, uri: str) -> Json:
    region = {"startLine": found.position.line, "startColumn": found.position.column}
    text = f"{found.message}\nHint: {found.hint}" if found.hint else found.message
    return {
        "ruleId": found.code,
        "ruleIndex": place,
        "level": _level(found.severity),
        "message": {"text": text},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}],
    }


def _level(severity: Severity) -> str:
    return "error" if severity is Severity.ERROR else "warning"
