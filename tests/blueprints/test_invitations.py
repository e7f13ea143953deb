"""A member asks somebody to act for it: nothing of them shows until they accept."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from app.config import MailSettings
from app.domain.actor import Role
from app.domain.errors import Conflict, NotFound
from app.domain.mail import Mail, Recipient
from app.domain.member import MemberStatus
from app.extensions import db, transaction
from app.models import AuditEntry, Invitation, LoginSession, Membership, User
from app.services import accepting, member_invitations, one_time, passwords, users
from tests.cast import make_user
from tests.conftest import NOON
from tests.mails import MAILING, addresses, queued

PASSWORD = "a brand new password"


@pytest.fixture
def portal(make_app, cast):
    return make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)


@pytest.fixture
def browser(portal, cast):
    return cast.log_in(portal.test_client(), "alice")


@pytest.fixture
def mallory(portal, cast):
    users.set_password("mallory", "a password of hers", now=NOON)
    return cast.log_in(portal.test_client(), "mallory")


def invite(browser, cast, **fields):
    wanted = {"name": "Nora New", "email": "nora@new.example", "role": "1"}
    return browser.post("/team/invite", data={"member": cast.alpha.id} | wanted | fields)


def link():
    return re.search(r"https://portal\.example(/\S+)", queued()[-1].text).group(1)


def waiting():
    db.session.rollback()
    return db.session.query(Invitation).order_by(Invitation.id).all()


def roles(cast, member):
    db.session.rollback()
    rows = db.session.query(Membership).filter_by(member_id=member.id)
    return {row.user_id: row.role for row in rows}


def without(text, *words):
    for word in words:
        text = text.replace(word, "…")
    return text


@pytest.mark.parametrize("address", ["mallory@example.net", "carol@example.net", "off@example.net"])
def test_nothing_tells_whether_the_portal_knows_an_address(browser, portal, cast, address):
    with transaction() as session:
        session.get(User, make_user("off", cast.mall)).active = False
    strange, known = (
        (invite(browser, cast, email=email).headers["Location"], browser.get("/team/").text)
        for email in ("zora.n@example.net", address)
    )
    assert strange[0] == known[0] == "/team/"
    browser.post(f"/team/invitations/{waiting()[0].id}/withdraw", data={"member": cast.alpha.id})
    alone = browser.get("/team/").text
    once, again = queued()

    ids = r"invitations/\d+"
    toast = r'<div class="tst">.*?</div>'
    assert re.sub(toast, "", re.sub(ids, "", without(alone, address))) == re.sub(
        toast, "", re.sub(ids, "", without(strange[1], "zora.n@example.net"))
    )
    assert addresses() == ["zora.n@example.net", address]
    assert (once.subject, once.purpose) == (again.subject, again.purpose)
    assert re.sub(r"/login/\S+", "", once.text) == re.sub(r"/login/\S+", "", again.text)
    for secret in ("Mallory", "Carol", "mallory<", "never"):
        assert secret not in alone.partition("Invited</h2>")[2]


def test_who_has_a_login_acts_for_nobody_more_until_they_accept(browser, mallory, cast):
    invite(browser, cast, email="Mallory@example.net", role="2")
    assert cast.users["mallory"] not in roles(cast, cast.alpha)
    assert "1 invitation" in mallory.get("/peering/").text
    assert "1 invitation" not in browser.get("/peering/").text
    assert "asks you to act for it as CUSTADMIN" in mallory.get("/invitations").text

    answer = mallory.post(f"/invitations/{waiting()[0].id}/accept")

    assert answer.status_code == 303
    assert roles(cast, cast.alpha)[cast.users["mallory"]] == 2
    assert roles(cast, cast.mall)[cast.users["mallory"]] == 2
    assert waiting() == []
    assert "Mallory" in browser.get("/team/").text
    assert "Nobody asks you" in mallory.get("/invitations").text


def test_the_link_asks_whoever_has_a_login_to_log_in_and_then_to_accept(
    portal, browser, mallory, cast
):
    invite(browser, cast, email="mallory@example.net")
    path, stranger = link(), portal.test_client()

    page = stranger.get(path).text
    assert f"/login?next={path}" in page
    assert "New password" not in page
    assert stranger.post(path, data={"name": "x", "new": PASSWORD}).status_code == 200
    assert roles(cast, cast.alpha).keys() == {cast.users["alice"], cast.users["rita"]}

    assert "Accept</button>" in mallory.get(path).text
    assert "Log out, then open" in browser.get(path).text


def test_who_has_no_login_chooses_a_password_and_acts_for_the_member(portal, browser, cast):
    invite(browser, cast, role="2")
    assert db.session.query(User).filter_by(email="nora@new.example").count() == 0
    path, nora = link(), portal.test_client()
    assert "asks you to act for" in nora.get(path).text

    answer = nora.post(path, data={"name": "Nora", "new": PASSWORD})

    assert (answer.status_code, answer.location) == (303, "/")
    assert "Alpha" in nora.get("/peering/").text
    assert nora.get(path).status_code == 404
    found = db.session.query(User).filter_by(email="nora@new.example").one()
    assert (found.username, found.name) == ("nora", "Nora")
    assert roles(cast, cast.alpha)[found.id] == 2
    entry = db.session.query(AuditEntry).filter_by(action="invitation accepted").one()
    assert (entry.user_id, entry.member_id) == (found.id, cast.alpha.id)
    made = db.session.query(AuditEntry).filter_by(action="user created").one()
    assert (made.user_id, made.subject, made.address) == (found.id, "user nora", "127.0.0.1")


def test_a_login_that_never_came_sets_its_password_by_the_link(portal, browser, cast):
    late = make_user("late", cast.mall)
    invite(browser, cast, email="late@example.net")

    portal.test_client().post(link(), data={"name": "Late", "new": PASSWORD})

    assert roles(cast, cast.alpha)[late] == 1
    assert db.session.query(User).filter_by(email="late@example.net").count() == 1


def test_a_login_that_never_came_loses_its_other_links_and_sessions(portal, browser, cast):
    late = make_user("late", cast.mall)
    other = one_time.issue(late, "reset", now=NOON)
    session = cast.log_in(portal.test_client(), "carol")
    with transaction() as rows:
        rows.query(LoginSession).filter_by(user_id=cast.users["carol"]).update({"user_id": late})
    assert session.get("/account/").status_code == 200
    invite(browser, cast, email="late@example.net")

    portal.test_client().post(link(), data={"name": "Late", "new": PASSWORD})

    assert portal.test_client().get(f"/login/link/{other}").status_code == 404
    assert session.get("/account/").status_code == 302


@pytest.mark.parametrize("field", ["password_hash", "active"])
def test_a_login_that_came_or_is_disabled_meanwhile_gets_no_other_password(
    browser, cast, field, monkeypatch
):
    late = make_user("late", cast.mall)
    invite(browser, cast, email="late@example.net")
    real = passwords.hashed

    def slow(*args):
        with transaction() as session:
            session.query(User).filter_by(id=late).update(
                {field: "set" if field == "password_hash" else False}
            )
        return real(*args)

    monkeypatch.setattr(passwords, "hashed", slow)
    token = link().rpartition("/")[2]

    with pytest.raises(Conflict, match="Log in with it"):
        accepting.accept_by_link(token, name="N", new=PASSWORD, now=NOON, address="")

    db.session.rollback()
    assert db.session.get(User, late).password_hash in (None, "set")
    assert late not in roles(cast, cast.alpha)


@pytest.mark.both_databases
def test_of_two_clicks_on_accept_one_joins_and_the_other_finds_it_gone(portal, browser, cast):
    invite(browser, cast, email="mallory@example.net")
    actor, one = cast.actor("mallory", cast.mall), waiting()[0].id

    def accept():
        return accepting.accept(actor, one, now=NOON).member

    assert sorted(at_once(portal, accept, accept)) == ["Alpha", "gone"]


@pytest.mark.parametrize(
    ("fields", "word"),
    [({"new": "short"}, "at least 10"), ({"new": ""}, "Type a password"),
     ({"name": "x" * 256, "new": PASSWORD}, "at most 255")],
)  # fmt: skip
def test_a_weak_password_makes_no_login_and_the_link_still_works(
    portal, browser, cast, fields, word
):
    invite(browser, cast)
    path, nora = link(), portal.test_client()

    answer = nora.post(path, data={"name": "Nora"} | fields)

    assert answer.status_code == 422
    assert word in answer.text
    assert len(waiting()) == 1
    assert nora.get(path).status_code == 200


def test_declining_ends_it_signed_in_and_by_the_link(portal, browser, mallory, cast):
    invite(browser, cast, email="mallory@example.net")
    assert mallory.post(f"/invitations/{waiting()[0].id}/decline").status_code == 303
    invite(browser, cast)
    path, nora = link(), portal.test_client()

    assert "You do not act for Alpha" in nora.post(f"{path}/decline").text

    assert waiting() == []
    assert nora.get(path).status_code == 404
    assert roles(cast, cast.alpha).keys() == {cast.users["alice"], cast.users["rita"]}
    log = browser.get("/log/").text
    assert "invitation of nora@new.example" in log
    assert "invitation of mallory@example.net" in log
    assert "Mallory" not in log


def test_nobody_answers_an_invitation_of_somebody_else(portal, browser, cast):
    invite(browser, cast, email="mallory@example.net")
    bob = cast.log_in(portal.test_client(), "bob")

    for answer in ("accept", "decline"):
        assert bob.post(f"/invitations/{waiting()[0].id}/{answer}").status_code == 404
        assert bob.post(f"/invitations/{10**30}/{answer}").status_code == 404

    assert len(waiting()) == 1
    assert cast.users["bob"] not in roles(cast, cast.alpha)


def test_it_runs_out_after_seven_days_and_can_be_sent_again(portal, browser, mallory, cast):
    invite(browser, cast, email="mallory@example.net")
    path, one = link(), waiting()[0].id
    assert waiting()[0].expires_at == NOON + timedelta(days=7)
    with transaction() as session:  # as if they had passed
        session.query(Invitation).update({"expires_at": NOON})

    assert mallory.get(path).status_code == 404
    assert "1 invitation" not in mallory.get("/account/").text
    assert mallory.post(f"/invitations/{one}/accept").status_code == 404
    assert "ran out" in browser.get("/team/").text

    browser.post(f"/team/invitations/{one}/resend", data={"member": cast.alpha.id})

    assert "ran out" not in browser.get("/team/").text
    assert mallory.get(path).status_code == 404
    assert mallory.get(link()).status_code == 200
    assert len(queued()) == 2


def test_withdrawn_it_works_no_more(portal, browser, cast):
    invite(browser, cast)
    path = link()

    browser.post(f"/team/invitations/{waiting()[0].id}/withdraw", data={"member": cast.alpha.id})

    assert waiting() == []
    assert portal.test_client().get(path).status_code == 404


def test_only_an_admin_of_the_member_sends_again_or_withdraws(portal, browser, cast):
    invite(browser, cast)
    one = waiting()[0].id
    rita, mallory, bob = (cast.log_in(portal.test_client(), n) for n in ("rita", "mallory", "bob"))

    for action in ("resend", "withdraw"):
        path = f"/team/invitations/{one}/{action}"
        assert rita.post(path, data={"member": cast.alpha.id}).status_code == 403
        assert mallory.post(path, data={"member": cast.alpha.id}).status_code == 409
        assert bob.post(path, data={"member": cast.beta.id}).status_code == 404
        assert browser.post(path).status_code == 409

    assert len(queued()) == len(waiting()) == 1


def test_inviting_again_replaces_the_role_and_the_link(portal, browser, cast):
    invite(browser, cast)
    first = link()
    invite(browser, cast, role="2")

    assert [one.role for one in waiting()] == [2]
    assert portal.test_client().get(first).status_code == 404
    assert portal.test_client().get(link()).status_code == 200


def test_a_superuser_adds_at_once_and_what_waited_is_over(portal, browser, cast):
    invite(browser, cast, email="mallory@example.net")
    carol = cast.log_in(portal.test_client(), "carol")

    path = f"/users/{cast.users['mallory']}/members"
    carol.post(path, data={"asn": "AS64496", "role": "1"})

    assert roles(cast, cast.alpha)[cast.users["mallory"]] == 1
    assert waiting() == []


def test_a_member_that_left_invites_nobody(browser, mallory, cast):
    invite(browser, cast, email="mallory@example.net")
    with transaction() as session:
        session.merge(cast.alpha).status = MemberStatus.LEFT

    assert "1 invitation" not in mallory.get("/account/").text
    assert mallory.get(link()).status_code == 404


def test_without_a_relay_nobody_is_invited(app, cast):
    browser = cast.log_in(app.test_client(), "alice")

    answer = invite(browser, cast)

    assert answer.status_code == 422
    assert "cannot send mail" in answer.text
    assert waiting() == []


def at_once(app, *jobs):
    together = Barrier(len(jobs))

    def go(job):
        with app.app_context():
            together.wait()
            try:
                return job()
            except NotFound:
                return "gone"

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(go, jobs))


@pytest.mark.both_databases
def test_two_invitations_of_one_address_at_once_leave_one(app, cast):
    actor = cast.actor("alice", cast.alpha)

    def ask():
        def write(offer, token):
            return member_mail(offer.email)

        member_invitations.invite(
            actor, name="N", email="n@new.example", role=Role.USER, now=NOON, write=write
        )

    at_once(app, ask, ask)

    assert len(waiting()) == 1


def member_mail(to):
    return Mail("invitation", Recipient("p@ixp.example"), (Recipient(to),), "s", "t")


@pytest.mark.both_databases
def test_of_two_who_accept_with_one_link_at_once_one_makes_the_login(portal, browser, cast):
    invite(browser, cast)
    token = link().rpartition("/")[2]

    def accept():
        return accepting.accept_by_link(
            token, name="N", new=PASSWORD, now=NOON, address="192.0.2.9"
        )

    told = at_once(portal, accept, accept)

    db.session.rollback()
    assert told.count("gone") == 1
    assert db.session.query(User).filter_by(email="nora@new.example").count() == 1
