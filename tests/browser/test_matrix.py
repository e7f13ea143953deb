"""The matrix as people use it: mouse, keys, filter, find, isolate, files, and without script."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from app.extensions import transaction
from app.models import Member, Vlan
from app.services import matrix
from tests.browser.conftest import log_in
from tests.browser.test_axe import LOOKS, faults

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(autouse=True)
def flagged(portal):
    with transaction() as session:
        session.execute(update(Vlan).values(peering_matrix=True))


def show(page, query=""):
    page.goto(f"/matrix/{query}")
    page.wait_for_selector("html[data-matrix=drawn]")
    return page


def said(page):
    return page.locator("#matrix-said")


def test_mouse_and_keys_name_both_members_and_open_the_pair(page):
    show(page)
    page.locator("#matrix").hover(position={"x": 64 + 24 * 1 + 12, "y": 64 + 12})
    expect(said(page)).to_have_text("Alpha AS64496 – Beta AS64497: route server")

    page.locator("#matrix").focus()
    page.keyboard.press("ArrowRight")
    expect(said(page)).to_have_text("Alpha AS64496 – Mall AS64498: none")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(page.locator("#peering-drawer").get_by_role("heading", name="Gamma")).to_be_visible()


def test_a_click_opens_ones_own_drawer_and_of_others_the_pair_which_leads_back_to_the_same_sight(
    page,
):
    show(page).locator("#matrix").click(position={"x": 64 + 24 + 12, "y": 64 + 12})
    expect(page.locator("#peering-drawer").get_by_role("heading", name="Beta")).to_be_visible()

    show(page, "?sort=name&size=4&hide=possible&q=mall").locator("#matrix").click(
        position={"x": 64 + 18 * 3 + 9, "y": 64 + 18 + 9}
    )
    expect(page.get_by_role("heading", name="Beta – Mall")).to_be_visible()
    page.get_by_role("link", name="Back to the matrix").click()
    page.wait_for_selector("html[data-matrix=drawn]")
    expect(page.get_by_label("Sort")).to_have_value("name")
    expect(page.get_by_label("Find")).to_have_value("mall")
    expect(page.get_by_label("v4possible")).not_to_be_checked()
    assert "size=4" in page.url


def test_find_isolate_filter_sort_and_size_are_in_the_address(page):
    show(page)
    page.locator("#matrix-q").fill("64499")
    expect(said(page)).to_contain_text("Gamma AS64499")
    page.locator("#matrix").focus()
    page.keyboard.press("I")  # as with Caps Lock
    expect(page.get_by_role("button", name="Show everybody")).to_be_visible()
    page.get_by_label("v4none").uncheck()
    page.get_by_label("Sort").select_option("clusters")
    page.get_by_role("button", name="Larger").click()
    address = page.url

    assert all(part in address for part in ("q=64499", "isolate=", "hide=none", "sort=clusters"))
    show(page, address.partition("/matrix/")[2])
    expect(page.get_by_label("v4none")).not_to_be_checked()
    expect(page.get_by_label("Sort")).to_have_value("clusters")
    expect(page.get_by_role("button", name="Show everybody")).to_be_visible()


def names_in_order(page):
    """The columns as the arrow keys meet them."""
    page.locator("#matrix").focus()
    page.keyboard.press("Home")
    found = []
    for _ in range(4):
        found.append(said(page).inner_text().partition(" – ")[2].partition(" ")[0])
        page.keyboard.press("ArrowRight")
    return found


def test_each_order_is_walked_and_a_filter_empties_the_drawing_of_its_kind(page, portal):
    with transaction() as session:  # names in another order than their ASNs
        members = {portal.cast.alpha.id: "Zeta", portal.cast.mall.id: "Able"}
        for member_id, name in members.items():
            session.execute(update(Member).where(Member.id == member_id).values(name=name))
    show(page)
    orders = {}
    for order in ("asn", "name", "peers", "clusters"):
        page.get_by_label("Sort").select_option(order)
        orders[order] = names_in_order(page)

    assert orders["asn"] == ["Zeta", "Beta", "Able", "Gamma"]
    assert orders["name"] == ["Able", "Beta", "Gamma", "Zeta"]
    found = matrix.get_matrix(
        None, portal.cast.lan.id, 4, now=datetime.now(UTC), lookback=timedelta(days=28)
    )
    peers = {party.name: found.peers(place) for place, party in enumerate(found.parties)}
    assert [peers[name] for name in orders["peers"]] == sorted(peers.values(), reverse=True)
    assert sorted(orders["clusters"]) == sorted(orders["name"])

    page.get_by_label("Sort").select_option("asn")
    drawn = picture(page)
    page.get_by_label("v4RS").uncheck()
    assert picture(page) != drawn
    page.get_by_label("v4RS").check()
    assert picture(page) == drawn


def picture(page):
    """What is painted once the next frame is out."""
    return page.evaluate("""new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
        () => done(document.getElementById("matrix-canvas").toDataURL()))))""")


def strip(page, left, top, width, height):
    """How many pixels of this part of the drawing have the accent."""
    return page.evaluate(
        """([left, top, width, height]) => {
          const canvas = document.getElementById("matrix-canvas");
          const sharp = canvas.width / canvas.clientWidth, root = getComputedStyle(document.body);
          const copy = document.createElement("canvas");
          copy.width = canvas.width; copy.height = canvas.height;
          const pen = copy.getContext("2d", { willReadFrequently: true });
          pen.fillStyle = root.getPropertyValue("--p-accent");
          pen.fillRect(0, 0, 1, 1);
          const wanted = pen.getImageData(0, 0, 1, 1).data.join();
          pen.drawImage(canvas, 0, 0);
          const part = [left, top, width, height].map((n) => Math.round(n * sharp));
          const { data } = pen.getImageData(...part);
          let found = 0;
          for (let n = 0; n < data.length; n += 4) found += data.slice(n, n + 4).join() === wanted;
          return found;
        }""",
        [left, top, width, height],
    )


def test_ones_own_row_and_column_are_marked_and_nobody_elses(page):
    show(page)
    picture(page)  # the next frame is out

    assert strip(page, 0, 64, 3, 24) > 0, "Alpha's row"
    assert strip(page, 64, 0, 24, 3) > 0, "Alpha's column"
    assert strip(page, 0, 64 + 24, 3, 3 * 24) == 0, "the rows of the others"
    assert strip(page, 64 + 24, 0, 3 * 24, 3) == 0, "the columns of the others"


def test_escape_shows_everybody_again_and_does_nothing_where_everybody_is_shown(page):
    show(page)
    drawn = picture(page)
    page.locator("#matrix").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("i")
    everybody = page.get_by_role("button", name="Show everybody")
    expect(everybody).to_be_visible()
    page.keyboard.press("Escape")
    expect(everybody).to_be_hidden()
    assert "isolate=" not in page.url

    address = page.url
    page.keyboard.press("Escape")
    expect(everybody).to_be_hidden()
    assert page.url == address
    page.mouse.move(0, 0)
    page.locator("#matrix-q").focus()
    show(page)
    assert picture(page) == drawn


def test_where_a_browser_has_no_full_screen_no_button_promises_it(page):
    page.add_init_script("delete Element.prototype.requestFullscreen")
    show(page)

    expect(page.get_by_role("button", name="Larger")).to_be_visible()
    expect(page.get_by_role("button", name="Full screen")).to_be_hidden()


def test_without_an_answer_a_sentence_says_so(page):
    for answer in (
        lambda route: route.fulfill(body="no", content_type="application/octet-stream"),
        lambda route: route.fulfill(body="<h1>Log in</h1>", content_type="text/html"),
    ):
        page.route("**/matrix/data*", answer)
        page.goto("/matrix/")
        expect(said(page)).to_contain_text("could not be loaded")
        expect(said(page)).to_contain_text("the table shows the same")
        page.unroute("**/matrix/data*")


@pytest.mark.parametrize("blocked", ["matrix.js", "matrix-drawing.js"])
def test_where_the_script_does_not_run_a_phone_reads_why_and_where_the_drawing_would_be(
    open_page, blocked
):
    page = log_in(open_page(viewport={"width": 360, "height": 740}))
    page.route(f"**/{blocked}*", lambda route: route.fulfill(status=404))
    page.goto("/matrix/")

    first = page.locator("#matrix-first")
    expect(first).to_contain_text("the table of your own row comes first")
    first.get_by_role("link", name="drawing of everybody").click()
    expect(said(page)).to_be_in_viewport()
    expect(said(page)).to_have_text(
        "The drawing appears here once its script has run; the table shows the same."
    )


def test_enter_in_the_search_goes_to_the_next_match(page):
    show(page)
    page.locator("#matrix-q").fill("6449")
    expect(said(page)).to_contain_text("Match 1 of 4, Enter for the next. Alpha AS64496")
    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("Match 2 of 4, Enter for the next. Beta AS64497")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    expect(said(page)).to_contain_text("Match 4 of 4, Enter for the next. Gamma AS64499")


def test_another_protocol_is_shown_at_once_looked_at_as_before_and_on_the_whole_screen(page):
    show(page, "?sort=name&size=0&hide=none")
    expect(page.get_by_role("button", name="Show", exact=True)).to_be_hidden()
    page.get_by_label("Protocol").select_option("6")

    page.wait_for_url("**/matrix/?sort=name&size=0&hide=none&protocol=6")
    page.wait_for_selector("html[data-matrix=drawn]")
    expect(page.get_by_label("Sort")).to_have_value("name")
    page.get_by_role("button", name="Full screen").click()
    expect(page.locator("#matrix-screen:fullscreen")).to_be_attached()
    expect(page.get_by_label("Find")).to_be_in_viewport()


def test_files_are_saved_as_they_are_seen(page, portal):
    show(page, f"?isolate={portal.cast.alpha.id}&hide=none")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    text = download.value.path().read_text()
    assert "Gamma" in text
    assert "Mall" not in text  # no link with Alpha, and no pair of others either
    page.get_by_role("button", name="Show everybody").click()
    page.get_by_label("v4none").check()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert "Mall" in download.value.path().read_text()
    for name in ("JSON", "GraphML", "PNG"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        assert download.value.suggested_filename.endswith(name.lower())


def test_who_left_is_in_nothing_the_browser_fetched(page, portal):
    with transaction() as session:
        beta = update(Member).where(Member.id == portal.cast.beta.id)
        session.execute(beta.values(matrix_opt_out=True))
    bodies = []

    def keep(route):
        answer = route.fetch()
        bodies.append(answer.body())
        route.fulfill(response=answer)

    page.route("**/*", keep)
    show(page)
    page.unroute_all(behavior="ignoreErrors")

    assert any(b"Gamma" in body for body in bodies)
    assert not any(b"Beta" in body or b"64497" in body for body in bodies)


def test_without_javascript_there_are_a_picture_and_a_table(open_page):
    page = log_in(open_page(java_script_enabled=False))
    page.goto("/matrix/")

    expect(page.get_by_role("img", name="Peering matrix of LAN 1")).to_be_visible()
    expect(page.get_by_role("row", name="Beta AS64497")).to_contain_text("RS")
    page.get_by_label("v4none").uncheck()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("noscript p")).to_contain_text("Not shown: no link.")
    expect(page.get_by_label("v4none")).not_to_be_checked()
    assert "hide=none" in page.get_by_role("img", name="Peering matrix").get_attribute("src")


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_axe_finds_nothing(open_page, look, portal):
    page = show(log_in(open_page(**look)))
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(f"/matrix/pair/{portal.cast.alpha.id}/{portal.cast.beta.id}")
    assert faults(page) == []
