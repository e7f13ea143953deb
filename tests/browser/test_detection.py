"""What detection knows, in a browser: the open list, ninety days, hints, the Detection page."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.domain.feed_troubles import UNPROVEN
from app.extensions import transaction
from app.models import Collector, FeedFault, ObservedSession, SessionPeriod, StrayAddress
from app.workers.recording import Recording
from tests.agents import make_agent, make_port
from tests.browser.conftest import log_in
from tests.browser.test_axe import LOOKS, faults
from tests.cast import make_session
from tests.factories import make_interface
from tests.lab import LAB
from tests.live_collector import LiveCollector

pytestmark = pytest.mark.xdist_group("browser")
DAY = timedelta(days=1)


@pytest.fixture
def now():
    return datetime.now(UTC)


@pytest.fixture
def known(portal, now):
    """A portal in which a collector runs, a switch reports, and Mall tries in vain."""
    cast = portal.cast
    agent_id = make_agent(cast.lan, hours=24 * 20, until=now)
    make_port(agent_id, 1, cast.alpha_ends.v4)
    make_port(agent_id, 2, cast.mall_ends.v4)
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=now - 9 * DAY)
    with transaction() as session:
        row = session.scalar(select(ObservedSession).filter_by(high_address_id=cast.mall_ends.v4))
        row.stale_at, row.last_sample_at = now - 8 * DAY, now
        row.attempts, row.last_attempt_at, row.attempt_from = 40, now - DAY, "high"
        session.add_all([
            SessionPeriod(session_id=row.id, started_at=now - 60 * DAY, ended_at=now - 9 * DAY,
                          grade=3, samples=90),
            Collector(host="ix1", listen="[::]:6343", started_at=now, last_at=now,
                      flush_seconds=5, buffer_octets=4_000_000, kernel_drops=3),
            StrayAddress(address="192.0.2.77", reason="unknown", agent="198.51.100.1",
                         samples=1204, first_at=now - 9 * DAY, last_at=now,
                         day=now.date(), day_samples=40),
            FeedFault(sender="203.0.113.9", kind="truncated", datagrams=12, last_at=now,
                      day=now.date(), day_datagrams=12),
            FeedFault(sender="203.0.113.10", kind=UNPROVEN, datagrams=9, last_at=now,
                      day=now.date(), day_datagrams=9),
        ])  # fmt: skip
    return portal


def badge(page, name):
    return page.get_by_role("row").filter(has_text=name).locator(".lk").first


def test_a_badge_turns_bilateral_on_an_open_page_when_a_collector_has_seen_it(
    open_page, portal, tmp_path
):
    """A real collector, the lab's datagrams, and the page's own question every 30 seconds."""
    cast, datagrams = portal.cast, [octets for _, octets in Recording(LAB / "lab-a.pcap")]
    make_interface(cast.alpha, cast.lan, "192.0.2.11")  # two of the lab's routers
    make_interface(cast.beta, cast.lan, "192.0.2.12")
    page = open_page()
    page.clock.install()
    log_in(page)
    page.goto("/peering/peers")
    row = page.get_by_role("link", name="Beta", exact=True)
    row.focus()
    expect(badge(page, "Beta")).to_contain_text("RS")

    url = portal.app.config["SETTINGS"].database_url
    with LiveCollector(url, tmp_path / "log") as collector:
        collector.send(*datagrams)
        assert collector.stop() == 0, collector.said()
    page.clock.fast_forward("00:31")

    expect(badge(page, "Beta")).to_contain_text("both")
    expect(row).to_be_focused()
    expect(page).to_have_url(re.compile("/peering/peers$"))


def test_the_drawer_tells_silence_tries_and_ninety_days(known, page):
    page.get_by_role("link", name="Mall", exact=True).click()
    drawer = page.locator("#peering-drawer")

    expect(drawer.get_by_role("img", name="192.0.2.1 to 192.0.2.3: seen on")).to_be_visible()
    expect(drawer).to_contain_text("would have been confirmed by now with 99.9 %")
    expect(drawer).to_contain_text(
        "AS64498 tries to reach you at 192.0.2.1 and is not answered with a session"
    )
    expect(drawer).to_contain_text("fell, somebody tries since")


def test_a_member_says_what_is_wrong_and_reads_the_answer(known, page, operate):
    page.get_by_role("link", name="Mall", exact=True).click()
    page.get_by_role("link", name="This is wrong").click()
    page.get_by_label("There is a session").check()
    page.get_by_label("What else should the exchange know?").fill("Up since Monday.")
    page.get_by_role("button", name="Report to the exchange").click()
    expect(page.locator("#peering-wrong")).to_contain_text("Waits for the exchange.")

    carol = operate("/detection/")
    carol.get_by_label("Answer to the member").fill("A loose fibre.")
    carol.get_by_role("button", name="Answer and close").click()
    expect(carol.locator("#reports")).to_contain_text("Nobody waits for an answer.")

    page.reload()
    expect(page.locator("#peering-wrong")).to_contain_text("A loose fibre.")


@pytest.mark.parametrize("look", ["light", "dark", "phone", "dark phone"])
def test_axe_finds_nothing_where_there_is_something_to_show(known, open_page, operate, look):
    dark = {"color_scheme": "dark"} if look.startswith("dark") else {}
    options = LOOKS["phone" if look.endswith("phone") else "light"] | dark
    member = log_in(open_page(**options))
    operator = operate("/detection/", **options)
    mall = known.cast.mall.id
    found = {"/detection/": look_at(operator)}
    operator.goto("/detection/agents/forget?agent=198.51.100.1")
    found["/detection/agents/forget"] = look_at(operator)
    for path in (
        "/peering/potential", f"/peering/potential/{mall}", f"/peering/potential/{mall}/wrong",
        "/peering/changes", "/detection/what-we-see",
    ):  # fmt: skip
        member.goto(path)
        found[path] = look_at(member)

    assert {path: told for path, told in found.items() if told} == {}


def look_at(page):
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [*faults(page), *([f"scrolls sideways by {wide} px"] if wide > 0 else [])]


def test_the_detection_page_says_what_to_do(known, operate):
    page = operate("/detection/")

    troubles = page.get_by_role("table", name="Troubles and what to do")
    expect(troubles).to_contain_text("192.0.2.77 is nobody’s address")
    expect(troubles).to_contain_text("Correct the interface under VLANs")
    expect(page.get_by_role("img", name="Confirmed sessions by day")).to_be_visible()
    page.get_by_text("As a table").first.click()
    expect(page.get_by_role("table", name="BGP samples per hour")).to_be_visible()
