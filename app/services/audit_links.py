"""Where an entry of the log leads, for whoever reads it."""

from typing import NamedTuple

from app.domain.actor import Actor
from app.models.base import AnyRow

REQUEST, REPORT = "request ", "session "  # how the actions begin that name one


class Place(NamedTuple):
    """A page about what an entry is about; `id` is that of what stands there."""

    kind: str  # "request", "mail", "peer" or "reports"
    id: int
    words: str


def place_of(row: AnyRow, actor: Actor, *, reads_all: bool) -> Place | None:
    """The page of the request, or where the report of a session is answered; none where there is
    none any more, or none for this reader.

    The member reads its own request and the drawer; the exchange the mail and the open reports.
    """
    is_own = actor.member is not None and row.AuditEntry.member_id == actor.member.member_id
    if row.request_id is not None:
        if is_own:
            return Place("request", row.request_id, "Look at the request")
        if reads_all and row.outbox_id is not None:
            return Place("mail", row.outbox_id, "Look at its mail")
    elif row.reported_peer_id is not None:
        if is_own:
            return Place("peer", row.reported_peer_id, "Look at both sides")
        if reads_all and row.report_closed_at is None:
            return Place("reports", row.AuditEntry.about_id, "Answer it")
    return None
