"""A superuser looks as a member: seen by everybody who looks, recorded, ended at once."""

import pytest

from app.extensions import db
from app.models import AuditEntry, Note
from app.services import notes
from tests.factories import NOON


@pytest.fixture
def carol(app, cast):
    return cast.log_in(app.test_client(), "carol")


def test_looking_shows_the_members_tabs_under_a_strip_until_it_ends(carol, cast):
    assert carol.post(f"/view-as/{cast.alpha.id}").status_code == 303

    for path in ("/peering/", "/requests/", "/details/", "/team/", "/log/"):
        page = carol.get(path).text
        assert "You look at the portal as <bdi>Alpha</bdi>" in page
    assert ">Attention</a>" not in carol.get("/peering/").text

    carol.post("/view-as/end")
    assert "You look at the portal as" not in carol.get("/members/").text
    assert carol.get("/peering/").status_code == 403


def test_what_is_done_meanwhile_stands_under_ones_own_name(carol, cast):
    carol.post(f"/view-as/{cast.alpha.id}")
    carol.post(
        f"/peering/potential/{cast.mall.id}/mark",
        data={"mark": "rejected", "member": cast.alpha.id},
    )

    entry = db.session.query(AuditEntry).filter_by(action="mark changed").one()
    assert (entry.user_id, entry.viewing, entry.member_id) == (
        cast.users["carol"], True, cast.alpha.id,
    )  # fmt: skip
    started = db.session.query(AuditEntry).order_by(AuditEntry.id).first()
    assert started.user_id == cast.users["carol"]


def test_texts_of_notes_stay_closed(carol, cast):
    actor = cast.actor("alice", cast.alpha)
    notes.add(actor, cast.mall.id, "Secret plans", now=NOON)
    carol.post(f"/view-as/{cast.alpha.id}")
    path = f"/peering/potential/{cast.mall.id}"

    drawer = carol.get(path).text
    assert 'class="nt nt-own"' in drawer
    assert "The text is Alpha’s own." in drawer
    for page in (drawer, carol.get("/peering/potential?q=secret").text, carol.get("/log/").text):
        assert "Secret" not in page.replace('value="secret"', "")
    note = db.session.query(Note).one().id
    form = {"member": cast.alpha.id, "version": 1, "text": "Overwritten"}
    for answer in (
        carol.get(f"{path}/notes/{note}"),
        carol.post(f"{path}/notes/{note}", data=form),
        carol.post(f"{path}/notes/{note}", data=form | {"version": 0}),
    ):
        assert answer.status_code == 403
        assert "Secret" not in answer.text
    db.session.expire_all()
    assert db.session.query(Note).one().text == "Secret plans"


@pytest.mark.parametrize("who", ["alice", "rita", "mallory"])
def test_nobody_else_looks_as_anybody(app, cast, who):
    client = cast.log_in(app.test_client(), who)

    assert client.post(f"/view-as/{cast.beta.id}").status_code == 403
    assert "You look at the portal as" not in client.get("/peering/").text


def test_a_member_that_does_not_exist_is_not_found(carol):
    assert carol.post("/view-as/4711").status_code == 404


def test_what_an_operator_does_to_others_meanwhile_is_told_as_the_operators_own(carol, cast):
    carol.post(f"/view-as/{cast.alpha.id}")

    carol.post(f"/members/{cast.beta.id}/suspend")

    entry = db.session.query(AuditEntry).filter_by(member_id=cast.beta.id).one()
    assert (entry.user_id, entry.viewing) == (cast.users["carol"], False)


def test_logging_out_ends_the_looking_in_the_log(carol, cast):
    carol.post(f"/view-as/{cast.alpha.id}")

    carol.post("/logout")

    assert db.session.query(AuditEntry).filter_by(action="viewing ended").count() == 1
