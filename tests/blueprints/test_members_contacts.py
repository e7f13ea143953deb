"""Contacts of a member, kept by the exchange: the same rules, the exchange's own word."""

import pytest

from app.extensions import db, transaction
from app.models import AuditEntry, Contact
from app.services import contacts
from tests.conftest import HTMX
from tests.factories import NOON, make_vlan
from tests.forms import values_of


@pytest.fixture
def carol(app, cast):
    return cast.log_in(app.test_client(), "carol")


@pytest.fixture
def post(carol, cast):
    def post(path="", headers=None, **fields):
        data = {"kind": "peering"} | fields
        return carol.post(f"/members/{cast.mall.id}/contacts{path}", data=data, headers=headers)

    return post


def stored():
    rows = db.session.query(Contact).order_by(Contact.email)
    return [(row.member_id, row.kind, row.email, row.phone, row.source) for row in rows]


def add(member, **fields):
    given = {"kind": "peering", "email": "old@mall.example", "source": "member"} | fields
    with transaction() as session:
        row = Contact(member_id=member.id, **given)
        session.add(row)
        session.flush()
    return row.id


def version(cast, contact_id):
    lines = contacts.list_contacts(cast.actor("mallory", cast.mall))
    return next(line.version for line in lines if line.id == contact_id)


def test_a_contact_is_added_as_the_word_of_the_exchange(post, cast):
    response = post(email="a@mall.example", phone="+44 1", vlan_id=cast.lan.id)

    assert response.status_code == 303
    assert response.location == f"/members/{cast.mall.id}#details-contacts"
    assert stored() == [(cast.mall.id, "peering", "a@mall.example", "+44 1", "operator")]


def test_the_log_of_the_member_has_it_under_the_operators_own_name(post, cast):
    post(email="a@mall.example")

    entry = db.session.query(AuditEntry).one()
    assert (entry.action, entry.subject) == ("contact added", "AS64498 Mall")
    assert (entry.user_id, entry.member_id) == (cast.users["carol"], cast.mall.id)
    assert entry.viewing is False


@pytest.mark.parametrize(("seen", "viewing"), [("alpha", False), ("mall", True)])
def test_who_looks_as_a_member_is_told_so_only_of_that_member(carol, post, cast, seen, viewing):
    carol.post(f"/view-as/{getattr(cast, seen).id}")

    post(email="a@mall.example")

    entry = db.session.query(AuditEntry).filter_by(action="contact added").one()
    assert (entry.member_id, entry.viewing) == (cast.mall.id, viewing)


def test_a_changed_contact_is_the_exchanges_and_works_again(post, cast):
    one = add(cast.mall, bounced_at=NOON)

    post(f"/{one}", email="new@mall.example", version=version(cast, one))

    assert stored() == [(cast.mall.id, "peering", "new@mall.example", None, "operator")]
    assert db.session.query(Contact).one().bounced_at is None


def test_two_who_change_different_fields_both_keep_theirs(app, post, cast):
    one = add(cast.mall)
    began = version(cast, one)
    mallory = cast.log_in(app.test_client(), "mallory")
    typed = {"member": cast.mall.id, "kind": "peering", "version": began}
    mallory.post(
        f"/details/contacts/{one}", data=typed | {"email": "old@mall.example", "phone": "+44 1"}
    )

    assert post(f"/{one}", email="new@mall.example", version=began).status_code == 303
    assert stored()[0][2:4] == ("new@mall.example", "+44 1")


def test_who_saves_second_is_told_and_loses_nothing(carol, post, cast):
    one = add(cast.mall)
    began = version(cast, one)
    post(f"/{one}", email="first@mall.example", version=began)

    told = post(f"/{one}", email="second@mall.example", version=began)

    assert told.status_code == 409
    path = f"/members/{cast.mall.id}/contacts/{one}"
    again = values_of(told.text, path)
    assert again["email"] == "second@mall.example"
    assert carol.post(path, data=again).status_code == 303
    assert stored()[0][2] == "second@mall.example"


def test_a_removed_contact_comes_back_by_undo(carol, post, cast):
    one = add(cast.mall, phone="+44 1")

    response = post(f"/{one}/remove", HTMX, version=version(cast, one))

    assert stored() == []
    assert "old@mall.example is removed." in response.text
    assert "Contact removed" in response.text  # what changed last comes along
    path = f"/members/{cast.mall.id}/contacts"
    undo = values_of(response.text.partition('id="toasts"')[2], path)
    assert carol.post(path, data=undo).status_code == 303
    assert stored() == [(cast.mall.id, "peering", "old@mall.example", "+44 1", "operator")]


@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "swap"])
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "nobody"}, "is no e-mail address"),
        ({"email": ""}, "Say at which e-mail address or phone"),
        ({"email": "a@mall.example\r\nBcc: b@c.example"}, "one line of text"),
        ({"email": "a@mall.example", "kind": "<b>"}, "is none"),
        ({"email": "a@mall.example", "vlan_id": "x"}, "Choose one of the VLANs"),
        ({"email": "a@mall.example", "phone": "1" * 65}, "At most 64"),
    ],
)
def test_nonsense_is_refused_at_the_form(post, fields, sentence, headers):
    response = post(headers=headers, **fields)

    assert response.status_code == 422
    assert response.text.count(sentence) == 1
    assert '<details class="sheet mt-2" open>' in response.text
    assert stored() == []


def test_a_vlan_that_the_member_is_not_on_is_refused_with_its_name(post):
    other = make_vlan("LAN 9", tag=9)

    response = post(email="a@mall.example", vlan_id=other.id)

    assert response.status_code == 422
    assert "Mall is not, or no longer, on the VLAN of this contact" in response.text


def test_a_contact_of_another_member_is_not_found(post, cast):
    one = add(cast.beta)

    assert post(f"/{one}", email="a@mall.example", version="").status_code == 404
    assert post(f"/{one}/remove", version="").status_code == 404
    assert stored()[0][0] == cast.beta.id


def test_a_member_that_does_not_exist_is_not_found(carol):
    data = {"kind": "noc", "email": "a@mall.example"}

    assert carol.post("/members/4711/contacts", data=data).status_code == 404


@pytest.mark.parametrize("who", ["alice", "rita", "mallory"])
def test_strangers_change_nothing(app, cast, who):
    one = add(cast.mall)
    client = cast.log_in(app.test_client(), who)
    path, data = f"/members/{cast.mall.id}/contacts", {"kind": "noc", "email": "evil@x.example"}

    for end in ("", f"/{one}", f"/{one}/remove"):
        assert client.post(path + end, data=data).status_code == 403
    assert stored() == [(cast.mall.id, "peering", "old@mall.example", None, "member")]


def test_the_page_tells_whose_word_each_contact_is(carol, cast):
    add(cast.mall)
    add(cast.mall, email="b@mall.example", source="operator")

    page = carol.get(f"/members/{cast.mall.id}").text

    assert "the member; imports leave it" in page
    assert "the exchange; imports leave it" in page
