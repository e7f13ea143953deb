"""The audit log: who changed what, when and from where."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.domain.actor import Actor
from app.domain.change import Change
from app.extensions import transaction
from app.models import AuditEntry

MOST_VALUE = 500  # characters kept of a value
MOST_SUBJECT = 320


def record(
    actor: Actor | None,
    action: str,
    subject: str,
    *,
    now: datetime,
    member_id: int | None = None,
    changes: Iterable[Change] = (),
    about_id: int | None = None,
) -> None:
    """Add an entry within the transaction of the change itself: both are stored, or neither.

    `member_id` says which member reads it, too; none means that only the exchange does. Without
    an actor the change came from a command. Texts of notes are never passed here. `about_id` is
    that of the request or session report which the action names.
    """
    looked_as = actor.member.member_id if actor and actor.viewing and actor.member else None
    with transaction() as session:
        session.add(
            AuditEntry(
                at=now,
                user_id=actor.user_id if actor else None,
                # What an operator does to others while looking as a member is the operator's own.
                viewing=looked_as is not None and member_id == looked_as,
                member_id=member_id,
                action=action,
                subject=subject[:MOST_SUBJECT],
                changes=[
                    [change.field, _text(change.old), _text(change.new)] for change in changes
                ],
                address=(actor.address or None) if actor else None,
                about_id=about_id,
            )
        )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)[:MOST_VALUE]
