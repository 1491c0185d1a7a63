"""What the tools answer: structured, each field with the sentence by which an agent understands it."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """A part of an answer; nothing of it changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Amount: TypeAlias = Annotated[str, Field(description="As in `9.90 USD`; empty: it has none.")]


class Allowed(Answer):
    """What may be done now, and promised."""

    action_id: str
    kind: str
    amount: Amount
    say: Annotated[str, Field(description="Words that may be said to the customer; empty: there is nothing to say.")]
    details: Annotated[dict[str, Any], Field(description="The parameters of the action, as the contract names them.")]
    why: Annotated[str, Field(description="For whoever serves the customer, not for the customer.")]


class Waiting(Answer):
    """What somebody has to approve or release first. It is no promise, and there are no words for the customer."""

    may_be_promised: Literal[False] = False
    action_id: str
    kind: str
    amount_to_ask_for: Amount
    ask: Annotated[str, Field(description="Who has to approve or release it: a role, a team, or `a person`.")]
    why: str
    instead_say: str


class Open(Answer):
    """What may still change while facts are missing. It is no promise: there are neither words nor an amount."""

    may_be_promised: Literal[False] = False
    action_id: str
    kind: str
    missing: Annotated[list[str], Field(description="Paths of the facts that would settle it.")]
    why: str
    instead_say: str


class Given(Answer):
    """What was given before. It is not given again."""

    action_id: str
    kind: str
    amount: Amount


class Question(Answer):
    """A missing fact, and how to ask for it."""

    fact: str
    ask: str


class NotToSay(Answer):
    """What may not be said on these facts, and what to say instead."""

    id: str
    never: str
    instead: str


class Promise(Answer):
    """A promise with a due time."""

    kind: str
    due: Annotated[str, Field(description="ISO 8601, in UTC.")]
    owner: str
    action_id: str


class RecoveryAnswer(Answer):
    """A decision as an agent may act on it. Only what stands under `may_do_and_promise` may be promised."""

    decision_id: Annotated[str, Field(description="Empty for a preview, on which nothing may be promised.")]
    preview: bool
    outcome: str
    first: Annotated[str, Field(description="What to do first, in a sentence.")]
    may_do_and_promise: list[Allowed]
    needs_approval: list[Waiting]
    not_settled: list[Open]
    already_given: list[Given]
    ask_next: Annotated[
        Question | None, Field(description="The one fact to find out now, from whoever knows it; null: there is none.")
    ]
    missing_facts: list[Question]
    must_not_say: list[NotToSay]
    unanswered_requests: Annotated[
        list[str], Field(description="What the customer asks for that nothing meets: say honestly that it is open.")
    ]
    promises: list[Promise]


class RuleShown(Answer):
    """What became of a rule."""

    rule_id: str
    title: str
    verdict: str
    sources: list[str]
    missing: list[str]


class Explanation(Answer):
    """Why a recorded decision came out as it did."""

    decision_id: str
    outcome: str
    pack: str
    policy: str
    rules: list[RuleShown]
    removed_or_changed: list[str]
    missing_facts: list[Question]


class Due(Answer):
    """An obligation as it stands now."""

    obligation_id: str
    kind: str
    due: str
    state: str
    owner: str
    team: str
    case_id: str
    decision_id: str
    action_id: str


class Obligations(Answer):
    """Obligations, the next to fall due first."""

    obligations: list[Due]
    more: Annotated[bool, Field(description="True: there are further ones.")]


class OutcomeRecorded(Answer):
    """What was recorded."""

    outcome_id: str
    kind: str
    amount: Amount
    remarks: list[str]


class ReplyProblem(Answer):
    """One thing that is wrong with a draft, at its place."""

    id: str
    law: str
    severity: str
    start: int
    end: int
    said: str
    why: str
    instead: str
    sources: list[str]


class ReplyChecked(Answer):
    """What is wrong with a draft. None found does not mean that it is good: see `cannot_see`."""

    send: Annotated[bool, Field(description="False: do not send it so.")]
    problems: list[ReplyProblem]
    cannot_see: list[str]
