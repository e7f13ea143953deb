"""Logins as people meet them: invited by mail, a forgotten password, looked at by an operator."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in
from tests.workers.test_outbox_sender import send

pytestmark = pytest.mark.xdist_group("browser")

NEW = "a brand new password"


@pytest.fixture
def portal_settings(relay_settings):
    return relay_settings


@pytest.fixture
def mailed_link(portal, relay, script):
    """Send what is queued; the path of the link in the newest mail to an address."""

    def find(address: str) -> str:
        send(relay, datetime.now(UTC))
        mail = next(mail for _, mail in reversed(script.taken) if address in mail["To"])
        text = mail.get_body(("plain",)).get_content()
        return re.search(r"http://portal\.example(/\S+)", text).group(1)

    return find


def choose_password(page):
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Set the password and log in").click()
    page.wait_for_url("**/peering/")


@pytest.mark.parametrize("script_on", [True, False], ids=["script", "no script"])
def test_invited_by_a_colleague_one_chooses_a_password_and_is_in(open_page, mailed_link, script_on):
    alice = log_in(open_page(java_script_enabled=script_on))
    alice.goto("/team/")
    alice.get_by_label("Name").fill("Nora New")
    alice.get_by_label("E-mail").fill("nora@example.net")
    alice.get_by_label("Role").select_option("1")
    alice.get_by_role("button", name="Invite").click()
    row = alice.get_by_role("row", name=re.compile("nora@example.net"))
    expect(row).to_contain_text("works until")
    expect(alice.get_by_text("Nora New")).to_have_count(0)
    link = mailed_link("nora@example.net")

    nora = open_page(java_script_enabled=script_on)
    nora.goto(link)
    expect(nora.get_by_label("Your name")).to_have_value("Nora New")
    nora.get_by_label("Password").fill(NEW)
    nora.get_by_role("button", name="Accept and log in").click()
    nora.wait_for_url("**/peering/")

    expect(nora.get_by_role("heading", name="Peering", exact=True)).to_be_visible()
    expect(nora.get_by_role("link", name=re.compile("^Ask "))).to_have_count(0)  # only reads
    nora.goto(link)
    expect(nora.get_by_label("Password")).to_have_count(0)
    alice.reload()
    expect(alice.get_by_role("row", name=re.compile("Nora New"))).to_contain_text("member user")


def test_invited_by_the_exchange_one_sets_a_password_and_logs_in_with_it(
    operate, open_page, mailed_link
):
    carol = operate("/users/")
    for name, text in {"name": "Nora New", "email": "nora@example.net", "asn": "64496"}.items():
        carol.locator(f"#invite-{name}").fill(text)
    carol.get_by_role("button", name="Invite").click()
    expect(carol.get_by_text("An invitation is on its way to nora@example.net.")).to_be_visible()

    nora = open_page()
    nora.goto(mailed_link("nora@example.net"))
    choose_password(nora)

    again = open_page()
    again.goto("/login")
    again.get_by_label("Username or e-mail").fill("nora@example.net")
    again.get_by_label("Password").fill(NEW)
    again.get_by_role("button", name="Log in").click()
    again.wait_for_url("**/peering/")
    carol.reload()
    expect(carol.get_by_text("Alpha AS64496")).to_be_visible()


def test_a_forgotten_password_is_set_by_a_mailed_link_and_ends_other_logins(open_page, mailed_link):
    elsewhere, page = log_in(open_page()), open_page()
    page.goto("/login")
    page.get_by_role("link", name=re.compile("Forgot")).click()
    page.get_by_label("Username or e-mail").fill("alice")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("a link that sets a new password is on its way")).to_be_visible()

    page.goto(mailed_link("alice@example.net"))
    choose_password(page)

    elsewhere.goto("/peering/")
    expect(elsewhere.get_by_role("button", name="Log in")).to_be_visible()


def test_a_name_nobody_has_gets_the_same_answer_and_no_mail(open_page, relay, script):
    page = open_page()
    page.goto("/login/forgotten")
    page.get_by_label("Username or e-mail").fill("nobody")
    page.get_by_role("button", name="Send the link").click()

    expect(page.get_by_text("a link that sets a new password is on its way")).to_be_visible()
    send(relay, datetime.now(UTC))
    assert script.taken == []


@pytest.mark.parametrize("script_on", [True, False], ids=["script", "no script"])
def test_looking_as_a_member_is_said_on_every_page_until_it_ends(operate, portal, script_on):
    page = operate(f"/members/{portal.cast.alpha.id}", java_script_enabled=script_on)

    page.get_by_role("button", name="View as this member").click()

    banner = page.get_by_role("region", name="Looking as a member")
    for path in ("/peering/", "/peering/peers", "/requests/", "/details/"):
        page.goto(path)
        expect(banner).to_contain_text("You look at the portal as Alpha, AS64496.")
    page.get_by_role("button", name="Stop looking as Alpha").click()
    expect(banner).to_have_count(0)
