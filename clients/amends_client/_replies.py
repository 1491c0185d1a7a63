"""The request of a reply check: the part that the sync and the async client share."""

from typing import TypedDict

from amends_client._arguments import check_situation
from amends_client._records import ActorFields, filled
from amends_client.messages import Actor, CheckReplyRequest, Situation


class ReplyFields(TypedDict, total=False):
    """What a draft is held against, one of the first two, and how. `policy` and `actor` go with a situation.

    `locale` is the draft's language; left out: English.
    """

    decision_id: str | None
    situation: Situation | None
    locale: str | None
    policy: str | None
    actor: ActorFields | Actor | None


def reply_request(draft: str, fields: ReplyFields) -> CheckReplyRequest:
    """The request. TypeError where the situation is none; ValueError where not exactly one of the two is named."""
    situation = fields.get("situation")
    if (situation is None) == (not fields.get("decision_id")):
        raise ValueError("a draft is held against one of decision_id and situation")
    others = {name: value for name, value in fields.items() if name != "situation" and value}
    request = filled(CheckReplyRequest(), {"draft": draft, **others})
    if situation is not None:
        check_situation(situation)
        request.situation.CopyFrom(situation)
    return request
