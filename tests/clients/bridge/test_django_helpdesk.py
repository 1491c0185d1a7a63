"""What of a django-helpdesk's webhooks is a report of what was done, and what is not."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from amends_client.bridge.ports import NotReportedError
from amends_client.bridge.vendors.django_helpdesk import DjangoHelpdesk, DjangoHelpdeskSettings

BY_STAFF = {"id": 5, "user": 3, "public": False, "comment": "amends: executed refund 59.90 USD\nas agreed"}


SECRET = {"env": "DESK_SECRET"}
SETTINGS = {
    "vendor": "django_helpdesk",
    "address": "http://127.0.0.1:1",
    "user": "bridge",
    "password": SECRET,
    "secret": SECRET,
}


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", "an invented secret")


@pytest.fixture
def helpdesk() -> Iterator[DjangoHelpdesk]:
    with closing(DjangoHelpdesk(DjangoHelpdeskSettings.model_validate(SETTINGS))) as adapter:
        yield adapter


def webhook(followup: dict[str, Any]) -> dict[str, Any]:
    return {"followup_id": 5, "ticket": {"id": 7, "followup_set": [{"id": 4, "comment": "Where is it?"}, followup]}}


def test_a_private_follow_up_of_the_staff_reports(helpdesk: DjangoHelpdesk) -> None:
    """By its first line; the others are for people."""
    report = helpdesk.report(webhook(BY_STAFF))

    assert isinstance(report, dict)
    assert (report["case"], report["actor"], report["event"], report["amount"]) == (7, 3, "5", "59.90 USD")


@pytest.mark.parametrize(
    "other",
    [{"user": None, "public": True}, {"user": None}, {"public": True}, {"public": None}],
    ids=["an e-mail of a customer", "of nobody", "public", "not said"],
)
def test_what_a_customer_could_have_written_reports_nothing(helpdesk: DjangoHelpdesk, other: dict[str, Any]) -> None:
    """An e-mail to the helpdesk becomes a follow-up, whatever stands in its first line."""
    with pytest.raises(NotReportedError, match="staff"):
        helpdesk.report(webhook({**BY_STAFF, **other}))


def test_only_those_report_who_are_named() -> None:
    """Where customers can write private follow-ups too."""
    settings = DjangoHelpdeskSettings.model_validate({**SETTINGS, "staff": [3]})
    with closing(DjangoHelpdesk(settings)) as helpdesk:
        assert helpdesk.report(webhook(BY_STAFF))
        with pytest.raises(NotReportedError, match="somebody on the staff"):
            helpdesk.report(webhook({**BY_STAFF, "user": 4}))


@pytest.mark.parametrize("staff", [None, [True], ["3"]])
def test_who_may_report_is_named_or_left_out(staff: object) -> None:
    """An empty line is no list: with it everybody would report."""
    with pytest.raises(ValueError, match="staff"):
        DjangoHelpdeskSettings.model_validate({**SETTINGS, "staff": staff})
