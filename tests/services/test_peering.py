"""The dashboard from rows: who is listed, in which columns, and at what price."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from app.domain.actor import Acting, Actor, Role
from app.domain.classify import Link, Mark, Tab
from app.domain.errors import NotFound
from app.domain.evidence import Grade
from app.extensions import db, transaction
from app.models import InterfaceAddress, Member, VlanInterface
from app.services import marks, peering
from tests.agents import make_agent
from tests.cast import make_session
from tests.conftest import HTMX, NOON
from tests.factories import make_interface, make_member, make_route_server, make_vlan

MONTH = timedelta(days=28)


def board(member, **options):
    return peering.dashboard(member.id, now=NOON, lookback=MONTH, **options)


def names(member, tab):
    return [peer.name for peer in board(member).found(tab)]


@pytest.fixture
def lan(app):
    return make_vlan("LAN 1", tag=10)


@pytest.fixture
def me(lan):
    member = make_member(64496, "Me", organisation="Me Group")
    make_interface(member, lan, "192.0.2.1", "2001:db8::1")
    return member


def mark(member, peer, wanted):
    actor = Actor(user_id=None, username="a", name="A", is_superuser=False,
                  member=Acting(member.id, member.name, member.asn, Role.ADMIN))  # fmt: skip
    return marks.set_mark(actor, peer.id, wanted, now=NOON)


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "routeserver"},
        {"type": "internal"},
        {"type": "associate"},
        {"status": "suspended"},
        {"status": "left"},
        {"asn": 64496},
        {"organisation": "Me Group"},
    ],
    ids=lambda fields: " ".join(f"{k} {v}" for k, v in fields.items()),
)
def test_not_a_peer(me, lan, fields):
    make_interface(make_member(**{"asn": 64500, "name": "X"} | fields), lan, "192.0.2.2")

    assert board(me).peers == ()


@pytest.mark.parametrize("broken", [{"status": "disconnected"}, {"enabled": False}])
def test_an_interface_that_is_not_in_use_makes_no_cell(me, lan, broken):
    make_interface(make_member(64500), lan, "192.0.2.2", **broken)

    assert board(me).peers == ()


def test_an_address_that_is_over_makes_no_cell(me, lan):
    ends = make_interface(make_member(64500), lan, "192.0.2.2")
    with transaction() as session:
        session.get(InterfaceAddress, ends.v4).until_at = NOON

    assert board(me).peers == ()


def test_two_vlans_with_one_tag_stay_apart(me):
    home = make_vlan("Home", tag=10, infrastructure="Second")
    make_interface(me, home, "198.51.100.1")
    other = make_member(64500, "Other")
    make_interface(other, home, "198.51.100.2")

    peer = board(me).peers[0]

    assert [cell.vlan_id for cell in peer.standing.cells] == [home.id]
    assert len(board(me).columns) == 2


def test_one_asn_twice_is_two_rows(me, lan):
    for address in ("192.0.2.2", "192.0.2.3"):
        make_interface(make_member(64500, f"Twin {address}"), lan, address)

    assert names(me, Tab.POTENTIAL) == ["Twin 192.0.2.2", "Twin 192.0.2.3"]


def test_columns_default_first_then_by_tag_untagged_last(me):
    for name, tag in (("Untagged", None), ("Thirty", 30), ("Twenty", 20)):
        make_interface(me, make_vlan(name, tag=tag), f"198.51.100.{tag or 1}")

    assert [c.name for c in board(me, default_vlan="Thirty").columns] == [
        "Thirty",
        "LAN 1",
        "Twenty",
        "Untagged",
    ]


def test_the_default_vlan_may_be_named_by_its_id_in_the_export(me):
    make_interface(me, make_vlan("Export", tag=99, ixf_vlan_id=7), "198.51.100.1")

    assert board(me, default_vlan="7").columns[0].name == "Export"


def test_a_vlan_without_the_flag_is_no_column(me):
    make_interface(me, make_vlan("Off", tag=11, peering_manager=False), "198.51.100.1")

    assert [column.name for column in board(me).columns] == ["LAN 1"]


def test_potential_peers_without_any_link_come_first(me, lan):
    ends = make_interface(make_member(64500, "A some"), lan, "192.0.2.2", "2001:db8::2")
    mine = db.session.query(InterfaceAddress).filter_by(address="192.0.2.1").one()
    make_session(lan, mine.id, ends.v4, last_seen=NOON)
    make_interface(make_member(64501, "B none"), lan, "192.0.2.3", "2001:db8::3")

    assert names(me, Tab.POTENTIAL) == ["B none", "A some"]


def test_evidence_counts_up_to_the_moment_asked_for(me, lan):
    ends = make_interface(make_member(64500, "Late"), lan, "192.0.2.2")
    mine = db.session.query(InterfaceAddress).filter_by(address="192.0.2.1").one()
    make_session(lan, mine.id, ends.v4, first_seen=NOON - MONTH, last_seen=NOON)

    before = peering.dashboard(me.id, now=NOON - 2 * MONTH, lookback=MONTH)

    assert board(me).peers[0].standing.cells[0].link is Link.BILATERAL
    assert before.peers[0].standing.cells[0].link is Link.NONE


def test_an_attempt_is_no_evidence_of_a_session(me, lan):
    ends = make_interface(make_member(64500), lan, "192.0.2.2")
    mine = db.session.query(InterfaceAddress).filter_by(address="192.0.2.1").one()
    make_session(lan, mine.id, ends.v4, last_seen=NOON, grade=Grade.ATTEMPT)

    assert board(me).peers[0].standing.cells[0].link is Link.NONE


def test_a_marked_member_without_a_cell_stands_on_the_tab_of_its_mark(me, lan):
    far = make_member(64500, "Far")
    ends = make_interface(far, lan, "192.0.2.2")
    mark(me, far, Mark.REJECTED)
    with transaction() as session:
        session.get(VlanInterface, ends.interface_id).status = "disconnected"

    assert names(me, Tab.REJECTED) == ["Far"]
    assert board(me).counts()[Tab.POTENTIAL] == 0


def test_a_marked_member_that_became_a_route_server_is_listed_nowhere(me, lan):
    server = make_member(64500, "Turned")
    make_interface(server, lan, "192.0.2.2")
    mark(me, server, Mark.PEERED)
    with transaction() as session:
        session.get(Member, server.id).type = "routeserver"

    assert board(me).peers == ()


def test_one_that_refuses_route_servers_is_not_reached_through_them(lan, app):
    me, other = make_member(64496), make_member(64500, never_via_route_servers=True)
    make_interface(me, lan, "192.0.2.1", rs_client=True)
    make_interface(other, lan, "192.0.2.2", rs_client=True)

    assert board(me).peers[0].standing.cells[0].link is Link.NONE


def test_an_unknown_member_is_refused(app):
    with pytest.raises(NotFound, match="no member with id 4711"):
        peering.dashboard(4711, now=NOON, lookback=MONTH)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "swap"])
def test_a_tab_takes_as_many_statements_for_1000_members_as_for_10(client, cast, headers):
    make_interface(make_route_server(), cast.lan, "192.0.2.250")
    make_agent(cast.lan, hours=2)  # so that silence is told, too
    cast.log_in(client, "alice")

    few = _statements(client, headers)
    _crowd(cast.lan, 1000)
    many = _statements(client, headers)

    assert few == many
    assert many <= 11  # on PostgreSQL one of them asks for its version


def _crowd(lan, number):
    with transaction() as session:
        for index in range(number):
            member = Member(asn=4200000000 + index, name=f"Crowd {index}")
            session.add(member)
            session.flush()
            interface = VlanInterface(member_id=member.id, vlan_id=lan.id)
            session.add(interface)
            session.flush()
            session.add(
                InterfaceAddress(
                    interface_id=interface.id,
                    vlan_id=lan.id,
                    protocol=4,
                    address=f"10.0.{index // 250}.{index % 250}",
                    from_at=NOON,
                )
            )


def _statements(client, headers):
    seen = []

    def count(_conn, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        assert client.get("/peering/potential", headers=headers).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(seen)
