"""All users, run by the exchange: found, invited, changed, switched off and on."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from app.config import MailSettings
from app.domain.errors import Conflict
from app.extensions import db, transaction
from app.models import AuditEntry, Membership, User
from app.services import user_admin
from tests.cast import make_user
from tests.conftest import HTMX, NOON
from tests.factories import make_member, make_route_server
from tests.forms import values_of
from tests.mails import MAILING, addresses, queued


@pytest.fixture
def carol(app, cast):
    return cast.log_in(app.test_client(), "carol")


def user(cast, name):
    db.session.expire_all()
    return db.session.get(User, cast.users[name])


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("", "Alice", "nowhere"),
        ("?q=alic", "Alice", "Mallory"),
        ("?q=mall+AS64498", "Mallory", "Alice"),
        ("?q=rita@example", "Rita", "Alice"),
        ("?kind=superuser", "Carol", "Alice"),
        ("?kind=never", "Bob", "nowhere"),
        ("?kind=nonsense", "Alice", "nowhere"),
    ],
)
def test_users_are_found_by_name_address_member_and_kind(carol, query, found, missing):
    text = carol.get(f"/users/{query}", headers=HTMX).text

    assert found in text
    assert missing not in text


def test_an_invitation_is_mailed(make_app, cast):
    app = make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)
    carol = cast.log_in(app.test_client(), "carol")
    data = {"name": "Nora", "email": "nora@new.example", "role": "2", "asn": "AS64497"}

    assert carol.post("/users/invite", data=data).status_code == 303

    assert "https://portal.example/login/link/" in queued()[0].text
    assert "Beta" in queued()[0].text


def test_without_a_relay_the_link_is_shown_once(carol, client):
    data = {"name": "Nora", "email": "nora@new.example", "role": "3"}

    page = carol.post("/users/invite", data=data).text

    path = re.search(r"http://localhost(/login/link/[\w-]+)", page).group(1)
    assert client.get(path).status_code in (200, 303)
    found = db.session.query(User).filter_by(username="nora").one()
    assert found.is_superuser
    assert "/login/link/" not in carol.get(f"/users/{found.id}").text
    assert queued() == []


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"email": "x"}, "e-mail"),
        ({"asn": "65000"}, "no member with AS65000"),
        ({"asn": ""}, "Type the AS number"),
        ({"role": "3"}, "leave the AS number empty"),
        ({"username": "Not this one!"}, "username is"),
        ({"username": "alice"}, "belongs to another user"),
        ({"email": "alice@example.net"}, "belongs to another user"),
        ({"role": "9"}, "Choose a role"),
    ],
)
def test_an_invitation_that_makes_no_sense_makes_nobody(carol, fields, word):
    before = db.session.query(User).count()
    data = {"name": "Nora", "email": "nora@new.example", "role": "2", "asn": "64497"} | fields

    response = carol.post("/users/invite", data=data)

    assert response.status_code in (409, 422)
    assert word in response.text
    assert 'value="Nora"' in response.text
    assert db.session.query(User).count() == before


def test_name_and_address_change_and_a_stale_form_changes_only_what_was_typed(carol, cast):
    page = f"/users/{cast.users['alice']}"
    path = f"{page}/details"
    data = values_of(carol.get(page).text, path)
    assert carol.post(path, data=data | {"email": "alice@b.example"}).status_code == 303
    assert carol.post(path, data=data | {"name": "Alice B."}).status_code == 303

    wrong = carol.post(path, data=data | {"name": "Old", "email": "no address"})
    stale = carol.post(path, data=values_of(wrong.text, path) | {"email": "alice@example.net"})

    assert (wrong.status_code, stale.status_code) == (422, 409)
    assert "Alice B., alice@b.example" in stale.text
    assert (user(cast, "alice").name, user(cast, "alice").email) == ("Alice B.", "alice@b.example")
    again = values_of(stale.text, path)
    assert (again["name"], again["email"]) == ("Old", "alice@b.example")
    assert carol.post(path, data=again).status_code == 303


def test_a_disabled_login_is_out_at_once_and_can_come_back(app, carol, cast):
    alice = cast.log_in(app.test_client(), "alice")
    path = f"/users/{cast.users['alice']}/active"

    carol.post(path, data={"on": "0", "sure": "1"})
    assert alice.get("/peering/").status_code == 302
    carol.post(path, data={"on": "1"})

    assert alice.get("/peering/").status_code == 302
    assert user(cast, "alice").active


def came(*user_ids):
    """They have set a password, so that they can log in."""
    with transaction() as session:
        session.query(User).filter(User.id.in_(user_ids)).update({"password_hash": "set"})


def test_an_invitation_of_somebody_who_is_known_leads_to_them(carol, cast):
    fields = {"email": "alice@example.net", "name": "A", "asn": "64496", "role": "1"}

    told = carol.post("/users/invite", data=fields).text

    assert 'href="/users/?q=alice@example.net"' in told or "q=alice%40example.net" in told
    assert "Alice" in carol.get("/users/?q=alice@example.net").text


@pytest.mark.parametrize("sure", [{"sure": "1"}, {}])  # nobody is asked in vain
def test_the_last_superuser_stays(carol, cast, sure):
    came(cast.users["carol"])
    make_user("invited", None)  # who never came runs nothing
    for path in ("active", "superuser"):
        response = carol.post(f"/users/{cast.users['carol']}/{path}", data={"on": "0"} | sure)
        assert response.status_code == 409
        assert "last operator" in response.text
        assert "faster" not in response.text


def test_the_last_admin_of_a_member_is_not_asked_about_in_vain(carol, cast):
    came(cast.users["alice"])
    path = f"/users/{cast.users['alice']}/members/{cast.alpha.id}"

    refused = carol.post(path, data={"role": "0"})

    assert refused.status_code == 409
    assert "last member administrator" in refused.text


def test_who_ends_running_the_exchange_lands_where_they_may_look(carol, cast):
    other = make_user("other", None)
    came(cast.users["carol"], other)
    with transaction() as session:
        session.add(Membership(user_id=cast.users["carol"], member_id=cast.alpha.id, role=2))
    path = f"/users/{cast.users['carol']}/superuser"
    assert "cannot take that back yourself" in carol.post(path, data={"on": "0"}).text

    page = carol.post(path, data={"on": "0", "sure": "1"}, follow_redirects=True)

    assert page.status_code == 200
    assert "You do not run the exchange any more" in page.text


@pytest.mark.both_databases
def test_of_two_superusers_who_switch_each_other_off_one_stays(app, cast):
    other = make_user("other", None)
    pair = (cast.users["carol"], other)
    came(*pair)

    def go(user_id):
        with app.app_context(), suppress(Conflict):
            user_admin.set_active(None, user_id, False, now=NOON)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(go, pair))

    db.session.rollback()
    assert db.session.query(User).filter_by(is_superuser=True, active=True).count() == 1


def test_members_are_added_changed_and_ended(carol, cast):
    base = f"/users/{cast.users['rita']}/members"
    with transaction() as session:  # the one who stays
        session.get(User, cast.users["bob"]).password_hash = "set"
    carol.post(base, data={"asn": "AS64497", "role": "1"})
    carol.post(f"{base}/{cast.beta.id}", data={"role": "2"})
    card = user_admin.get_card(cast.users["rita"])
    assert [(one.name, one.role.label) for one in card.members] == [
        ("Alpha", "CUSTUSER"),
        ("Beta", "CUSTADMIN"),
    ]

    carol.post(f"{base}/{cast.beta.id}", data={"role": "0", "sure": "1"})

    assert [one.name for one in user_admin.get_card(cast.users["rita"]).members] == ["Alpha"]
    actions = [one.action for one in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions == ["user added", "role changed", "user removed"]


def test_strangers_see_and_change_nothing(app, cast):
    for name in ("alice", "rita", "mallory"):
        client = cast.log_in(app.test_client(), name)
        assert client.get("/users/").status_code == 403
        path = f"/users/{cast.users['bob']}/active"
        assert client.post(path, data={"on": "0", "sure": "1"}).status_code == 403
    assert user(cast, "bob").active


def test_a_moved_address_is_told_to_the_old_and_the_new_one(make_app, cast):
    client = cast.log_in(
        make_app(mail=MailSettings(server="127.0.0.1"), **MAILING).test_client(), "carol"
    )
    page = f"/users/{cast.users['bob']}"
    data = values_of(client.get(page).text, f"{page}/details")

    client.post(f"{page}/details", data=data | {"email": "robert@example.net"})

    assert addresses() == ["bob@example.net", "robert@example.net"]
    assert all("robert@example.net" in mail.text for mail in queued())


def test_a_new_link_says_for_which_member_and_none_goes_to_a_disabled_login(make_app, cast):
    client = cast.log_in(
        make_app(mail=MailSettings(server="127.0.0.1"), **MAILING).test_client(), "carol"
    )
    path = f"/users/{cast.users['bob']}"
    client.post(f"{path}/invite")
    assert queued()[-1].subject.endswith("Your login for Beta")

    client.post(f"{path}/active", data={"on": "0", "sure": "1"})
    many = len(queued())
    client.post(f"{path}/invite")

    assert len(queued()) == many


def test_of_two_members_with_one_as_number_one_is_chosen(carol, cast):
    twin = make_member(64498, "Mall Two").id
    path = f"/users/{cast.users['bob']}/members"

    told = carol.post(path, data={"asn": "64498", "role": "1"})

    assert told.status_code == 422
    assert f"id {cast.mall.id} Mall (active), id {twin} Mall Two (active)" in told.text
    assert f"type id:{cast.mall.id} for the first" in told.text
    assert carol.post(path, data={"asn": f"id:{twin}", "role": "1"}).status_code == 303
    assert "Mall Two" in [one.name for one in user_admin.get_card(cast.users["bob"]).members]
    assert "no member with id 4711" in carol.post(path, data={"asn": "id:4711", "role": "1"}).text


def test_a_refusal_without_a_field_of_its_own_is_said_all_the_same(carol, cast):
    make_route_server(65500)

    answer = carol.post(f"/users/{cast.users['bob']}/members", data={"asn": "65500", "role": "1"})

    assert answer.status_code == 422
    assert "is a route server" in answer.text
    assert '<option value="1" selected>member user' in answer.text


@pytest.mark.parametrize(
    ("path", "data", "word"),
    [
        ("active", {"on": "0"}, "logged out everywhere at once"),
        ("active", {"on": "0"}, "the only member administrator who can log in for Beta"),
        ("superuser", {"on": "1"}, "see and change everything"),
        ("members/{beta}", {"role": "0"}, "will not be a user of Beta any more"),
    ],
)
def test_what_is_hard_to_take_back_is_asked_first_and_works_without_a_script(
    carol, cast, path, data, word
):
    there = f"/users/{cast.users['bob']}/{path.format(beta=cast.beta.id)}"
    came(cast.users["bob"])
    if "role" in data:
        came(make_user("the_other", cast.beta))  # so that Bob is not the last
    before = user_admin.get_card(cast.users["bob"])

    page = carol.post(there, data=data)

    assert page.status_code == 200
    assert word in page.text
    assert f'action="{there}"' in page.text
    assert user_admin.get_card(cast.users["bob"]) == before
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', page.text))
    assert fields == data | {"sure": "1"}
    assert carol.post(there, data=fields).status_code == 303


def test_a_superuser_that_ends_is_asked_too_and_enabling_asks_nothing(carol, cast):
    other = make_user("other", None)
    asked = carol.post(f"/users/{other}/superuser", data={"on": "0"})
    assert "does not run the exchange" in asked.text
    carol.post(f"/users/{other}/active", data={"on": "0", "sure": "1"})

    assert carol.post(f"/users/{other}/active", data={"on": "1"}).status_code == 303
