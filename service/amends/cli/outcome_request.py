"""Reports of what was done, as requests: from options, or from a file in the contract's JSON form."""

import json
from collections.abc import Iterator
from typing import Any

from google.protobuf.json_format import ParseDict, ParseError

from amends.cli.deciders import DeciderError
from amends.cli.exit_codes import ExitCode
from amends.cli.log_access import moment_of
from amends.cli.outcome_said import Said
from amends.server.clock import SystemClock
from amends_client.messages import ActionKind, ActorKind, OutcomeKind, RecordOutcomeRequest
from amends_client.values import money


def request_of(said: Said) -> RecordOutcomeRequest:
    """What the options say; what they leave open the server says, or refuses."""
    if said.action and said.obligation:
        raise DeciderError("--action or --obligation: one report is about one of them", ExitCode.BAD_ARGUMENTS)
    if said.instead_amount and said.instead is None:
        raise DeciderError("--instead-amount goes with --instead", ExitCode.BAD_ARGUMENTS)
    request = RecordOutcomeRequest(
        decision_id=said.decision_id,
        reason=said.reason,
        external_reference=said.reference,
        request_id=said.request_id,
    )
    if said.action:
        request.action_id = said.action
    if said.obligation:
        request.obligation_id = said.obligation
    if said.kind is not None:
        request.kind = OutcomeKind.Value(f"OUTCOME_KIND_{said.kind.name}")
    if said.time is not None:
        moment = moment_of("outcome", "--time", said.time, now=SystemClock().now())
        request.time.FromNanoseconds(moment or 0)
    if said.amount:
        request.amount.CopyFrom(_money("--amount", said.amount))
    if said.instead is not None:
        request.instead.kind = ActionKind.Value(f"ACTION_KIND_{said.instead.name}")
        if said.instead_amount:
            request.instead.amount.CopyFrom(_money("--instead-amount", said.instead_amount))
    _write_actor(request, said)
    return request


def read_requests(text: str) -> list[RecordOutcomeRequest]:
    """Objects one after the other, a line each or over several, or a list of them; an unknown key is an error."""
    requests: list[RecordOutcomeRequest] = []
    try:
        requests.extend(ParseDict(read, RecordOutcomeRequest()) for read in _objects(text.strip()))
    except (ValueError, ParseError) as error:
        message = f"--file: not the JSON form of amends.v1.RecordOutcomeRequest: {error}"
        raise DeciderError(message, ExitCode.BAD_ARGUMENTS) from None
    if not requests:
        raise DeciderError("--file: there is no report in it", ExitCode.BAD_ARGUMENTS)
    return requests


def _objects(text: str) -> Iterator[dict[str, Any]]:
    decoder, place = json.JSONDecoder(), 0
    while place < len(text):
        read, place = decoder.raw_decode(text, place)
        for one in read if isinstance(read, list) else [read]:
            if not isinstance(one, dict):
                raise ParseError(f"expected an object, not {one!r}")
            yield one
        place += len(text[place:]) - len(text[place:].lstrip())


def _write_actor(request: RecordOutcomeRequest, said: Said) -> None:
    if said.actor:
        request.actor.actor_id = said.actor
    if said.role:
        request.actor.role = said.role
    if said.actor_kind is not None:
        request.actor.kind = ActorKind.Value(f"ACTOR_KIND_{said.actor_kind.name}")


def _money(option: str, text: str) -> Any:  # noqa: ANN401  # google.type.Money, whose package has no types
    try:
        return money(text)
    except ValueError as error:
        raise DeciderError(f"{option}: {error}", ExitCode.BAD_ARGUMENTS) from None
