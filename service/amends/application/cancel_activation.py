"""The use case of ending an activation that is not live."""

from amends.application.activation import UNDER_WAY, Activation, ActivationState, Person
from amends.application.activation_errors import CannotChangeActivationError, UnknownActivationError
from amends.application.policy_ports import Activations, Settlement
from amends.application.ports import Clock


class CancelActivation:
    """Ends activations."""

    def __init__(self, activations: Activations, *, clock: Clock) -> None:
        self._activations = activations
        self._clock = clock

    async def __call__(self, activation: Activation, by: Person, *, reason: str) -> Activation:
        """The activation, ended; CannotChangeActivationError where it is settled already."""
        if activation.state in UNDER_WAY:
            settlement = Settlement(ActivationState.CANCELLED, self._clock.now(), by=by, reason=reason)
            ended = await self._activations.settle(activation.activation_id, settlement)
            if ended is not None:
                return ended
        now = await self._activations.activation(activation.activation_id)
        if now is None:
            raise UnknownActivationError(activation.activation_id)
        raise CannotChangeActivationError(
            now.activation_id, f"is {now.state}: there is nothing to end", state=now.state
        )
