"""What people type to say who they are: a username or an address."""

import re

from sqlalchemy import or_, select

from app.extensions import db
from app.models import User
from app.models.base import AnySelect


def typed(text: str) -> str:
    """What was typed as it is compared and counted: no case, no blanks around, no NUL, which
    PostgreSQL takes in no text."""
    return text.replace("\0", "").casefold().strip()


def whose(text: str) -> AnySelect:
    """The id of whom a username or an address belongs to; a name that is somebody else's address
    does not shadow the address."""
    name = typed(text)
    return (
        select(User.id)
        .where(or_(User.username == name, User.email == name))
        .order_by((User.email == name).desc())
        .limit(1)
    )


def find(text: str) -> int | None:
    """The id of whoever that is, active or not."""
    found: int | None = db.session.scalar(whose(text))
    return found


def free(email: str) -> str:
    """A username that nobody has, from the beginning of an address."""
    start = re.sub(r"[^a-z0-9._-]+", "-", email.casefold().partition("@")[0]).strip("-._")[:50]
    start = start or "user"
    taken = set(db.session.scalars(select(User.username).where(User.username.startswith(start))))
    number, found = 2, start
    while found in taken:
        found, number = f"{start}{number}", number + 1
    return found
