"""The client for synchronous code. Safe to share between threads; keep one for the life of the process.

Past 400 lines: a method or more for each of the contract's, in one class, and nothing else.
"""

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, Unpack

import grpc
from google.protobuf.message import Message

from amends.v1.decision_service_pb2_grpc import DecisionServiceStub
from amends.v1.rule_pack_service_pb2_grpc import RulePackServiceStub
from amends_client import _activations, _records, _requests
from amends_client._arguments import check_target
from amends_client._channel import ACTIVATION_SECONDS, BATCH_DEADLINE, CHECK_DEADLINE, DEADLINE, channel_options
from amends_client._credentials import sync_channel
from amends_client._records import ActorFields
from amends_client._replies import ReplyFields, reply_request
from amends_client._rescore_stream import Call, RescoreStream
from amends_client._rescoring import MOST_UNDER_WAY, PATIENCE, Answer, Key, StreamProgress, UnderWay
from amends_client._retry import pause_before_items, pause_before_retry
from amends_client.errors import AmendsError, ServiceAway, error_of
from amends_client.fallback import Fallback, fallback
from amends_client.messages import (
    ActivateRulePackRequest,
    Activation,
    Actor,
    CheckReplyResponse,
    CheckRulePackResponse,
    CompareRulePacksRequest,
    CompareRulePacksResponse,
    DecideResponse,
    DecisionSummary,
    Explain,
    GetActivationRequest,
    GetDecisionRequest,
    GetRulePackFilesRequest,
    GetRulePackFilesResponse,
    ListActivationsRequest,
    ListDecisionsRequest,
    ListObligationsRequest,
    ListRulePacksRequest,
    ListRulePacksResponse,
    PackChoice,
    Permission,
    PolicyStatus,
    RecordedDecision,
    RecordOutcomeResponse,
    ReplayDecisionRequest,
    ReplayDecisionResponse,
    RulePack,
    RuleStatistics,
    RunPackTestsRequest,
    RunPackTestsResponse,
    Situation,
    TrackedObligation,
    TryRulePackRequest,
    TryRulePackResponse,
)

_Asked = TypeVar("_Asked", bound=Message)
_Answer = TypeVar("_Answer", bound=Message)


