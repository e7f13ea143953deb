"""What browsers and others may send that is no address, no id, no sane query."""

import pytest

from tests.conftest import HTMX

BENT = "http://[x"


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/theme", {"Origin": BENT}),
        ("GET", "/peering/", {**HTMX, "HX-Current-URL": BENT}),
        ("POST", "/logout", {"Origin": BENT, **HTMX, "HX-Current-URL": BENT}),
    ],
)
def test_a_bent_address_is_no_fault(app, client, method, path, headers):
    del client.environ_base["HTTP_SEC_FETCH_SITE"]

    assert client.open(path, method=method, headers=headers).status_code < 500


def test_a_bent_address_in_a_swap_of_the_list_is_no_fault(alice):
    response = alice.get("/peering/potential?q=a", headers={**HTMX, "HX-Current-URL": BENT})

    assert response.status_code == 200


def test_a_bent_website_of_a_member_leaves_its_drawer_open(alice, cast):
    from app.extensions import transaction
    from app.models import Member

    with transaction() as session:
        session.get(Member, cast.beta.id).website = BENT

    assert alice.get(f"/peering/peers/{cast.beta.id}").status_code == 200


def test_an_impossible_session_is_no_fault(alice):
    assert alice.post(f"/account/sessions/{10**30}/end").status_code == 303


def test_a_query_that_repeats_itself_does_not_swell_the_page(alice):
    def page(many):
        query = "&".join(f"policy={number:03}{'x' * 60}" for number in range(many))
        return len(alice.get(f"/peering/potential?{query}").data), len(query)

    (small, _), (large, query) = page(12), page(500)

    assert large - small <= 2 * query  # the way back of a small form names it once
