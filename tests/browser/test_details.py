"""Our details in a real browser: saved in place, a conflict, no JavaScript, nothing for axe."""

import pytest
from playwright.sync_api import expect

from app.extensions import db, transaction
from app.models import Contact, LoginSession
from tests.browser.conftest import log_in
from tests.browser.test_axe import LOOKS, faults

pytestmark = pytest.mark.xdist_group("browser")


def test_a_section_is_saved_in_place_and_the_rest_keeps_what_is_typed(page):
    page.goto("/details/")
    page.get_by_label("NOC hours").fill("24x7")
    page.get_by_label("AS-SET for IPv4").fill("as64496:as-alpha")
    page.get_by_role("button", name="Save AS-SETs and limits").click()

    expect(page.get_by_label("AS-SET for IPv4")).to_have_value("AS64496:AS-ALPHA")
    expect(page.get_by_role("button", name="Save AS-SETs and limits")).to_be_focused()
    expect(page.get_by_label("NOC hours")).to_have_value("24x7")
    expect(page.locator("#details-gaps")).not_to_contain_text("No AS-SET")


def test_a_contact_comes_goes_and_comes_back(page):
    page.goto("/details/")
    page.get_by_text("Add a contact").click()
    page.get_by_label("E-mail").fill("peering@alpha.example")
    page.get_by_role("button", name="Save the contact").click()
    page.get_by_role("button", name="Remove peering@alpha.example").click()
    expect(page.locator("#details-contacts")).to_contain_text("None yet")
    page.get_by_role("button", name="Undo").click()

    row = page.locator("#details-contacts").get_by_role("rowheader")
    expect(row).to_contain_text("peering@alpha.example")


@pytest.mark.parametrize("width", [768, 360])
def test_the_address_of_a_contact_stays_on_one_line(open_page, portal, width):
    with transaction() as session:
        email = "peering-noc@as64496-alpha.example"
        given = {"kind": "peering", "email": email, "phone": "+44 20 7946 0000", "source": "ixf"}
        session.add(Contact(member_id=portal.cast.alpha.id, **given))
    page = log_in(open_page(viewport={"width": width, "height": 900}))
    page.goto("/details/")

    address = page.locator("#details-contacts tbody th")
    lines = address.evaluate(
        "th => { const all = document.createRange(); all.setStart(th, 0);"
        "all.setEndBefore(th.querySelector('.sub'));"
        "return new Set([...all.getClientRects()].map(one => one.top)).size }"
    )
    assert lines == 1


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "no script"])
def test_what_is_typed_outlives_a_login_that_ended(open_page, portal, script):
    page = log_in(open_page(java_script_enabled=script, **LOOKS["phone"]))
    page.goto("/details/")
    page.get_by_label("NOC hours").fill("Mo to Fr")
    with portal.app.app_context():
        db.session.query(LoginSession).delete()
        db.session.commit()
    page.get_by_label("NOC hours").press("Enter")

    expect(page.get_by_text("Your login has ended; nothing was saved.")).to_be_visible()
    page.get_by_label("Username or e-mail").fill("alice")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Nothing was saved yet")).to_be_visible()
    assert not script or faults(page) == []
    page.get_by_role("button", name="Send it now").click()

    page.goto("/details/")
    expect(page.get_by_label("NOC hours")).to_have_value("Mo to Fr")


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "no script"])
def test_the_second_of_two_who_edit_is_told_and_loses_nothing(open_page, script):
    page = log_in(open_page(java_script_enabled=script))
    page.goto("/details/")
    other = page.context.new_page()
    other.goto("/details/")
    other.get_by_label("Policy", exact=True).fill("Closed")
    other.get_by_role("button", name="Save Policy and website").click()
    expect(other.locator("#toasts")).to_contain_text("saved")
    page.get_by_label("Policy", exact=True).fill("Open")
    page.get_by_role("button", name="Save Policy and website").click()

    expect(page.get_by_text("Now saved: Closed")).to_be_visible()
    expect(page.get_by_label("Policy", exact=True)).to_have_value("Open")


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_axe_finds_nothing(open_page, look):
    page = log_in(open_page(**look))
    page.goto("/details/")
    page.get_by_text("Add a contact").click()
    page.get_by_label("Max-prefix for IPv4").fill("0")
    page.get_by_role("button", name="Save AS-SETs and limits").click()
    expect(page.locator("#details-max_prefix_4-error")).to_be_visible()

    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