class AmendsClient:
    """Calls an Amends service and raises `AmendsError`s.

    Every call ends: after `deadline` seconds (a batch after `batch_deadline`) unless the call names its own.

    Nothing is sent twice once a handler may have seen it. A call waits for a connection while there is none, up to its
    deadline (`wait_for_ready=False`: fails at once instead), and gRPC repeats by itself a call that never left this
    process or that the server refused before a handler saw it. A decision is also asked for again, an
    outcome reported again, each under its request id, and what is recorded read again, while the server says that its
    log is away. So are items of a `rescore_stream` that broke before their answers. Everything else is raised,
    UNAVAILABLE included: whether to decide again is the caller's choice.

    Without `credentials` the connection is not encrypted: for a service on the same machine, or behind a mesh.
    """

    def __init__(  # noqa: PLR0913  # one, and then how to call, by name
        self,
        target: str,
        *,
        credentials: grpc.ChannelCredentials | None = None,
        token: str | None = None,
        deadline: float = DEADLINE,
        batch_deadline: float = BATCH_DEADLINE,
        wait_for_ready: bool = True,
    ) -> None:
        """`target` is `HOST:PORT` or any gRPC name; nothing is connected before the first call.

        `token` is an API key or a JWT, sent with every call; ValueError where it would leave this machine in clear.
        """
        check_target(target)
        options = channel_options(wait_for_ready=wait_for_ready)
        self._channel = sync_channel(target, credentials, token, options)
        self._decisions = DecisionServiceStub(self._channel)
        self._rule_packs = RulePackServiceStub(self._channel)
        self._target = target
        self._deadline = deadline
        self._batch_deadline = batch_deadline

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; calls under way are cancelled."""
        self._channel.close()

    def decide(
        self,
        situation: Situation,
        *,
        deadline: float | None = None,
        **options: Unpack[_requests.DecideOptions],
    ) -> DecideResponse:
        """The decision of one situation. Without a `request_id` the call gets a fresh one."""
        request = _requests.decide_request(situation, options)
        return self._repeat(self._decisions.Decide, request, request.request_id, deadline=self._seconds(deadline))

    def decide_or_fallback(
        self,
        situation: Situation,
        *,
        owner_team: str = "",
        deadline: float | None = None,
        **options: Unpack[_requests.DecideOptions],
    ) -> DecideResponse | Fallback:
        """The decision; or, only where the service is away, care to give meanwhile. Any other error is raised."""
        try:
            return self.decide(situation, deadline=deadline, **options)
        except ServiceAway as cause:
            return fallback(situation, cause, owner_team=owner_team)

    def batch_decide(
        self,
        items: Iterable[_requests.BatchItem],
        *,
        deadline: float | None = None,
        **options: Unpack[_requests.BatchOptions],
    ) -> list[DecideResponse | AmendsError]:
        """One answer an item, in their order; an item that cannot be decided has its error in the list.

        At most 1,000 items: the server refuses more. What the batch names holds for the items that name none. Those for
        which the server cannot reach its log, and no others, are sent again after the time that it names.
        """
        request = _requests.batch_request(items, options)
        seconds = self._batch_deadline if deadline is None else deadline
        end = time.monotonic() + seconds
        response = self._call(self._decisions.BatchDecide, request, _requests.new_request_id(), deadline=seconds)
        results = _requests.batch_results(request, response)
        while (pause := pause_before_items(results, left=end - time.monotonic())) is not None:
            time.sleep(pause)
            request, left = _requests.batch_again(request, results), end - time.monotonic()
            try:
                response = self._call(self._decisions.BatchDecide, request, _requests.new_request_id(), deadline=left)
            except AmendsError:
                # What the items were told stands: nobody knows more of them.
                break
            _requests.put_in_place(results, request, response)
        return results

    def rescore_stream(
        self,
        items: Iterable[tuple[Key, _requests.BatchItem]],
        *,
        most_under_way: int = MOST_UNDER_WAY,
        patience: float = PATIENCE,
        progress: Callable[[StreamProgress], None] | None = None,
        **options: Unpack[_requests.BatchOptions],
    ) -> Generator[tuple[Key, Answer], None, None]:
        """The answer to each item, or its error, with the key that it came with; in the order of the items.

        Items are pairs of a key, which is yours, and a situation: as many as you like, taken as there is room for them.
        They are previews, of which nothing is recorded, unless `preview=False` says otherwise. A stream that breaks is
        opened again, and what has no answer yet is sent again under its request id; the error is raised once `patience`
        seconds have brought no answer. `close()` ends it early.
        """
        under_way = UnderWay[Key](options, most=most_under_way)
        method = self._decisions.StreamDecide
        stream = RescoreStream(items, under_way, lambda: Call(method, self._ended), patience=patience)
        return stream.answers(progress)

    def get_decision(self, decision_id: str, *, deadline: float | None = None) -> RecordedDecision:
        """One recorded decision, with what it was made from and what was done about it since."""
        request, request_id = GetDecisionRequest(decision_id=decision_id), _requests.new_request_id()
        method = self._decisions.GetDecision
        return self._repeat(method, request, request_id, deadline=self._seconds(deadline)).decision

    def replay_decision(
        self,
        decision_id: str,
        *,
        explain: Explain.ValueType = Explain.EXPLAIN_UNSPECIFIED,
        deadline: float | None = None,
    ) -> ReplayDecisionResponse:
        """One recorded decision made again under the pack that decided: the same, or where it differs.

        `explain`: how much of the way to it the answer shows, whatever was asked for when it was made.
        """
        request = ReplayDecisionRequest(decision_id=decision_id, explain=explain)
        method = self._decisions.ReplayDecision
        return self._repeat(method, request, _requests.new_request_id(), deadline=self._seconds(deadline))

    def list_decisions(
        self, *, deadline: float | None = None, **filters: Unpack[_records.DecisionFilters]
    ) -> Iterator[DecisionSummary]:
        """Recorded decisions, the newest first; pages are fetched as they are needed, each within the deadline."""
        return self._decisions_of(_records.decisions_request(filters), self._seconds(deadline))

    def record_outcome(
        self, *, deadline: float | None = None, **fields: Unpack[_records.OutcomeFields]
    ) -> RecordOutcomeResponse:
        """Record what was done about an action or an obligation; without a `request_id` the call gets a fresh one."""
        request = _records.outcome_request(fields)
        method = self._decisions.RecordOutcome
        return self._repeat(method, request, request.request_id, deadline=self._seconds(deadline))

    def list_obligations(
        self, *, deadline: float | None = None, **filters: Unpack[_records.ObligationFilters]
    ) -> Iterator[TrackedObligation]:
        """Obligations, the next to fall due first; pages as of `list_decisions`."""
        return self._obligations_of(_records.obligations_request(filters), self._seconds(deadline))

    def check_reply(
        self, draft: str, *, deadline: float | None = None, **fields: Unpack[ReplyFields]
    ) -> CheckReplyResponse:
        """What is wrong with the draft of a reply to the customer; `cannot_see` says what this does not find."""
        request, method = reply_request(draft, fields), self._decisions.CheckReply
        return self._repeat(method, request, _requests.new_request_id(), deadline=self._seconds(deadline))

    def rule_statistics(
        self, *, deadline: float | None = None, **filters: Unpack[_records.StatisticsFilters]
    ) -> list[RuleStatistics]:
        """How often rules applied, and what became of what they asked for, by rule and period."""
        request, method = _records.statistics_request(filters), self._decisions.GetRuleStatistics
        answer = self._repeat(method, request, _requests.new_request_id(), deadline=self._seconds(deadline))
        return list(answer.statistics)

    def _decisions_of(self, request: ListDecisionsRequest, seconds: float) -> Iterator[DecisionSummary]:
        request_id = _requests.new_request_id()
        while True:
            page = self._repeat(self._decisions.ListDecisions, request, request_id, deadline=seconds)
            yield from page.decisions
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def _obligations_of(self, request: ListObligationsRequest, seconds: float) -> Iterator[TrackedObligation]:
        request_id = _requests.new_request_id()
        while True:
            page = self._repeat(self._decisions.ListObligations, request, request_id, deadline=seconds)
            yield from page.obligations
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def list_rule_packs(self, *, deadline: float | None = None) -> list[RulePack]:
        """All loaded packs, ordered by id, without their facts and rules. `deadline` is that of each page."""
        packs: list[RulePack] = []
        request, request_id = ListRulePacksRequest(), _requests.new_request_id()
        while True:
            page = self._call(self._rule_packs.ListRulePacks, request, request_id, deadline=self._seconds(deadline))
            packs.extend(page.rule_packs)
            if not page.next_page_token:
                return packs
            request.page_token = page.next_page_token

    def policy_statuses(self, *, deadline: float | None = None) -> list[PolicyStatus]:
        """How each policy stands in the process that answers: whether it is decided and proved, and if not, why."""
        return list(self._first_pack(deadline).policy_statuses)

    def permissions(self, *, deadline: float | None = None) -> list[Permission.ValueType]:
        """What this client may do with the policies that it sees, by the server's access file."""
        return list(self._first_pack(deadline).permissions)

    def _first_pack(self, deadline: float | None) -> ListRulePacksResponse:
        """The smallest page: what stands on every one is all that is wanted of it."""
        request, request_id = ListRulePacksRequest(page_size=1), _requests.new_request_id()
        return self._call(self._rule_packs.ListRulePacks, request, request_id, deadline=self._seconds(deadline))

    def get_rule_pack(
        self, pack_id: str, *, in_words: bool = False, locale: str = "", deadline: float | None = None
    ) -> RulePack:
        """One loaded pack with its facts and rules; `in_words` with all that it says, its texts in that locale."""
        request = _requests.get_pack_request(pack_id, in_words=in_words, locale=locale)
        seconds = self._seconds(deadline)
        answer = self._call(self._rule_packs.GetRulePack, request, _requests.new_request_id(), deadline=seconds)
        return answer.rule_pack

    def get_rule_pack_files(self, pack_id: str, *, deadline: float | None = None) -> GetRulePackFilesResponse:
        """The files of one loaded pack, as far as the server has them, and of what it extends."""
        request, seconds = GetRulePackFilesRequest(name=f"rulePacks/{pack_id}"), self._seconds(deadline)
        request_id = _requests.new_request_id()
        return self._call(self._rule_packs.GetRulePackFiles, request, request_id, deadline=seconds)

    def check_rule_pack(
        self, pack_id: str, files: Mapping[str, str | bytes], *, deadline: float = CHECK_DEADLINE
    ) -> CheckRulePackResponse:
        """Everything that is wrong with the files of a pack, by their paths in its folder; `pack_files` reads those.

        A pack that does not compile is an answer, not an error. Nothing of it is kept.
        """
        request = _requests.check_request(pack_id, files)
        request_id = _requests.new_request_id()
        return self._call(self._rule_packs.CheckRulePack, request, request_id, deadline=deadline)

    def run_pack_tests(self, pack: PackChoice, *, deadline: float = CHECK_DEADLINE) -> RunPackTestsResponse:
        """What a pack's own tests come to, and what they reach. `PackChoice(policy=...)`, `PackChoice(digest=...)`, or
        `sent_pack` for files.
        """
        request, request_id = RunPackTestsRequest(pack=pack), _requests.new_request_id()
        return self._call(self._rule_packs.RunPackTests, request, request_id, deadline=deadline)

    def try_rule_pack(  # noqa: PLR0913 -- the fields of the request, by name
        self,
        pack: PackChoice,
        situations: Iterable[Situation],
        *,
        explain: Explain.ValueType = Explain.EXPLAIN_UNSPECIFIED,
        role: str = "",
        brief: bool = False,
        deadline: float = CHECK_DEADLINE,
    ) -> TryRulePackResponse:
        """What a pack that need not be live would decide, in the order of at most 500 situations; nothing is kept."""
        request = TryRulePackRequest(pack=pack, situations=situations, explain=explain, role=role, brief=brief)
        request_id = _requests.new_request_id()
        return self._call(self._rule_packs.TryRulePack, request, request_id, deadline=deadline)

    def compare_rule_packs(
        self,
        before: PackChoice,
        after: PackChoice,
        *,
        examples: int = 0,
        locale: str = "",
        deadline: float = CHECK_DEADLINE,
    ) -> CompareRulePacksResponse:
        """How two packs differ: in words, and in what they decide where the difference shows."""
        request = CompareRulePacksRequest(before=before, after=after, examples=examples, locale=locale)
        request_id = _requests.new_request_id()
        return self._call(self._rule_packs.CompareRulePacks, request, request_id, deadline=deadline)

    def activate(
        self, folder: str | Path, *, deadline: float | None = None, **fields: Unpack[_activations.ActivationFields]
    ) -> Activation:
        """Ask for the pack in a folder of this machine to decide for a policy; it is checked meanwhile.

        Without a `request_id` the call gets a fresh one, and is sent again while the server's log is away.
        """
        return self._activate(_activations.folder_request(folder, fields), deadline)

    def activate_files(
        self,
        pack_id: str,
        files: Mapping[str, str | bytes],
        *,
        deadline: float | None = None,
        **fields: Unpack[_activations.ActivationFields],
    ) -> Activation:
        """As `activate`, by the files of a pack."""
        return self._activate(_activations.files_request(pack_id, files, fields), deadline)

    def activate_digest(
        self, digest: str, *, deadline: float | None = None, **fields: Unpack[_activations.ActivationFields]
    ) -> Activation:
        """As `activate`, by the digest of a pack that the server keeps, for instance to roll back."""
        return self._activate(_activations.digest_request(digest, fields), deadline)

    def get_activation(self, activation_id: str, *, deadline: float | None = None) -> Activation:
        """One activation, with all that was found."""
        request, method = GetActivationRequest(activation_id=activation_id), self._rule_packs.GetActivation
        answer = self._repeat(method, request, _requests.new_request_id(), deadline=self._seconds(deadline))
        return answer.activation

    def wait_for_activation(self, activation_id: str, *, seconds: float = ACTIVATION_SECONDS) -> Activation:
        """The activation once its check has come to an end, or as it is after so many seconds."""
        end = time.monotonic() + seconds
        while True:
            activation = self.get_activation(activation_id)
            if not _activations.is_under_way(activation) or time.monotonic() >= end:
                return activation
            time.sleep(_activations.LOOK_SECONDS)

    def list_activations(self, policy: str = "", *, deadline: float | None = None) -> Iterator[Activation]:
        """The activations of a policy, or of all, the newest first and without what was found; pages as needed."""
        request, request_id = ListActivationsRequest(policy=policy), _requests.new_request_id()
        method, seconds = self._rule_packs.ListActivations, self._seconds(deadline)
        while True:
            page = self._repeat(method, request, request_id, deadline=seconds)
            yield from page.activations
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def approve_activation(
        self, activation_id: str, *, actor: ActorFields | Actor | None = None, deadline: float | None = None
    ) -> Activation:
        """Let an activation go live that somebody else has asked for."""
        request, method = _activations.approve_request(activation_id, actor), self._rule_packs.ApproveActivation
        answer = self._call(method, request, _requests.new_request_id(), deadline=self._seconds(deadline))
        return answer.activation

    def cancel_activation(
        self,
        activation_id: str,
        *,
        reason: str = "",
        actor: ActorFields | Actor | None = None,
        deadline: float | None = None,
    ) -> Activation:
        """End an activation that is not live yet."""
        request, method = _activations.cancel_request(activation_id, actor, reason), self._rule_packs.CancelActivation
        answer = self._call(method, request, _requests.new_request_id(), deadline=self._seconds(deadline))
        return answer.activation

    def _activate(self, request: ActivateRulePackRequest, deadline: float | None) -> Activation:
        method = self._rule_packs.ActivateRulePack
        answer = self._repeat(method, request, request.request_id, deadline=self._seconds(deadline))
        return answer.activation

    def _seconds(self, deadline: float | None) -> float:
        return self._deadline if deadline is None else deadline

    def _repeat(
        self,
        method: "grpc.UnaryUnaryMultiCallable[_Asked, _Answer]",
        request: _Asked,
        request_id: str,
        *,
        deadline: float,
    ) -> _Answer:
        """A call whose request has an id: sent again while the server's log is away, up to the deadline."""
        end = time.monotonic() + deadline
        left = deadline
        while True:
            try:
                return self._call(method, request, request_id, deadline=left)
            except AmendsError as error:
                pause = pause_before_retry(error, left=end - time.monotonic())
                if pause is None:
                    raise
                time.sleep(pause)
                left = end - time.monotonic()

    def _call(
        self,
        method: "grpc.UnaryUnaryMultiCallable[_Asked, _Answer]",
        request: _Asked,
        request_id: str,
        *,
        deadline: float,
    ) -> _Answer:
        try:
            return method(request, timeout=deadline, metadata=_requests.metadata(request_id))
        except grpc.RpcError as error:
            raise self._ended(error, request_id, within=f" within {deadline:g} s") from error

    def _ended(self, error: grpc.RpcError, request_id: str, *, within: str = "") -> AmendsError:
        return error_of(error, request_id, no_answer=f"no answer from {self._target}{within}")
