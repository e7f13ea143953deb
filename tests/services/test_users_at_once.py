"""Two who do the same to users at once: one does it, the other is told in words."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.domain.actor import Actor, Role
from app.domain.errors import AppError
from app.extensions import db, transaction
from app.models import OneTimeToken, User
from app.services import (
    accounts,
    invitations,
    login_names,
    logins,
    memberships,
    one_time,
    passwords,
    user_admin,
    user_details,
    users,
)
from tests.cast import make_user
from tests.factories import NOON

NEW = "a brand new password"


@pytest.fixture
def at_once(app):
    """What each of several jobs that begin together returns: "done", or its refusal."""

    def run(*jobs):
        together = Barrier(len(jobs))

        def go(job):
            with app.app_context():
                together.wait()
                try:
                    job()
                except AppError as refusal:
                    return str(refusal)
                return "done"

        with ThreadPoolExecutor(len(jobs)) as pool:
            told = sorted(pool.map(go, jobs))
        db.session.rollback()
        return told

    return run


def create(**fields):
    known = {"name": "N", "is_superuser": True, "members": [], "password": None, "now": NOON}
    return users.create(**known | fields)


def test_two_new_users_with_one_address(at_once, app):
    told = at_once(
        *(lambda name=name: create(username=name, email="n@new.example") for name in ("n1", "n2"))
    )

    assert told == ["The address n@new.example belongs to another user already.", "done"]


def test_two_new_users_with_one_username(at_once, app):
    told = at_once(
        *(lambda at=at: create(username="same", email=f"n@{at}.example") for at in ("one", "two"))
    )

    assert told == ["The username same belongs to another user already.", "done"]


def test_usernames_taken_from_alike_addresses_differ(at_once, app):
    told = at_once(
        *(lambda at=at: create(username=None, email=f"nora@{at}.example") for at in "abcd")
    )

    assert told == ["done"] * 4
    names = [user.username for user in db.session.query(User).order_by(User.username)]
    assert names == ["nora", "nora2", "nora3", "nora4"]


def test_two_users_given_one_address(at_once, cast):
    carol = Actor(cast.users["carol"], "carol", "Carol", is_superuser=True)

    ids = cast.users
    began = {name: user_admin.get_card(ids[name]).version for name in ("alice", "bob")}

    def move(name):
        wanted = {"name": name, "email": "one@new.example", "version": began[name]}
        user_details.save(carol, ids[name], **wanted, now=NOON)

    told = at_once(lambda: move("alice"), lambda: move("bob"))

    assert told == ["The address one@new.example belongs to another user already.", "done"]


def test_two_invitations_to_run_the_exchange(at_once, app):
    def ask():
        invitations.invite(
            None, username="", email="n@new.example", name="N", member_id=None, role=Role.USER,
            now=NOON, write=None,
        )  # fmt: skip

    assert at_once(ask, ask) == [
        "The address n@new.example belongs to another user already.", "done"
    ]  # fmt: skip


def test_one_user_added_twice_to_a_member(at_once, cast):
    guest, beta = make_user("guest", cast.mall), cast.beta.id

    def add():
        memberships.add(None, guest, beta, Role.USER, now=NOON)

    assert at_once(add, add) == ["Guest is a user of Beta already.", "done"]


def test_one_reset_link_used_twice_sets_one_password(at_once, cast):
    token = one_time.issue(cast.users["alice"], "reset", now=NOON)

    def use(password):
        accounts.set_password_by_link(token, password, now=NOON, address="", write=None)

    told = at_once(lambda: use(NEW), lambda: use("quite another one"))

    assert told == [one_time.USED_UP, "done"]


def test_two_reset_links_of_one_user_asked_for_at_once_leave_one(at_once, cast):
    tokens = []

    def ask():
        tokens.append(one_time.issue(cast.users["alice"], "reset", now=NOON))

    assert at_once(ask, ask) == ["done", "done"]
    digests = [logins.hash_of(token) for token in tokens]
    kept = [row.token_hash for row in db.session.query(OneTimeToken)]
    assert len(kept) == 1
    assert set(kept) < set(digests)


def test_a_link_used_while_newer_ones_are_asked_for_never_waits_for_ever(at_once, cast):
    alice = cast.users["alice"]

    def ask():
        one_time.issue(alice, "reset", now=NOON)

    for _ in range(15):
        token = one_time.issue(alice, "reset", now=NOON)

        def use(token=token):
            with transaction():
                one_time.use(token, now=NOON)
                passwords.store(alice, "x")

        assert set(at_once(use, ask, ask, ask)) <= {"done", one_time.USED_UP}


def test_a_username_that_is_taken_just_after_it_was_found_free_is_not_the_users_fault(
    cast, monkeypatch
):
    real, taken = login_names.free, ["alice"]
    monkeypatch.setattr(login_names, "free", lambda email: taken.pop() if taken else real(email))

    user_id = create(username=None, email="alice@new.example")

    assert db.session.get(User, user_id).username == "alice2"
