"""A password that changes at the wrong moment, a second link, a membership nobody asked for."""

from datetime import timedelta

import pytest
from pwdlib.hashers.bcrypt import BcryptHasher

from app.domain.actor import Role
from app.domain.errors import Forbidden, NotFound
from app.extensions import db, transaction
from app.models import User
from app.services import accounts, login_attempts, logins, memberships, one_time, passwords, users
from tests.cast import LIMITS
from tests.factories import NOON, make_member

OLD, NEW = "the old password", "a new password"


@pytest.fixture
def alice(cast):
    """With a password, whose hash came along from elsewhere."""
    with transaction() as session:
        session.get(User, cast.users["alice"]).password_hash = BcryptHasher().hash(OLD)
    return cast.users["alice"]


def start(user_id, **options):
    return logins.start(
        user_id, now=NOON, limits=LIMITS, address="192.0.2.9", browser="b", **options
    )


def test_a_hash_is_renewed_at_login(alice):
    found = passwords.authenticate("alice", OLD)

    assert found.password_hash.startswith("$argon2")
    assert db.session.get(User, alice).password_hash == found.password_hash


def test_renewing_a_hash_never_brings_an_old_password_back(alice):
    known = db.session.get(User, alice).password_hash
    users.set_password("alice", NEW, now=NOON)  # while the old one was being looked at

    assert passwords._renew(alice, known, passwords.hashed(OLD)) is False
    assert passwords.authenticate("alice", OLD) is None
    assert passwords.authenticate("alice", NEW)


def test_a_login_that_was_right_a_moment_ago_starts_no_session_after_a_reset(alice):
    found = passwords.authenticate("alice", OLD)
    users.set_password("alice", NEW, now=NOON)

    with pytest.raises(Forbidden, match="Log in again"):
        start(*found[:1], password_hash=found.password_hash)


def test_a_disabled_login_starts_no_session(cast):
    with transaction() as session:
        session.get(User, cast.users["bob"]).active = False

    with pytest.raises(Forbidden):
        start(cast.users["bob"])


def test_a_name_an_address_and_a_nul_are_one_account_when_links_are_asked_for(cast):
    written = ("alice", "ALICE@example.net", "alice\0", " alice ", "alice\0\0")

    keys = {next(iter(login_attempts._keys(text, "192.0.2.9", "link"))) for text in written}

    assert keys == {f"link {cast.users['alice']}"}
    assert keys.isdisjoint(login_attempts._keys("alice", "192.0.2.9"))


def test_a_password_set_by_a_link_ends_every_other_link(cast, alice):
    first = one_time.issue(alice, "reset", now=NOON)
    with transaction() as session:  # as two requests at once would leave it
        row = session.query(one_time.OneTimeToken).one()
        session.add(
            one_time.OneTimeToken(
                token_hash=logins.hash_of("second"), purpose="reset", user_id=alice,
                created_at=NOON, expires_at=row.expires_at,
            )
        )  # fmt: skip

    accounts.set_password_by_link(first, NEW, now=NOON, address="192.0.2.9", write=None)

    with pytest.raises(NotFound):
        one_time.get_holder("second", now=NOON)


def test_being_added_elsewhere_moves_nobody(cast):
    aardvark = make_member(64990, "Aardvark")
    memberships.add(None, cast.users["mallory"], aardvark.id, Role.USER, now=NOON)

    account = logins.find_account(
        start(cast.users["mallory"]), now=NOON + timedelta(minutes=1), limits=LIMITS
    )

    assert account.actor.member.name == "Mall"
    assert [one.name for one in account.members] == ["Aardvark", "Mall"]
