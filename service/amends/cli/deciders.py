"""Who decides for a command: the packs of a folder in this process, or a server. Both answer in the contract's form."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from google.protobuf.json_format import Parse, ParseError

from amends import __version__
from amends.application.check_reply import CheckReply
from amends.bootstrap.local import make_decide
from amends.bootstrap.packs import load, no_pack, policies_astray
from amends.cli.connection import connection
from amends.cli.exit_codes import ExitCode
from amends.cli.server_pack import reading_pack
from amends.config import Settings, SettingsError, load_settings
from amends.domain.errors import AmendsError as DomainError
from amends.domain.errors import InvalidSituationError
from amends.packs.model import Pack
from amends.resolution.changes import Superseded
from amends.resolution.identify import is_of_case
from amends.server.clock import SystemClock
from amends.wire.decode import DEFAULT_POLICY, decode_request, policy_of
from amends.wire.decode_decision import superseded_of_json
from amends.wire.decode_reply import decode_reply_to_situation, locale_of
from amends.wire.encode import Encoder
from amends.wire.encode_reply import encode_checked
from amends_client import AmendsClient, AmendsError, CannotSupersede, InvalidRequest, NotFound, RequestIdReused
from amends_client.messages import CheckReplyRequest, CheckReplyResponse, DecideRequest, DecideResponse

_COLLECTION: Final = "rulePacks/"


class DeciderError(Exception):
    """There is no decision; the message is for a person, the exit code for a script."""

    def __init__(self, message: str, exit_code: ExitCode) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Decider(Protocol):
    """Knows which pack a policy points to, and decides by it. DeciderError where it cannot."""

    def pack(self, policy: str) -> Pack:
        """The pack under which a situation for that policy is read; empty: the default policy."""
        ...

    def decide(self, request: DecideRequest, *, superseded: str | None = None) -> DecideResponse:
        """The answer; with an earlier one in JSON (to a server its id will do), what has changed since."""
        ...

    def check_reply(self, request: CheckReplyRequest) -> CheckReplyResponse:
        """What is wrong with a draft."""
        ...


@contextmanager
def decider(*, rules: Path | None, server: str) -> Iterator[Decider]:
    """The server, if one is named, else the packs of the folder."""
    if server:
        with server_client(server) as client:
            yield ServerDecider(client)
        return
    try:
        settings = load_settings({} if rules is None else {"rules": rules})
        yield LocalDecider(settings)
    except SettingsError as error:
        raise DeciderError("\n".join(error.problems), ExitCode.BAD_ARGUMENTS) from None


@contextmanager
def server_client(server: str) -> Iterator[AmendsClient]:
    """A client of that server, which fails at once where there is none."""
    try:
        made = connection()
        client = AmendsClient(server, credentials=made.credentials, token=made.token, wait_for_ready=False)
    except ValueError as error:
        raise DeciderError(f"--server: {error}", ExitCode.BAD_ARGUMENTS) from None
    with client:
        yield client


class LocalDecider:
    """Decides in this process, by the steps that a server takes."""

    def __init__(self, settings: Settings) -> None:
        self._loaded = load(settings)
        if not self._loaded.diagnostics:
            raise DeciderError(no_pack(settings.rules), ExitCode.PACK_DOES_NOT_COMPILE)
        if problems := policies_astray(self._loaded):
            raise SettingsError(problems)

    def pack(self, policy: str) -> Pack:
        """The pack; where it does not compile, everything that is wrong with it."""
        wanted = policy or DEFAULT_POLICY
        try:
            return self._loaded.catalog.pin(wanted).pack
        except DomainError as error:
            pack_id = self._loaded.unavailable.get(wanted, wanted)
            found = self._loaded.diagnostics.get(pack_id, ())
            if not found:
                raise DeciderError(str(error), ExitCode.BAD_ARGUMENTS) from None
            told = "\n".join(diagnostic.render() for diagnostic in found)
            message = f"the pack {pack_id!r} does not compile\n{told}"
            raise DeciderError(message, ExitCode.PACK_DOES_NOT_COMPILE) from None

    def decide(self, request: DecideRequest, *, superseded: str | None = None) -> DecideResponse:
        """Decode, decide, encode."""
        earlier = None if superseded is None else _superseded(superseded)
        if request.request_id:
            raise DeciderError("--request-id goes with --server: here nothing is recorded", ExitCode.BAD_ARGUMENTS)
        try:
            policy = policy_of(request)
            compiled = self._loaded.catalog.pin(policy)
            decoded = decode_request(request, compiled.pack, now=SystemClock().now())
        except InvalidSituationError as error:
            raise DeciderError(
                violation_lines(error, "the request cannot be decided"), ExitCode.BAD_ARGUMENTS
            ) from None
        except DomainError as error:
            raise DeciderError(str(error), ExitCode.BAD_ARGUMENTS) from None
        if earlier is not None and not is_of_case(earlier.actions, decoded.situation):
            message = (
                f"--supersedes: that answer is of another case than {decoded.situation.case_id!r}, or of another order,"
                " item or incident"
            )
            raise DeciderError(message, ExitCode.BAD_ARGUMENTS)
        decided = make_decide()(
            decoded.situation,
            compiled,
            role=decoded.role,
            preview=decoded.preview,
            explain_full=decoded.explain_full,
            superseded=earlier,
        )
        return DecideResponse.FromString(Encoder(software_version=__version__).response(decided, policy=policy))

    def check_reply(self, request: CheckReplyRequest) -> CheckReplyResponse:
        """Decode, decide, check, encode."""
        try:
            policy = policy_of(DecideRequest(policy=request.policy))
            compiled = self._loaded.catalog.pin(policy)
            decoded = decode_reply_to_situation(request, compiled.pack, now=SystemClock().now())
        except InvalidSituationError as error:
            raise DeciderError(violation_lines(error, "the draft cannot be checked"), ExitCode.BAD_ARGUMENTS) from None
        except DomainError as error:
            raise DeciderError(str(error), ExitCode.BAD_ARGUMENTS) from None
        checking = CheckReply().of_situation(
            request.draft, decoded.situation, compiled, role=decoded.role, locale=locale_of(request)
        )
        return encode_checked(asyncio.run(checking))


class ServerDecider:
    """Asks a server, also for the vocabulary under which a situation is read."""

    def __init__(self, client: AmendsClient) -> None:
        self._client = client

    def pack(self, policy: str) -> Pack:
        """The pack of the server, as far as reading a situation needs it."""
        wanted = policy or DEFAULT_POLICY
        with told_by_server():
            packs = self._client.list_rule_packs()
            name = next((pack.name for pack in packs if wanted in pack.policies), None)
            if name is not None:
                return reading_pack(self._client.get_rule_pack(name.removeprefix(_COLLECTION)))
        known = ", ".join(sorted(name for pack in packs for name in pack.policies))
        raise DeciderError(f"the server has no policy {wanted!r}; it has: {known or 'none'}", ExitCode.BAD_ARGUMENTS)

    def decide(self, request: DecideRequest, *, superseded: str | None = None) -> DecideResponse:
        """The server's answer."""
        with told_by_server():
            return self._client.decide(
                request.situation,
                policy=request.policy,
                actor=request.actor,
                preview=request.preview,
                explain=request.explain,
                request_id=request.request_id,
                supersedes="" if superseded is None else _decision_id(superseded),
            )

    def check_reply(self, request: CheckReplyRequest) -> CheckReplyResponse:
        """The server's answer."""
        with told_by_server():
            return self._client.check_reply(
                request.draft,
                decision_id=request.decision_id or None,
                situation=request.situation if request.HasField("situation") else None,
                locale=request.locale,
                policy=request.policy,
                actor=request.actor if request.HasField("actor") else None,
            )


