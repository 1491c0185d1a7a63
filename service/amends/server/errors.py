"""The errors that keep a server from starting."""


class RulesChangedError(Exception):
    """This worker found other rule packs than those that its fellows serve; it has been logged."""


class CannotListenError(Exception):
    """The address is taken, or is not one of this machine."""

    def __init__(self, address: str) -> None:
        super().__init__(f"cannot listen on {address}: the port is taken, or the address is not of this machine")


class LogAwayError(Exception):
    """The decision log cannot be reached as the service starts."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the decision log cannot be reached: {reason}")


class LogUnusableError(Exception):
    """The database has no tables, or others than this software needs."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the decision log: {reason} (or say --recording off)")
