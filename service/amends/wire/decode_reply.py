"""Requests to check a reply: the draft and what it is held against, with every violation at once."""

from typing import Final

from amends.domain.errors import FieldViolation, InvalidSituationError
from amends.packs.model import Pack
from amends.packs.read_texts import LOCALE
from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.decode import DecodedRequest, decode_request
from amends.wire.identifiers import read_identifier
from amends.wire.limits import DRAFT_CHARACTERS
from amends.wire.violations import Violations

_USUAL_LOCALE: Final = "en"


def locale_of(request: service_pb2.CheckReplyRequest) -> str:
    """The language of the draft."""
    return request.locale or _USUAL_LOCALE


def decode_reply(request: service_pb2.CheckReplyRequest) -> None:
    """InvalidSituationError with everything that is wrong with it, but for its situation."""
    found = _violations(request)
    if found:
        raise InvalidSituationError(found)


def decode_reply_to_situation(request: service_pb2.CheckReplyRequest, pack: Pack, *, now: int) -> DecodedRequest:
    """The situation as a request for a preview; InvalidSituationError with all that is wrong, with the draft too."""
    found = _violations(request)
    asked = service_pb2.DecideRequest(situation=request.situation, preview=True)
    if request.HasField("actor"):
        asked.actor.CopyFrom(request.actor)
    try:
        decoded = decode_request(asked, pack, now=now)
    except InvalidSituationError as error:
        raise InvalidSituationError((*found, *error.violations)) from None
    if found:
        raise InvalidSituationError(found)
    return decoded


def _violations(request: service_pb2.CheckReplyRequest) -> tuple[FieldViolation, ...]:
    violations = Violations("")
    about = request.WhichOneof("about")
    if about is None or (about == "decision_id" and not request.decision_id):
        violations.add("decision_id", "is required, or else situation: what the draft is held against")
    read_identifier(request.decision_id, "decision_id", violations)
    if not request.draft.strip():
        violations.add("draft", "is required: the text that is to be sent")
    if len(request.draft) > DRAFT_CHARACTERS:
        violations.add("draft", f"has {len(request.draft)} characters; expected at most {DRAFT_CHARACTERS}")
    if request.locale and not LOCALE.fullmatch(request.locale):
        violations.add("locale", f"{request.locale[:60]!r} is not a language tag; expected one such as en or de-AT")
    return violations.found()
