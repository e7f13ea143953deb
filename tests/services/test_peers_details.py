"""What the drawer reads of a peer's own details: its word first, contacts with phone and VLAN."""

from datetime import timedelta

from app.extensions import transaction
from app.models import Contact, InterfaceAddress, Member
from app.services import peers
from tests.factories import NOON, make_interface, make_vlan


def look(cast):
    return peers.get_peer(cast.alpha.id, cast.beta.id, now=NOON, lookback=timedelta(days=28))


def test_the_members_own_word_goes_before_what_its_addresses_say(cast):
    with transaction() as session:
        session.get(InterfaceAddress, cast.beta_ends.v4).as_set = "AS-EXPORT"
        beta = session.get(Member, cast.beta.id)
        beta.as_set_4, beta.max_prefix_6 = "AS-OWN AS-TOO", 50

    assert look(cast).offers == (
        (4, ("AS-OWN", "AS-TOO"), None),
        (6, ("AS-OWN", "AS-TOO"), 50),
    )


def test_contacts_come_with_phone_and_vlan_but_none_for_a_vlan_that_is_not_shared(cast, alice):
    closed = make_vlan("Their closed group", tag=99, peering_manager=False, private=True)
    make_interface(cast.beta, closed, "203.0.113.2")
    with transaction() as session:
        for vlan, phone in ((cast.lan, "+44 1"), (closed, "+44 2")):
            session.add(
                Contact(
                    member_id=cast.beta.id,
                    kind="noc",
                    email="noc@beta.example",
                    phone=phone,
                    vlan_id=vlan.id,
                    source="member",
                )
            )

    assert look(cast).facts.contacts == (("noc", "noc@beta.example", "+44 1", "LAN 1"),)
    page = alice.get(f"/peering/peers/{cast.beta.id}").text
    assert "+44 1" in page
    assert "for LAN 1" in page
    assert "Their closed group" not in page


def test_the_noc_is_reached_by_its_phone_in_its_hours(cast, alice):
    with transaction() as session:
        beta = session.get(Member, cast.beta.id)
        beta.noc_phone, beta.noc_hours = "+44 20 7946 0000", "24x7"
        session.add(
            Contact(member_id=beta.id, kind="noc", email="", phone="+44 9", source="member")
        )

    page = alice.get(f"/peering/peers/{cast.beta.id}").text

    assert "<dt>Main NOC phone</dt><dd><span" in page
    assert "+44 20 7946 0000" in page
    assert "<dt>NOC hours</dt><dd>24x7</dd>" in page
    assert 'data-copy=""' not in page
