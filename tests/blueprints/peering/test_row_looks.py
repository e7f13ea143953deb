"""A kept look of a row says what rendering the row itself would say, to everybody who asks."""

import re
from itertools import product

import pytest
from flask import current_app

from app.blueprints.peering import rows
from app.blueprints.peering.rows import Frame, Rows
from app.domain.classify import Grade, Mark, Side, Sighting, Tab, classify
from app.domain.request_state import RequestState
from app.services.last_asked import Last, Received, Refused
from app.services.noted import Counts
from app.services.peering import Peer
from app.services.peering_rows import Column
from tests.conftest import NOON

ONE, TWO = Column(1, "50% LAN", 10, "IX"), Column(2, "%(name)s", None, "IX")
SIDES = (Side(1, 4, 1, True), Side(1, 6, 2, False), Side(2, 4, 1, False))
STANDINGS = [
    classify(SIDES, SIDES),
    classify(SIDES, SIDES[:1], (Sighting(1, 4, Grade.CONFIRMED),)),
    classify(SIDES[1:], SIDES, (Sighting(1, 6, Grade.POSSIBLE),)),
]
FRAMES = [
    Frame(tab, columns, may_act, may_ask)
    for tab, columns, (may_act, may_ask) in product(
        Tab, [(ONE, TWO), (TWO,)], [(True, True), (True, False), (False, False)]
    )
]
PEERS = [
    Peer(7, "A & %s <b>", 64500, policy, left, mark, standing)
    for policy, left, mark, standing in product(
        ["Open", None], [True, False], [None, *Mark], STANDINGS
    )
]
ASKED = Last(3, NOON, "Bob %s", 1, 1, RequestState.SENT, NOON.date())
PEERS += [
    PEERS[0]._replace(notes=notes, asked=asked, refused=refused, asked_us=received)
    for notes, asked, refused, received in product(
        [Counts(0, 1), Counts(12, 0)],
        [None, ASKED, ASKED._replace(id=4, by=None, state=RequestState.QUEUED)],
        [None, Refused(5, NOON)],
        [None, Received(6, NOON)],
    )
]


class Spoken:
    """Words of silence that differ by member and VLAN."""

    def of(self, peer, columns):
        return tuple((f"{column.vlan_id} of {peer.policy}", "100 %") for column in columns)


@pytest.fixture(autouse=True)
def asked(app):
    rows._rendered.cache_clear()
    with app.test_request_context("/peering/"):
        yield


def plain(frame, peer, base, query, silence):
    """The row as its template says it, nothing kept."""
    drawn = Rows(frame, base=base, query=query, silence=silence)
    drawn._keeps = False
    return drawn(peer, None)


@pytest.mark.parametrize("silence", [None, Spoken()], ids=["", "silence"])
def test_every_look_is_the_row_warm_and_cold(silence):
    for _ in ("cold", "warm"):
        for number, frame in enumerate(FRAMES):
            base, query = f"/peering/{frame.tab.value}", f"?q=50%25&show={number}"
            drawn = Rows(frame, base=base, query=query, silence=silence)
            for peer in PEERS:
                assert drawn(peer, None) == plain(frame, peer, base, query, silence)


def test_what_two_members_were_asked_does_not_mix():
    asked = PEERS[0]._replace(asked=ASKED)
    refused = PEERS[0]._replace(id=8, refused=Refused(5, NOON))
    drawn = Rows(FRAMES[0], base="/a", query="")

    first, second, third = (drawn(peer, None) for peer in (asked, refused, PEERS[0]))

    assert "Bob %s" in first
    assert "refused" not in first
    assert re.search(r'<a href="[^"]*/requests/3"><time [^>]*>[^<]*</time>', first)
    assert re.search(r'<a href="[^"]*/requests/5"><b class="t-bad">refused</b>', second)
    assert "refused" in second
    assert "Bob" not in second
    assert "Last asked" not in third


def test_the_words_of_two_members_do_not_mix():
    one, other = PEERS[0], PEERS[0]._replace(id=8, name="Other", asn=64501, policy="Closed")
    drawn = Rows(FRAMES[0], base="/a", query="")

    first, second = drawn(one, None), drawn(other, None)

    assert "Other" not in first
    assert "64500" not in second
    assert "Open" not in second


def test_while_debugging_nothing_is_kept(make_app):
    with make_app(debug=True).test_request_context("/peering/"):
        Rows(FRAMES[0], base="/a", query="")(PEERS[0], None)

    assert rows._rendered.cache_info().currsize == 0


@pytest.mark.parametrize("name", ["_row.html", "_cells.html"])
def test_what_a_skin_writes_is_asked_anew_for_every_answer(make_app, tmp_path, name):
    ours = current_app.jinja_env.get_template(f"peering/{name}").filename
    skin = tmp_path / "templates" / "peering"
    skin.mkdir(parents=True)
    with open(ours, encoding="utf-8") as file:
        (skin / name).write_text(f"{file.read()}<!-- {{{{ request.full_path }}}} -->")
    skinned = make_app(skin_dir=tmp_path)

    for words in ("one", "two"):
        with skinned.test_request_context(f"/peering/?q={words}"):
            row = Rows(FRAMES[0], base="/a", query="")(PEERS[0], None)
            assert f"q={words}" in row
