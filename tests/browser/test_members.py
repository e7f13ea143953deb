"""The exchange's page about a member in a real browser: its contacts, with and without script."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_axe import LOOKS, faults

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "no script"])
def test_an_operator_adds_a_contact(operate, portal, script):
    page = operate(f"/members/{portal.cast.mall.id}", java_script_enabled=script)
    page.get_by_text("Add a contact").click()
    page.get_by_label("E-mail").fill("peering@mall.example")
    page.get_by_role("button", name="Save the contact").click()

    box = page.locator("#details-contacts")
    expect(box.get_by_role("rowheader")).to_contain_text("peering@mall.example")
    expect(box).to_contain_text("the exchange; imports leave it")
    expect(page.locator("#member-changed")).to_contain_text("Contact added")


def test_a_contact_is_removed_and_comes_back(operate, portal):
    page = operate(f"/members/{portal.cast.mall.id}")
    page.get_by_text("Add a contact").click()
    page.get_by_label("E-mail").fill("peering@mall.example")
    page.get_by_role("button", name="Save the contact").click()
    page.get_by_role("button", name="Remove peering@mall.example").click()
    box = page.locator("#details-contacts")
    expect(box).to_contain_text("None: nobody can send it a request")
    page.get_by_role("button", name="Undo").click()

    expect(box.get_by_role("rowheader")).to_contain_text("peering@mall.example")


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_axe_finds_nothing_on_a_form_that_was_refused(operate, portal, look):
    page = operate(f"/members/{portal.cast.mall.id}", **look)
    page.get_by_text("Add a contact").click()
    page.get_by_role("button", name="Save the contact").click()
    expect(page.locator("#contact-0-error")).to_be_visible()

    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
