"""What came of work on packs that need not be live, as the contract's messages."""

from amends.application.check_rule_pack import CheckedPack
from amends.application.pack_work import Compared, DecidedOtherwise, RunTests
from amends.packs.diagnostics import Severity
from amends.packs.playbook.parts import PartDifference
from amends.v1 import decision_pb2
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.v1 import rule_pack_words_pb2 as words_pb2
from amends.wire.encode import Encoder
from amends.wire.encode_check import encode_diagnostic
from amends.wire.encode_situation import encode_situation


def encode_chosen(pack_id: str, checked: CheckedPack) -> service_pb2.ChosenPack:
    """The pack as it was read; where it does not compile, why."""
    if checked.pack is not None:
        return service_pb2.ChosenPack(pack_id=pack_id, version=checked.pack.version, digest=checked.pack.digest)
    errors = (found for found in checked.diagnostics if found.severity is Severity.ERROR)
    return service_pb2.ChosenPack(pack_id=pack_id, diagnostics=[encode_diagnostic(found) for found in errors])


def encode_tests(pack: service_pb2.ChosenPack, run: RunTests) -> service_pb2.RunPackTestsResponse:
    """The tests in their order, and what they reach."""
    return service_pb2.RunPackTestsResponse(
        pack=pack,
        tests=[
            words_pb2.PackTestRun(
                name=one.name,
                file=one.position.file,
                line=one.position.line,
                passed=not one.differences,
                differences=one.differences,
                rule_ids=one.rule_ids,
            )
            for one in run.tests
        ],
        rules=[
            words_pb2.RuleCoverage(
                rule_id=one.rule_id,
                applied=one.applied,
                decided=one.decided,
                condition_values=one.values,
                condition_values_seen=one.values_seen,
                missing=one.missing,
            )
            for one in run.rules
        ],
        covered_permille=run.permille,
    )


def encode_comparison(
    before: service_pb2.ChosenPack, after: service_pb2.ChosenPack, compared: Compared
) -> service_pb2.CompareRulePacksResponse:
    """How two packs differ."""
    encoder = Encoder(software_version="")
    return service_pb2.CompareRulePacksResponse(
        before=before,
        after=after,
        differences=[_difference(one) for one in compared.parts],
        situations_compared=compared.situations,
        situations_differing=compared.differing,
        examples=[_example(one, encoder) for one in compared.examples],
    )


def _difference(found: PartDifference) -> words_pb2.PackDifference:
    part = found.after or found.before
    assert part is not None  # one of the two is there
    if found.before is None:
        kind = words_pb2.PACK_DIFFERENCE_KIND_ADDED
    elif found.after is None:
        kind = words_pb2.PACK_DIFFERENCE_KIND_REMOVED
    else:
        kind = words_pb2.PACK_DIFFERENCE_KIND_CHANGED
    return words_pb2.PackDifference(
        kind=kind,
        section=part.section,
        part_id=part.ident,
        title=part.title,
        before=found.before.lines if found.before is not None else (),
        after=found.after.lines if found.after is not None else (),
    )


def _example(one: DecidedOtherwise, encoder: Encoder) -> words_pb2.DecisionDifference:
    return words_pb2.DecisionDifference(
        about=one.about,
        situation=encode_situation(one.situation, one.vocabulary),
        before=decision_pb2.Decision.FromString(encoder.fired(one.before)),
        after=decision_pb2.Decision.FromString(encoder.fired(one.after)),
    )
