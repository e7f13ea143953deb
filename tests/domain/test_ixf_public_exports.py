"""What real exports hold, counted per file: a change in reading them shows here."""

from collections import Counter

import pytest

from app.domain.errors import Invalid
from app.domain.ixf.parse import parse

MANAGER = "IXP-Manager__known-good_api-v4-member-export-"
ROUTESERVER = "arouteserver__euroix_data_"
PEERINGDB = "peeringdb__json_members_list_"

# version, networks, connections, addresses, route-server clients, route servers, problems
EXPECTED = {
    f"{MANAGER}0.6-auth": ("0.6", 4, 7, 10, 8, 0, 0),
    f"{MANAGER}0.6-unauth": ("0.6", 4, 7, 10, 8, 0, 0),
    f"{MANAGER}0.7-auth": ("0.7", 4, 7, 10, 8, 0, 0),
    f"{MANAGER}0.7-unauth": ("0.7", 4, 7, 10, 8, 0, 0),
    f"{MANAGER}1.0-auth": ("1.0", 4, 7, 10, 8, 0, 0),
    f"{MANAGER}1.0-unauth": ("1.0", 4, 7, 10, 8, 0, 0),
    "arix.dev__ixf": ("1.0", 20, 21, 42, 42, 0, 0),
    f"{ROUTESERVER}ixpmanager_workaround": ("0.5", 1, 2, 4, 4, 0, 0),
    f"{ROUTESERVER}skip_routeserver_07": ("0.7", 23, 24, 45, 39, 1, 0),
    f"{ROUTESERVER}skip_routeserver_10": ("1.0", 19, 19, 38, 36, 1, 0),
    "arouteserver__examples_ixf-member-export_gr-ix": ("0.6", 28, 39, 74, 0, 0, 0),
    "ix__ix-f": ("1.0", 8, 8, 8, 8, 0, 0),
    f"{PEERINGDB}ixf.member.invalid.0": ("1.0", 1, 0, 0, 0, 0, 1),
    f"{PEERINGDB}ixf.member.invalid.1": ("1.0", 1, 0, 0, 0, 0, 1),
    f"{PEERINGDB}ixf.member.invalid.2": ("1.0", 1, 0, 0, 0, 0, 1),
    f"{PEERINGDB}ixf.member.invalid.ipaddr4": ("1.0", 1, 0, 0, 0, 0, 1),
    f"{PEERINGDB}ixf.member.invalid.vlan": ("1.0", 1, 0, 0, 0, 0, 3),
    f"{PEERINGDB}ixf.member.no.ip": ("1.0", 1, 0, 0, 0, 0, 1),
    f"{PEERINGDB}ixf.member.null.if_speed": ("1.0", 1, 0, 0, 0, 0, 1),
    f"{PEERINGDB}ixf.member.null.ip.vlan": ("1.0", 1, 0, 0, 0, 0, 1),
    f"{PEERINGDB}ixf.member.null.vlan_list_and_if_list": ("1.0", 1, 0, 0, 0, 0, 1),
    f"{PEERINGDB}members.0.5": ("0.5", 1, 7, 12, 12, 0, 2),
    f"{PEERINGDB}members.0.6": ("0.6", 1, 7, 12, 12, 0, 2),
}

# networks, connections, addresses; None: refused
HISTORY = {
    "2022-01-29_4cb7293": (16, 17, 34),
    "2022-01-29_9b1c91c": (16, 17, 34),
    "2022-01-29_a34c8b6": None,
    "2022-03-06_33a73a3": (16, 17, 34),
    "2022-06-29_208f992": (17, 18, 36),
    "2022-06-29_b1f17fd": (17, 18, 36),
    "2022-07-09_43ddb4e": (17, 18, 36),
    "2022-09-25_73eda75": (18, 19, 38),
    "2023-06-10_127e68b": (19, 20, 40),
    "2023-09-19_d0ce781": (20, 21, 42),
    "2023-12-27_0070788": (21, 22, 44),
    "2024-09-03_0d54787": (19, 20, 40),
    "2024-10-01_8dd6672": (20, 21, 42),
    "2024-10-02_25d6622": (20, 21, 42),
}


def counted(path):
    found = parse(path.read_bytes())
    connections = [c for network in found.networks for c in network.connections]
    addresses = [a for connection in connections for a in connection.addresses]
    kinds = Counter(network.type for network in found.networks)
    return (
        found.version,
        len(found.networks),
        len(connections),
        len(addresses),
        sum(address.rs_client for address in addresses),
        kinds["routeserver"],
        len(found.problems),
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_real_export(name, shared_data):
    assert counted(shared_data / "ixf" / f"{name}.json") == EXPECTED[name]


@pytest.mark.parametrize("name", HISTORY)
def test_export_over_time(name, shared_data):
    path = shared_data / "ixf" / "history" / f"arix.dev_{name}.json"
    if HISTORY[name] is None:
        with pytest.raises(Invalid, match="not JSON"):
            parse(path.read_bytes())
        return

    assert counted(path)[1:4] == HISTORY[name]


def test_no_export_is_left_out(shared_data):
    files = {path.stem for path in (shared_data / "ixf").glob("*.json")}
    history = {path.stem.removeprefix("arix.dev_") for path in shared_data.glob("ixf/history/*")}

    assert (files, history) == (EXPECTED.keys(), HISTORY.keys())
