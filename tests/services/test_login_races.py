"""A password that changes at the wrong moment, a second link, a membership nobody asked for."""

from datetime import timedelta

import pytest
from pwdlib.hashers.bcrypt import BcryptHasher

from app.domain.actor import Role
from app.domain.errors import Forbidden, Invalid, NotFound
from app.extensions import db, transaction
from app.models import User
from app.services import (
    accounts,
    login_attempts,
    logins,
    memberships,
    one_time,
    passwords,
    user_details,
    users,
)
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


def meanwhile(monkeypatch, job):
    """Run the job once, while a password is being hashed."""
    real, jobs = passwords.hashed, [job]

    def slow(*args, **options):
        found = real(*args, **options)
        if jobs:
            jobs.pop()()
        return found

    monkeypatch.setattr(passwords, "hashed", slow)


def test_who_knew_the_old_password_does_not_overwrite_one_set_meanwhile(cast, alice, monkeypatch):
    reset = "what the owner chose"
    meanwhile(monkeypatch, lambda: users.set_password("alice", reset, now=NOON))

    with pytest.raises(Invalid, match="changed at this moment"):
        accounts.change_password(
            cast.actor("alice", cast.alpha), current=OLD, new=NEW, now=NOON, notice=None
        )

    assert passwords.authenticate("alice", reset)


def test_a_new_address_is_not_asked_for_with_a_password_changed_meanwhile(cast, alice, monkeypatch):
    real = passwords.find_right

    def slow(*args):
        found = real(*args)
        users.set_password("alice", NEW, now=NOON)
        return found

    monkeypatch.setattr(passwords, "find_right", slow)

    with pytest.raises(Invalid, match="changed at this moment"):
        user_details.save_own(
            cast.actor("alice", cast.alpha), name="Alice", email="thief@new.example", current=OLD,
            now=NOON, admit=lambda: None, write=(None, None),
        )  # fmt: skip


def test_a_new_session_after_a_change_needs_the_password_that_was_chosen(cast, alice):
    signed_in = accounts.change_password(
        cast.actor("alice", cast.alpha), current=OLD, new=NEW, now=NOON, notice=None
    )
    start(alice, password_hash=signed_in.password_hash)
    users.set_password("alice", "what the owner chose", now=NOON)

    with pytest.raises(Forbidden, match="Log in again"):
        start(signed_in.user_id, password_hash=signed_in.password_hash)
