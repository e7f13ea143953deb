"""The matrix, its links and its files, without a database."""

import csv
import json
from itertools import combinations
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import matrix_export
from app.domain.classify import Link, Side, Sighting, classify
from app.domain.evidence import Grade
from app.domain.matrix import CODES, HIDDEN, SELF, Cut, Party, make_matrix


class Port(NamedTuple):
    """For either protocol: no address, or one, and whether it is a route-server client."""

    v4: bool | None
    v6: bool | None

    def client(self, protocol: int) -> bool | None:
        return self.v4 if protocol == 4 else self.v6


class Network(NamedTuple):
    ports: list[Port]
    never: bool

    def clients(self, protocol: int) -> list[bool]:
        found = [port.client(protocol) for port in self.ports]
        return [client for client in found if client is not None]


HAS = st.sampled_from([None, False, True])
NETWORKS = st.lists(
    st.builds(Network, st.lists(st.builds(Port, HAS, HAS), min_size=1, max_size=3), st.booleans()),
    min_size=2,
    max_size=4,
)


def address(place: int, number: int, protocol: int) -> int:
    return 100 * place + 10 * number + protocol


@given(NETWORKS, st.data())
def test_every_pair_has_the_link_that_the_tabs_of_both_have(networks, data):
    """Several interfaces each, both protocols, and sessions of all grades between them."""
    for protocol in (4, 6):
        parties, sides, grades = [], [], {}
        for place, network in enumerate(networks):
            clients = network.clients(protocol)
            addresses = tuple(address(place, n, protocol) for n in range(len(clients)))
            via = any(clients) and not network.never
            parties.append(Party(place, "", 64496 + place, None, via, addresses))
            sides.append((Side(1, protocol, len(clients), any(clients)),) if clients else ())
        for one, other in combinations(parties, 2):
            for a in one.addresses:
                for b in other.addresses:
                    grades[a, b] = data.draw(st.sampled_from([None, *Grade]))
        seen = [(a, grade, [b]) for (a, b), grade in grades.items() if grade]
        matrix = make_matrix(parties, data.draw(st.permutations(seen)))

        for one, other in combinations(range(len(parties)), 2):
            if not sides[one] or not sides[other]:
                continue
            sightings = tuple(
                Sighting(1, protocol, grade)
                for (a, b), grade in grades.items()
                if grade and a in parties[one].addresses and b in parties[other].addresses
            )
            via = not (networks[one].never or networks[other].never)
            for mine, theirs in ((one, other), (other, one)):
                standing = classify(
                    sides[mine], sides[theirs], sightings, via_route_servers=via
                )  # fmt: skip
                assert matrix.link(mine, theirs) is standing.cells[0].link


NAMES = ("=1+1", " ＝é", 'a, "b" <c>&', "Delta")
PARTIES = [Party(n, name, 64496 + n, None, n < 2, (n,)) for n, name in enumerate(NAMES)]
SEEN = [(0, Grade.CONFIRMED, [1, 2]), (1, Grade.POSSIBLE, [3])]
LINKS = ["both", "bilateral", "none", "none", "possible", "none"]


def joined(pieces):
    """A piece for each of the four members, and at most what stands around them."""
    pieces = list(pieces)
    assert len(pieces) <= 7
    return "".join(pieces)


def test_all_files_say_the_same_and_come_row_by_row():
    matrix = make_matrix(PARTIES, SEEN)
    text = joined(matrix_export.as_csv(matrix, "=LAN", 6))
    rows = list(csv.DictReader(text.splitlines()))
    whole = json.loads(joined(matrix_export.as_json(matrix, "LAN", 6)))
    graph = ElementTree.fromstring(joined(matrix_export.as_graphml(matrix)))
    table = joined(matrix_export.as_table(matrix)).splitlines()

    assert [row["link"] for row in rows] == [pair["link"] for pair in whole["pairs"]] == LINKS
    assert [line.split()[-1] for line in table[2:]] == LINKS
    assert len({line.rindex("  ") for line in table[2:]}) == 1
    assert len(graph.findall(".//{*}edge")) == 2
    assert [node[1].text for node in graph.findall(".//{*}node")] == list(NAMES)
    assert rows[0]["name_a"] == "'=1+1"
    assert rows[0]["name_b"] == "' ＝é"
    assert (rows[0]["vlan"], rows[0]["protocol"]) == ("'=LAN", "6")
    assert {key for member in whole["members"] for key in member} == {"id", "asn", "name"}


@pytest.mark.parametrize("parties", [[], PARTIES[:1]])
def test_files_without_pairs_are_whole(parties):
    matrix = make_matrix(parties, [])

    assert len(joined(matrix_export.as_csv(matrix, "LAN", 4)).splitlines()) == 1
    assert json.loads(joined(matrix_export.as_json(matrix, "LAN", 4)))["pairs"] == []
    assert ElementTree.fromstring(joined(matrix_export.as_graphml(matrix))) is not None
    assert len(joined(matrix_export.as_table(matrix)).splitlines()) == 2


def test_json_says_who_left():
    matrix = make_matrix([PARTIES[0]._replace(out=True), PARTIES[1]], [])
    members = json.loads(joined(matrix_export.as_json(matrix, "LAN", 4)))["members"]

    assert [member.get("left_out") for member in members] == [True, None]


def test_of_an_isolated_party_its_shown_pairs_are_left_and_no_twin():
    twin = Party(9, "Twin", 64496, None, True, (9,))
    matrix = make_matrix([*PARTIES, twin], SEEN)

    left = matrix.narrowed(Cut((Link.NONE,), PARTIES[0]))

    assert [party.id for party in left.parties] == [0, 1, 2]
    assert [list(row) for row in left.rows] == [[SELF, 4, 3], [4, SELF, HIDDEN], [3, HIDDEN, SELF]]
    assert CODES[4] is Link.BOTH
    everything = Cut(tuple(CODES), PARTIES[0])
    assert matrix.narrowed(everything).parties == (PARTIES[0],)


def test_a_cut_says_what_it_leaves_away():
    assert Cut().words == ""
    assert Cut((Link.NONE, Link.ROUTE_SERVER)).words == "Not shown: no link, route server."
    assert Cut((Link.BOTH,), PARTIES[1]).words == "Not shown: both. Only pairs of AS64497."
