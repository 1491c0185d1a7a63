"""What the reply check answers: findings with their place in the draft, and what it cannot see."""

from dataclasses import dataclass
from enum import StrEnum

from amends.packs.reply_words import ReplyLaw


class ReplySeverity(StrEnum):
    """An error is not to be sent so; a warning is for a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class ReplyFinding:
    """One finding. `start` and `end` are places in the draft, in characters; equal where something is missing there.

    `ident` is the pack's entry that found it, or the law where none did; `sources` are rows of the doctrine; `instead`
    are the words to use instead. `guardrail_id` and `action_id` say what of the decision it goes against.
    """

    law: ReplyLaw
    ident: str
    severity: ReplySeverity
    sources: tuple[str, ...]
    start: int
    end: int
    said: str
    why: str
    instead: str
    guardrail_id: str = ""
    action_id: str = ""


@dataclass(frozen=True, slots=True)
class CheckedReply:
    """The findings in the order of their places; `more`: there are further ones. `locale` is the language whose phrases
    were looked for (empty: the pack has none for that of the draft), `phrases` how many those are.
    """

    findings: tuple[ReplyFinding, ...]
    more: bool
    locale: str
    phrases: int
    phrases_digest: str
    cannot_see: tuple[str, ...]
