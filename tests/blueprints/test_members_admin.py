"""Members run by the exchange: found, made, changed, let leave and return."""

import re

import pytest

from app.extensions import db, transaction
from app.models import Collector, InterfaceAddress, Member, Membership, ObservedSession
from app.services import users
from tests.cast import make_session
from tests.conftest import HTMX
from tests.factories import NOON, make_member
from tests.forms import values_of

NEW = {"name": "Newcomer", "asn": "AS64510", "type": "peering"}


@pytest.fixture
def carol(app, cast):
    return cast.log_in(app.test_client(), "carol")


def member(member_id):
    db.session.expire_all()
    return db.session.get(Member, member_id)


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [("", "Alpha", "nowhere"), ("?q=alp", "Alpha", "Beta"), ("?q=64497", "Beta", "Alpha")],
)
def test_members_are_found_by_name_and_asn(carol, query, found, missing):
    text = carol.get(f"/members/{query}", headers=HTMX).text

    assert found in text
    assert missing not in text


def test_a_member_is_made_by_hand(carol):
    assert carol.post("/members/new", data=NEW).status_code == 303

    assert db.session.query(Member).filter_by(asn=64510).one().name == "Newcomer"


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"name": ""}, 422), ({"asn": "x"}, 422), ({"asn": "0"}, 422), ({"asn": "4294967296"}, 422),
     ({"asn": "23456"}, 422), ({"asn": "AS65535"}, 422), ({"asn": "4294967295"}, 422),
     ({"asn": "64496"}, 409), ({"type": "friend"}, 422), ({"name": "x" * 256}, 422),
     ({"joined_at": "9999-12-31"}, 422), ({"joined_at": "1989-12-31"}, 422),
     ({"name": "New\u0007comer"}, 422)],
)  # fmt: skip
def test_what_makes_no_sense_makes_nobody_and_keeps_what_was_typed(carol, fields, status):
    before = db.session.query(Member).count()

    response = carol.post("/members/new", data=NEW | fields)

    assert response.status_code == status
    assert 'aria-invalid="true"' in response.text
    assert db.session.query(Member).count() == before


def test_who_saves_second_is_told_and_loses_nothing(carol, cast):
    path = f"/members/{cast.mall.id}/edit"
    version = re.search(r'name="version" value="([^"]*)"', carol.get(path).text).group(1)
    fields = {"asn": "64498", "type": "peering", "version": version}
    assert carol.post(path, data=fields | {"name": "First"}).status_code == 303

    stale = carol.post(path, data=fields | {"name": "Second"})

    assert stale.status_code == 409
    assert "First" in stale.text
    assert 'value="Second"' in stale.text
    assert member(cast.mall.id).name == "First"


def edit_form(carol, path):
    """The fields of the form as a browser would send them."""
    page = carol.get(path).text
    version = re.search(r'name="version" value="([^"]*)"', page).group(1)
    return {"name": "Mall", "asn": "64498", "type": "peering", "version": version}


def test_two_who_change_different_fields_both_keep_theirs(carol, cast):
    path = f"/members/{cast.mall.id}/edit"
    fields = edit_form(carol, path)
    carol.post(path, data=fields | {"organisation": "First House"})

    assert carol.post(path, data=fields | {"policy": "Open"}).status_code == 303
    row = member(cast.mall.id)
    assert (row.organisation, row.policy) == ("First House", "Open")


def test_who_saves_over_a_conflict_takes_back_nothing_they_did_not_touch(carol, cast):
    path = f"/members/{cast.mall.id}/edit"
    fields = edit_form(carol, path)
    carol.post(path, data=fields | {"name": "First", "organisation": "First House"})
    told = carol.post(path, data=fields | {"name": "Second"})

    assert told.status_code == 409
    assert 'value="First House"' in told.text
    version = re.search(r'name="version" value="([^"]*)"', told.text).group(1)
    again = fields | {"name": "Second", "organisation": "First House", "version": version}
    assert carol.post(path, data=again).status_code == 303
    row = member(cast.mall.id)
    assert (row.name, row.organisation) == ("Second", "First House")


@pytest.mark.parametrize("version", ["", "nonsense", "0" * 500])
def test_a_form_that_says_not_what_it_began_with_writes_nothing(carol, cast, version):
    path = f"/members/{cast.mall.id}/edit"
    fields = edit_form(carol, path) | {"name": "Other", "version": version}

    assert carol.post(path, data=fields).status_code == 409
    assert member(cast.mall.id).name == "Mall"


