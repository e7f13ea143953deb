"""What became of a request, as its sender reads it."""

from enum import StrEnum


class RequestState(StrEnum):
    """The states of its mail, and those that mail does not know."""

    MARKED = "marked"  # mailed by other means, says who marked it
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"  # the other side's server took it
    REFUSED = "refused"  # no address of the other member took it
    DOUBTFUL = "doubtful"  # it may have left; nobody sends it twice
    WITHDRAWN = "withdrawn"  # before it left


WORDS = {
    RequestState.MARKED: "marked as sent",
    RequestState.QUEUED: "queued",
    RequestState.SENDING: "being sent",
    RequestState.SENT: "sent",
    RequestState.REFUSED: "refused",
    RequestState.DOUBTFUL: "doubtful",
    RequestState.WITHDRAWN: "withdrawn",
}
