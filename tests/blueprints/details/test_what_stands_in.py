"""What a request says where a member leaves a field empty stands beside that field."""

import html
import re

import pytest

from app.extensions import transaction
from app.models import InterfaceAddress, Member, Vlan
from app.services import request_draft
from tests.factories import make_interface, make_vlan
from tests.letters import window


def tell(ends, as_set, max_prefix, protocol=4):
    with transaction() as session:
        row = session.get_one(InterfaceAddress, ends.v4 if protocol == 4 else ends.v6)
        row.as_set, row.max_prefix = as_set, max_prefix


def say(member, **fields):
    with transaction() as session:
        for name, value in fields.items():
            setattr(session.get_one(Member, member.id), name, value)


@pytest.fixture
def hint(alice):
    def hint(field):
        page = alice.get("/details/").text
        found = re.search(rf'id="details-{field}-hint">(.*?)</p>', page, re.S).group(1)
        return html.unescape(" ".join(re.sub(r"<[^>]+>", "", found).split()))

    return hint


def test_what_the_exchange_knows_of_the_addresses_is_shown(hint, cast):
    tell(cast.alpha_ends, "AS-ALPHA", 120)
    tell(cast.alpha_ends, None, 40, protocol=6)

    assert hint("as_set_4").startswith(
        "Empty: requests say AS-ALPHA, as the exchange knows it of your addresses."
    )
    assert "Empty: requests say AS-ALPHA, as for IPv4." in hint("as_set_6")
    assert "Empty: requests say 120, as the exchange" in hint("max_prefix_4")
    assert "Empty: requests say 40, as the exchange" in hint("max_prefix_6")


def test_ones_own_as_set_for_ipv4_stands_in_for_ipv6(hint, cast):
    tell(cast.alpha_ends, "AS-OF-SIX", None, protocol=6)
    assert "requests say AS-OF-SIX, as the exchange" in hint("as_set_6")

    say(cast.alpha, as_set_4="AS-OWN")

    assert "requests say AS-OWN, as for IPv4." in hint("as_set_6")


def test_a_field_that_nothing_stands_in_for_says_so(hint):
    for field in ("as_set_4", "as_set_6", "max_prefix_4", "max_prefix_6"):
        assert hint(field).startswith("Empty: requests leave it out; the exchange knows none")


def test_an_address_outside_the_peering_manager_stands_in_for_nothing(hint, cast):
    lan = make_vlan("LAN 9", tag=9)
    with transaction() as session:
        session.get_one(Vlan, lan.id).peering_manager = False
    tell(make_interface(cast.alpha, lan, "203.0.113.1"), "AS-ELSEWHERE", 7)

    assert "AS-ELSEWHERE" not in hint("as_set_4")


@pytest.mark.parametrize("own", [{}, {"as_set_4": "AS-OWN"}, {"as_set_4": "AS-A", "as_set_6": "B"}])
def test_it_is_what_the_request_says_once_the_field_is_empty(cast, own):
    tell(cast.alpha_ends, "AS-ALPHA", 120)
    say(cast.alpha, **own)

    told = request_draft.list_defaults(cast.alpha.id)

    for field, protocol in (("as_set_4", 4), ("as_set_6", 6)):
        say(cast.alpha, **own | {field: None})
        draft = request_draft.get_draft(cast.alpha.id, cast.beta.id, window())
        assert told[field] == draft.own.as_sets[protocol]
        say(cast.alpha, **own)
