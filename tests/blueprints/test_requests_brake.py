"""The operator's brake."""

import re

import pytest


@pytest.fixture
def carol(app, cast):
    return cast.log_in(app.test_client(), "carol")


def test_a_brake_on_everybody_is_read_by_members_and_let_go(app, carol, alice, cast):
    wanted = {"everybody": "1", "reason": "Mail loop"}
    assert carol.post("/requests/pauses", data=wanted).status_code == 303

    page = cast.log_in(app.test_client(), "alice").get(f"/peering/potential/{cast.mall.id}/ask")
    assert "Mail loop" in page.text
    volume = cast.log_in(app.test_client(), "carol").get("/requests/volume").text
    assert "Requests of everybody are paused" in volume
    assert "Requests of everybody are paused" in carol.get("/attention/").text
    pause_id = re.search(r"/requests/pauses/(\d+)/end", volume).group(1)
    carol = cast.log_in(app.test_client(), "carol")
    carol.post(f"/requests/pauses/{pause_id}/end")
    assert "Mail loop" not in carol.get("/requests/volume").text


def test_a_brake_on_one_member_is_on_that_one(app, carol, cast):
    carol.post("/requests/pauses", data={"asn": "AS64496", "reason": "Too many"})

    for name, braked in (("alice", True), ("bob", False)):
        page = cast.log_in(app.test_client(), name).get(f"/peering/potential/{cast.mall.id}/ask")
        assert ("Too many" in page.text) is braked


@pytest.mark.parametrize(
    ("fields", "status", "word"),
    [
        ({"reason": "", "everybody": "1"}, 422, "Say why"),
        ({"reason": "x" * 501, "everybody": "1"}, 422, "at most 500"),
        ({"reason": "a"}, 422, "or tick “Of everybody”"),
        ({"reason": "a", "everybody": "1", "asn": "64496"}, 422, "or tick “Of everybody”"),
        ({"reason": "a", "asn": "x"}, 422, "Type the AS number"),
        ({"reason": "a", "asn": "65000"}, 422, "no member with AS65000"),
    ],
)
def test_a_brake_that_makes_no_sense_is_refused(carol, fields, status, word):
    response = carol.post("/requests/pauses", data=fields)

    assert response.status_code == status
    assert word in response.text
