"""Salesforce's adapter: one composite call, tokens, recommendations with their reactions, milestones of promises."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

from amends_client.bridge.mapping.take import LackingError
from amends_client.bridge.ports import AwayError, DeniedError, Due, Offer, Said
from amends_client.bridge.reports import read_report
from amends_client.bridge.secret import Secret
from amends_client.bridge.vendors.salesforce import Salesforce, SalesforceSettings
from tests.clients.bridge.desk import RunningDesk
from tests.clients.bridge.salesforce_desk import APP

PUBLISHED: Final = Path(__file__).parent / "published"
REACTION: Final[dict[str, Any]] = json.loads((PUBLISHED / "salesforce-reaction.json").read_bytes())
NOW: Final = 1_800_000_000_000_000_000
CASE: Final = "500xx000000Ylnv"
SAID: Final = Said(
    mark="Amends decision 1",
    note="all of it\n\nAmends decision 1",
    tags=("amends_actions_recommended", "amends_approval"),
    tags_gone=("amends_care_only", "amends_ask"),
    offers=(Offer("a1", "refund 9.90 USD: you may do it now", "Ours."), Offer("a2", "x" * 200, "")),
    dues=(
        Due("verify", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        Due("verify", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        Due("pay", datetime(2026, 11, 22, 10, tzinfo=UTC)),
    ),
)


Make: TypeAlias = Callable[..., Salesforce]


@pytest.fixture
def adapter(tmp_path: Path) -> Iterator[Make]:
    """Makes adapters, by the address of the org and settings that differ."""
    with ExitStack() as opened:

        def make(address: str = "http://127.0.0.1:1", *, key: str = APP["client_secret"], **more: object) -> Salesforce:
            (tmp_path / "secret").write_text(key)
            secret = Secret(file=tmp_path / "secret")
            milestones = {
                "verify": {"due": "AmendsVerifyDue__c", "milestone": "Amends verify"},
                "review": {"due": "AmendsReviewDue__c", "milestone": "Amends review"},
            }
            named = {"client": secret, "client_secret": secret, "secret": secret}
            said = {"flow": "Amends_React", "milestones": milestones, **named, **more}
            settings = SalesforceSettings.model_validate({"vendor": "salesforce", "address": address, **said})
            made = Salesforce(settings, lambda: NOW)
            opened.callback(made.close)
            return made

        yield make


def test_all_of_a_decision_is_one_call_and_the_same_again_is_written_once(adapter: Make, desk: RunningDesk) -> None:
    """Fields, recommendations and the note, whole or not at all; the note has the mark as its external id."""
    salesforce = adapter(desk.address)
    assert not salesforce.has(CASE, SAID.mark)
    salesforce.write(CASE, SAID)
    salesforce.write(CASE, SAID)

    assert desk.desk.notes(CASE) == [SAID.note]
    assert salesforce.has(CASE, SAID.mark)
    assert desk.desk.tags(CASE) == {"amends_actions_recommended", "amends_approval"}
    assert desk.desk.calls.count("POST /services/data/v68.0/composite") == 2
    assert desk.desk.records[CASE]["AmendsDecision__c"] == SAID.mark


def test_a_composite_call_has_the_form_that_salesforce_publishes(adapter: Make, desk: RunningDesk) -> None:
    """The names of its parts, and upserts as PATCH of an external id."""
    published = json.loads((PUBLISHED / "salesforce-composite.json").read_bytes())
    adapter(desk.address).write(CASE, SAID)

    (sent,) = desk.desk.composites
    assert set(sent) == set(published)
    assert all(set(step) == set(published["compositeRequest"][0]) for step in sent["compositeRequest"])
    assert [step["url"].removeprefix("/services/data/v68.0/") for step in sent["compositeRequest"]] == [
        f"sobjects/Case/{CASE}",
        "composite/sobjects/Recommendation/AmendsAction__c",
        "sobjects/AmendsNote__c/Key__c/Amends%20decision%201",
    ]


def test_each_offer_is_a_recommendation_of_its_decision_within_salesforces_lengths(
    adapter: Make, desk: RunningDesk
) -> None:
    """The strategy shows those that name the case's decision: what an older one offered is not shown any more."""
    adapter(desk.address).write(CASE, SAID)
    first, second = desk.desk.records[f"{CASE}/a1"], desk.desk.records[f"{CASE}/a2"]

    assert (first["ExternalId"], first["AmendsCase__c"], first["AmendsDecision__c"]) == ("a1", CASE, SAID.mark)
    assert (first["Name"], first["Description"]) == ("refund 9.90 USD: you may do it now", "Ours.")
    assert first["ActionReference"] == "Amends_React"
    assert (len(second["Name"]), len(second["Description"])) == (80, 200)


def test_cases_of_one_incident_have_a_recommendation_each(adapter: Make, desk: RunningDesk) -> None:
    """What is decided for an incident has one action id in all of its cases."""
    other = CASE[:-1] + "X"
    for case in (CASE, other):
        adapter(desk.address).write(case, SAID)

    assert [desk.desk.records[f"{case}/a1"]["AmendsCase__c"] for case in (CASE, other)] == [CASE, other]
    assert desk.desk.records[f"{other}/a1"]["ExternalId"] == "a1"


def test_without_a_flow_there_are_no_recommendations(adapter: Make, desk: RunningDesk) -> None:
    """Salesforce takes none that starts no flow."""
    adapter(desk.address, flow="").write(CASE, SAID)

    assert set(desk.desk.records) == {CASE}


