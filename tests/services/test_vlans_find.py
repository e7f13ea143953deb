"""Which VLAN a word means."""

import pytest

from app.domain.errors import Invalid, NotFound
from app.services import vlans
from tests.factories import make_vlan


def test_a_vlan_is_found_by_name_in_any_case_by_tag_and_by_id(app):
    lan = make_vlan("LAN Größe", tag=4000)

    for word in ("LAN Größe", " lan GRÖSSE ", "4000", str(lan.id), f"#{lan.id}", f"ID:{lan.id}"):
        assert vlans.find(word, None).id == lan.id


def test_the_name_as_written_wins_over_one_in_other_case(app):
    make_vlan("lan")
    wanted = make_vlan("LAN")

    assert vlans.find("LAN", None).id == wanted.id


def test_a_number_is_a_name_first_then_a_tag_then_an_id(app):
    first = make_vlan("first", tag=7)
    second = make_vlan("second", tag=first.id)
    named = make_vlan("7")

    assert vlans.find("7", None).id == named.id
    assert vlans.find(str(first.id), None).id == second.id
    assert vlans.find(f"#{first.id}", None).id == first.id
    assert vlans.find(f"id:{first.id}", None).id == first.id


def test_a_word_for_several_vlans_is_refused_with_all_of_them(app):
    one = make_vlan("LAN", tag=10, infrastructure="East")
    other = make_vlan("LAN", infrastructure="West")

    with pytest.raises(Invalid) as refusal:
        vlans.find("LAN", None)

    assert f"id {one.id} East / LAN (tag 10)" in str(refusal.value)
    assert f"id {other.id} West / LAN (no tag)" in str(refusal.value)
    assert vlans.find("LAN", "west").id == other.id


@pytest.mark.parametrize("word", ["", "nowhere", "99", "#99", "id:99", "#x", "9" * 5000, "²"])
def test_a_word_for_no_vlan_is_refused_with_the_way_to_all(app, word):
    make_vlan("LAN", tag=10)

    with pytest.raises(NotFound, match="flask vlans list"):
        vlans.find(word, None)


def test_a_vlan_of_another_infrastructure_is_not_found(app):
    lan = make_vlan("LAN", tag=10, infrastructure="East")

    for word in ("LAN", "10", f"#{lan.id}"):
        with pytest.raises(NotFound, match="West"):
            vlans.find(word, "West")
