"""A mail as octets: whoever is named in it adds no header and ends no line."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.letter import MOST_FROM, sender_name
from app.domain.mail import Letter, Recipient
from app.domain.mail_document import build, header_of, sender_address

NOW = datetime(2026, 1, 15, tzinfo=UTC)
HOSTILE = [
    "a\r\nBcc: evil@x.example",
    "=?utf-8?q?a=0d=0aBcc:_evil@x.example?=",
    "Evil =?utf-8?b?DQpCY2M6IGV2aWxAeC5leGFtcGxl?=",
    '"Bank" <evil@x.example>',
    "evil@x.example, b",
    "a\u2028\u202eb\x00c",
    'Back\\slash" (c)',
    "Deutsche Telekom International Carrier Sales and Solutions, GmbH",  # is folded
    f"Evil <ceo@bank.example>, a name {'so ' * 12}long",
    f"{'word ' * 12}<ceo@bank.example>",
    f'{"a, " * 40}"b"; (c)',
    "ж" * 255,
    "x" * 255,
]


def mail_from(name, to=""):
    sender = header_of(Recipient("ix@x.example", name))
    people = (Recipient("ana@a.example", to),)
    letter = Letter(1, NOW, "<a@b>", "request", sender, people, ("ana@a.example",), "S", "t", NOW)
    return build(letter)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_more_than_a_name(name):
    octets = mail_from(sender_name(name, "Lantern IX"), to=name)
    mail = message_from_bytes(octets, policy=default)

    assert octets.isascii()
    assert max(map(len, octets.split(b"\r\n"))) < 998  # RFC 5322, 2.1.1
    assert mail["Bcc"] is None
    assert [one.addr_spec for one in mail["From"].addresses] == ["ix@x.example"]
    assert [one.addr_spec for one in mail["To"].addresses] == ["ana@a.example"]


NAMES = st.text(alphabet='ab ,<>@"();:.\\[]=?é', max_size=110)


@given(st.lists(st.tuples(NAMES, st.integers(1, 50)), min_size=1, max_size=3))
def test_whatever_names_hold_the_addresses_are_those_that_are_meant(people):
    meant = [f"{'m' * many}{place}@a.example" for place, (_, many) in enumerate(people)]
    to = tuple(Recipient(address, name) for address, (name, _) in zip(meant, people, strict=True))
    sender = header_of(Recipient(meant[0], people[0][0]))
    letter = Letter(1, NOW, "<a@b>", "request", sender, to, ("x@a.example",), "S", "t", NOW)
    mail = message_from_bytes(build(letter), policy=default)

    assert [one.addr_spec for one in mail["From"].addresses] == [meant[0]]
    assert [one.addr_spec for one in mail["To"].addresses] == meant


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Alpha", "Alpha via Lantern IX <ix@x.example>"),
        ("Alpha, Inc.", '"Alpha, Inc. via Lantern IX" <ix@x.example>'),
        ("Größe", "Größe via Lantern IX <ix@x.example>"),
        ('The "A"', '"The \\"A\\" via Lantern IX" <ix@x.example>'),
    ],
)
def test_a_name_is_quoted_where_it_must_be_and_arrives_as_it_is(name, header):
    shown = sender_name(name, "Lantern IX")
    mail = message_from_bytes(mail_from(shown), policy=default)

    assert header_of(Recipient("ix@x.example", shown)) == header
    assert mail["From"].addresses[0].display_name == f"{name} via Lantern IX"
    assert sender_address(header) == "ix@x.example"


def test_a_long_name_loses_what_needs_quotes_also_where_it_was_stored_with_them():
    stored = '"Deutsche Telekom International Carrier Sales, GmbH via Lantern IX" <ix@x.example>'
    people = (Recipient("ana@a.example"),)
    letter = Letter(1, NOW, "<a@b>", "request", stored, people, ("ana@a.example",), "S", "t", NOW)
    [found] = message_from_bytes(build(letter), policy=default)["From"].addresses

    name = "Deutsche Telekom International Carrier Sales GmbH via Lantern IX"
    assert (found.display_name, found.addr_spec) == (name, "ix@x.example")


def test_a_long_name_is_cut_so_that_the_exchange_is_still_read():
    name = sender_name("x" * 255, "Lantern IX")

    assert name.endswith("x… via Lantern IX")
    assert len(name) == MOST_FROM
    assert len(sender_name("Alpha", "y" * 500)) == MOST_FROM
