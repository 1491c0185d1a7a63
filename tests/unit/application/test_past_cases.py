"""What was decided lately is a case of the proof of the next pack, as far as that can read it."""

from amends.application.past_cases import LoggedCases
from amends.application.proof import CaseKind
from amends.domain.errors import FieldViolation, InvalidSituationError
from amends.domain.record import Actor
from amends.domain.situation import Situation
from amends.packs.model import Pack
from tests.storage.entries import entry
from tests.storage.records import in_memory
from tests.unit.application.activating import pack


class Reading:
    """Reads every situation but those of another kind."""

    def read_situation(self, raw: bytes, _pack: Pack) -> Situation:
        if raw == b"of another pack":
            raise InvalidSituationError((FieldViolation("situation", "no such fact"),))
        if raw == b"damaged":
            raise ValueError(raw)
        return Situation(facts={"fault": raw.decode()}, case_id="case", observe_time=1, granted=())


async def test_the_newest_decisions_that_can_be_read_are_cases() -> None:
    """Of the policy alone; not those of a forgotten customer, and by a role that the pack has."""
    records, said = in_memory(), ("one", "of another pack", "damaged", "forgotten", "two", "elsewhere", "three")
    for place, text in enumerate(said):
        one = entry(
            decision_id=f"d-{place}",
            request_id="",
            policy="brand" if text == "elsewhere" else "default",
            situation=text.encode(),
            actor=Actor("", "frontline" if place % 2 else "judge"),
        )
        await records.log.append([one._replace(erased_at=1) if text == "forgotten" else one])
    cases = LoggedCases(records.listing, records.log, Reading(), most=5)  # type: ignore[arg-type]  # all that is used

    found = await cases("default", pack("1"))

    assert [(case.kind, case.about, case.situation.facts["fault"], case.role) for case in found] == [
        (CaseKind.LOGGED, "the decision d-6", "three", "frontline"),
        (CaseKind.LOGGED, "the decision d-4", "two", "frontline"),
    ]
    assert all(case.situation.granted is None for case in found)
