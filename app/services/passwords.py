"""Passwords: hash, verify, store."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher
from sqlalchemy import select, update

from app.domain.errors import Invalid
from app.extensions import db, transaction
from app.models import Member, Membership, User
from app.services import login_names, password_rules

CHANGED = "Your password was changed at this moment. Nothing was saved; type the new one."


class Verified(NamedTuple):
    """Whose password was right, and the hash it was held against."""

    user_id: int
    password_hash: str


# argon2 for ours; bcrypt so that users brought along from elsewhere can log in. What the library
# takes for enough; only tests, which log in a thousand times, take less.
HASHERS = (Argon2Hasher(), BcryptHasher())


@cache
def _hasher() -> PasswordHash:
    return PasswordHash(HASHERS)


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("the hash that an unknown user is checked against")


def authenticate(login: str, password: str) -> Verified | None:
    """The active user when username or e-mail and password belong together.

    An unknown user costs the same time as a wrong password. Hashes of other kinds or with
    weaker parameters are renewed, unless the password was changed meanwhile.
    """
    row = db.session.execute(
        login_names.whose(login).add_columns(User.password_hash).where(User.active)
    ).first()
    db.session.rollback()  # hold no snapshot while hashing
    known = row.password_hash if row else None
    fresh = _verify(password, known or _nobodys_hash())
    if not row or known is None or fresh is None:
        return None
    if fresh and not _renew(row.id, known, fresh):
        return None
    return Verified(row.id, fresh or known)


def _renew(user_id: int, known: str, fresh: str) -> bool:
    """Whether the old hash was still there to be replaced."""
    with transaction() as session:
        renewed = session.execute(
            update(User)
            .where(User.id == user_id, User.password_hash == known)
            .values(password_hash=fresh)
        )
    return bool(renewed.rowcount)  # type: ignore[attr-defined]


def find_right(user_id: int, password: str) -> str | None:
    """The hash that this password of the user was held against; None for a wrong one."""
    known = db.session.scalar(select(User.password_hash).where(User.id == user_id))
    db.session.rollback()  # hold no snapshot while hashing
    return known if _verify(password, known or _nobodys_hash()) is not None else None


def hold(user_id: int, password_hash: str) -> None:
    """Keep the user still while the password is the one that was found right; hashing is slow,
    and whoever set another one meanwhile has the last word. Raises Invalid."""
    found = db.session.scalar(
        select(User.id)
        .where(User.id == user_id, User.password_hash == password_hash)
        .with_for_update()
    )
    if found is None:
        raise Invalid(CHANGED, "current")


def _verify(password: str, known: str) -> str | None:
    """None when wrong, the renewed hash when one is due, else an empty text."""
    if len(password.encode(errors="replace")) > password_rules.MOST_OCTETS:
        return None
    try:
        right, renewed = _hasher().verify_and_update(password, known)
    except ValueError:  # bcrypt refuses more than 72 octets
        return None
    return (renewed or "") if right else None


def hashed(password: str, about: Iterable[str] = ()) -> str:
    """What is stored of a password; raises Invalid for a weak one. `about` is what is known of
    whose it is (`known_of`)."""
    password_rules.check(password, about)
    return _hasher().hash(password)


def known_of(user_id: int) -> list[str]:
    """What somebody who knows a user would try as its password."""
    user = select(User.username, User.email, User.name).where(User.id == user_id)
    members = (
        select(Member.name)
        .join(Membership, Membership.member_id == Member.id)
        .where(Membership.user_id == user_id)
    )
    found = [*db.session.execute(user).one(), *db.session.scalars(members)]
    db.session.rollback()  # hold no snapshot while hashing
    return found


def store(user_id: int, password_hash: str) -> None:
    """Write the hash of a password; whether sessions end is for the caller to say."""
    with transaction() as session:
        session.execute(
            update(User)
            .where(User.id == user_id)
            .values(password_hash=password_hash, version=User.version + 1)
        )
