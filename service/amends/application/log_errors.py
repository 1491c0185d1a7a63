"""What can go wrong with the decision log, and with what is asked of it."""

from amends.domain.errors import AmendsError


class LogUnavailableError(AmendsError):
    """The database cannot be reached, or did not answer in time: nothing was written, and nothing is known."""

    def __init__(self) -> None:
        super().__init__("the decision log cannot be reached; the same call may be answered in a moment")


class NotRecordingError(AmendsError):
    """This server keeps no log."""

    def __init__(self) -> None:
        super().__init__("this server records nothing, so it has nothing to tell of the past")


class UnknownDecisionError(AmendsError):
    """There is no recorded decision of that id."""

    def __init__(self, decision_id: str) -> None:
        super().__init__(f"there is no recorded decision {decision_id!r}")
        self.decision_id = decision_id


class UnknownActionError(AmendsError):
    """A decision has no action or obligation (`what`) of that id."""

    def __init__(self, decision_id: str, *, what: str, about: str) -> None:
        super().__init__(f"the decision {decision_id} has no {what} {about!r}")
        self.decision_id = decision_id
        self.what = what
        self.about = about


class RequestIdReusedError(AmendsError):
    """A request of that id was answered before, and asked for something else."""

    def __init__(self, request_id: str) -> None:
        super().__init__(f"the request id {request_id!r} was used before, for another request")
        self.request_id = request_id
