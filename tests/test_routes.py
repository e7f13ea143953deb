"""Every route: closed to people who are not signed in, and to other sites."""

import pytest
from flask import Flask

from app.access import PUBLIC_ENDPOINTS
from app.services import marks
from tests.route_table import VALUES

OPEN_VIEWS = {
    "auth.login",
    "auth.forgotten",
    "auth.set_password",
    "auth.choose_theme",
    "auth.invited",
    "auth.decline_by_link",
    "guide.index",
    "requests.stop",
    "requests.stop_asked",
    "requests.confirm_stop",
    "ops.healthz",
    "ops.readyz",
    "ops.metrics",
}
PUBLIC = PUBLIC_ENDPOINTS | OPEN_VIEWS


def rules(app: Flask):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in PUBLIC]


def address(app: Flask, rule) -> str:
    values = {name: VALUES.get(name) for name in rule.arguments}
    numbers = {name: 1 for name in rule.arguments if name.endswith("_id")}
    return app.url_map.bind("localhost").build(rule.endpoint, values | numbers)


def each(app: Flask):
    for rule in rules(app):
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule, method, address(app, rule)


def test_every_route_that_is_not_public_asks_for_a_login(app, client):
    tried = 0
    for rule, method, path in each(app):
        response = client.open(path, method=method)
        tried += 1
        assert response.status_code == 302, f"{method} {rule.rule}"
        assert response.location.startswith("/login"), f"{method} {rule.rule}"

    assert tried >= 6


def test_a_swap_without_a_login_sends_the_browser_to_the_login_page(app, client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/peering/peers?q=a"}
    for rule, method, path in each(app):
        response = client.open(path, method=method, headers=headers)
        assert response.status_code == 401, f"{method} {rule.rule}"
        assert response.headers["HX-Redirect"] == "/login?next=/peering/peers?q%3Da"


def test_public_routes_are_exactly_those_listed(app):
    open_views = {
        name for name, view in app.view_functions.items() if getattr(view, "is_public", False)
    }

    assert open_views == OPEN_VIEWS


ELSEWHERE = {
    "other site": {"Sec-Fetch-Site": "cross-site"},
    "sister site": {"Sec-Fetch-Site": "same-site"},
    "origin": {"Origin": "https://evil.example"},
    "longer name": {"Origin": "http://localhost.evil.example"},
    "hidden origin": {"Origin": "null"},
    "nobody says": {},
    "says and contradicts": {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
}


@pytest.mark.parametrize("headers", ELSEWHERE.values(), ids=ELSEWHERE)
def test_every_post_refuses_a_form_of_another_site(cast, app, client, headers):
    cast.log_in(client, "alice")
    with client.session_transaction() as session:
        before = dict(session)
    del client.environ_base["HTTP_SEC_FETCH_SITE"]
    posts = [path for rule, method, path in each(app) if method == "POST"]

    for path in [*posts, "/login", "/theme"]:
        path = path.replace("/1/", f"/{cast.mall.id}/")
        fields = {"mark": "rejected", "member": cast.alpha.id}
        response = client.post(path, data=fields, headers=headers)
        assert response.status_code == 403, path
        assert "nothing was changed" in response.text.lower()
        assert marks.find_decision(cast.alpha.id, cast.mall.id).mark is None
        with client.session_transaction() as session:
            assert dict(session) == before


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"},
     {"Origin": "https://portal.example"}],
)  # fmt: skip
def test_a_form_of_the_portal_itself_is_taken(make_app, cast, headers):
    app = make_app(app_url="https://portal.example/peering")
    client = cast.log_in(app.test_client(), "alice")
    del client.environ_base["HTTP_SEC_FETCH_SITE"]

    response = client.post(
        f"/peering/potential/{cast.mall.id}/mark",
        data={"mark": "rejected", "member": cast.alpha.id},
        headers=headers,
    )

    assert response.status_code == 303


def test_no_page_holds_a_secret_that_compression_could_give_away(alice, cast):
    assert "token" not in alice.get("/peering/").text


@pytest.mark.parametrize("stranger", ["bob", "mallory", "carol"])
def test_no_get_route_shows_a_stranger_what_is_alphas_own(cast, app, client, stranger):
    cast.log_in(client, "alice").post(
        f"/peering/potential/{cast.mall.id}/mark",
        data={"mark": "rejected", "member": cast.alpha.id},
    )
    client.get("/peering/")  # the toast is Alice's
    cast.log_in(client, stranger)

    for rule, method, path in each(app):
        if method == "GET":
            text = client.get(path).text
            assert "by hand" not in text, rule.rule
            assert "as observed" not in text, rule.rule


@pytest.mark.parametrize("stranger", ["bob", "mallory", "carol", "rita"])
def test_foreign_ids_in_a_form_change_nothing_of_alpha(cast, app, client, stranger):
    cast.log_in(client, stranger)
    foreign = {
        "member": cast.alpha.id,
        "member_id": cast.alpha.id,
        "user": cast.users["alice"],
        "mark": "rejected",
        "peer_id": cast.mall.id,
    }
    before = _standing_of_alpha(cast)

    for rule, method, path in each(app):
        if method == "POST" and rule.endpoint != "auth.logout":
            for member in (cast.alpha.id, cast.beta.id, cast.mall.id):
                fields = foreign | {"member": member}  # one of them is the stranger's own
                client.post(path.replace("/1/", f"/{cast.mall.id}/"), data=fields)
                client.post(path.replace("/1/", f"/{cast.alpha.id}/"), data=fields)

    assert _standing_of_alpha(cast) == before


def _standing_of_alpha(cast):
    return [marks.find_decision(cast.alpha.id, peer.id).mark for peer in (cast.beta, cast.mall)]
