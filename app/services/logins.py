"""Sessions of people who are signed in: start, recognise, list, end."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, or_, select, update

from app.domain.actor import Acting, Actor, Role
from app.domain.errors import Forbidden
from app.domain.ids import is_possible_id
from app.domain.member import MemberStatus
from app.extensions import db, transaction, written_if_free
from app.models import LoginSession, Member, Membership, User
from app.models.base import AnyRow, AnySelect
from app.services import invitation_rows

SEEN_EVERY = timedelta(minutes=5)  # how exactly the last click is known
MOST_BROWSER = 255


class Limits(NamedTuple):
    """How long a session lasts: since the last click, and since the login."""

    idle: timedelta
    whole: timedelta


class Account(NamedTuple):
    """A user as a request needs it: the actor, every member it may act for, its last click, and
    how many invitations wait for an answer."""

    actor: Actor
    members: tuple[Acting, ...]
    seen_at: datetime
    invitations: int = 0


class SessionLine(NamedTuple):
    """One session of a user as its owner sees it."""

    id: int
    started_at: datetime
    seen_at: datetime
    address: str
    browser: str
    is_this: bool


def hash_of(token: str) -> str:
    """What is stored of a token: it has 256 random bits, so a plain hash gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(
    user_id: int,
    *,
    now: datetime,
    limits: Limits,
    address: str,
    browser: str,
    password_hash: str | None = None,
) -> str:
    """Open a session and return the token that its cookie carries. Those that are over go.

    With `password_hash` only while that is the user's: whoever changed the password meanwhile
    has ended all sessions, and means this one, too. Raises Forbidden.
    """
    token = secrets.token_urlsafe(32)
    stands = [User.id == user_id, User.active]
    if password_hash is not None:
        stands.append(User.password_hash == password_hash)
    with transaction() as session:
        seen = session.execute(update(User).where(*stands).values(last_login_at=now))
        if not seen.rowcount:  # type: ignore[attr-defined]
            raise Forbidden("This login was changed or switched off at this moment. Log in again.")
        idle, old = LoginSession.seen_at <= now - limits.idle, LoginSession.started_at
        session.execute(delete(LoginSession).where(or_(idle, old <= now - limits.whole)))
        session.add(
            LoginSession(
                token_hash=hash_of(token),
                user_id=user_id,
                started_at=now,
                seen_at=now,
                address=address,
                browser=_printable(browser)[:MOST_BROWSER],
            )
        )
    return token


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


def find_account(
    token: str,
    *,
    now: datetime,
    limits: Limits,
    member_id: int | None = None,
    view_as: int | None = None,
    address: str = "",
) -> Account | None:
    """Whose session this is, acting for `member_id` if that is theirs; None when it is over.

    Otherwise they act for the member they have acted for longest. A superuser may look as any
    member, `view_as`. One statement, two for a superuser who does.
    """
    asked = {
        "token": hash_of(token), "now": now,
        "seen": now - limits.idle, "started": now - limits.whole,
    }  # fmt: skip
    rows = db.session.execute(_account_of(), asked).all()
    if not rows:
        return None
    viewed = _viewed(view_as) if view_as is not None and rows[0].is_superuser else None
    return _account(rows, member_id, viewed, address)


@cache  # every page asks it, and building it takes longer than answering it
def _account_of() -> AnySelect:
    return (
        select(
            User.id,
            User.username,
            User.shown_name.label("user_name"),
            User.is_superuser,
            LoginSession.seen_at,
            Member.id.label("member_id"),
            Member.name.label("member_name"),
            Member.asn,
            Member.status,
            Membership.role,
            Membership.id.label("since"),
            invitation_rows.how_many(bindparam("now")).label("invitations"),
        )
        .join(LoginSession, LoginSession.user_id == User.id)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(
            Member, (Member.id == Membership.member_id) & (Member.status != MemberStatus.LEFT)
        )
        .where(
            LoginSession.token_hash == bindparam("token"),
            LoginSession.seen_at > bindparam("seen"),
            LoginSession.started_at > bindparam("started"),
            User.active,
        )
        .order_by(func.lower(Member.name), Member.id)
    )


def _viewed(member_id: int) -> Acting | None:
    """The member looked as; None once it left, which ends the looking."""
    row = db.session.execute(
        select(Member.id, Member.name, Member.asn, Member.status).where(
            Member.id == member_id, Member.status != MemberStatus.LEFT
        )
    ).first()
    if row is None:
        return None
    return Acting(row.id, row.name, row.asn, Role.ADMIN, _is_suspended(row))


def _is_suspended(row: AnyRow) -> bool:
    return bool(row.status == MemberStatus.SUSPENDED)


def _account(
    rows: Sequence[AnyRow], member_id: int | None, viewed: Acting | None, address: str
) -> Account:
    members = tuple(
        Acting(row.member_id, row.member_name, row.asn, Role(row.role), _is_suspended(row))
        for row in rows
        if row.member_id is not None
    )
    known = [row for row in rows if row.member_id is not None]
    # Being invited elsewhere must not move anybody: without a choice, the oldest one counts.
    oldest = min(known, key=lambda row: row.since).member_id if known else None
    wanted = member_id if any(m.member_id == member_id for m in members) else oldest
    chosen = next((m for m in members if m.member_id == wanted), None)
    first = rows[0]
    actor = Actor(
        first.id,
        first.username,
        first.user_name,
        first.is_superuser,
        viewed or chosen,
        viewing=viewed is not None,
        address=address,
    )
    return Account(actor, members, first.seen_at, first.invitations)


def touch(token: str, *, now: datetime) -> None:
    """Remember this click, unless somebody is writing: no page waits for that."""
    with written_if_free() as session:
        session.execute(
            update(LoginSession)
            .where(LoginSession.token_hash == hash_of(token), LoginSession.seen_at < now)
            .values(seen_at=now)
        )


def list_sessions(user_id: int, token: str, *, now: datetime, limits: Limits) -> list[SessionLine]:
    """The sessions of a user that stand, the newest click first; `token` is the one asking."""
    rows = db.session.scalars(
        select(LoginSession)
        .where(
            LoginSession.user_id == user_id,
            LoginSession.seen_at > now - limits.idle,
            LoginSession.started_at > now - limits.whole,
        )
        .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
    )
    own = hash_of(token)
    return [
        SessionLine(
            row.id, row.started_at, row.seen_at, row.address, row.browser, row.token_hash == own
        )
        for row in rows
    ]


def end(token: str) -> None:
    """End one session; a copy of its cookie is worth nothing from now on."""
    with transaction() as session:
        session.execute(delete(LoginSession).where(LoginSession.token_hash == hash_of(token)))


def end_one(user_id: int, session_id: int) -> None:
    """End one session of this user; one that is over already, or another's, is left alone."""
    if not is_possible_id(session_id):
        return
    with transaction() as session:
        session.execute(
            delete(LoginSession).where(
                LoginSession.id == session_id, LoginSession.user_id == user_id
            )
        )


def end_all(user_id: int, *, but: str | None = None) -> int:
    """End the sessions of a user, but for the one with this token; returns how many."""
    query = delete(LoginSession).where(LoginSession.user_id == user_id)
    if but is not None:
        query = query.where(LoginSession.token_hash != hash_of(but))
    with transaction() as session:
        return int(session.execute(query).rowcount)  # type: ignore[attr-defined]
