"""IXP_FE_FRONTEND_DISABLED_PEERING_MANAGER: no entry, and every address refuses."""

import pytest

from app.services import marks
from tests.conftest import HTMX


@pytest.fixture
def off(make_app, cast):
    app = make_app(peering_manager_disabled=True)
    client = cast.log_in(app.test_client(), "alice")
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"  # is told the same
    return client


def test_the_navigation_has_no_entry(off):
    assert ">Peering</a>" not in off.get("/").text


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("signed_in", [True, False])
def test_every_address_of_the_room_refuses_and_does_nothing(off, cast, headers, signed_in):
    if not signed_in:
        off.delete_cookie("session")
    rules = [
        rule
        for rule in off.application.url_map.iter_rules()
        if rule.endpoint.startswith("peering.")
    ]
    for rule in rules:
        path = rule.rule.replace("<int:peer_id>", str(cast.mall.id))
        path = path.split("<any")[0] + "peers" + path.split(":tab>")[-1] if "<" in path else path
        for method in ("GET", "POST", "DELETE"):
            answer = off.open(path, method=method, data={"mark": "rejected"}, headers=headers)
            assert answer.status_code == 403, path
            assert "switched off by the exchange" in answer.text

    assert off.get("/peering/nonsense").status_code == 403
    assert len(rules) >= 3
    assert marks.find_decision(cast.alpha.id, cast.mall.id).mark is None
