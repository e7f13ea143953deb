"""The switches of a VLAN: what they change, for whom, at once."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from app.extensions import db
from app.models import AuditEntry, Vlan
from app.services import vlan_flags
from tests.conftest import HTMX, NOON


@pytest.fixture
def carol(app, cast):
    return cast.log_in(app.test_client(), "carol")


def flag(cast):
    db.session.expire_all()
    return db.session.get(Vlan, cast.lan.id).peering_manager


def test_a_switch_tells_what_it_changes_and_members_see_it_at_once(app, carol, cast):
    page = carol.get("/vlans/").text
    assert "off: 3 members lose this column, 3 interfaces, 8 cells" in page
    assert page.count("3 interfaces, 8 cells") == 2  # of the matrix, too
    path = f"/vlans/{cast.lan.id}/flags/peering_manager"

    answer = carol.post(path, data={"on": "0"}, headers=HTMX)

    assert f'<tr id="vlan-{cast.lan.id}"' in answer.text
    assert 'aria-checked="false"' in answer.text
    assert "Peering manager is off for LAN 1: 3 members no longer see its column." in answer.text
    assert "Undo" in answer.text
    alice = cast.log_in(app.test_client(), "alice")
    assert "LAN 1" not in alice.get("/peering/").text
    cast.log_in(carol, "carol").post(path, data={"on": "1"})
    assert "LAN 1" in alice.get("/peering/").text


def test_without_javascript_it_leads_back_to_the_row(carol, cast):
    response = carol.post(f"/vlans/{cast.lan.id}/flags/peering_matrix", data={"on": "1"})

    assert (response.status_code, response.location) == (303, f"/vlans/#vlan-{cast.lan.id}")


def test_a_colleague_who_was_faster_is_no_accident(carol, cast):
    path = f"/vlans/{cast.lan.id}/flags/peering_manager"
    vlan_flags.set_flags(cast.lan.id, now=NOON, peering_manager=False)

    answer = carol.post(path, data={"on": "0"}, headers=HTMX).text

    assert "was off for LAN 1 already" in answer
    assert flag(cast) is False


def test_a_private_vlan_has_no_switch_and_takes_none(carol, cast):
    vlan_flags.set_flags(cast.lan.id, now=NOON, peering_manager=False, private=True)

    assert "private: never shown to others" in carol.get("/vlans/").text
    path = f"/vlans/{cast.lan.id}/flags/peering_manager"
    assert carol.post(path, data={"on": "1"}).status_code == 422
    assert flag(cast) is False


@pytest.mark.parametrize("who", ["alice", "rita", "mallory"])
def test_strangers_switch_nothing(app, cast, who):
    client = cast.log_in(app.test_client(), who)

    path = f"/vlans/{cast.lan.id}/flags/peering_manager"
    assert client.post(path, data={"on": "0"}).status_code == 403
    assert flag(cast) is True


@pytest.mark.both_databases
def test_50_hands_at_once_lose_nothing_and_see_no_error(app, cast):
    vlan_id = cast.lan.id

    def press(number):
        with app.app_context():
            vlan_flags.set_flags(vlan_id, now=NOON, peering_matrix=number % 2 == 0)
            db.session.remove()

    with ThreadPoolExecutor(25) as pool:
        list(pool.map(press, range(50)))

    db.session.expire_all()
    changes = db.session.query(AuditEntry).order_by(AuditEntry.id).all()
    row = db.session.get(Vlan, vlan_id)
    assert row.version == 1 + len(changes)
    values = [entry.changes[0][2] for entry in changes]
    assert all(one != other for one, other in pairwise(values))
    assert row.peering_matrix is (values[-1] == "yes")
