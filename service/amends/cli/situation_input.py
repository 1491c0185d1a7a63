"""What a user wrote, as a request to decide: a case file read under the deciding pack, or the contract's own JSON."""

import re
from difflib import get_close_matches
from typing import Final

from google.protobuf.json_format import Parse, ParseError

from amends.cli.deciders import Decider, DeciderError
from amends.cli.exit_codes import ExitCode
from amends.packs.diagnostics import PackError
from amends.packs.situation_file import read_heading, read_situation
from amends.server.clock import SystemClock
from amends.wire.encode_situation import encode_situation
from amends_client.messages import Actor, DecideRequest, Situation

# The parser says it in words only; where a later version words it otherwise, its own words are shown.
_NO_MEMBER: Final = re.compile(
    r"Invalid enum value (?P<given>.*) for enum type (?P<enum>[\w.]+) at Situation\.(?P<path>[\w.\[\]]*[\w\]])"
)


def request_of_case(text: str, *, file: str, policy: str, decider: Decider) -> DecideRequest:
    """The request of a case file or a bare situation; `policy` wins over the file's."""
    now = SystemClock().now()
    try:
        heading = read_heading(text, file=file)
    except PackError as error:
        raise DeciderError(f"not a situation\n{error}", ExitCode.BAD_ARGUMENTS) from None
    pack = decider.pack(policy or heading.policy)
    try:
        situation = read_situation(text, file=file, pack=pack, default_observe_time=now)
    except PackError as error:
        message = f"not a situation as the pack {pack.pack_id!r} knows it\n{error}"
        raise DeciderError(message, ExitCode.BAD_ARGUMENTS) from None
    encoded = encode_situation(situation, pack.vocabulary)
    if situation.observe_time == now:
        encoded.ClearField("observe_time")  # the file does not say it: the clock of whoever decides counts
    actor = Actor(role=heading.role) if heading.role else None
    return DecideRequest(situation=encoded, policy=policy or heading.policy, actor=actor)


def request_of_proto(text: str, *, policy: str) -> DecideRequest:
    """The request of a situation in the JSON form of the contract; an unknown key is an error."""
    try:
        situation = Parse(text, Situation())
    except ParseError as error:
        told = _wrong_member(str(error)) or str(error)
        raise DeciderError(f"not the JSON form of amends.v1.Situation: {told}", ExitCode.BAD_ARGUMENTS) from None
    return DecideRequest(situation=situation, policy=policy)


def _wrong_member(message: str) -> str:
    """The field, and the names that it may have; empty where the parser meant something else, or says it otherwise."""
    found = _NO_MEMBER.search(message)
    if found is None:
        return ""
    enum = Situation.DESCRIPTOR.file.pool.FindEnumTypeByName(found["enum"])
    names = [value.name for value in enum.values if value.number]
    close = get_close_matches(found["given"].upper(), names, n=1, cutoff=0.4)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"{found['path']}: {found['given']!r} is none of {', '.join(names)}{hint}"
