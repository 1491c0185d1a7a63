"""The use case of a second person who lets an activation go live."""

from collections.abc import Callable
from typing import assert_never

from amends.application.activation import Activation, ActivationState, Person
from amends.application.activation_errors import CannotChangeActivationError, UnknownActivationError
from amends.application.policy_ports import Activations, OutOfHand, Overtaken, Settlement, WentLive
from amends.application.ports import Clock


class ApproveActivation:
    """Approves activations."""

    def __init__(self, activations: Activations, *, clock: Clock, on_news: Callable[[], None]) -> None:
        """`on_news` hears that a policy has changed."""
        self._activations = activations
        self._clock = clock
        self._on_news = on_news

    async def __call__(self, activation: Activation, by: Person) -> Activation:
        """The activation, live. CannotChangeActivationError in another state, or by whoever asked for it."""
        if activation.state is not ActivationState.AWAITING_APPROVAL:
            raise _refused(activation, f"is {activation.state}: there is nothing to approve")
        if not is_another(by, activation.by):
            why = "was asked for by the same: another one has to approve it, who says by name who they are"
            raise _refused(activation, why)
        settlement = Settlement(ActivationState.LIVE, self._clock.now(), by=by)
        gone = await self._activations.go_live(activation.activation_id, settlement)
        match gone:
            case WentLive():
                self._on_news()
                return gone.activation
            case Overtaken():
                why = f"was overtaken: the policy has changed since, by the activation {gone.by}; ask for it anew"
                raise _refused(activation, why)
            case OutOfHand():
                now = await self._activations.activation(activation.activation_id)
                if now is None:
                    raise UnknownActivationError(activation.activation_id)
                raise _refused(now, f"is {now.state} by now")
            case _:
                assert_never(gone)


def is_another(one: Person, other: Person) -> bool:
    """Whether these are two people for sure: by the names under which they call, and by those that they say.

    Where callers are not told apart, who they say they are is all there is, so it has to be said.
    """
    if one.actor.actor_id and one.actor.actor_id == other.actor.actor_id:
        return False
    if one.caller or other.caller:
        return bool(one.caller) and one.caller != other.caller
    return bool(one.actor.actor_id)


def _refused(activation: Activation, why: str) -> CannotChangeActivationError:
    return CannotChangeActivationError(activation.activation_id, why, state=activation.state)