def test_a_member_leaves_with_its_addresses_and_returns_with_them(app, carol, cast):
    alice = cast.log_in(app.test_client(), "alice")

    carol.post(f"/members/{cast.mall.id}/leave")
    assert member(cast.mall.id).status == "left"
    assert "Mall" not in alice.get("/peering/potential").text
    assert db.session.get(InterfaceAddress, cast.mall_ends.v4).until_at is not None
    ended = carol.get(f"/members/{cast.mall.id}").text
    assert "until it ended" in ended
    assert "<code>192.0.2.3</code>" in ended
    carol.post(f"/members/{cast.mall.id}/return")

    assert member(cast.mall.id).status == "active"
    assert "Mall" in alice.get("/peering/potential").text


def test_a_member_that_was_suspended_when_it_left_returns_suspended(carol, cast):
    for step in ("suspend", "leave", "return"):
        carol.post(f"/members/{cast.mall.id}/{step}")
    assert member(cast.mall.id).status == "suspended"

    for step in ("resume", "leave", "return"):
        carol.post(f"/members/{cast.mall.id}/{step}")
    assert member(cast.mall.id).status == "active"


def test_a_member_returns_beside_another_with_its_as_number_only_when_that_is_said(carol, cast):
    path = f"/members/{cast.mall.id}"
    carol.post(f"{path}/leave")
    make_member(64498, "New Mall")

    told = carol.post(f"{path}/return")

    assert told.status_code == 409
    assert "AS64498 is New Mall already" in told.text
    assert values_of(told.text, f"{path}/return") == {}
    assert 'name="share_asn"' in told.text
    assert member(cast.mall.id).status == "left"
    assert carol.post(f"{path}/return", data={"share_asn": "1"}).status_code == 303


def test_who_acts_for_two_members_is_told_once_when_one_leaves(app, carol, cast):
    users.set_password("mallory", "correct horse battery", now=NOON)
    with transaction() as session:
        session.add(Membership(user_id=cast.users["mallory"], member_id=cast.beta.id, role=2))
    mallory = app.test_client()
    mallory.post("/login", data={"login": "mallory", "password": "correct horse battery"})
    told = "You act for Beta, AS64497, now."
    assert told not in mallory.get("/details/").text

    carol.post(f"/members/{cast.mall.id}/leave")

    assert told in mallory.get("/details/").text
    assert told not in mallory.get("/details/").text


def test_a_suspended_member_is_on_no_tab_until_it_is_resumed(app, carol, cast):
    alice = cast.log_in(app.test_client(), "alice")

    carol.post(f"/members/{cast.mall.id}/suspend")
    assert "Mall" not in alice.get("/peering/potential").text
    carol.post(f"/members/{cast.mall.id}/resume")

    assert "Mall" in alice.get("/peering/potential").text


def test_strangers_change_nothing(app, cast):
    client = cast.log_in(app.test_client(), "alice")

    assert client.post(f"/members/{cast.mall.id}/leave").status_code == 403
    assert client.post("/members/new", data=NEW).status_code == 403
    assert member(cast.mall.id).status == "active"


def test_attention_names_who_lacks_what(carol):
    page = carol.get("/attention/").text

    assert "without a peering contact" in page
    assert "Mall" in page


@pytest.mark.parametrize("stopped", [True, False], ids=["stopped", "runs"])
def test_attention_tells_of_a_collector_that_runs_no_more(carol, cast, stopped):
    make_session(cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4, last_seen=NOON)
    with transaction() as session:
        session.query(ObservedSession).update({"last_sample_at": NOON})
        session.add(
            Collector(host="host", listen="[::]:6343", started_at=NOON, last_at=NOON,
                      stopped_at=NOON if stopped else None, flush_seconds=5, buffer_octets=1)
        )  # fmt: skip
    todo, fine = carol.get("/attention/").text.split("Needs nothing</h2>")

    assert ("No collector runs" in todo) is stopped
    assert ("the newest sample is from" in fine) is not stopped


def test_attention_begins_with_what_needs_a_hand(carol):
    todo, fine = carol.get("/attention/").text.split("Needs nothing</h2>")

    assert "without a peering contact" in todo
    assert "No mail failed" not in todo
    assert "No peering request was refused" in fine
    assert "No mail leaves" in todo
    assert "without a peering contact" not in fine
