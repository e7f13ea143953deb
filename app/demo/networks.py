"""Who is at the demo exchange.

There are 32 ASNs for documentation (RFC 5398), and all are taken: 31 networks and the route
servers. A new network goes to the end, because addresses follow from the place in the list.
"""

from dataclasses import dataclass, field

YOU = 64500  # the member that the demo logins act for
STUDIOS = 65547  # a second member that the demo's main login may act for
GRANITE = 64504  # the member of another login
ASSOCIATE = 64507  # a member that peers with nobody, though it has a port

Ports = dict[int, tuple[str, ...]]


@dataclass(frozen=True)
class Network:
    """A member. `ports` gives each LAN's routers: protocols, `r` for route-server clients, and
    `x` for a port that is not in use yet, as in `{1: ("46r", "46")}`: two routers on LAN 1,
    both dual stack, the first a client. `lacks` is what the export does not say of it."""

    asn: int
    name: str
    policy: str | None
    ports: Ports
    prefixes: int = 200  # the IPv4 maximum
    lacks: frozenset[str] = field(default=frozenset())
    is_listed_twice: bool = False  # the export has an entry for each of its LANs

    def routers(self, lan: int) -> tuple[str, ...]:
        """What the routers on a LAN are, by number."""
        return self.ports.get(lan, ())


def _lacks(*words: str) -> frozenset[str]:
    return frozenset(words)


BOTH: Ports = {1: ("46r",), 2: ("46",)}

NETWORKS = (
    Network(YOU, "Hollin Networks", "Open", {1: ("46r", "46r"), 2: ("46",)}),
    Network(64496, "Alder Broadband", "Open", {1: ("46r",), 2: ("46r",)}, 800),
    Network(64497, "Birchline Telecom", "Selective", {1: ("46",)}, 2500),
    Network(64498, "Cobalt Hosting", "Open", {1: ("46r",), 2: ("4r",)}),
    Network(64499, "Driftwood Media", "Open", {1: ("46r",)}, 20, _lacks("policy_url", "phone")),
    Network(64501, "Eastmoor Broadband", "Selective", {1: ("46", "46")}, 1200),
    Network(64502, "Fernhill University", "Open", {2: ("46",)}, 40),
    Network(GRANITE, "Granite Cloud", "Open", BOTH, 400),
    Network(64505, "Harbour CDN", "Open", {1: ("46r", "46r"), 2: ("46r", "46r")}, 1000),
    Network(64506, "Ivory Media", "Open", BOTH, 60, _lacks("as_set")),
    Network(64510, "Jasper Mobile", "Selective", {1: ("46",), 2: ("4",)}, 600),
    Network(65537, "Kestrel DNS", "Open", {1: ("46",), 2: ("46",)}, 10, is_listed_twice=True),
    Network(65538, "Larchwood Bank", "Restrictive", {1: ("4",)}, 10, _lacks("phone", "limits")),
    Network(65539, "Mistral Radio", "Open", {1: ("46r",)}, 10),
    Network(65540, "Rowan Fibre", "Open", BOTH, 300),
    Network(65541, "Oakfield Council Network", "Case by case", {2: ("46",)}, 30),
    Network(65542, "Pinnacle Gaming", "Open", {1: ("6r",)}, 80),
    Network(65543, "Quarry Voice", "Selective", {1: ("46r",)}, 50, _lacks("policy_url")),
    Network(65544, "Saltmarsh Games", "Open", {1: ("46",)}, 50, _lacks("limits", "as_set")),
    Network(65545, "Thistle Streaming", "Open", BOTH, 500),
    Network(65546, "Umber Security", "Restrictive", {2: ("4",)}, 20, _lacks("website", "as_set")),
    Network(STUDIOS, "Hollin Studios", "Open", {1: ("46r",)}, 20),
    Network(65548, "Willow Mail", "Open", BOTH, 20, _lacks("phone", "policy_url")),
    Network(65549, "Yarrow Anycast", "Open", {1: ("6",), 2: ("6",)}, 10),
    Network(64503, "Žluťásek Síť", "Open", BOTH, 150),
    Network(
        ASSOCIATE,
        "Beacon Measurement Lab",
        None,
        {1: ("46",)},
        10,
        _lacks("phone", "limits", "as_set", "policy_url"),
    ),
    Network(64508, "Verity Backbone", "Selective", {1: ("46",) * 4, 2: ("46",)}, 25000),
    Network(
        64509,
        "The Northern Counties Schools, Colleges and Public Libraries Broadband Consortium",
        "Selective",
        {1: ("46r",)},
        120,
    ),
    Network(
        65536,
        "Zephyr Payments",
        None,
        {1: ("4r",), 2: ("4",)},
        10,
        _lacks("contacts", "phone", "website", "limits", "as_set", "policy_url", "joined"),
    ),
    Network(65550, "Nettle & Sons Hosting", "Open", {1: ("46r",), 2: ("46r",)}, 90),
    Network(65551, "Inglenook Cable", "Open", {1: ("46rx",)}, 700),
)