@contextmanager
def told_by_server() -> Iterator[None]:
    """The client's errors, with the exit code that says whose mistake it was."""
    try:
        yield
    except (InvalidRequest, NotFound, CannotSupersede, RequestIdReused) as error:
        raise DeciderError(str(error), ExitCode.BAD_ARGUMENTS) from None
    except AmendsError as error:
        raise DeciderError(str(error), ExitCode.UNEXPECTED) from None


def _superseded(text: str) -> Superseded:
    try:
        return superseded_of_json(text)
    except ValueError as error:
        message = f"--supersedes: not an answer as `amends decide --format json` prints it: {error}"
        raise DeciderError(message, ExitCode.BAD_ARGUMENTS) from None


def _decision_id(text: str) -> str:
    """Of an answer in JSON, or the id itself."""
    if not text.lstrip().startswith("{"):
        return text.strip()
    try:
        answer = Parse(text, DecideResponse())
    except ParseError as error:
        message = f"--supersedes: not an answer as `amends decide --format json` prints it: {error}"
        raise DeciderError(message, ExitCode.BAD_ARGUMENTS) from None
    if not answer.decision_id or not answer.recorded:
        raise DeciderError("--supersedes: that answer was not recorded by a server", ExitCode.BAD_ARGUMENTS)
    return answer.decision_id


def violation_lines(error: InvalidSituationError, heading: str) -> str:
    """Everything that is wrong, a line each."""
    lines = [heading]
    for violation in error.violations:
        hint = f"; {violation.hint}" if violation.hint else ""
        lines.append(f"  {violation.field}: {violation.description}{hint}")
    return "\n".join(lines)
