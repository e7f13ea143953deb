"""Contacts: added, changed, removed and put back; refused; kept by imports."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain.contact import Wanted
from app.domain.errors import AppError
from app.extensions import db, transaction
from app.models import AuditEntry, Contact
from app.services import contacts, ixf, vlan_removal
from tests.conftest import HTMX
from tests.exports import crowd, export, network, octets
from tests.factories import NOON, make_vlan
from tests.forms import values_of


@pytest.fixture
def post(alice, cast):
    def post(path="", headers=None, **fields):
        data = {"member": cast.alpha.id, "kind": "peering"} | fields
        return alice.post(f"/details/contacts{path}", data=data, headers=headers)

    return post


def stored():
    rows = db.session.query(Contact).order_by(Contact.email)
    return [(row.kind, row.email, row.phone, row.vlan_id, row.source) for row in rows]


def add(cast, **fields):
    given = {"kind": "peering", "email": "old@alpha.example", "source": "ixf"} | fields
    with transaction() as session:
        row = Contact(member_id=cast.alpha.id, **given)
        session.add(row)
        session.flush()
    return row.id


def test_a_contact_is_added_for_one_vlan(post, cast):
    response = post(email="a@alpha.example", phone="+44 1", vlan_id=cast.lan.id)

    assert response.status_code == 303
    assert stored() == [("peering", "a@alpha.example", "+44 1", cast.lan.id, "member")]
    assert db.session.query(AuditEntry).one().member_id == cast.alpha.id


def version(cast, contact_id):
    lines = contacts.list_contacts(cast.actor("alice", cast.alpha))
    return next(line.version for line in lines if line.id == contact_id)


def test_a_changed_contact_is_the_members_own_and_imports_leave_it(post, cast):
    one = add(cast, bounced_at=NOON)
    post(f"/{one}", email="new@alpha.example", version=version(cast, one))
    said = network(64496, "192.0.2.1", contact_email=["old@alpha.example"])
    ixf.import_export(octets(export(said, *crowd(1, 9))), name="x", now=NOON)

    assert stored() == [("peering", "new@alpha.example", None, None, "member")]
    assert db.session.query(Contact).one().bounced_at is None


def test_a_removed_contact_comes_back_by_undo(post, cast):
    one = add(cast)
    response = post(f"/{one}/remove", HTMX, version=version(cast, one))
    assert stored() == []
    assert "old@alpha.example is removed." in response.text

    post(email="old@alpha.example", vlan_id="", phone="")

    assert stored() == [("peering", "old@alpha.example", None, None, "member")]


def test_a_stale_form_changes_nothing_and_keeps_what_was_typed(post, cast):
    one = add(cast)
    response = post(f"/{one}", email="mine@alpha.example", version="peering|older@x.example||")

    assert response.status_code == 409
    assert "mine@alpha.example" in response.text
    assert "changed this contact to old@alpha.example" in response.text
    assert stored()[0][1] == "old@alpha.example"


def test_who_saves_over_a_conflict_takes_back_nothing_they_did_not_touch(post, alice, cast):
    one = add(cast)
    path, began = f"/details/contacts/{one}", version(cast, one)
    post(f"/{one}", email="first@alpha.example", phone="+44 1", version=began)

    told = post(f"/{one}", email="second@alpha.example", version=began)

    assert told.status_code == 409
    again = values_of(told.text, path)
    assert (again["email"], again["phone"]) == ("second@alpha.example", "+44 1")
    alice.post(path, data=again)
    post(f"/{one}", email="old@alpha.example", kind="noc", version=began)
    assert stored() == [("noc", "second@alpha.example", "+44 1", None, "member")]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "nobody"}, "is no e-mail address"),
        ({"email": ""}, "Say at which e-mail address or phone"),
        ({"email": "a@alpha.example\r\nBcc: b@c.example"}, "one line of text"),
        ({"email": "a" * 400}, "At most 320"),
        ({"email": "a@alpha.example", "kind": "<b>"}, "is none"),
        (
            {"email": "a@alpha.example", "vlan_id": "4711"},
            "on the VLAN of this contact. Choose",
        ),
        ({"email": "a@alpha.example", "phone": "1" * 65}, "At most 64"),
    ],
)
def test_nonsense_is_refused(post, fields, sentence):
    response = post(**fields)

    assert response.status_code == 422
    assert sentence in response.text
    assert stored() == []


def test_a_vlan_of_others_and_the_same_contact_twice_are_refused(post, cast):
    other = make_vlan("LAN 9", tag=9)
    post(email="a@alpha.example")

    assert post(email="b@alpha.example", vlan_id=other.id).status_code == 422
    assert post(email="a@alpha.example").status_code == 422
    assert len(stored()) == 1


def test_a_contact_may_have_a_phone_only_which_leaves_requests_without_an_address(post, alice):
    assert post(phone="+44 1").status_code == 303

    assert stored() == [("peering", "", "+44 1", None, "member")]
    page = alice.get("/details/").text
    assert "phone only" in page
    assert "No peering address" in page
    post(email="a@alpha.example")
    assert "No peering address" not in alice.get("/details/").text


def test_a_second_contact_without_an_address_is_told_of_the_first(post):
    post(phone="+44 1")

    refused = post(phone="+44 2")

    assert refused.status_code == 422
    assert "with a phone only already, +44 1" in refused.text


def test_undo_of_a_contact_whose_vlan_left_says_so_and_keeps_what_it_held(post, cast):
    one = add(cast, vlan_id=cast.lan.id)
    post(f"/{one}/remove", version=version(cast, one))
    lan = cast.lan.id
    vlan_removal.remove(None, lan, version=1, sure=True, now=NOON)

    undo = post(email="old@alpha.example", vlan_id=lan, phone="", headers=HTMX)

    assert undo.status_code == 422
    assert "not, or no longer, on the VLAN of this contact" in undo.text
    assert 'value="old@alpha.example"' in undo.text
    assert post(email="old@alpha.example", vlan_id="").status_code == 303


@pytest.mark.both_databases
def test_one_contact_added_by_many_at_once_is_there_once_and_the_others_are_told(app, cast):
    actor = cast.actor("alice", cast.alpha)

    def go(_):
        with app.app_context():
            try:
                return contacts.add(actor, Wanted("noc", "a@alpha.example"), now=NOON)
            except AppError as refusal:
                return str(refusal)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(go, range(8)))

    db.session.rollback()
    assert told.count(None) == 1
    assert set(told) == {None, "a@alpha.example is there already."}
    assert len(stored()) == 1


def test_a_contact_of_another_member_is_not_found(post, cast):
    one = add(cast)
    with transaction() as session:
        session.get(Contact, one).member_id = cast.beta.id

    assert post(f"/{one}/remove", version="").status_code == 404
    assert len(stored()) == 1


def test_a_refused_address_is_shown_as_such(alice, cast):
    add(cast, bounced_at=NOON)

    assert "Refused 2026-01-15; correct it" in alice.get("/details/").text


def test_the_phone_of_a_contact_and_that_of_the_whole_noc_are_told_apart(app, alice, cast):
    carol = cast.log_in(app.test_client(), "carol")
    page = alice.get("/details/").text

    assert ">Phone of this contact <" in page
    assert ">Main NOC phone</label>" in page
    assert "requests name the main NOC phone, below under NOC" in page
    theirs = carol.get(f"/members/{cast.alpha.id}").text
    assert "which the member sets under “Our details”" in theirs
