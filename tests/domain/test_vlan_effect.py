"""Whom a flag of a VLAN concerns: everybody once, whatever their protocols and interfaces."""

from app.domain.vlan_effect import Effect, Place, effect_of


def test_members_of_either_protocol_count_once_and_see_each_other_within_one():
    both, four, six = ((1, 10, 4), (1, 11, 6)), ((2, 20, 4), (2, 21, 4)), ((3, 30, 6),)

    found = effect_of(Place(*place) for place in (*both, *four, *six))

    assert found == Effect(members=3, interfaces=5, cells=4)


def test_an_empty_vlan_concerns_nobody():
    assert effect_of([]) == Effect(0, 0, 0)
