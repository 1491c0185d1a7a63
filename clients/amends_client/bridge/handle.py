"""One delivery, from its payload to the note on the case. Any step may be taken again; nothing is done twice."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from amends_client.bridge.mapping.model import CaseMapping
from amends_client.bridge.mapping.paths import Json
from amends_client.bridge.mapping.payload import read_payload
from amends_client.bridge.mapping.take import LackingError, take
from amends_client.bridge.metrics import Metrics
from amends_client.bridge.note import note_of, outputs_of, reminder_of, without_mark
from amends_client.bridge.ports import DECISION_MARK, DUE, Helpdesk, Said, Seen, Workflow
from amends_client.bridge.queue.model import Claimed, DeliveryKind, Memory
from amends_client.bridge.queue.queue import Queue
from amends_client.bridge.reports import read_report
from amends_client.client import AmendsClient
from amends_client.errors import CannotSupersede, UnknownDecision
from amends_client.messages import Actor, ActorKind, DecideResponse, Decision, ObligationState, Situation
from amends_client.reading import kind_of

_OTHERS: Final = 10
"""So many decisions that others have made meanwhile are superseded before the delivery waits for its next try."""


def _as_it_is(payload: Json) -> Json:
    return payload


@dataclass(frozen=True, slots=True)
class Source:
    """One helpdesk as configured: its adapter, its mapping, and the policy that decides its cases.

    `workflow`, where one waits for what is decided; `report` makes one of ours of the helpdesk's own form of a report.
    `seen`, where it sends no webhooks: all that it holds now.
    """

    name: str
    helpdesk: Helpdesk
    mapping: CaseMapping
    policy: str
    workflow: Workflow | None = None
    report: Callable[[Json], Json] = _as_it_is
    seen: Callable[[], Iterable[Seen]] | None = None

    def case_id(self, case: str) -> str:
        """The case's name for the service, where the mapping says none."""
        return f"{self.name}-{case}"


