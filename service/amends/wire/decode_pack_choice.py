"""What is asked of packs that need not be live: which packs, and what else. Everything wrong is told at once."""

import re
from dataclasses import dataclass
from typing import Final

from amends.application.choose_pack import OfDigest, OfPolicy, PackChoice
from amends.v1 import decision_service_pb2
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.wire.decode_check_request import read_sent_files
from amends.wire.decode_situation import read_locale
from amends.wire.identifiers import read_identifier
from amends.wire.limits import COMPARED_EXAMPLES, ID_CHARACTERS, TRIED_SITUATIONS
from amends.wire.names import numbers
from amends.wire.violations import Violations, listing, shown

EXAMPLES: Final = 20
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_EXPLAIN: Final = tuple(numbers(decision_service_pb2.Explain))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two packs to compare, how many examples to give, and the language of their texts."""

    before: PackChoice
    after: PackChoice
    examples: int
    locale: str


def decode_run_tests(request: service_pb2.RunPackTestsRequest) -> PackChoice:
    """The pack of which to run the tests."""
    violations = Violations("")
    choice = _choice(request, "pack", violations)
    violations.check()
    assert choice is not None  # else that is a violation
    return choice


def decode_try(request: service_pb2.TryRulePackRequest) -> PackChoice:
    """The pack to decide by; what is wrong with a situation is told in its place."""
    violations = Violations("")
    choice = _choice(request, "pack", violations)
    if not 0 < len(request.situations) <= TRIED_SITUATIONS:
        said = f"{len(request.situations)} situations; expected at least 1 and at most {TRIED_SITUATIONS}"
        violations.add("situations", said)
    if request.explain not in decision_service_pb2.Explain.values():
        expected = listing(_EXPLAIN)
        violations.add("explain", f"{request.explain} is no number of this enum; expected one of: {expected}")
    read_identifier(request.role, "role", violations)
    violations.check()
    assert choice is not None  # as above
    return choice


def decode_compare(request: service_pb2.CompareRulePacksRequest) -> Comparison:
    """The packs to compare."""
    violations = Violations("")
    before, after = (_choice(request, field, violations) for field in ("before", "after"))
    if not 0 <= request.examples <= COMPARED_EXAMPLES:
        violations.add("examples", f"{request.examples}; expected 0 (for {EXAMPLES}) to {COMPARED_EXAMPLES}")
    if request.locale:
        read_locale(request.locale, violations)
    violations.check()
    assert before is not None  # as above
    assert after is not None
    return Comparison(before, after, request.examples or EXAMPLES, request.locale)


def _choice(
    request: service_pb2.RunPackTestsRequest | service_pb2.TryRulePackRequest | service_pb2.CompareRulePacksRequest,
    field: str,
    violations: Violations,
) -> PackChoice | None:
    chosen: service_pb2.PackChoice = getattr(request, field)
    match chosen.WhichOneof("pack"):
        case "policy":
            read_identifier(chosen.policy, f"{field}.policy", violations)
            if not chosen.policy:
                violations.add(f"{field}.policy", f"is empty; expected a name of at most {ID_CHARACTERS} characters")
            return OfPolicy(chosen.policy)
        case "digest":
            if not _DIGEST.fullmatch(chosen.digest):
                said = f"{shown(chosen.digest)} is no digest; expected 64 hexadecimal digits in small letters"
                violations.add(f"{field}.digest", said)
            return OfDigest(chosen.digest)
        case "files":
            return read_sent_files(chosen.files, violations.below(f"{field}.files"))
        case _:
            violations.add(field, "is required: a policy, a digest or files")
            return None
