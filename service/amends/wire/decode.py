"""Requests to decide: what stands around a situation, read with it so that all violations are reported at once.

The order is policy first (`policy_of`), since the pack that it points to says what a situation may hold.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from amends.domain.situation import Situation
from amends.packs.model import Pack
from amends.v1 import decision_service_pb2 as service_pb2
from amends.v1 import record_pb2
from amends.wire.decode_situation import read_situation
from amends.wire.errors import BatchTooLargeError
from amends.wire.identifiers import read_identifier
from amends.wire.limits import BATCH_ITEMS, ID_CHARACTERS
from amends.wire.names import names
from amends.wire.violations import Violations, listing, not_one_of

DEFAULT_POLICY: Final = "default"

_EXPLAIN: Final = names(service_pb2.DESCRIPTOR.enum_types_by_name["Explain"])
_ACTOR_KINDS: Final = names(record_pb2.DESCRIPTOR.enum_types_by_name["ActorKind"])


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a batch says for the items that do not say it themselves. Empty for a single request."""

    policy: str = ""
    explain: int = service_pb2.EXPLAIN_UNSPECIFIED
    actor: record_pb2.Actor | None = None
    preview: bool = False


NO_DEFAULTS: Final = Defaults()


class DecodedRequest(NamedTuple):
    """A request to decide that is in order. `role` is a role of the pack; `actor_id` and `request_id` may be empty.

    `explain_full` is whether every rule and condition is to be told of. `role_said`: the role is the caller's word, and
    not the pack's first; `actor_kind` is a member of `domain.record.ActorKind`, or empty.

    A named tuple: made once a call, at half of what a frozen dataclass costs.
    """

    situation: Situation
    role: str
    preview: bool
    request_id: str
    actor_id: str
    explain_full: bool
    actor_kind: str
    role_said: bool
    supersedes: str


def batch_defaults(batch: service_pb2.BatchDecideRequest) -> Defaults:
    """What the fields beside the items say; an error where there are no items or too many."""
    items = len(batch.items)
    if items > BATCH_ITEMS:
        raise BatchTooLargeError(items, BATCH_ITEMS)
    violations = Violations("")
    if not items:
        violations.add("items", f"is required: at least 1 item and at most {BATCH_ITEMS}")
    violations.check()
    return Defaults(
        policy=batch.policy,
        explain=batch.explain,
        actor=batch.actor if batch.HasField("actor") else None,
        preview=batch.preview,
    )


def policy_of(request: service_pb2.DecideRequest, defaults: Defaults = NO_DEFAULTS) -> str:
    """The name of the policy that is to decide; whether there is one of that name, the catalog knows."""
    policy = request.policy or defaults.policy or DEFAULT_POLICY
    if len(policy) > ID_CHARACTERS:
        violations = Violations("")
        violations.add("policy", f"has {len(policy)} characters; expected at most {ID_CHARACTERS}")
        violations.check()
    return policy


def decode_request(
    request: service_pb2.DecideRequest,
    pack: Pack,
    *,
    now: int,
    defaults: Defaults = NO_DEFAULTS,
) -> DecodedRequest:
    """A whole request, or InvalidSituationError with everything that is wrong with it. `now` is in nanoseconds."""
    violations = Violations("")
    return _decode(request, pack, now=now, defaults=defaults, violations=violations)


def decode_item(
    item: service_pb2.BatchDecideItem | service_pb2.StreamDecideRequest,
    pack: Pack,
    *,
    now: int,
    defaults: Defaults,
) -> DecodedRequest:
    """An item of a batch or a stream, as its request alone would be read; field paths begin at the request."""
    violations = Violations("")
    if len(item.correlation_id) > ID_CHARACTERS:
        why = f"has {len(item.correlation_id)} characters; expected at most {ID_CHARACTERS}"
        violations.add("correlation_id", why)
    return _decode(item.request, pack, now=now, defaults=defaults, violations=violations)


def _decode(
    request: service_pb2.DecideRequest,
    pack: Pack,
    *,
    now: int,
    defaults: Defaults,
    violations: Violations,
) -> DecodedRequest:
    explain = request.explain or defaults.explain
    read_explain(explain, violations)
    request_id = read_identifier(request.request_id, "request_id", violations)
    supersedes = read_identifier(request.supersedes, "supersedes", violations)
    actor = request.actor if request.HasField("actor") else defaults.actor
    role = pack.authority[0].role if actor is None else _role(actor, pack, violations)
    if not request.HasField("situation"):
        violations.add("situation", "is required: the facts to decide on")
        violations.check()
    situation = read_situation(request.situation, pack.vocabulary, now=now, violations=violations.below("situation"))
    violations.check()
    preview, explain_full = request.preview or defaults.preview, explain == service_pb2.EXPLAIN_FULL
    if actor is None:
        return DecodedRequest(situation, role, preview, request_id, "", explain_full, "", False, supersedes)  # noqa: FBT003 -- role_said; by position, as it is made for every call
    kind, role_said = _ACTOR_KINDS.get(actor.kind, ""), bool(actor.role)
    return DecodedRequest(
        situation, role, preview, request_id, actor.actor_id, explain_full, kind, role_said, supersedes
    )


def _role(actor: record_pb2.Actor, pack: Pack, violations: Violations) -> str:
    read_identifier(actor.actor_id, "actor.actor_id", violations)
    kind = actor.kind
    if kind and kind not in _ACTOR_KINDS:
        expected = listing(_ACTOR_KINDS.values())
        violations.add("actor.kind", f"{kind} is no number of this enum; expected one of: {expected}")
    if not actor.role:
        return pack.authority[0].role
    roles = [role.role for role in pack.authority]
    if actor.role not in roles:
        violations.malformed("actor.role", not_one_of(actor.role, roles, what="a role of the rule pack"))
    return actor.role


def read_explain(explain: int, violations: Violations) -> int:
    """A number of `Explain`, or 0 for none; any other is a violation."""
    if explain and explain not in _EXPLAIN:
        violations.add("explain", f"{explain} is no number of this enum; expected one of: {listing(_EXPLAIN.values())}")
    return explain
