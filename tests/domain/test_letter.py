"""What a peering request says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import letter
from app.domain.classify import Cell, Link
from app.domain.errors import Invalid
from app.domain.letter import Asked, Contact, Side
from app.markdown import render_mail

V4 = Asked(1, 2, 1, "LAN 1", 4, "192.0.2.1", "192.0.2.2")
V6 = Asked(3, 4, 1, "LAN 1", 6, "2001:db8::1", "2001:db8::2")
FAR = Asked(5, 6, 2, "LAN 2", 4, "198.51.100.1", "198.51.100.2")
FAR6 = Asked(7, 8, 2, "LAN 2", 6, "2001:db8:2::1", "2001:db8:2::2")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ([V4], "1 session: IPv4 on LAN 1"),
        ([V4, V6], "2 sessions: IPv4 and IPv6 on LAN 1"),
        ([V4, V6, FAR, FAR6], "4 sessions: IPv4 and IPv6 on LAN 1 and LAN 2"),
        ([V4, V6, FAR], "3 sessions: IPv4 and IPv6 on LAN 1; IPv4 on LAN 2"),
        ([V4, V4._replace(own_id=9)], "2 sessions: IPv4 on LAN 1"),
    ],
)
def test_the_ask_is_one_line(asked, words):
    assert letter.sessions_in_words(asked) == words


def test_a_table_has_one_aligned_line_for_each_session():
    table = letter.session_table([V4, V6], 64496, 64497)

    assert table.splitlines() == [
        "| LAN   | Protocol | Ours, AS64496 | Yours, AS64497 |",
        "| ----- | -------- | ------------- | -------------- |",
        "| LAN 1 | IPv4     | 192.0.2.1     | 192.0.2.2      |",
        "| LAN 1 | IPv6     | 2001:db8::1   | 2001:db8::2    |",
    ]
    assert render_mail(table).count("<tr>") == 3


def test_only_what_is_ticked_is_asked_for_in_the_order_of_the_offer():
    assert letter.ticked([V4, V6, FAR], [FAR.key, V4.key]) == [V4, FAR]


@pytest.mark.parametrize(
    ("keys", "word"), [([], "Tick at least one"), (["1-2", "8-9"], "any more"), (["x"], "any more")]
)
def test_ticks_that_make_no_sense_are_refused(keys, word):
    with pytest.raises(Invalid, match=word):
        letter.ticked([V4], keys)


@pytest.mark.parametrize(
    ("as_sets", "limits", "lines"),
    [
        ({4: "AS-X", 6: "AS-X"}, {4: 100, 6: 20},
         ["AS-SET: `AS-X`", "max-prefix: 100 (IPv4), 20 (IPv6)"]),
        ({4: "AS-X", 6: "AS-X6"}, {}, ["AS-SET: `AS-X` (IPv4), `AS-X6` (IPv6)"]),
        ({4: "AS-X"}, {6: 20}, ["AS-SET: `AS-X` (IPv4)", "max-prefix: 20 (IPv6)"]),
        ({}, {4: None}, []),
    ],
)  # fmt: skip
def test_what_to_set_says_each_known_fact_and_no_blank(as_sets, limits, lines):
    side = Side("Alpha", 64496, as_sets=as_sets, max_prefix=limits)

    assert letter.to_set(side, [V4, V6]) == lines


def test_only_the_protocols_that_are_asked_for_are_set():
    side = Side("Alpha", 64496, as_sets={4: "AS-X", 6: "AS-Y"}, max_prefix={4: 1, 6: 2})

    assert letter.to_set(side, [V4]) == ["AS-SET: `AS-X`", "max-prefix: 1 (IPv4)"]


def test_how_it_is_today_says_what_is_known_and_never_none():
    cells = [
        Cell(1, 4, True, 0, 1, False, Link.ROUTE_SERVER),
        Cell(1, 6, False, 0, 1, False, Link.NONE),
        Cell(2, 4, False, 1, 2, False, Link.BILATERAL),
    ]

    assert letter.today(cells, {1: "LAN 1", 2: "LAN 2"}) == [
        "via the route servers: LAN 1 IPv4",
        "a session of our own is seen: LAN 2 IPv4",
    ]


@given(st.text(max_size=60))
def test_a_name_reads_in_the_mail_as_it_is_written(name):
    shown = render_mail(f"x {letter.escape(name)} x").unescape()

    assert shown.strip() == f"<p>x {' '.join(name.split())} x</p>".replace("\x00", "�")


@pytest.mark.parametrize(
    "name",
    ["*bold*", "_x_", "a_b_c", "__0__", "[l](http://x)", "<b>", "R&D", "&amp;", "~~x~~", "a|b"],
)
def test_what_would_be_markdown_stays_text(name):
    assert render_mail(f"x {letter.escape(name)} x").unescape().strip() == f"<p>x {name} x</p>"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "nobody will open"),
        (" \t ", "control"),
        ("a\r\nBcc: x@y.example", "one line"),
        ("x" * 201, "at most 200"),
    ],
)
def test_a_subject_that_is_none_is_refused(text, word):
    with pytest.raises(Invalid, match=word) as refused:
        letter.checked_subject(text)
    assert refused.value.field == "subject"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (" \n ", "needs a message"),
        ("a\x00b", "control character"),
        ("x" * 10_001, "has 10,001"),
        ("x\n" * 401, "401"),
        ("|" * 31, "at most 30 bars"),
    ],
)
def test_a_message_that_cannot_be_sent_is_refused(text, word):
    with pytest.raises(Invalid, match=word) as refused:
        letter.checked_message(text)
    assert refused.value.field == "message"


def test_lines_of_a_message_end_alike():
    assert letter.checked_message("a \r\nb\rc\n\n") == "a\nb\nc"


SIDE = Side(
    "Alpha",
    64496,
    contacts=(
        Contact("peering", "all@a.example"),
        Contact("peering", "lan2@a.example", 2),
        Contact("noc", "noc@a.example"),
    ),
)


@pytest.mark.parametrize(
    ("vlan_ids", "addresses"),
    [
        ([1], ["all@a.example"]),
        ([2], ["lan2@a.example"]),
        ([1, 2], ["all@a.example", "lan2@a.example"]),
        ([], []),
    ],
)
def test_a_vlan_with_a_contact_of_its_own_is_asked_there(vlan_ids, addresses):
    assert SIDE.addresses("peering", vlan_ids) == addresses


def test_every_known_address_is_known_whatever_its_case():
    side = SIDE._replace(contacts=(Contact("noc", "NOC@A.example"),))

    assert side.known_addresses == {"noc@a.example"}
