"""One user's row: found, kept still, changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import NotFound
from app.domain.ids import is_possible_id
from app.extensions import db
from app.models import User
from app.models.base import AnyRow
from app.services import audit, login_names

NO_USER = "There is no such user."


def find_id(login: str) -> int:
    """The id of a user by username or address; raises NotFound."""
    found = login_names.find(login)
    if found is None:
        raise NotFound(f"There is no user “{login}”. `flask users list` shows all.")
    return found


def get_email(user_id: int) -> str | None:
    """The address of a user as it stands."""
    return db.session.scalar(select(User.email).where(User.id == user_id))


def locked(user_id: int) -> AnyRow:
    """A user, kept still until the transaction ends; raises NotFound."""
    columns = (
        User.id,
        User.username,
        User.name,
        User.email,
        User.active,
        User.is_superuser,
        User.version,
    )
    found = (
        db.session.execute(select(*columns).where(User.id == user_id).with_for_update()).first()
        if is_possible_id(user_id)
        else None
    )
    if found is None:
        raise NotFound(NO_USER)
    return found


def change(user_id: int, **values: Any) -> None:
    """Write these columns, as a new version of the row."""
    db.session.execute(
        update(User).where(User.id == user_id).values(values).values(version=User.version + 1)
    )


def record(
    actor: Actor | None, action: str, user: AnyRow, now: datetime, changes: Iterable[Change] = ()
) -> None:
    """Write into the audit log what happened to a user."""
    audit.record(actor, action, f"user {user.username}", now=now, changes=changes)
