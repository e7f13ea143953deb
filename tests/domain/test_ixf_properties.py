"""Whatever a file holds, and in whatever order."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import Invalid
from app.domain.ixf.parse import VERSIONS, parse, parse_object
from app.domain.ixf.plan import make_plan
from app.domain.ixf.report import lines, summary
from tests.exports import entry, exchange, export, lan, network, plan_after, port, snapshot_of

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(["192.0.2.1", "192.0.2.1/24", "2001:db8::1", "1", "AS64500", "ixp", "::1%x"]),
)
NAMES = [
    "version", "member_list", "ixp_list", "ixp_id", "shortname", "vlan", "id", "name", "asnum",
    "connection_list", "vlan_list", "vlan_id", "ipv4", "ipv6", "address", "mac_addresses",
    "prefix", "mask_length", "services", "service_type", "type", "contact_email", "max_prefix",
    "state", "routeserver", "member_type", "member_since", "url", "as_macro",
]  # fmt: skip
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=20,
)
PARTS = st.fixed_dictionaries(
    {"address": LEAVES},
    optional=dict.fromkeys(["mac_addresses", "max_prefix", "services", "as_macro"], ANYTHING),
)
PLACES = st.fixed_dictionaries(
    {}, optional={"vlan_id": st.just(1) | LEAVES, "ipv4": PARTS | LEAVES, "ipv6": PARTS | LEAVES}
)
PORTS = st.fixed_dictionaries(
    {}, optional={"ixp_id": st.just(1) | LEAVES, "vlan_list": st.lists(PLACES | ANYTHING)}
)
MEMBERS = st.fixed_dictionaries(
    {"asnum": st.integers(1, 3) | LEAVES, "connection_list": st.lists(PORTS | ANYTHING)},
    optional=dict.fromkeys(["name", "contact_email", "url", "member_type"], ANYTHING),
)
NEARLY = st.fixed_dictionaries(
    {"version": st.sampled_from(VERSIONS), "member_list": st.lists(MEMBERS | ANYTHING)},
    optional={"ixp_list": ANYTHING | st.lists(st.fixed_dictionaries({"ixp_id": st.just(1)}))},
)


@given(st.one_of(ANYTHING, NEARLY))
@settings(max_examples=300, deadline=None)
def test_any_object_is_refused_or_read_and_can_be_planned(found):
    try:
        document = parse_object(found)
        plan = make_plan(snapshot_of(document), document)
    except Invalid:
        return

    assert plan.too_many_leave() is None
    assert isinstance("\n".join([*lines(plan), summary(plan)]).encode(), bytes)
    assert all("\n" not in str(problem) for problem in document.problems)


SOUND = export(
    network(
        64500, port(entry("192.0.2.1", "2001:db8::1", mac_addresses=["02005e005301"])), url="x"
    ),
    network(65500, port(entry("192.0.2.9", services=[{"type": "ixrouteserver"}]))),
    exchanges=[exchange(lans=[lan(ipv4={"prefix": "192.0.2.0", "mask_length": 24})])],
)


def nodes(found, path=()):
    """The paths to everything in a JSON value."""
    yield path
    inner = (
        found if isinstance(found, dict) else dict(enumerate(found if type(found) is list else []))
    )
    for name, value in inner.items():
        yield from nodes(value, (*path, name))


def spoilt(found, path, value):
    """A copy with another value in one place."""
    if not path:
        return value
    copy = found.copy()
    copy[path[0]] = spoilt(found[path[0]], path[1:], value)
    return copy


@given(st.lists(st.tuples(st.sampled_from(list(nodes(SOUND))), ANYTHING), min_size=1, max_size=4))
@settings(max_examples=500, deadline=None)
def test_a_sound_export_with_spoilt_places_is_refused_or_read(changes):
    document = SOUND
    for path, value in sorted(changes, key=lambda change: -len(change[0])):
        if path in set(nodes(document)):
            document = spoilt(document, path, value)
    try:
        read = parse_object(document)
        plan = make_plan(snapshot_of(parse_object(SOUND)), read)
    except Invalid:
        return

    assert [*lines(plan), summary(plan), *map(str, read.problems)]


@given(st.binary(max_size=60) | ANYTHING.map(lambda found: json.dumps(found).encode()))
@settings(max_examples=200, deadline=None)
def test_any_octets_are_refused_or_read(octets):
    try:
        version = parse(octets).version
    except Invalid:
        return

    assert version in VERSIONS


@st.composite
def exports(draw, members=3, vlans=(1, 2)):
    """Sound exports of some VLANs: every address once, IPv4 and IPv6 together or alone."""
    fours, sixes = (iter(draw(st.permutations(range(1, 10)))) for _ in (4, 6))
    found = []
    for asn in range(64500, 64500 + draw(st.integers(0, members))):
        ports = []
        for _ in range(draw(st.integers(0, 3))):
            v4 = draw(st.sampled_from([f"192.0.2.{next(fours)}", None]))
            v6 = f"2001:db8::{next(sixes):x}" if v4 is None or draw(st.booleans()) else None
            place = entry(v4, v6, draw(st.sampled_from(vlans)), routeserver=draw(st.booleans()))
            ports.append(port(place))
        found.append(network(asn, *ports))
    return export(*found, exchanges=[exchange(lans=[lan(1), lan(2)])])


def shuffled(draw, document):
    """The same in another order; a member may come as two entries of its ASN."""
    entries = []
    for member in document["member_list"]:
        ports = draw(st.permutations(member["connection_list"]))
        cut = draw(st.integers(0, len(ports)))
        halves = [ports[:cut], ports[cut:]] if cut else [ports]
        entries += [member | {"connection_list": half} for half in halves]
    return document | {"member_list": draw(st.permutations(entries))}


@given(exports(), st.data())
@settings(max_examples=150, deadline=None)
def test_an_export_in_another_order_changes_nothing(document, data):
    assert plan_after(document, shuffled(data.draw, document)).changes_nothing


FEW = exports(members=1, vlans=[1])  # so few that addresses meet again on other connections


@given(exports() | FEW, exports() | FEW, st.data())
@settings(max_examples=300, deadline=None)
def test_a_plan_does_not_depend_on_order(before, after, data):
    turned = shuffled(data.draw, after)

    assert sorted(lines(plan_after(before, after))) == sorted(lines(plan_after(before, turned)))
