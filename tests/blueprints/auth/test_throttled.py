"""Guessing passwords: slowed, then shut, per account and per address."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.throttle import PER_ACCOUNT, PER_ADDRESS
from app.extensions import db
from app.models import LoginAttempt
from app.services import passwords, users
from tests.conftest import NOON

PASSWORD = "correct horse battery"


@pytest.fixture
def dora(cast):
    users.set_password("alice", PASSWORD, now=NOON)


def guess(client, login="alice", password="wrong", address="192.0.2.7"):
    data = {"login": login, "password": password}
    return client.post("/login", data=data, environ_base={"REMOTE_ADDR": address})


def later(app, time):
    app.extensions["clock"] = lambda: NOON + time


def test_after_the_free_tries_even_the_right_password_waits(client, dora, app):
    for _ in range(PER_ACCOUNT.free):
        assert guess(client).status_code == 422

    refused = guess(client, password=PASSWORD)

    assert refused.status_code == 429
    assert "Wait 5 seconds" in refused.text
    assert 'value="alice"' in refused.text

    later(app, timedelta(seconds=5))
    assert guess(client, password=PASSWORD).status_code == 303


def test_a_waiting_try_is_not_counted(client, dora, app):
    for _ in range(PER_ACCOUNT.free + 20):
        guess(client)

    later(app, timedelta(seconds=5))
    assert guess(client, password=PASSWORD).status_code == 303


def test_who_keeps_guessing_is_shut_out_until_the_hour_ends(client, dora, app):
    moment = timedelta(0)
    for _ in range(PER_ACCOUNT.most):
        later(app, moment)
        assert guess(client).status_code == 422
        moment += timedelta(seconds=340)

    later(app, timedelta(minutes=59, seconds=59))
    assert guess(client, password=PASSWORD).status_code == 429
    later(app, timedelta(minutes=60))
    assert guess(client, password=PASSWORD).status_code == 303


@pytest.mark.parametrize("other", ["ALICE", "alice@example.net"])
def test_name_and_address_of_one_user_are_one_account(client, dora, other):
    for _ in range(PER_ACCOUNT.free):
        guess(client)

    assert guess(client, other).status_code == 429


def test_a_name_nobody_has_is_slowed_down_alike(client, dora):
    answers = [guess(client, "nobody").status_code for _ in range(PER_ACCOUNT.free + 1)]

    assert answers == [422] * PER_ACCOUNT.free + [429]


def test_others_are_not_slowed_down_by_it(client, dora):
    users.set_password("bob", PASSWORD, now=NOON)
    for _ in range(PER_ACCOUNT.most):
        guess(client)

    assert guess(client, "bob", PASSWORD).status_code == 303


def test_one_address_cannot_try_many_names(client, dora):
    for number in range(PER_ADDRESS.free):
        guess(client, f"name-{number}")

    assert guess(client, "one-more").status_code == 429
    assert guess(client, "one-more", address="192.0.2.8").status_code == 422


def test_people_of_one_office_who_log_in_do_not_shut_each_other_out(client, dora):
    for _ in range(PER_ADDRESS.free + 5):
        assert guess(client, password=PASSWORD).status_code == 303
        client.post("/logout")


def test_what_was_typed_is_not_stored(client, dora):
    guess(client, "my-password-in-the-wrong-field")

    keys = db.session.scalars(select(LoginAttempt.key)).all()
    assert not any("my-password" in key for key in keys)
    assert db.session.scalar(select(func.sum(LoginAttempt.count))) == 2


def test_an_unknown_user_is_checked_against_a_hash_as_well(app, cast, monkeypatch):
    checked = []
    real = passwords._verify
    monkeypatch.setattr(passwords, "_verify", lambda *a: checked.append(a) or real(*a))

    passwords.authenticate("nobody", "wrong")
    passwords.authenticate("alice", "wrong")

    assert len(checked) == 2
    assert all(known.startswith("$argon2") for _, known in checked)
