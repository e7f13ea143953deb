"""People who log in: create, find, verify, and what one needs to know per request."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher
from sqlalchemy import func, or_, select, update

from app.domain.actor import Acting, Actor, Role
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.member import MemberStatus
from app.email_address import parse_email
from app.extensions import db, transaction
from app.models import Member, Membership, User
from app.models.base import AnyRow

LEAST_PASSWORD = 10
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
LONGEST_NAME = 255
MOST_PASSWORD = 1024  # octets; hashing more only serves who wants to keep the server busy


class Account(NamedTuple):
    """A user as a request needs it: the actor, and every member it may act for."""

    actor: Actor
    members: tuple[Acting, ...]
    session_version: int


@cache
def _hasher() -> PasswordHash:
    # argon2 for ours; bcrypt so that users brought along from elsewhere can log in.
    return PasswordHash((Argon2Hasher(), BcryptHasher()))


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("the hash that an unknown user is checked against")


def find_account(user_id: int, session_version: int, member_id: int | None) -> Account | None:
    """The active user with this session version, acting for `member_id` if that is theirs.

    Otherwise they act for the first of their members by name. One statement.
    """
    rows = db.session.execute(
        select(
            User.id,
            User.username,
            User.name.label("user_name"),
            User.is_superuser,
            User.session_version,
            Member.id.label("member_id"),
            Member.name.label("member_name"),
            Member.asn,
            Membership.role,
        )
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(
            Member, (Member.id == Membership.member_id) & (Member.status != MemberStatus.LEFT)
        )
        .where(User.id == user_id, User.active, User.session_version == session_version)
        .order_by(func.lower(Member.name), Member.id)
    ).all()
    return _account(rows, member_id) if rows else None


def _account(rows: Sequence[AnyRow], member_id: int | None) -> Account:
    members = tuple(
        Acting(row.member_id, row.member_name, row.asn, Role(row.role))
        for row in rows
        if row.member_id is not None
    )
    chosen = next((m for m in members if m.member_id == member_id), members[0] if members else None)
    first = rows[0]
    actor = Actor(first.id, first.username, first.user_name, first.is_superuser, chosen)
    return Account(actor, members, first.session_version)


def authenticate(login: str, password: str) -> tuple[int, int] | None:
    """(user id, session version) when username or e-mail and password belong together.

    An unknown user costs the same time as a wrong password. Hashes of other kinds or with
    weaker parameters are renewed.
    """
    row = (
        "\0" not in login
        and db.session.execute(  # PostgreSQL takes no NUL in a text
            select(User.id, User.session_version, User.password_hash)
            .where(
                User.active,
                or_(User.username == login.casefold(), User.email == login.casefold()),
            )
            # A name that is somebody else's address must not shadow the address.
            .order_by((User.email == login.casefold()).desc())
            .limit(1)
        ).first()
    )
    db.session.rollback()  # hold no snapshot while hashing
    known = row.password_hash if row else None
    fresh = _verify(password, known or _nobodys_hash())
    if not row or known is None or fresh is None:
        return None
    if fresh:
        _store_hash(row.id, fresh, new_sessions=False)
    return row.id, row.session_version


def _verify(password: str, known: str) -> str | None:
    """None when wrong, the renewed hash when one is due, else an empty text."""
    if len(password.encode()) > MOST_PASSWORD:
        return None
    try:
        right, renewed = _hasher().verify_and_update(password, known)
    except ValueError:  # bcrypt refuses more than 72 octets
        return None
    return (renewed or "") if right else None


def create(
    *,
    username: str,
    email: str,
    name: str,
    password: str | None,
    is_superuser: bool,
    members: Sequence[tuple[int, Role]],
    now: datetime,
) -> int:
    """Create a user with roles per member and return its id.

    Raises Conflict when the username or address is taken, Invalid for a weak password,
    NotFound for a member that does not exist.
    """
    _check_names(username.casefold(), email, name)
    password_hash = _hash(password) if password is not None else None
    with transaction() as session:
        _check_free(username.casefold(), email.casefold())
        user = User(
            username=username.casefold(),
            email=email.casefold(),
            name=name or username,
            password_hash=password_hash,
            is_superuser=is_superuser,
            created_at=now,
        )
        session.add(user)
        session.flush()
        for member_id, role in members:
            if session.get(Member, member_id) is None:
                raise NotFound(f"There is no member with id {member_id}.")
            session.add(Membership(user_id=user.id, member_id=member_id, role=int(role)))
    return user.id


def _check_names(username: str, email: str, name: str) -> None:
    if not USERNAME.fullmatch(username):
        raise Invalid(
            "A username is 1 to 64 letters, digits, dots, dashes or underscores; it starts with "
            "a letter or digit. Addresses log in by themselves."
        )
    try:
        parse_email(email)
    except ValueError as error:
        raise Invalid(f"The e-mail “{email}” {error}.") from error
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(f"A name has at most {LONGEST_NAME} characters, all of them printable.")


def _check_free(username: str, email: str) -> None:
    taken = db.session.execute(
        select(User.username, User.email).where(or_(User.username == username, User.email == email))
    ).first()
    if taken:
        what = f"username {username}" if taken.username == username else f"address {email}"
        raise Conflict(f"The {what} belongs to another user already.")


def set_password(username: str, password: str) -> None:
    """Set a password and end all sessions of the user; raises NotFound or Invalid."""
    user_id = db.session.scalar(
        select(User.id).where(
            or_(User.username == username.casefold(), User.email == username.casefold())
        )
    )
    if user_id is None:
        raise NotFound(f"There is no user “{username}”. `flask users list` shows all.")
    _store_hash(user_id, _hash(password), new_sessions=True)


def _hash(password: str) -> str:
    if len(password) < LEAST_PASSWORD:
        raise Invalid(f"A password needs at least {LEAST_PASSWORD} characters.")
    if len(password.encode()) > MOST_PASSWORD:
        raise Invalid(f"A password may have at most {MOST_PASSWORD} octets.")
    return _hasher().hash(password)


def _store_hash(user_id: int, password_hash: str, *, new_sessions: bool) -> None:
    with transaction() as session:
        session.execute(
            update(User)
            .where(User.id == user_id)
            .values(
                password_hash=password_hash,
                session_version=User.session_version + (1 if new_sessions else 0),
                version=User.version + 1,
            )
        )


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
