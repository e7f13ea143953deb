"""Tries to log in, counted per account and per address, in a table that all workers share."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update

from app.domain.errors import TooSoon
from app.domain.throttle import (
    PER_ACCOUNT,
    PER_ADDRESS,
    Limit,
    in_words,
    network_of,
    wait,
    window_of,
)
from app.extensions import db, transaction
from app.models import LoginAttempt
from app.services import login_names
from app.services.upsert import insert_into

KEPT = timedelta(days=1)
SAID = {
    "account": "Too many tries did not work. Wait {}, then try again; or set a new password.",
    "link": "Too many links were asked for. Wait {}, then try again.",
}


def admit(login: str, address: str, *, now: datetime, purpose: str = "account") -> None:
    """Count a try before it is made, so that tries at the same moment count, too.

    An unknown name is counted like a known one, and a name and an address of one user are one
    account. Each `purpose`, one of SAID, is counted for itself, the address for all. Raises
    TooSoon, and counts nothing, while one has to wait.
    """
    keys = _keys(login, address, purpose)
    with transaction():
        for key, limit in keys.items():
            _check(key, limit, now, purpose)
        for key in keys:
            _count(key, now)


def forgive(login: str, address: str, *, now: datetime) -> None:
    """After a right password: the account starts anew, and the address has one try less."""
    account, place = _keys(login, address)
    with transaction() as session:
        old = LoginAttempt.window_at < now - KEPT
        session.execute(delete(LoginAttempt).where(or_(LoginAttempt.key == account, old)))
        session.execute(
            update(LoginAttempt)
            .where(LoginAttempt.key == place, LoginAttempt.window_at == window_of(now))
            .where(LoginAttempt.count > 0)
            .values(count=LoginAttempt.count - 1)
        )


def _keys(login: str, address: str, purpose: str = "account") -> dict[str, Limit]:
    return {
        f"{purpose} {_account_of(login)}": PER_ACCOUNT,
        f"address {network_of(address)}": PER_ADDRESS,
    }


def _account_of(login: str) -> str:
    """The user's id where there is one, else a hash of what was typed: names may be passwords."""
    user_id = login_names.find(login)
    digest = hashlib.sha256(login_names.typed(login).encode(errors="replace")).hexdigest()[:40]
    return str(user_id) if user_id else digest


def _check(key: str, limit: Limit, now: datetime, purpose: str) -> None:
    tries, last_at = _hold(key, now)
    left = wait(limit, tries, last_at, now)
    if left:
        raise TooSoon(SAID[purpose].format(in_words(left)))


def _hold(key: str, now: datetime) -> tuple[int, datetime]:
    """How often and when last in this window; the row is locked, made where there is none."""
    statement = insert_into(LoginAttempt).values(
        key=key, window_at=window_of(now), count=0, last_at=now
    )
    row = db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["key", "window_at"], set_={"count": LoginAttempt.count}
        ).returning(LoginAttempt.count, LoginAttempt.last_at)
    ).one()
    return row[0], row[1]


def _count(key: str, now: datetime) -> None:
    db.session.execute(
        update(LoginAttempt)
        .where(LoginAttempt.key == key, LoginAttempt.window_at == window_of(now))
        .values(count=LoginAttempt.count + 1, last_at=now)
    )
