"""A form that is shown again after a login has the labels that it had before."""

import html
import re

import pytest

from app.blueprints.auth import kept_words

OTHERWISE = {  # beneath a heading that says the protocol, or named after whom it is for
    "address_4", "address_6", "enabled_4", "enabled_6", "rs_client_4", "rs_client_6",
    "max_prefix_4", "max_prefix_6", "as_set_4", "as_set_6", "asn", "wish", "private", "claim",
}  # fmt: skip


def labels(page):
    """(name, label without its hint) of every field that has a label."""
    for wanted, words in re.findall(r'<label[^>]*\bfor="([^"]+)"[^>]*>(.*?)</label>', page, re.S):
        field = re.search(rf'<(?:input|textarea|select)[^>]*\bid="{re.escape(wanted)}"[^>]*>', page)
        name = field and re.search(r'name="([^"]+)"', field.group())
        if name:
            text = re.sub(r'<span class="sub">.*?</span>', "", words, flags=re.S)
            yield name.group(1), html.unescape(re.sub(r"<[^>]+>", "", text)).strip()


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("alice", "/details/"),
        ("alice", "/peering/potential/{mall}/notes/new"),
        ("alice", "/peering/potential/{mall}/ask"),
        ("alice", "/peering/potential/{mall}/wrong"),
        ("carol", "/members/{mall}/edit"),
        ("carol", "/vlans/{lan}"),
        ("carol", "/vlans/{lan}/interfaces/new"),
        ("carol", "/users/"),
    ],
)
def test_every_field_is_called_as_in_its_form(app, cast, who, path):
    there = path.format(mall=cast.mall.id, lan=cast.lan.id)
    page = cast.log_in(app.test_client(), who).get(there).text

    known = [pair for pair in labels(page) if pair[0] in kept_words.WORDS]
    assert known
    for name, words in known:
        if name not in OTHERWISE:
            assert kept_words.label(there, name).startswith(words.partition(" (")[0]), name


def test_a_field_nobody_listed_is_still_called_something():
    assert kept_words.label("/x", "details-new_thing") == "New thing"
