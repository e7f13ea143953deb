"""Search, filters and order by address, as page and as swap."""

import re

import pytest

from app.domain.evidence import Grade
from tests.cast import make_session
from tests.conftest import HTMX, NOON
from tests.factories import make_interface, make_member


@pytest.fixture
def gamma(cast):
    """A session over IPv4, nothing over IPv6."""
    member = make_member(64499, "Gamma", policy="Open")
    ends = make_interface(member, cast.lan, "192.0.2.4", "2001:db8::4")
    make_session(cast.lan, cast.alpha_ends.v4, ends.v4, last_seen=NOON, grade=Grade.CONFIRMED)
    return member


def names(response) -> list[str]:
    return re.findall(r'class="who"[^>]*>([^<]+)<', response.text)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "swap"])
@pytest.mark.parametrize(
    ("query", "found", "result"),
    [
        ("", ["Mall", "Gamma"], "2 members"),
        ("q=GAM", ["Gamma"], "1 of 2 members"),
        ("q=as64498", ["Mall"], "1 of 2 members"),
        ("missing=6", ["Gamma"], "1 of 2 members"),
        ("no-link=1", ["Mall"], "1 of 2 members"),
        ("policy=open", ["Gamma"], "1 of 2 members"),
        ("sort=-asn", ["Mall", "Gamma"], "2 members"),
        ("sort=sideways&missing=5&vlan=x&show=-1&from=z", ["Mall", "Gamma"], "2 members"),
    ],
)
def test_the_address_says_who_is_listed(alice, gamma, query, found, result, headers):
    response = alice.get(f"/peering/potential?{query}", headers=headers)

    assert names(response) == found
    assert f'id="peering-count">{result}' in response.text
    assert f"Potential Peers: {result}</p>" in response.text


def test_a_search_answers_with_all_that_it_changes_and_no_more(alice, gamma):
    page = alice.get("/peering/potential").text
    headers = HTMX | {"HX-Target": "peering-list"}
    answer = alice.get("/peering/potential?q=gam", headers=headers).text

    selects = set(re.findall(r'hx-select(?:-oob)?="([^"]*)"', page))
    changed = {name for select in selects for name in select.split(",")}
    assert changed
    assert all(answer.count(f'id="{name[1:]}"') == 1 for name in changed)
    assert 'id="peering-find"' not in answer
    assert 'class="who"' in answer


def test_equal_rows_have_the_links_of_their_own_list(alice, cast):
    twin = make_member(64500, "Mall's twin")
    make_interface(twin, cast.lan, "192.0.2.5")

    for query in ("?q=mall", "?missing=4"):
        page = alice.get(f"/peering/potential{query}").text
        for peer in (cast.mall, twin):
            assert f'href="/peering/potential/{peer.id}{query}" hx-get' in page
            assert f'formaction="/peering/potential/{peer.id}/mark{query}"' in page


def test_who_is_not_here_is_looked_for_on_the_other_tabs(alice, gamma):
    page = alice.get("/peering/rejected?q=gamma").text

    assert "You have put nobody here" in page
    assert 'Found on <a href="/peering/potential?q=gamma">Potential Peers (1)</a>, ' in page
    assert 'href="/peering/peers?q=gamma">Peers (1)</a>.' in page


def test_a_search_that_finds_somebody_tells_of_the_others_elsewhere(alice, cast, gamma):
    page = alice.get("/peering/potential?q=a").text  # Beta is on Peers, and not here

    assert names(alice.get("/peering/potential?q=a")) == ["Mall", "Gamma"]
    assert "Others with these words are on " in page
    assert '<a href="/peering/peers?q=a">Peers (1)</a>.</p>' in page
    assert "Others with" not in alice.get("/peering/potential?q=gamma").text


def test_what_is_sought_goes_along_to_other_tabs_but_for_no_link(alice, gamma):
    page = alice.get("/peering/potential?q=a&missing=6&no-link=1&policy=open").text

    assert 'href="/peering/peers?q=a&amp;policy=open&amp;missing=6"' in page


def test_the_policies_most_state_come_first_and_none_stated_last(alice, cast, gamma):
    for number, policy in enumerate(("Selective", None, None, "Selective", "Open")):
        other = make_member(64500 + number, f"Other {number}", policy=policy)
        make_interface(other, cast.lan, f"192.0.2.{50 + number}")

    page = alice.get("/peering/potential?policy=closed").text

    offered = re.findall(r'name="policy" value="([^"]+)"', page)
    assert offered == ["open", "selective", "-", "closed"]


@pytest.mark.parametrize(
    ("current", "query", "header"),
    [
        ("/peering/potential", "q=g", "HX-Push-Url"),
        ("/peering/potential?q=g", "q=ga", "HX-Replace-Url"),
        ("/peering/potential?q=ga", "q=ga&no-link=1", "HX-Push-Url"),
        ("/peering/potential?q=ga", "", "HX-Push-Url"),
        ("/peering/peers?q=g", "q=ga", "HX-Push-Url"),
        ("", "q=ga", "HX-Push-Url"),
    ],
)
def test_one_search_is_one_step_back(alice, gamma, current, query, header):
    headers = HTMX | {"HX-Current-URL": f"http://localhost{current}"}

    response = alice.get(f"/peering/potential?{query}&sort=", headers=headers)

    assert response.headers[header].rstrip("?") == f"/peering/potential?{query}".rstrip("?")
    other = {"HX-Push-Url", "HX-Replace-Url"} - {header}
    assert not other & set(response.headers.keys())


@pytest.mark.parametrize("text", ['"><script>alert(1)</script>', "{{ 7*7 }}", "a\r\nSet-Cookie: x"])
def test_what_is_searched_is_only_ever_text(alice, gamma, text):
    for headers in ({}, HTMX):
        response = alice.get("/peering/potential", query_string={"q": text}, headers=headers)

        assert response.status_code == 200
        assert "<script>alert" not in response.text
        assert "Set-Cookie: x" not in str(response.headers)
        assert "49" not in names(response)


def test_a_filter_that_nobody_offers_any_more_can_still_be_taken_away(alice, gamma):
    page = alice.get("/peering/potential?policy=by+invitation").text

    assert 'name="policy" value="by invitation" checked' in page
    assert "Look at all 2 on this tab" in page
