"""Invitations that are declined, withdrawn, replaced or run out, and that nobody may send."""

from datetime import timedelta

import pytest

from app.domain.actor import Role
from app.domain.member import MemberStatus
from app.extensions import transaction
from app.models import Invitation
from app.services import member_invitations
from tests.blueprints.invitations.asked import at_once, invite, link, member_mail, roles, waiting
from tests.conftest import NOON
from tests.mails import queued


def test_declining_ends_it_signed_in_and_by_the_link(portal, browser, mallory, cast):
    invite(browser, cast, email="mallory@example.net")
    assert mallory.post(f"/invitations/{waiting()[0].id}/decline").status_code == 303
    invite(browser, cast)
    path, nora = link(), portal.test_client()

    assert "You are no user of Alpha" in nora.post(f"{path}/decline").text

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
