"""What can go wrong with what is asked of activations."""

from amends.application.activation import ActivationState
from amends.domain.errors import AmendsError


class UnknownActivationError(AmendsError):
    """There is no activation of that id."""

    def __init__(self, activation_id: str) -> None:
        super().__init__(f"there is no activation {activation_id!r}")
        self.activation_id = activation_id


class UnknownDigestError(AmendsError):
    """The server keeps no pack of that digest."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"there is no rule pack of the digest {digest!r}: it never decided here, nor was it checked")
        self.digest = digest


class CannotChangeActivationError(AmendsError):
    """This cannot be done to an activation in its state, or not by who asks."""

    def __init__(self, activation_id: str, why: str, *, state: ActivationState) -> None:
        super().__init__(f"the activation {activation_id} {why}")
        self.activation_id = activation_id
        self.state = state


class CannotActivateError(AmendsError):
    """This server has no database to keep packs and their activations in."""

    def __init__(self) -> None:
        super().__init__(
            "this server records nothing (--recording off), so it has nowhere to keep rule packs: "
            "it decides by those in its folder alone"
        )
