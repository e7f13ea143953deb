"""Logging in and out."""

import bcrypt
import pytest
from flask import g

from app.domain.actor import Role
from app.extensions import db, transaction
from app.models import Member, Membership, User
from app.services import users
from tests.cast import make_user
from tests.conftest import NOON
from tests.factories import make_member

PASSWORD = "correct horse battery"


@pytest.fixture
def dora(app):
    member = make_member(64496, "Alpha")
    users.create(
        username="dora",
        email="Dora@Example.net",
        name="Dora",
        password=PASSWORD,
        is_superuser=False,
        members=[(member.id, Role.ADMIN)],
        now=NOON,
    )


def log_in(client, login="dora", password=PASSWORD, **query):
    return client.post("/login", data={"login": login, "password": password}, query_string=query)


@pytest.mark.parametrize("login", ["dora", "DORA", "dora@example.net", "Dora@example.NET"])
def test_username_or_address_in_any_case_logs_in(client, dora, login):
    response = log_in(client, login)

    assert (response.status_code, response.location) == (303, "/")
    assert client.get("/").location == "/peering/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client, dora):
    wrong, unknown = log_in(client, password="wrong horse"), log_in(client, "nobody")

    assert wrong.status_code == unknown.status_code == 422
    assert "The name or the password is wrong." in wrong.text
    assert _fixed(wrong.text, "dora") == _fixed(unknown.text, "nobody")


def _fixed(text, login):
    return text.replace(login, "")


def test_empty_fields_are_named(client, dora):
    response = log_in(client, "", "")

    assert response.status_code == 422
    assert "Type your username or address." in response.text
    assert 'aria-describedby="login-error"' in response.text


def test_a_password_of_a_megabyte_is_refused_at_once(client, dora):
    assert log_in(client, password="x" * 1_000_000).status_code == 422


def test_login_leads_back_to_where_one_wanted_to_be(client, dora):
    asked = client.get("/peering/peers")

    assert asked.location == "/login?next=/peering/peers"
    assert log_in(client, next="/peering/peers").location == "/peering/peers"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/a\r\nb"]
)
def test_login_never_leads_to_another_site(client, dora, target):
    assert log_in(client, next=target).location == "/"


def test_a_disabled_user_cannot_log_in(client, dora, app):

    with transaction() as session:
        session.query(User).one().active = False

    assert log_in(client).status_code == 422


def test_logging_out_ends_the_session(client, dora):
    log_in(client)

    assert client.post("/logout").location == "/login"
    assert client.get("/peering/").status_code == 302


def test_setting_a_password_ends_every_session(client, dora):
    log_in(client)
    users.set_password("dora", "another long password", now=NOON)

    assert client.get("/peering/").status_code == 302
    assert log_in(client).status_code == 422
    assert log_in(client, password="another long password").status_code == 303


def test_a_bcrypt_hash_brought_along_works_and_becomes_argon2(client, dora, app):

    with transaction() as session:
        user = session.query(User).one()
        user.password_hash = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()

    assert log_in(client).status_code == 303
    assert db.session.query(User.password_hash).scalar().startswith("$argon2")


def test_the_session_is_a_new_one_after_login(client, dora):
    with client.session_transaction() as session:
        session["left over"] = "from before"
    log_in(client)

    with client.session_transaction() as session:
        assert "left over" not in session


def test_cookies_are_secure_where_the_portal_is_reached_by_https(make_app, dora):
    client = make_app(app_url="https://ixp.example").test_client()

    cookie = log_in(client).headers["Set-Cookie"]

    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax"))


@pytest.mark.parametrize("cookie", ["1", "x.1", "1.x", "1.99", "99.1", "", "1.1.1"])
def test_a_cookie_that_names_no_session_is_nobody(client, dora, cookie):
    with client.session_transaction() as session:
        session["_user_id"] = cookie

    assert client.get("/peering/").status_code == 302
    assert "_login_user" not in g


def test_one_can_switch_between_ones_members(client, cast):

    with transaction() as session:
        session.add(Membership(user_id=cast.users["alice"], member_id=cast.mall.id, role=2))
    cast.log_in(client, "alice")
    before = client.get("/peering/").text

    client.post("/account/member", data={"member": cast.mall.id})
    after = client.get("/peering/").text

    assert "of Alpha</caption>" in before
    assert "of Mall</caption>" in after


def test_one_cannot_switch_to_a_member_of_others(client, cast):
    response = cast.log_in(client, "mallory").post("/account/member", data={"member": 1})

    assert response.status_code == 403
    assert "does not belong to that member" in response.text


def test_a_member_that_left_cannot_be_acted_for(client, cast, app):

    with transaction() as session:
        session.get(Member, cast.mall.id).status = "left"

    assert cast.log_in(client, "mallory").get("/peering/").status_code == 403


def test_users_of_one_name_are_told_apart_by_address(app):
    make_user("alice", make_member(64496))

    with pytest.raises(users.Conflict, match="belongs to another user"):
        users.create(username="ALICE", email="x@example.net", name="", password=None,
                     is_superuser=True, members=[], now=NOON)  # fmt: skip


def test_an_operator_without_a_member_starts_with_what_to_do(client, cast):
    page = cast.log_in(client, "carol").get("/", follow_redirects=True).text

    assert "Attention" in page
    assert ">Peering</a>" not in page


def test_a_nul_in_a_login_makes_nobody_else_of_it(client, dora):
    assert log_in(client, "dora\x00").status_code == 303


def test_only_the_first_field_asks_for_the_focus(client, dora):
    assert client.get("/login").text.count("autofocus") == 1
