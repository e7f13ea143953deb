"""VLANs made, changed and taken away."""

import pytest

from app.extensions import db, transaction
from app.models import AuditEntry, Infrastructure, InterfaceAddress, Vlan
from app.services import infrastructures, peering_requests, vlan_edit
from tests.cast import make_session
from tests.factories import NOON, make_interface, make_vlan
from tests.forms import values_of
from tests.letters import MAIL, RULES, order, window

GOOD = {
    "infrastructure": "Main",
    "name": "LAN 2",
    "tag": "20",
    "ixf_vlan_id": "7",
    "prefixes": "198.51.100.0/24 2001:db8:2::/64",
}


SECOND = {"infrastructure": "Second", "new_home": "1"}


@pytest.fixture
def carol(app, cast):
    return cast.log_in(app.test_client(), "carol")


def vlan(name):
    db.session.expire_all()
    return db.session.query(Vlan).filter_by(name=name).one_or_none()


def form_of(carol, path):
    return values_of(carol.get(path).text, path)


def test_a_new_vlan_takes_part_in_nothing_yet(carol):
    assert carol.post("/vlans/new", data=GOOD).status_code == 303

    row = vlan("LAN 2")
    assert (row.tag, row.ixf_vlan_id, row.peering_manager, row.private) == (20, 7, False, False)
    assert "198.51.100.0/24" in carol.get("/vlans/").text


