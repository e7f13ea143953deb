"""Users as the exchange runs them: find, change, switch off and on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, or_, select

from app.domain.actor import Actor, Role
from app.domain.change import Change
from app.domain.errors import Conflict, NotFound
from app.domain.form_version import version_of
from app.domain.ids import is_possible_id
from app.extensions import db, transaction
from app.models import Member, Membership, User
from app.models.base import AnyRow
from app.services import logins, one_time, user_rows

KINDS = ("superuser", "disabled", "never", "nobody")
LAST = "{} is the last operator who can log in: without one nobody could run the exchange."
MOST = 200


class For(NamedTuple):
    """One member a user acts for."""

    member_id: int
    name: str
    asn: int
    role: Role


class UserCard(NamedTuple):
    """A user as the exchange sees it."""

    id: int
    username: str
    email: str
    name: str
    is_superuser: bool
    active: bool
    came: bool  # has set a password
    created_at: datetime
    last_login_at: datetime | None
    members: tuple[For, ...] = ()

    @property
    def shown_name(self) -> str:
        """Where the address is seen anyway, it stands for a name that is not there."""
        return self.name or self.email

    @property
    def version(self) -> str:
        """Of the form of name and address, so that two people who change one are told."""
        return version_of(self._asdict(), ("name", "email"))


def list_cards(search: str = "", kind: str = "") -> tuple[list[UserCard], int]:
    """Users by name, the first of them with their members, and how many there are.

    `search` looks at names, addresses and members; `kind` is one of KINDS. Three statements.
    """
    wanted = [*_searched(search), *_of_kind(kind)]
    many = db.session.scalar(select(func.count()).select_from(User).where(*wanted)) or 0
    rows = db.session.execute(
        _columns().where(*wanted).order_by(func.lower(User.name), User.id).limit(MOST)
    ).all()
    return _with_members(rows), many


def get_card(user_id: int) -> UserCard:
    """One user with the members it acts for; raises NotFound."""
    rows = (
        db.session.execute(_columns().where(User.id == user_id)).all()
        if is_possible_id(user_id)
        else []
    )
    if not rows:
        raise NotFound(user_rows.NO_USER)
    return _with_members(rows)[0]


def set_active(actor: Actor | None, user_id: int, active: bool, *, now: datetime) -> None:
    """Switch a login off, which ends its sessions and links at once, or on again.

    Raises Conflict for the last superuser.
    """
    with transaction():
        able = _superusers(hold=True)
        user = user_rows.locked(user_id)
        if user.active == active:
            return
        if not active:
            _check_not_last(user, able)
            logins.end_all(user_id)
            one_time.revoke(user_id)
        user_rows.change(user_id, active=active)
        user_rows.record(actor, "user enabled" if active else "user disabled", user, now)


def set_superuser(actor: Actor | None, user_id: int, on: bool, *, now: datetime) -> None:
    """Let a user run the exchange, or no longer. Raises Conflict for the last who does."""
    with transaction():
        able = _superusers(hold=True)
        user = user_rows.locked(user_id)
        if user.is_superuser == on:
            return
        if not on:
            _check_not_last(user, able)
        user_rows.change(user_id, is_superuser=on)
        user_rows.record(actor, "user changed", user, now, [Change("superuser", not on, on)])


def has_superuser() -> bool:
    """Whether anybody who runs the exchange can log in."""
    return bool(_superusers())


def check_may_end(user_id: int) -> None:
    """Raise Conflict for the last superuser: said before it is asked whether they shall go."""
    _check_not_last(get_card(user_id), _superusers())


def end_sessions(actor: Actor, user_id: int, *, now: datetime) -> int:
    """Log a user out everywhere; returns of how many sessions."""
    with transaction():
        user = user_rows.locked(user_id)
        ended = logins.end_all(user_id)
        user_rows.record(actor, "sessions ended", user, now)
    return ended


def _columns() -> Any:
    return select(
        User.id,
        User.username,
        User.email,
        User.name,
        User.is_superuser,
        User.active,
        User.password_hash.is_not(None),
        User.created_at,
        User.last_login_at,
    )


def _with_members(rows: Sequence[Any]) -> list[UserCard]:
    found: dict[int, list[For]] = {}
    for row in db.session.execute(
        select(Membership.user_id, Member.id, Member.name, Member.asn, Membership.role)
        .join(Member, Member.id == Membership.member_id)
        .where(Membership.user_id.in_([row.id for row in rows]))
        .order_by(func.lower(Member.name), Member.id)
    ):
        found.setdefault(row[0], []).append(For(row[1], row[2], row[3], Role(row[4])))
    return [UserCard._make((*row, tuple(found.get(row.id, ())))) for row in rows]


def _searched(search: str) -> list[Any]:
    """Every word is in the name, the address or the name or ASN of a member."""
    words = search.replace("\0", "").split()[:8]
    return [or_(*_fields(word), _acts_for(word)) for word in words]


def _fields(word: str) -> list[Any]:
    return [
        field.icontains(word, autoescape=True) for field in (User.name, User.username, User.email)
    ]


def _acts_for(word: str) -> Any:
    number = word.casefold().removeprefix("as")
    is_asn = number.isascii() and number.isdigit() and len(number) < 11
    by_asn = [Member.asn == int(number)] if is_asn else []
    return exists().where(
        Membership.user_id == User.id,
        Member.id == Membership.member_id,
        or_(Member.name.icontains(word, autoescape=True), *by_asn),
    )


def _of_kind(kind: str) -> list[Any]:
    nobody = and_(~User.is_superuser, ~exists().where(Membership.user_id == User.id))
    kinds = {
        "superuser": User.is_superuser,
        "disabled": ~User.active,
        "never": User.last_login_at.is_(None),
        "nobody": nobody,
    }
    return [kinds[kind]] if kind in kinds else []


def _superusers(*, hold: bool = False) -> list[int]:
    """Who can log in and run the exchange; `hold` keeps them still in one order and before any
    other user: of two who switch each other off, one stays."""
    query = (
        select(User.id)
        .where(User.is_superuser, User.active, User.password_hash.is_not(None))
        .order_by(User.id)
    )
    return list(db.session.scalars(query.with_for_update() if hold else query))


def _check_not_last(user: AnyRow | UserCard, able: list[int]) -> None:
    if able == [user.id]:
        raise Conflict(LAST.format(user.name or user.email))
