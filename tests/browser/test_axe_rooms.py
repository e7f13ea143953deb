"""axe-core finds nothing on any page that has an address of its own, whoever opens it.

The pages come from the URL map, so that a new one is looked at without being listed here.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from app.extensions import transaction
from app.models import Invitation
from app.services import logins, member_standing, one_time
from tests.browser.conftest import log_in
from tests.browser.test_axe import LOOKS, faults

pytestmark = pytest.mark.xdist_group("browser")

TWO_LOOKS = {
    "light": LOOKS["light"],
    "dark phone": LOOKS["phone"] | {"color_scheme": "dark"},
}
NOT_A_PAGE = re.compile(r"\.(csv|json|png|graphml|svg|bin|txt)$|/data$|/static|^/$|^/rows$")


@pytest.fixture(params=TWO_LOOKS.values(), ids=TWO_LOOKS)
def look(request):
    return request.param


def addresses(portal):
    """Every address without a part to fill in."""
    return sorted(
        rule.rule
        for rule in portal.app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.arguments and not NOT_A_PAGE.search(rule.rule)
    )


def walk(page, paths):
    """Open each page that answers with HTML, and collect what axe says."""
    seen, found = [], {}
    for path in paths:
        answer = page.request.get(path)
        if "html" not in answer.headers.get("content-type", ""):
            continue
        page.goto(path)
        seen.append(path)
        if told := faults(page):
            found[path] = told
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            found.setdefault(path, []).append(f"scrolls sideways by {wide} px")
    return seen, found


def test_every_page_of_a_member(open_page, portal, look):
    seen, found = walk(log_in(open_page(**look)), addresses(portal))

    assert found == {}
    assert {"/account/", "/details/", "/team/", "/requests/", "/log/"} <= set(seen)


def test_every_page_of_an_operator(operate, portal, look):
    page = operate("/attention/", **look)
    inner = [f"/members/{portal.cast.alpha.id}", f"/vlans/{portal.cast.lan.id}"]

    seen, found = walk(page, [*addresses(portal), *inner])

    assert found == {}
    assert {"/members/", "/users/", "/vlans/", "/outbox/", "/log/", *inner} <= set(seen)


def test_every_page_of_an_operator_who_looks_as_a_member(operate, portal, look):
    page = operate(f"/members/{portal.cast.alpha.id}", **look)
    page.get_by_role("button", name="View as").first.click()
    page.wait_for_url("**/peering/**")
    inner = [f"/members/{portal.cast.beta.id}", f"/vlans/{portal.cast.lan.id}"]

    seen, found = walk(page, [*addresses(portal), *inner])

    assert found == {}
    assert {"/log/", "/members/", "/vlans/", "/details/", "/team/", *inner} <= set(seen)
    assert page.locator("#viewing").is_visible()


def test_pages_behind_a_link_a_question_or_a_suspension_on_a_phone(open_page, operate, portal):
    now, cast = datetime.now(UTC), portal.cast
    with portal.app.app_context(), transaction() as session:
        member_standing.suspend(None, cast.alpha.id, now=now)
        new = one_time.issue(cast.users["alice"], "address", now=now, email="new@alpha.example")
        for name in ("alice", "nora"):
            session.add(
                Invitation(
                    member_id=cast.beta.id, email=f"{name}@example.net", name=name.title(), role=1,
                    token_hash=logins.hash_of(name), by_id=cast.users["bob"], sent_at=now,
                    expires_at=now + timedelta(days=7),
                )
            )  # fmt: skip

    looked, stranger = log_in(open_page(**LOOKS["phone"])), open_page(**LOOKS["phone"])
    own = [f"/login/address/{new}", "/invitations", "/details/"]
    assert walk(looked, own) == (own, {})
    expect(looked.get_by_text("suspended")).to_be_visible()
    assert walk(stranger, ["/login/invitation/nora"]) == (["/login/invitation/nora"], {})

    carol = operate(f"/users/{cast.users['bob']}", **LOOKS["phone"])
    carol.get_by_role("button", name="Disable the login").click()
    expect(carol.get_by_role("heading", name=re.compile("Disable: "))).to_be_visible()
    assert faults(carol) == []


def test_every_page_of_a_stranger(open_page, portal, look):
    seen, found = walk(open_page(**look), addresses(portal))

    assert found == {}
    assert "/login/forgotten" in seen
