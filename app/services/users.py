"""People who log in: create, list, set passwords."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from app.domain.actor import Actor, Role
from app.domain.errors import Conflict, Invalid
from app.domain.mail import Mail
from app.email_address import parse_email
from app.extensions import db, transaction
from app.models import Member, Membership, User
from app.services import (
    audit,
    login_names,
    logins,
    memberships,
    one_time,
    outbox,
    passwords,
    user_rows,
)
from app.services.unique import conflict_on_unique

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
LONGEST_NAME = 255


def create(
    *,
    username: str | None,
    email: str,
    name: str,
    password: str | None,
    is_superuser: bool,
    members: Sequence[tuple[int, Role]],
    now: datetime,
    actor: Actor | None = None,
) -> int:
    """Create a user with roles per member and return its id. Without a username it gets one.

    Raises Conflict when the username or address is taken, Invalid for a weak password,
    NotFound for a member that does not exist.
    """
    check_names("x" if username is None else username.casefold(), email, name)
    known = (username or "", email, name)
    password_hash = passwords.hashed(password, known) if password is not None else None
    with transaction():
        user_id, username = insert(
            username=username,
            email=email,
            name=name,
            password_hash=password_hash,
            is_superuser=is_superuser,
            now=now,
        )
        audit.record(actor, "user created", f"user {username}", now=now)
        for member_id, role in members:
            memberships.add(actor, user_id, member_id, role, now=now)
    return user_id


def insert(
    *,
    username: str | None,
    email: str,
    name: str,
    password_hash: str | None,
    is_superuser: bool,
    now: datetime,
) -> tuple[int, str]:
    """Write the row of a user whose names were checked; returns its id and username.

    Without a username it gets one from its address that is free. Raises Conflict.
    """
    email, wanted = email.casefold(), (username or "").casefold()
    with transaction() as session:
        while True:
            user = User(
                username=wanted or login_names.free(email),
                email=email,
                name=name,
                password_hash=password_hash,
                is_superuser=is_superuser,
                created_at=now,
            )
            try:
                _check_free(user.username, email)
                with conflict_on_unique(username=_taken_name(user.username), email=taken(email)):
                    session.add(user)
            except Conflict as refusal:
                if wanted or refusal.field != "username":
                    raise
            else:
                return user.id, user.username


def check_names(username: str, email: str, name: str) -> None:
    """Raises Invalid with what is wrong with a username, an address or a person's name."""
    if not USERNAME.fullmatch(username):
        raise Invalid(
            "A username is 1 to 64 letters, digits, dots, dashes or underscores; it starts with "
            "a letter or digit. Addresses log in by themselves.",
            "username",
        )
    try:
        parse_email(email)
    except ValueError as error:
        raise Invalid(f"The e-mail “{email}” {error}.", "email") from error
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(
            f"A name has at most {LONGEST_NAME} characters, all of them printable.", "name"
        )


def check_address_free(email: str, *, but: int = 0) -> None:
    """Raises Conflict when somebody else than the user `but` has this address."""
    if db.session.scalar(select(User.id).where(User.email == email, User.id != but)):
        raise taken(email)


def taken(email: str) -> Conflict:
    """The refusal of an address that somebody else has."""
    return Conflict(f"The address {email} belongs to another user already.", "email")


def _taken_name(username: str) -> Conflict:
    return Conflict(f"The username {username} belongs to another user already.", "username")


def _check_free(username: str, email: str) -> None:
    if db.session.scalar(select(User.id).where(User.username == username)):
        raise _taken_name(username)
    check_address_free(email)


def set_password(
    username: str,
    password: str,
    *,
    now: datetime,
    write: Callable[[one_time.Holder], Mail] | None = None,
) -> None:
    """Set a password and end all sessions of the user, who gets the notice that `write` makes.

    Raises NotFound or Invalid.
    """
    user_id = user_rows.find_id(username)
    password_hash = passwords.hashed(password, passwords.known_of(user_id))
    with transaction():
        user = user_rows.locked(user_id)
        passwords.store(user.id, password_hash)
        one_time.revoke(user.id)
        logins.end_all(user.id)
        audit.record(None, "password set", f"user {user.username}", now=now)
        if write:
            holder = one_time.Holder(user.id, user.username, user.name, user.email, "notice")
            outbox.enqueue(write(holder), now=now)


class UserLine(NamedTuple):
    """One user as lists show it; `roles` reads like `AS64500 Name (CUSTADMIN)`."""

    username: str
    email: str
    name: str
    is_superuser: bool
    active: bool
    roles: list[str]


def list_users() -> list[UserLine]:
    """Every user by username, with their roles."""
    rows = db.session.execute(
        select(User, Member.asn, Member.name, Membership.role)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(Member, Member.id == Membership.member_id)
        .order_by(User.username, func.lower(Member.name))
    )
    lines: dict[int, UserLine] = {}
    for user, asn, name, role in rows:
        line = lines.setdefault(
            user.id,
            UserLine(user.username, user.email, user.name, user.is_superuser, user.active, []),
        )
        if asn is not None:
            line.roles.append(f"AS{asn} {name} ({Role(role).label})")
    return list(lines.values())
