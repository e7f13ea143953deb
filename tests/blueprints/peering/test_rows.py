"""Long lists in pages: each member once, in the order of the whole."""

import re

import pytest

from tests.browser.crowd import add_crowd
from tests.cast import make_session
from tests.conftest import HTMX, NOON
from tests.factories import make_interface, make_member

POTENTIAL = "/peering/potential"


@pytest.fixture
def crowd(cast):
    add_crowd(cast, 120)  # and Mall


def names(response) -> list[str]:
    return re.findall(r'class="who"[^>]*>([^<]+)<', response.text)


def test_pages_together_are_the_whole_list_in_its_order(alice, crowd):
    pages = [alice.get(POTENTIAL)]
    pages += [alice.get(f"{POTENTIAL}/rows?from={n}", headers=HTMX) for n in (50, 100)]

    assert [len(names(page)) for page in pages] == [50, 50, 21]
    assert [name for page in pages for name in names(page)] == names(
        alice.get(f"{POTENTIAL}?show=all")
    )


def test_a_heading_stands_once_and_counts_its_whole_group(alice, crowd):
    first, second = (
        alice.get(POTENTIAL).text,
        alice.get(f"{POTENTIAL}/rows?from=50", headers=HTMX).text,
    )

    assert 'id="count-none">121<' in first
    assert "No link at all <" not in second


@pytest.mark.parametrize("who", ["alice", "rita"])  # one of them has a column to act in
def test_a_heading_and_the_last_row_are_as_wide_as_the_table(client, cast, crowd, who):
    page = cast.log_in(client, who).get(POTENTIAL).text

    assert set(re.findall(r'colspan="(\d+)"', page)) == {str(page.count('<th scope="col"'))}


def test_the_row_that_fetches_more_ends_with_the_list(alice, crowd):
    last = alice.get(f"{POTENTIAL}/rows?from=100", headers=HTMX).text

    assert 'class="more"' in alice.get(POTENTIAL).text
    assert 'class="more"' not in last
    assert "<title>" not in last


@pytest.mark.parametrize(
    ("show", "many"), [("100", 100), ("60", 100), ("all", 121), ("0", 50), ("-5", 50), ("x", 50)]
)
def test_as_many_as_the_address_says_in_whole_pages(alice, crowd, show, many):
    assert len(names(alice.get(f"{POTENTIAL}?show={show}"))) == many


@pytest.mark.parametrize("start", ["", "x", "999999", "-50", "9" * 40])
def test_nonsense_in_the_address_of_a_page_does_no_harm(alice, crowd, start):
    assert alice.get(f"{POTENTIAL}/rows?from={start}", headers=HTMX).status_code == 200


def test_without_a_swap_the_list_reaches_as_far(alice, crowd):
    response = alice.get(f"{POTENTIAL}/rows?q=crowd&from=50")

    assert (response.status_code, response.location) == (303, f"{POTENTIAL}?q=crowd&show=100")


def test_a_search_finds_who_was_not_shown_yet(alice, crowd):
    assert names(alice.get(f"{POTENTIAL}?q=crowd+119")) == ["Crowd 119"]


def test_the_second_heading_stands_before_the_first_member_with_some_link(alice, cast, crowd):
    ends = make_interface(make_member(64499, "Aardvark"), cast.lan, "192.0.9.9", "2001:db8::9")
    make_session(cast.lan, cast.alpha_ends.v4, ends.v4, last_seen=NOON)

    whole = alice.get(f"{POTENTIAL}?show=all").text

    headings = re.findall(r'id="(group-\w+)"|class="who"[^>]*>(Aardvark|Crowd 001)<', whole)
    assert ["".join(found) for found in headings] == [
        "group-none", "Crowd 001", "group-some", "Aardvark",
    ]  # fmt: skip