class Handler:
    """Works on deliveries that the queue hands out."""

    def __init__(self, amends: AmendsClient, queue: Queue, sources: Mapping[str, Source], metrics: Metrics) -> None:
        self._amends = amends
        self._queue = queue
        self._sources = sources
        self._metrics = metrics

    def __call__(self, claimed: Claimed) -> str:
        """Finish it: "done", or "skipped" where it needed nothing. Whatever is raised leaves it to be tried again."""
        match claimed.kind:
            case DeliveryKind.CHANGE:
                return self._changed(claimed, self._sources[claimed.source])
            case DeliveryKind.REMINDER:
                return self._reminds(claimed, self._sources[claimed.source])
            case DeliveryKind.REPORT:
                return self._reports(claimed, self._sources[claimed.source])
            case DeliveryKind.ANSWER:
                return self._answers(claimed, self._sources[claimed.source])

    def given_up(self, claimed: Claimed) -> Memory | None:
        """What is to be remembered of a delivery that is given up: the decision, where it has come so far. The
        situation is not, so that the next change decides, whatever it says.
        """
        mark = self._queue.began(claimed)
        if claimed.kind is not DeliveryKind.CHANGE or not mark.startswith(DECISION_MARK):
            return None
        source = self._sources[claimed.source]
        taken = take(read_payload(claimed.body), source.mapping, case_id=source.case_id(claimed.case))
        decision_id = mark.removeprefix(DECISION_MARK).strip()
        case_id = taken.situation.case_id
        return replace(claimed.memory, case_id=case_id, decision_id=decision_id, situation="", said="")

    def _changed(self, claimed: Claimed, source: Source) -> str:
        before = claimed.memory
        if _is_older(claimed, before):
            return self._skip(claimed, "it is older than what was handled")
        taken = take(read_payload(claimed.body), source.mapping, case_id=source.case_id(claimed.case))
        for one in taken.unmapped:
            self._metrics.unmapped.labels(source.name, one.target).inc()
        digest = hashlib.sha256(taken.situation.SerializeToString(deterministic=True)).hexdigest()
        now = replace(
            before,
            case_id=taken.situation.case_id,
            situation=digest,
            moment=before.moment if claimed.moment is None else claimed.moment,
            number=max(claimed.number, before.number),
        )
        if digest == before.situation:
            self._queue.done(claimed, now, skipped="nothing that the mapping reads has changed")
            return "skipped"
        answer = self._decide(claimed, source, taken.situation)
        note = note_of(answer)
        told = hashlib.sha256(without_mark(note.said).encode()).hexdigest()
        if told != before.said:
            self._write_once(claimed, source, note.said)
        elif note.approvals:
            self._queue.begin(claimed, note.said.mark)
        for action_id in note.approvals:
            self._amends.record_outcome(
                decision_id=answer.decision_id,
                action_id=action_id,
                kind="approval_requested",
                actor={"kind": "system", "actor_id": f"bridge/{source.name}"},
                request_id=_id(answer.decision_id, action_id),
            )
        self._queue.done(claimed, replace(now, decision_id=answer.decision_id, said=told))
        return "done"

    def _decide(self, claimed: Claimed, source: Source, situation: Situation) -> DecideResponse:
        """The decision, in the place of the case's last one, whoever made that."""
        supersedes = claimed.memory.decision_id
        for _ in range(_OTHERS):
            digest = hashlib.sha256(situation.SerializeToString(deterministic=True)).hexdigest()
            try:
                return self._amends.decide(
                    situation,
                    policy=source.policy,
                    request_id=_id(claimed.source, source.policy, claimed.event, digest, supersedes),
                    supersedes=supersedes,
                    actor=Actor(actor_id=f"bridge/{source.name}", kind=ActorKind.ACTOR_KIND_SYSTEM),
                )
            except CannotSupersede as error:
                # Somebody decided this case meanwhile; or the decision was erased, and there is none to supersede.
                supersedes = error.superseded_by
            except UnknownDecision:
                supersedes = ""
        raise RuntimeError("others decide this case again and again")

    def _reminds(self, claimed: Claimed, source: Source) -> str:
        asked = json.loads(claimed.body)
        falls_due = claimed.event.startswith(DUE)
        for tracked in self._amends.list_obligations(case_id=claimed.memory.case_id):
            due = tracked.obligation.due_time.ToNanoseconds()
            if tracked.obligation_id == asked["obligation_id"] and due == asked["due"]:
                if falls_due and tracked.state == ObligationState.OBLIGATION_STATE_MISSED:
                    return self._skip(claimed, "the promise was missed meanwhile, which is told by itself")
                self._write_once(claimed, source, reminder_of(tracked))
                self._queue.done(claimed)
                return "done"
        return self._skip(claimed, "the promise no longer stands")

    def _answers(self, claimed: Claimed, source: Source) -> str:
        """Let a workflow go on, with the case's last decision; with none where that was made before a change that could
        not be decided.
        """
        if source.workflow is None:
            return self._skip(claimed, "no workflow of this source waits any more")
        outputs = None if self._queue.gave_up(claimed) else self._outputs(claimed.memory)
        source.workflow.tell(claimed.body.decode(), outputs, attempt=claimed.attempts)
        self._queue.done(claimed)
        return "done"

    def _outputs(self, memory: Memory) -> Mapping[str, str] | None:
        decision_id = self._newest(memory)
        if not decision_id:
            return None
        try:
            return outputs_of(decision_id, self._amends.get_decision(decision_id).decision)
        except UnknownDecision:
            return None

    def _newest(self, memory: Memory) -> str:
        """The case's newest decision, whoever made it: an agent in the sidebar, for instance. Empty: there is none."""
        if not memory.case_id:
            return ""
        newest = next(self._amends.list_decisions(case_id=memory.case_id), None)
        return memory.decision_id if newest is None else newest.decision_id

    def _reports(self, claimed: Claimed, source: Source) -> str:
        """Tell the log what was done about an action: of the decision that is named, or of the case's newest."""
        report = read_report(source.report(read_payload(claimed.body)))
        # A second try is about the decision of the first, whatever was decided since: that may have reached the log.
        decision_id = claimed.began or report.decision or self._newest(claimed.memory)
        if not decision_id:
            raise LackingError("the case has no decision that an outcome could be of")
        decision = self._decision_of(decision_id, claimed.memory.case_id)
        self._queue.begin(claimed, decision_id)
        self._amends.record_outcome(
            decision_id=decision_id,
            action_id=_action_of(decision, report.action),
            kind=report.kind,
            reason=report.reason or None,
            amount=None if report.instead else report.amount or None,
            instead={"kind": report.instead, "amount": report.amount or None} if report.instead else None,
            external_reference=report.external_reference or None,
            actor={"kind": "human", "actor_id": report.actor or None},
            request_id=_id(claimed.source, claimed.event, decision_id),
        )
        self._queue.done(claimed)
        return "done"

    def _decision_of(self, decision_id: str, case_id: str) -> Decision:
        try:
            recorded = self._amends.get_decision(decision_id)
        except UnknownDecision:
            raise LackingError(f"there is no decision {decision_id[:60]!r}") from None
        if recorded.summary.case_id != case_id:
            raise LackingError(f"the decision {decision_id[:60]!r} is of another case")
        return recorded.decision

    def _write_once(self, claimed: Claimed, source: Source, said: Said) -> None:
        """Write it, unless an attempt that was cut off has done so."""
        if claimed.began and source.helpdesk.has(claimed.case, said.mark):
            return
        self._queue.begin(claimed, said.mark)
        source.helpdesk.write(claimed.case, said)

    def _skip(self, claimed: Claimed, why: str) -> str:
        self._queue.done(claimed, skipped=why)
        return "skipped"


def _action_of(decision: Decision, named: str) -> str:
    """The id of the action that is named by its id or its kind. LackingError where that is none, or several."""
    found = [action.action_id for action in decision.actions if named in (action.action_id, kind_of(action))]
    if len(found) != 1:
        kinds = ", ".join(f"{kind_of(action)} {action.action_id}" for action in decision.actions)
        raise LackingError(f"the decision has {len(found)} actions {named[:60]!r}; it has {kinds or 'none at all'}")
    return found[0]


def _is_older(claimed: Claimed, before: Memory) -> bool:
    """Whether the case has come further: by the times of its changes where they are known, else by their arrival."""
    if claimed.moment is not None and before.moment is not None:
        return claimed.moment < before.moment
    return claimed.number < before.number


def _id(*parts: str) -> str:
    """An id that the same delivery has again: no secret, and never longer than an id may be."""
    return f"bridge/{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"
