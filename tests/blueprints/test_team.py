"""A member's own users: seen, invited, given a role, removed; never without an administrator."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest

from app.config import MailSettings
from app.domain.actor import Role
from app.domain.errors import Conflict, NotFound
from app.extensions import db, transaction
from app.models import Invitation, Membership, OutboxMessage, User
from app.services import mail_caps, memberships
from tests.cast import make_user
from tests.conftest import NOON
from tests.mails import MAILING, addresses, queued


@pytest.fixture
def portal(make_app, cast):
    return make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)


@pytest.fixture
def browser(portal, cast):
    return cast.log_in(portal.test_client(), "alice")


def invite(browser, cast, **fields):
    wanted = {"name": "Nora New", "email": "nora@new.example", "role": "1"}
    return browser.post("/team/invite", data={"member": cast.alpha.id} | wanted | fields)


def roles(cast, member):
    rows = db.session.query(Membership).filter_by(member_id=member.id)
    return {row.user_id: row.role for row in rows}


def test_everybody_of_the_member_is_listed_and_nobody_else(browser):
    page = browser.get("/team/").text

    for name in ("Alice", "Rita"):
        assert name in page
    assert "Mallory" not in page


@pytest.mark.parametrize(
    ("fields", "status", "word"),
    [
        ({"email": "no address"}, 422, "e-mail"),
        ({"email": "alice@example.net"}, 409, "is a user of Alpha already"),
        ({"role": "3"}, 422, "Choose the role"),
        ({"name": "x" * 81}, 422, "at most 80"),
        ({"name": "Your prize: evil.example/win"}, 422, "holds no link"),
        ({"name": "https://evil"}, 422, "holds no link"),
        ({"name": "a\nb"}, 422, "printable"),
        ({"email": "a\x00@b.example"}, 422, "e-mail"),
    ],
)
def test_what_makes_no_sense_is_refused_and_mails_nobody(browser, cast, fields, status, word):
    response = invite(browser, cast, **fields)

    assert response.status_code == status
    assert word in response.text
    assert queued() == []


def test_a_role_changes_at_once_and_giving_up_the_own_is_asked_first(portal, browser, cast):
    came(cast.users["alice"], cast.users["rita"])
    rita = cast.log_in(portal.test_client(), "rita")
    data = {"member": cast.alpha.id}
    assert rita.post("/team/invite", data=data).status_code == 403

    browser.post(f"/team/{cast.users['rita']}/role", data=data | {"role": "2"})
    assert "Invite somebody" in rita.get("/team/").text
    own = f"/team/{cast.users['rita']}/role"
    assert "cannot take that back yourself" in rita.post(own, data=data | {"role": "1"}).text
    assert roles(cast, cast.alpha)[cast.users["rita"]] == 2
    rita.post(own, data=data | {"role": "1", "sure": "1"})

    assert roles(cast, cast.alpha)[cast.users["rita"]] == 1


def test_the_last_admin_stays_and_is_not_asked_in_vain(browser, cast):
    came(cast.users["alice"])
    data, own = {"member": cast.alpha.id}, f"/team/{cast.users['alice']}"
    for refused in (
        browser.post(f"{own}/role", data=data | {"role": "1"}),
        browser.post(f"{own}/role", data=data | {"role": "1", "sure": "1"}),
        browser.get(f"{own}/remove"),
        browser.post(f"{own}/remove", data=data),
    ):
        assert refused.status_code == 409
        assert "last member administrator" in refused.text
        assert "faster" not in refused.text
    assert roles(cast, cast.alpha)[cast.users["alice"]] == 2


def test_who_is_removed_acts_no_more_and_gets_a_mail(portal, browser, cast):
    rita = cast.log_in(portal.test_client(), "rita")
    path = f"/team/{cast.users['rita']}/remove"
    assert "Remove Rita?" in browser.get(path).text

    browser.post(path, data={"member": cast.alpha.id})

    assert rita.get("/peering/").status_code == 403
    assert addresses() == ["rita@example.net"]
    assert "Alpha" in queued()[0].text


def test_strangers_change_nothing(app, cast):
    for name in ("mallory", "rita"):
        client = cast.log_in(app.test_client(), name)
        for member in (cast.alpha, cast.mall):
            data = {"member": member.id, "role": "1"}
            for path in ("role", "remove"):
                response = client.post(f"/team/{cast.users['alice']}/{path}", data=data)
                assert response.status_code in (403, 404, 409)
    assert roles(cast, cast.alpha)[cast.users["alice"]] == 2


def test_reading_users_may_not_manage_even_where_they_may_act(make_app, cast):
    client = cast.log_in(make_app(min_auth=1).test_client(), "rita")

    assert client.post("/team/invite", data={"member": cast.alpha.id}).status_code == 403


def came(*user_ids):
    """They have set a password: the last administrator is one of those."""
    with transaction() as session:
        session.query(User).filter(User.id.in_(user_ids)).update({"password_hash": "set"})


def test_an_invited_admin_who_never_came_is_not_the_one_who_stays(cast):
    make_user("invited", cast.alpha)
    came(cast.users["alice"])

    with pytest.raises(Conflict, match="last member administrator"):
        memberships.set_role(None, cast.users["alice"], cast.alpha.id, Role.USER, now=NOON)


@pytest.mark.parametrize(
    "why", [{"password_hash": None}, {"active": False}, {"is_superuser": True}]
)
def test_who_could_not_act_anyway_can_end_though_nobody_else_can(cast, why):
    came(cast.users["alice"])
    with transaction() as session:
        session.query(User).filter_by(id=cast.users["alice"]).update(why)

    assert memberships.only_admin_of(cast.users["alice"]) == []
    memberships.check_may_end(cast.users["alice"], cast.alpha.id)
    memberships.remove(None, cast.users["alice"], cast.alpha.id, now=NOON)

    assert cast.users["alice"] not in roles(cast, cast.alpha)


def test_everybody_may_leave_by_themselves(app, cast):
    client = cast.log_in(app.test_client(), "rita")
    there = f"/team/{cast.users['rita']}/remove"
    assert client.get(there).status_code == 200

    client.post(there, data={"member": cast.alpha.id})

    assert cast.users["rita"] not in roles(cast, cast.alpha)
    assert client.post(f"/team/{cast.users['alice']}/remove").status_code == 403


@pytest.mark.both_databases
def test_of_two_admins_who_remove_each_other_one_stays(app, cast):
    second = make_user("second", cast.alpha)
    came(cast.users["alice"], second)
    pairs = [(cast.users["alice"], second), (second, cast.users["alice"])]
    member_id = cast.alpha.id

    def go(pair):
        with app.app_context(), suppress(Conflict, NotFound):
            memberships.remove(None, pair[1], member_id, now=NOON)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(go, pairs))

    db.session.rollback()
    admins = [user for user, role in roles(cast, cast.alpha).items() if role == Role.ADMIN]
    assert len(admins) == 1


def test_hostile_names_are_only_text_in_the_mail_and_where_it_is_accepted(portal, browser, cast):
    name = "<script>alert(1)</script> 🦊"
    assert invite(browser, cast, name="alert(0) \u202etxt").status_code == 422

    invite(browser, cast, name=name)

    assert [one.name for one in db.session.query(Invitation)] == [name]
    assert f"Hello {name}" in queued()[0].text
    path = re.search(r"https://portal\.example(/\S+)", queued()[0].text).group(1)
    for page in (browser.get("/team/").text, portal.test_client().get(path).text):
        assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 🦊" in portal.test_client().get(path).text


def test_an_inviter_whose_own_name_is_a_link_invites_nobody(portal, browser, cast):
    with transaction() as session:
        session.get(User, cast.users["alice"]).name = "Win at www.evil.example"

    refused = invite(browser, cast)

    assert "Your own name stands in the mail, too" in refused.text
    assert "aria-invalid" not in refused.text
    assert queued() == []


def test_a_name_that_became_a_link_since_sends_nothing_again(portal, browser, cast):
    invite(browser, cast)
    with transaction() as session:
        session.get(User, cast.users["alice"]).name = "Win at www.evil.example"
    one = db.session.query(Invitation).one().id

    again = browser.post(f"/team/invitations/{one}/resend", data={"member": cast.alpha.id})

    assert again.status_code == 422
    assert "Your own name stands in the mail, too" in again.text
    assert len(queued()) == 1


def test_whoever_reads_for_the_member_sees_who_is_invited_and_manages_nothing(
    portal, browser, cast
):
    """The log of the member, which they read, names the address anyway."""
    invite(browser, cast)

    page = cast.log_in(portal.test_client(), "rita").get("/team/").text

    assert "nora@new.example" in page
    assert "Withdraw" not in page


def test_one_address_is_invited_three_times_a_day(portal, browser, cast):
    again = [invite(browser, cast, email="Victim@x.example").status_code for _ in range(4)]
    one = db.session.query(Invitation).one().id
    path = f"/team/invitations/{one}/resend"

    refused = browser.post(path, data={"member": cast.alpha.id})

    assert again == [303, 303, 303, 429]
    assert refused.status_code == 429
    assert "victim@x.example got 3 such mails within a day" in refused.text
    assert len(queued()) == 3
    with transaction() as session:  # as if a day had passed
        session.query(OutboxMessage).update({"created_at": NOON - timedelta(days=1)})
    assert browser.post(path, data={"member": cast.alpha.id}).status_code == 303


def test_a_member_invites_so_many_people_a_day_and_no_other_member_is_held_up(
    portal, browser, cast, monkeypatch
):
    monkeypatch.setattr(mail_caps, "INVITATIONS", 2)
    emails = ("a@x.example", "b@x.example", "c@x.example")

    answers = [invite(browser, cast, email=email) for email in emails]

    assert [one.status_code for one in answers] == [303, 303, 429]
    assert "try again tomorrow" in answers[-1].text
    bob = cast.log_in(portal.test_client(), "bob")
    assert invite(bob, cast, email="a@x.example", member=cast.beta.id).status_code == 303