@pytest.mark.parametrize(
    ("fields", "status", "word", "field"),
    [
        ({"name": ""}, 422, "needs a name", "name"),
        ({"name": "x" * 256}, 422, "at most 255", "name"),
        ({"name": "lan 1"}, 409, "has a VLAN LAN 1 already", "name"),
        ({"name": "LAN\u200b2"}, 422, "Character 4 of this name cannot be seen (U+200B)", "name"),
        ({"infrastructure": "MAIN"}, 409, "an infrastructure Main already", "infrastructure"),
        ({"notes": "x" * 10_001}, 422, "at most 10,000", "notes"),
        ({"notes": "a\0b"}, 422, "NUL character", "notes"),
        ({"tag": "4095"}, 422, "from 1 to 4094", "tag"),
        ({"tag": "ten"}, 422, "from 1 to 4094, or none", "tag"),
        ({"tag": "10"}, 409, "LAN 1 has the tag 10", "tag"),
        ({"prefixes": "198.51.100.1/24"}, 422, "may be meant", "prefixes"),
        ({"ixf_vlan_id": "x"}, 422, "is a number from 0 to", "ixf_vlan_id"),
        ({"infrastructure": " "}, 422, "needs a name", "infrastructure"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(carol, fields, status, word, field):
    response = carol.post("/vlans/new", data=GOOD | fields)

    assert response.status_code == status
    assert word in response.text
    assert f'aria-describedby="vlan-{field}-error"' in response.text
    assert vlan("LAN 2") is None


def test_prefixes_must_not_overlap_within_an_infrastructure(carol):
    carol.post("/vlans/new", data=GOOD)

    clash = GOOD | {"name": "LAN 3", "tag": "30", "ixf_vlan_id": "", "prefixes": "198.51.100.0/25"}
    assert "overlaps 198.51.100.0/24 of LAN 2" in carol.post("/vlans/new", data=clash).text
    elsewhere = carol.post("/vlans/new", data=clash | SECOND, follow_redirects=True)
    assert elsewhere.status_code == 200
    assert "198.51.100.0/25 overlaps 198.51.100.0/24 of Main / LAN 2: right" in elsewhere.text


def test_a_mistyped_infrastructure_is_asked_about_before_it_is_new(carol, cast):
    for path in ("/vlans/new", f"/vlans/{cast.lan.id}"):
        typed = form_of(carol, path) | GOOD | {"infrastructure": "Mian", "prefixes": ""}
        told = carol.post(path, data=typed)

        assert told.status_code == 409
        assert "There is no infrastructure “Mian”; there is Main." in told.text
        assert 'name="new_home"' in told.text
    assert db.session.query(Infrastructure).count() == 1
    assert carol.post("/vlans/new", data=GOOD | SECOND).status_code == 303
    assert db.session.query(Infrastructure).count() == 2


def test_the_first_infrastructure_is_new_without_asking(app):
    with transaction() as session:
        session.query(Infrastructure).delete()
    vlan_edit_form = vlan_edit.VlanForm("First", "LAN", None, None, False, ())

    assert vlan_edit.create(None, vlan_edit_form, now=NOON, new_home=False)


def test_prefixes_must_hold_every_address(carol, cast):
    path = f"/vlans/{cast.lan.id}"
    fields = form_of(carol, path) | {"prefixes": "192.0.2.0/31"}

    response = carol.post(path, data=fields)

    assert response.status_code == 422
    assert "192.0.2.2" in response.text
    good = fields | {"prefixes": "192.0.2.0/24 2001:db8::/64"}
    assert carol.post(path, data=good).status_code == 303


def test_addresses_of_a_protocol_without_a_prefix_or_from_before_refuse_nothing(carol, cast):
    """The LAN has IPv6 addresses; and one that an import brought lies outside."""
    path = f"/vlans/{cast.lan.id}"
    only_v4 = form_of(carol, path) | {"prefixes": "192.0.2.0/24"}
    assert carol.post(path, data=only_v4).status_code == 303
    make_interface(cast.mall, cast.lan, "203.0.113.7")

    assert carol.post(path, data=form_of(carol, path) | {"notes": "new"}).status_code == 303
    told = carol.post(path, data=form_of(carol, path) | {"prefixes": "192.0.2.0/25"})
    assert "203.0.113.7 would lie outside" in told.text


def test_who_saves_second_is_told_and_keeps_what_was_typed(carol, cast):
    path = f"/vlans/{cast.lan.id}"
    fields = form_of(carol, path)
    first = {"name": "First", "ixf_vlan_id": "9", "infrastructure": "Other", "new_home": "1"}
    carol.post(path, data=fields | first | {"tag": "77"})

    stale = carol.post(path, data=fields | {"name": "Second", "ixf_vlan_id": "8", "notes": "new"})

    assert stale.status_code == 409
    assert "meanwhile: name “First”, id 9 in the export." in stale.text
    assert (vlan("First").tag, vlan("First").notes) == (77, None)
    again = values_of(stale.text, path)
    assert (again["name"], again["tag"], again["infrastructure"]) == ("Second", "77", "Other")
    assert carol.post(path, data=again).status_code == 303
    row = vlan("Second")
    assert (row.tag, row.ixf_vlan_id, row.notes) == (77, 8, "new")


def test_two_who_change_different_fields_both_keep_theirs(carol, cast):
    path = f"/vlans/{cast.lan.id}"
    fields = form_of(carol, path)
    carol.post(path, data=fields | {"tag": "77", "private": ""})

    assert carol.post(path, data=fields | {"name": "Second"}).status_code == 303
    assert vlan("Second").tag == 77


def test_who_saves_what_a_colleague_deleted_keeps_what_was_typed(carol, cast):
    path = f"/vlans/{cast.lan.id}"
    fields = form_of(carol, path)
    carol.post(f"{path}/delete", data=form_of(carol, f"{path}/delete") | {"sure": "1"})

    gone = carol.post(path, data=fields | GOOD | {"name": "Mine"})

    assert gone.status_code == 409
    assert "deleted while you were editing" in gone.text
    assert 'value="Mine"' in gone.text
    assert 'action="/vlans/new"' in gone.text
    assert carol.post("/vlans/new", data=GOOD | {"name": "Mine"}).status_code == 303


def test_who_deletes_what_a_colleague_changed_is_told_and_deletes_nothing(carol, cast):
    path = f"/vlans/{cast.lan.id}"
    asked = form_of(carol, f"{path}/delete") | {"sure": "1"}
    carol.post(path, data=form_of(carol, path) | {"name": "First"})

    stale = carol.post(f"{path}/delete", data=asked)

    assert stale.status_code == 409
    assert (
        "Somebody changed this VLAN meanwhile: infrastructure “Main”, name “First”, tag 10, no id "
        "in the export, not private, no prefixes, no notes, in the peering manager"
    ) in stale.text
    assert 'name="version" value="2"' in stale.text
    assert vlan("First") is not None


def test_what_a_colleague_connected_since_it_was_asked_does_not_go(carol, cast):
    path = f"/vlans/{cast.lan.id}/delete"
    asked = form_of(carol, path) | {"sure": "1"}
    make_interface(cast.mall, cast.lan, "192.0.2.50")
    make_session(cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4, last_seen=NOON)

    told = carol.post(path, data=asked)

    assert told.status_code == 409
    assert "Something else would go with it by now than when you were asked" in told.text
    assert "4 interfaces" in told.text
    assert carol.post(path, data=values_of(told.text, path) | {"sure": "1"}).status_code == 303


def test_notes_are_kept_for_the_exchange_and_shown_to_no_member(carol, cast):
    carol.post("/vlans/new", data=GOOD | {"notes": "two lines\r\n<b>of text</b>"})

    row = vlan("LAN 2")
    assert row.notes == "two lines\n<b>of text</b>"
    assert "two lines\n&lt;b&gt;of text&lt;/b&gt;</textarea>" in carol.get(f"/vlans/{row.id}").text
    alice = cast.log_in(carol.application.test_client(), "alice")
    assert alice.get(f"/vlans/{row.id}").status_code == 403
    assert "two lines" not in alice.get("/peering/potential").text


def test_an_infrastructure_is_renamed_and_its_vlans_stay(carol, cast):
    path = f"/vlans/infrastructures/{cast.lan.infrastructure_id}"
    assert "Rename Main" in carol.get("/vlans/").text

    assert carol.post(path, data={"before": "Main", "name": "East"}).status_code == 303

    assert "East · tag 10" in carol.get("/vlans/").text
    assert "infrastructure renamed" in carol.get("/log/").text.casefold()


@pytest.mark.parametrize(
    ("fields", "status", "word"),
    [
        ({"name": " "}, 422, "needs a name"),
        ({"name": "second"}, 409, "an infrastructure second already"),
        ({"name": "Other", "before": "Old"}, 409, "it is Main now"),
    ],
)
def test_a_name_an_infrastructure_cannot_have_is_refused(carol, cast, fields, status, word):
    make_vlan("Elsewhere", infrastructure="Second")
    path = f"/vlans/infrastructures/{cast.lan.infrastructure_id}"

    refused = carol.post(path, data={"before": "Main"} | fields)

    assert (refused.status_code, word in refused.text) == (status, True)
    assert "Main · tag 10" in carol.get("/vlans/").text


def test_strangers_rename_no_infrastructure(app, cast):
    alice = cast.log_in(app.test_client(), "alice")
    path = f"/vlans/infrastructures/{cast.lan.infrastructure_id}"

    assert alice.get(path).status_code == 403
    assert alice.post(path, data={"before": "Main", "name": "x"}).status_code == 403


def test_a_vlan_that_takes_part_is_not_made_private(carol, cast):
    path = f"/vlans/{cast.lan.id}"

    response = carol.post(path, data=form_of(carol, path) | {"private": "1"})

    assert response.status_code == 422
    assert (
        "LAN 1 is in the peering manager, and a private VLAN takes part in nothing: switch that"
        in (response.text)
    )


def test_nothing_is_deleted_without_saying_what_goes(carol, cast):
    make_session(cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4, last_seen=NOON)
    wanted = order(cast)
    alice = cast.actor("alice", cast.alpha)
    peering_requests.send(alice, cast.mall.id, wanted, MAIL, rules=RULES, window=window())
    path = f"/vlans/{cast.lan.id}/delete"
    page = carol.get(path).text
    assert "3 interfaces, 5 addresses" in page
    assert "1 session seen" in page
    assert "1 session that members asked each other for" in page

    asked = values_of(page, path)
    assert carol.post(path, data=asked).status_code == 422
    assert vlan("LAN 1") is not None

    assert carol.post(path, data=asked | {"sure": "1"}).status_code == 303
    assert vlan("LAN 1") is None
    assert db.session.query(InterfaceAddress).count() == 0
    assert db.session.query(Infrastructure).count() == 0
    entry = db.session.query(AuditEntry).filter_by(action="VLAN deleted").one()
    assert ["requested sessions", "1", ""] in entry.changes


def test_strangers_make_and_delete_nothing(app, cast):
    client = cast.log_in(app.test_client(), "alice")

    assert client.post("/vlans/new", data=GOOD).status_code == 403
    assert client.post(f"/vlans/{cast.lan.id}/delete", data={"sure": "1"}).status_code == 403
    assert vlan("LAN 1") is not None


def test_hostile_names_are_only_text(carol):
    carol.post("/vlans/new", data=GOOD | {"name": "<script>alert(1)</script>"})

    assert "<script>alert" not in carol.get("/vlans/").text
    assert [home.name for home in infrastructures.list_infrastructures()] == ["Main"]