def test_a_promise_sets_the_field_that_its_milestone_is_reckoned_from(adapter: Make, desk: RunningDesk) -> None:
    """The first to fall due of its kind; none, where none stands; other kinds are not looked at."""
    adapter(desk.address).write(CASE, SAID)

    fields = desk.desk.records[CASE]
    assert fields["AmendsVerifyDue__c"] == "2026-11-23T10:00:00Z"
    assert fields["AmendsReviewDue__c"] is None


def test_only_the_milestone_of_a_promise_that_no_longer_stands_is_completed(adapter: Make, desk: RunningDesk) -> None:
    """Of this case alone."""
    desk.desk.milestones = {
        "555a": (CASE, "Amends verify"),
        "555b": (CASE, "Amends review"),
        "555c": (CASE, "First Response"),
        "555d": ("500another", "Amends review"),
    }
    adapter(desk.address).write(CASE, SAID)

    assert set(desk.desk.milestones) == {"555a", "555c", "555d"}


def test_a_reminder_leaves_recommendations_and_milestones_as_they_are(adapter: Make, desk: RunningDesk) -> None:
    """It says nothing of them."""
    salesforce = adapter(desk.address)
    salesforce.write(CASE, SAID)
    desk.desk.milestones = {"555b": (CASE, "Amends review")}
    salesforce.write(CASE, Said(mark="Amends due 1", note="Due soon\n\nAmends due 1", tags=("amends_overdue",)))

    assert desk.desk.records[CASE]["AmendsDecision__c"] == SAID.mark
    assert desk.desk.milestones == {"555b": (CASE, "Amends review")}
    assert desk.desk.tags(CASE) == {"amends_actions_recommended", "amends_approval", "amends_overdue"}


def test_a_token_that_has_ended_is_had_anew_by_the_address_of_the_configuration(
    adapter: Make, desk: RunningDesk
) -> None:
    """Once; the address that the token's answer names is never called."""
    salesforce = adapter(desk.address)
    salesforce.write(CASE, SAID)
    desk.desk.tokens += 1
    salesforce.write(CASE, SAID)

    assert desk.desk.calls.count("POST /services/oauth2/token") == 2


def test_workers_whose_token_has_ended_have_one_new_token_among_them(adapter: Make, desk: RunningDesk) -> None:
    """Each new one could end the others' again."""
    salesforce = adapter(desk.address)
    salesforce.has(CASE, SAID.mark)
    desk.desk.tokens += 1
    with ThreadPoolExecutor(8) as pool:
        found = [pool.submit(salesforce.has, CASE, SAID.mark) for _ in range(16)]

    assert [one.result() for one in found] == [False] * 16
    assert desk.desk.calls.count("POST /services/oauth2/token") == 2


def test_a_new_token_that_is_not_taken_is_tried_again_later(adapter: Make, desk: RunningDesk) -> None:
    """The app was accepted: nothing is wrong with the configuration."""
    desk.desk.distrusting = True
    with pytest.raises(AwayError, match="401"):
        adapter(desk.address).has(CASE, SAID.mark)


def test_an_app_that_is_refused_is_told_at_once(adapter: Make, desk: RunningDesk) -> None:
    """It fails again until somebody mends it."""
    with pytest.raises(DeniedError, match="400"):
        adapter(desk.address, key="another").has(CASE, SAID.mark)


@pytest.mark.parametrize("fault", ["limited", "locked"])
def test_what_passes_is_tried_again_and_nothing_of_it_was_written(adapter: Make, desk: RunningDesk, fault: str) -> None:
    """Over the limit, which Salesforce calls forbidden; or a row that is locked, which rolls all back."""
    salesforce = adapter(desk.address, milestones={})
    setattr(desk.desk, fault, 1)
    with pytest.raises(AwayError, match=r"LIMIT|LOCK"):
        salesforce.write(CASE, SAID)
    assert desk.desk.notes(CASE) == []
    salesforce.write(CASE, SAID)

    assert len(desk.desk.notes(CASE)) == 1


@pytest.mark.parametrize("case", ["500' OR Name != '", "../Account/001", "500 1", ""])
def test_a_case_is_never_more_than_an_id(adapter: Make, desk: RunningDesk, case: str) -> None:
    """It comes from a payload, and goes into a query and a path."""
    with pytest.raises(DeniedError):
        adapter(desk.address).write(case, SAID)

    assert desk.desk.calls == []


def test_the_published_reaction_is_read_and_lacks_only_what_names_our_action(adapter: Make) -> None:
    """`externalId` is the recommendation's, where the bridge has put the action's id."""
    salesforce = adapter()
    with pytest.raises(LackingError, match=r"it lacks action$"):
        read_report(salesforce.report(REACTION))
    report = read_report(salesforce.report({**REACTION, "externalId": "a1"}))

    assert (report.case, report.action, report.kind, report.actor) == (CASE, "a1", "offered", "001xx000003DGQW")


def test_a_rejected_recommendation_is_an_override_with_its_reason(adapter: Make) -> None:
    """An override needs one; Salesforce has no place for more than that it was rejected."""
    reaction = {**REACTION, "externalId": "a1", "reactionType": "Rejected"}

    report = read_report(adapter().report(reaction))

    assert (report.kind, report.reason) == ("overridden", "rejected in Next Best Action")


def test_another_reaction_is_refused_and_a_report_of_ours_is_one_as_it_is(adapter: Make) -> None:
    """A flow may report more than reactions: that it was paid, or what was given instead."""
    ours = {"case": CASE, "action": "refund", "kind": "executed"}

    with pytest.raises(LackingError, match="reactionType"):
        adapter().report({**REACTION, "reactionType": "Ignored"})
    assert adapter().report(ours) == ours
