"""Long lists in pages: nobody is lost or shown twice when somebody moves in between."""

import re

import pytest

from app.domain.classify import Mark
from app.services import marks
from tests.conftest import HTMX, NOON
from tests.factories import make_interface, make_member


@pytest.fixture
def crowd(cast):
    for number in range(70):
        peer = make_member(65000 + number, f"Crowd {number:02}")
        make_interface(peer, cast.lan, f"192.0.2.{100 + number}")


def ids(text):
    return [int(one) for one in re.findall(r'<tr id="peer-(\d+)"', text)]


def more(text):
    return re.search(r'class="more" hx-get="([^"]+)"', text).group(1).replace("&amp;", "&")


@pytest.mark.parametrize("moved", [3, 49], ids=["in the page", "its last row"])
def test_a_member_that_moves_between_two_pages_hides_nobody(alice, cast, crowd, moved):
    everybody = ids(alice.get("/peering/potential?show=all").text)
    first = alice.get("/peering/potential")
    shown = ids(first.text)

    actor = cast.actor("alice", cast.alpha)
    marks.set_mark(actor, shown[moved], Mark.REJECTED, now=NOON)
    rest = ids(alice.get(more(first.text), headers=HTMX).text)

    assert sorted({*shown, *rest}) == sorted(everybody)
    assert len(rest) == len(set(rest))


def test_the_whole_rest_follows_the_last_row_for_paper(alice, crowd):
    first = alice.get("/peering/potential").text

    rest = ids(alice.get(f"{more(first)}&show=all", headers=HTMX).text)

    everybody = ids(alice.get("/peering/potential?show=all").text)
    assert ids(first) + rest == everybody
