"""Whatever was reported in whatever order: each request sent again, at any later time, gets the answer that it got."""

import asyncio
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from amends.application.report import Report, Reported
from amends.domain.action_kinds import ActionKind
from amends.domain.errors import InvalidSituationError
from amends.domain.record import Actor, ObligationState, OutcomeKind
from amends.domain.situation import Granted
from tests.unit.application.desk import ANN, BOB, MINUTE, NOW, Desk, a_cadence, an_action, usd
from tests.unit.resolution.building import pack as a_pack

REFUND: Final = an_action(ActionKind.REFUND, usd("50"))
OWED: Final = an_action(ActionKind.ENTITLEMENT, usd("250"), parameters=[("basis", "law")])
CADENCE: Final = a_cadence()
ACTIONS: Final = (REFUND, OWED, CADENCE, an_action(ActionKind.APOLOGY))
OF_OBLIGATIONS: Final = (OutcomeKind.KEPT, OutcomeKind.MISSED, OutcomeKind.CLOSED)
OF_ACTIONS: Final = tuple(kind for kind in OutcomeKind if kind not in OF_OBLIGATIONS)


@st.composite
def reports(draw: st.DrawFn) -> list[tuple[Report, int]]:
    """Reports, each with which obligation it is about (by number of those there are), or -1 for its action."""
    found = []
    for number in range(draw(st.integers(1, 12))):
        about = draw(st.sampled_from((-1, 0, 1, 2)))
        kind = draw(st.sampled_from(OF_ACTIONS if about < 0 else OF_OBLIGATIONS))
        executed, overridden = kind is OutcomeKind.EXECUTED, kind is OutcomeKind.OVERRIDDEN
        report = Report(
            decision_id="decision-1",
            action_id=draw(st.sampled_from(ACTIONS)).action_id if about < 0 else "",
            obligation_id="",
            kind=kind,
            actor=draw(st.sampled_from((ANN, BOB, Actor()))),
            # A moment of its own, so that what an outcome has settled can be told from what another has.
            time=draw(st.sampled_from((None, NOW - 90 * MINUTE + number, NOW - MINUTE + number))),
            amount=draw(st.sampled_from((None, usd("20"), usd("250")))) if executed else None,
            instead=Granted(kind="goodwill", amount=usd("5")) if overridden and draw(st.booleans()) else None,
            reason="why" if overridden else "",
            request_id=f"r-{number}",
        )
        found.append((report, about))
    return found


async def play(script: list[tuple[Report, int]]) -> Desk:
    """Report all, then all again, backwards."""
    desk = Desk(*ACTIONS, pack=a_pack())
    await desk.open()
    answered: list[tuple[Report, Reported]] = []
    for plain, about in script:
        ids = sorted(desk.decisions.obligations)
        report = plain if about < 0 else _about(plain, ids[about % len(ids)])
        desk.clock.nanoseconds += MINUTE
        try:
            answered.append((report, await desk.record(report)))
        except InvalidSituationError:
            continue
    written = list(desk.decisions.outcomes)
    obligations = dict(desk.decisions.obligations)
    for report, answer in reversed(answered):
        desk.clock.nanoseconds += MINUTE
        assert await desk.record(report) == answer
    assert (desk.decisions.outcomes, desk.decisions.obligations) == (written, obligations)
    return desk


def _about(report: Report, obligation_id: str) -> Report:
    return Report(
        decision_id=report.decision_id,
        action_id="",
        obligation_id=obligation_id,
        kind=report.kind,
        actor=report.actor,
        time=report.time,
        request_id=report.request_id,
    )


@settings(max_examples=300, deadline=None)
@given(reports())
def test_every_report_is_recorded_once_and_answered_the_same(script: list[tuple[Report, int]]) -> None:
    """Nothing is written twice, and of a cadence at most one update is waited for."""
    desk = asyncio.run(play(script))
    chain = [one for one in desk.decisions.obligations.values() if one.promised.action_id == CADENCE.action_id]
    waiting = [one for one in chain if one.state in {ObligationState.OPEN, ObligationState.MISSED}]
    assert len(waiting) <= 1
    assert len({one.follows for one in chain}) == len(chain)
    kept = [one for one in chain if one.state is ObligationState.KEPT]
    assert {one.promised.obligation_id for one in kept} == {one.follows for one in chain} - {""}
