"""The switch that takes a member out of the peering matrix."""

import pytest

from app.services import matrix
from tests.conftest import HTMX


@pytest.fixture
def switch(alice, cast):
    def switch(on, headers=None, member=cast.alpha):
        data = {"on": on, "member": member.id}
        return alice.post("/details/matrix", data=data, headers=headers)

    return switch


def test_a_member_leaves_and_comes_back(alice, switch, cast):
    assert switch("0").location == "/details/#details-matrix"
    assert matrix.is_out(cast.alpha.id)
    assert "Alpha is left out" in alice.get("/details/").text
    assert switch("1").status_code == 303
    assert not matrix.is_out(cast.alpha.id)


def test_a_swap_answers_with_the_switch(switch):
    response = switch("0", headers=HTMX)

    assert "<!doctype" not in response.text
    assert 'aria-checked="false"' in response.text


def test_nonsense_and_another_member_change_nothing(switch, cast):
    assert switch("perhaps").status_code == 422
    assert switch("0", member=cast.beta).status_code == 409
    assert not matrix.is_out(cast.alpha.id)
    assert not matrix.is_out(cast.beta.id)


def test_who_only_reads_sees_the_switch_and_cannot_move_it(cast, client):
    cast.log_in(client, "rita")
    page = client.get("/details/").text
    data = {"on": "0", "member": cast.alpha.id}

    assert 'id="sw-matrix"' in page
    assert "disabled" in page.split('id="sw-matrix"')[1].split(">")[0]
    assert client.post("/details/matrix", data=data).status_code == 403
    assert not matrix.is_out(cast.alpha.id)


@pytest.mark.parametrize(
    ("least", "words"),
    [
        (0, "even without a login"),
        (1, "every login"),
        (2, "the administrators of all members"),
        (3, "but the exchange"),
    ],
)
def test_it_says_who_may_see_the_matrix_and_works_whoever_may(cast, make_app, least, words):
    client = cast.log_in(make_app(matrix_min_auth=least).test_client(), "alice")

    assert words in client.get("/details/").text.split('id="details-matrix-told"')[1][:200]
    assert (
        client.post("/details/matrix", data={"on": "0", "member": cast.alpha.id}).status_code == 303
    )
    assert matrix.is_out(cast.alpha.id)


def test_there_is_no_switch_while_the_matrix_is_off(cast, make_app):
    client = cast.log_in(make_app(peering_matrix_disabled=True).test_client(), "alice")

    assert "sw-matrix" not in client.get("/details/").text
    assert (
        client.post("/details/matrix", data={"on": "0", "member": cast.alpha.id}).status_code == 403
    )
    assert not matrix.is_out(cast.alpha.id)
