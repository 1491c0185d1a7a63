"""Promises get ids that the same promise of the same action keeps, and the team that keeps them."""

from pathlib import Path

import pytest

from amends.application.compiled_pack import CompiledPack
from amends.application.promised import obligation_id, promised
from amends.domain.decision import ObligationKind
from amends.domain.record import Promised
from amends.domain.situation import Situation
from amends.engines.bitmap import BitmapEngine
from amends.packs.load import load_rules

PACK = """\
pack: shop
version: 1
title: A shop that promises
teams: {{care: {{label: Care}}, billing: {{label: Billing}}}}
rules:
  - id: keep-in-touch
    title: We keep in touch
    when: {{fault: company}}
    then:
      - update_cadence: {{every: 60m, channel: voice, owner: {owner}, until: resolved}}
      - broadcast: {{impact: i, new_process: p, new_expectations: e, scope: incident, review_in: 2d}}
      - assign_owner: {assigned}
    because: {{agent: We call., customer: We call.}}
"""


def promises(
    folder: Path, *, owner: str, incident_id: str = "", moment: int = 0, assigned: str = "{to: care}"
) -> dict[ObligationKind, Promised]:
    """What the pack promises, by kind."""
    (folder / "shop").mkdir(exist_ok=True)
    (folder / "shop" / "pack.yaml").write_text(PACK.format(owner=owner, assigned=assigned), encoding="utf-8")
    pack = load_rules(folder).packs["shop"]
    situation = Situation("case-1", moment, {"fault": "company", "observe_time": moment}, incident_id=incident_id)
    decision = CompiledPack(pack, BitmapEngine()).decide(situation, role="frontline").decision
    return {one.kind: one for one in promised(decision, pack.teams)}


@pytest.mark.parametrize(("owner", "team"), [("billing", "billing"), ("assigned", "care"), ("same_person", "")])
def test_a_promise_names_the_team_that_keeps_it(tmp_path: Path, owner: str, team: str) -> None:
    """The owner where it is a team, the team of whoever is assigned; the same person is no team."""
    update = promises(tmp_path, owner=owner)[ObligationKind.NEXT_UPDATE]

    assert (update.owner, update.team) == (owner, team)


def test_news_by_who_is_assigned_come_from_who_answers_to_the_customer(tmp_path: Path) -> None:
    """And not from the team that mends it inside."""
    update = promises(tmp_path, owner="assigned", assigned="{to: care, answers: billing}")[ObligationKind.NEXT_UPDATE]

    assert (update.owner, update.team) == ("assigned", "billing")


def test_the_same_promise_of_the_same_action_keeps_its_id(tmp_path: Path) -> None:
    """Whenever it falls due: deciding again makes no second promise. Another kind of the same action is another one."""
    first = promises(tmp_path, owner="billing")[ObligationKind.NEXT_UPDATE]
    later = promises(tmp_path, owner="billing", moment=1_000)[ObligationKind.NEXT_UPDATE]

    assert (first.obligation_id, first.due + 1_000) == (later.obligation_id, later.due)
    assert first.obligation_id == obligation_id(first.action_id, "next_update")
    assert obligation_id(first.action_id, "review") != first.obligation_id


def test_a_promise_for_everybody_in_an_incident_names_it(tmp_path: Path) -> None:
    """The promises of the case itself do not."""
    found = promises(tmp_path, owner="billing", incident_id="incident-9")

    assert found[ObligationKind.REVIEW].incident_id == "incident-9"
    assert found[ObligationKind.NEXT_UPDATE].incident_id == ""
