"""Notes in the drawer, as people write them."""

import re

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models import LoginSession, Member, Note
from tests.browser.conftest import log_in
from tests.browser.test_axe import faults

pytestmark = pytest.mark.xdist_group("browser")


def notes(page):
    return page.locator("#peer-notes")


def gamma():
    return db.session.query(Member).filter_by(name="Gamma").one().id


def open_form(page):
    page.get_by_role("link", name="Gamma", exact=True).click()
    notes(page).get_by_role("link", name="Note", exact=True).click()
    expect(page.get_by_label("Note Markdown")).to_be_focused()


def write(page, text):
    open_form(page)
    page.get_by_label("Note Markdown").fill(text)
    page.get_by_role("button", name="Save").click()
    expect(notes(page).locator(".md")).to_be_visible()


def test_a_note_is_written_previewed_changed_deleted_and_undone_in_place(page):
    open_form(page)
    page.get_by_label("Note Markdown").fill("Ask **Ana** again")
    page.get_by_role("button", name="Preview").click()
    expect(notes(page).locator("form .md strong")).to_have_text("Ana")

    page.get_by_role("button", name="Save").click()

    expect(notes(page).locator("li .md strong")).to_have_text("Ana")
    expect(page.get_by_role("link", name="1 own note on Gamma")).to_be_visible()
    expect(notes(page).get_by_role("link", name="Note", exact=True)).to_be_focused()
    expect(page).to_have_url(re.compile(r"/potential/\d+$"))

    notes(page).get_by_role("link", name="Edit").click()
    page.get_by_label("Note Markdown").fill("Asked")
    page.get_by_role("button", name="Save").click()
    expect(notes(page).locator(".md")).to_have_text("Asked")
    notes(page).get_by_role("button", name="Delete").click()
    expect(notes(page).locator(".md")).to_have_count(0)
    expect(page.get_by_role("link", name="own note")).to_have_count(0)
    page.locator(".tst", has_text="deleted").get_by_role("button", name="Undo").click()
    expect(notes(page).locator(".md")).to_have_text("Asked")


def test_two_people_editing_keep_both_texts(page, portal, open_page):
    write(page, "The beginning")
    other = log_in(open_page())
    other.get_by_role("link", name="Gamma", exact=True).click()
    for one in (page, other):
        notes(one).get_by_role("link", name="Edit").click()
    page.get_by_label("Note Markdown").fill("Mine")
    page.get_by_role("button", name="Save").click()
    expect(notes(page).locator(".md")).to_have_text("Mine")

    other.get_by_label("Note Markdown").fill("Theirs")
    other.get_by_role("button", name="Save").click()

    expect(other.get_by_text("Alice changed this note while you were writing")).to_be_visible()
    expect(other.get_by_label("Your text")).to_have_value("Theirs")
    other.get_by_role("button", name="Keep both").click()
    expect(notes(other).locator("li .md p")).to_have_text(["Mine", "Theirs"])


def test_an_old_draft_does_not_overwrite_what_a_colleague_saved_since(page, portal, open_page):
    write(page, "The beginning")
    notes(page).get_by_role("link", name="Edit").click()
    page.get_by_label("Note Markdown").fill("Half a thought")
    page.goto(page.url.partition("/notes/")[0])
    other = log_in(open_page())
    other.get_by_role("link", name="Gamma", exact=True).click()
    notes(other).get_by_role("link", name="Edit").click()
    other.get_by_label("Note Markdown").fill("Theirs")
    other.get_by_role("button", name="Save").click()
    expect(notes(other).locator(".md")).to_have_text("Theirs")

    notes(page).get_by_role("link", name="Edit").click()
    expect(page.get_by_label("Note Markdown")).to_have_value("Half a thought")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("changed this note while you were writing")).to_be_visible()
    page.get_by_role("button", name="Keep both").click()
    expect(notes(page).locator("li .md p")).to_have_text(["Theirs", "Half a thought"])


def test_typed_text_outlives_a_login_that_ran_out(page, portal):
    open_form(page)
    page.get_by_label("Note Markdown").press_sequentially("Half a thought")
    with portal.app.app_context():
        db.session.query(LoginSession).delete()
        db.session.commit()

    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.get_by_label("Username or e-mail").fill("alice")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Note Markdown")).to_have_value("Half a thought")
    page.get_by_role("button", name="Save").click()
    expect(notes(page).locator(".md")).to_have_text("Half a thought")
    notes(page).get_by_role("link", name="Note", exact=True).click()
    expect(page.get_by_label("Note Markdown")).to_have_value("")


def test_without_javascript_everything_works(open_page, portal):
    page = log_in(open_page(java_script_enabled=False))
    page.get_by_role("link", name="Gamma", exact=True).click()
    notes(page).get_by_role("link", name="Note", exact=True).click()
    page.get_by_label("Note Markdown").fill("Ask **Ana**")
    page.get_by_role("button", name="Preview").click()
    expect(notes(page).locator("form .md strong")).to_have_text("Ana")
    page.get_by_role("button", name="Save").click()
    expect(notes(page).locator("li .md")).to_have_text("Ask Ana")

    notes(page).get_by_role("button", name="Delete").click()
    expect(notes(page).locator(".md")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()

    expect(notes(page).locator("li .md")).to_have_text("Ask Ana")
    with portal.app.app_context():
        assert db.session.query(Note).filter_by(deleted_at=None).count() == 1


def test_a_wide_table_scrolls_in_its_own_box_in_the_preview_and_in_the_note(open_page, portal):
    page = log_in(open_page(viewport={"width": 360, "height": 740}))
    page.goto(f"/peering/potential/{gamma()}/notes/new")
    head = "| " + " | ".join(f"column{n}" for n in range(12)) + " |"
    text = f"{head}\n{'|---' * 12}|\n" + head.replace("column", "value")
    page.get_by_label("Note Markdown").fill(text)
    for button in ("Preview", "Save"):
        notes(page).get_by_role("button", name=button, exact=True).click()
        box = notes(page).locator(".md .scroll")
        expect(box.get_by_role("columnheader", name="column11")).to_be_attached()

        assert box.evaluate("box => box.scrollWidth > box.clientWidth + 100")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert faults(page) == []
