"""axe-core finds nothing on any page that has an address of its own, whoever opens it.

The pages come from the URL map, so that a new one is looked at without being listed here.
"""

import re

import pytest

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


def test_every_page_of_a_stranger(open_page, portal, look):
    seen, found = walk(open_page(**look), addresses(portal))

    assert found == {}
    assert "/login/forgotten" in seen
