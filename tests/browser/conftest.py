"""A real browser against the real server: gunicorn, SQLite, Debian's Chromium."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.request import urlopen

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app import create_app
from app.config import MailSettings, Settings
from app.extensions import db, transaction
from app.models import User
from app.services import logins, passwords
from bench.browser import find_chromium
from tests.cast import LIMITS, Cast, make_cast, make_session
from tests.factories import make_interface, make_member, make_vlan
from tests.mail_server import Script, mail_server

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"
SECRET = "only-for-the-tests-0123456789"
# Milliseconds for what ought to come at once: long, since a machine may have other work.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE / 2)
# What Chromium logs by itself for an answer that refuses; the page shows the refusal. And what htmx
# logs when a newer request takes the place of one that is on its way.
EXPECTED_NOISE = (
    "Failed to load resource: the server responded with a status of 4",
    "htmx:sendAbort",
    "htmx:afterRequest",
)


@dataclass
class Portal:
    """A running portal and its people."""

    url: str
    cast: Cast
    app: Flask


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def portal_settings() -> dict[str, str]:
    """What the portal finds in its environment; a test module may override this fixture."""
    return {}


@pytest.fixture
def script() -> Script:
    """What the mail server of `relay` answers, and what it took."""
    return Script()


@pytest.fixture
def relay(script: Script) -> Iterator[MailSettings]:
    with mail_server(script) as settings:
        yield settings


@pytest.fixture
def relay_settings(relay: MailSettings) -> dict[str, str]:
    """The environment of a portal that sends mail through it."""
    return {
        "MAIL_SERVER": relay.server,
        "MAIL_PORT": str(relay.port),
        "APP_URL": "http://portal.example",
    }


@dataclass
class Server:
    """gunicorn on a free port, and an application on the same database."""

    path: Path
    url: str
    app: Flask


@contextmanager
def _serve(path: Path, empty: Path, settings: dict[str, str]) -> Iterator[Server]:
    shutil.copy(empty, path)
    database = f"sqlite:///{path}"
    app = create_app(Settings(database_url=database, secret_key=SECRET))
    with _gunicorn(settings | {"DATABASE_URL": database}) as address:
        yield Server(path, address, app)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def usual_server(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Iterator[Server]:
    """The server of all tests without settings of their own: a start takes longer than a test."""
    path = tmp_path_factory.mktemp("usual") / "portal.sqlite"
    with _serve(path, empty_sqlite, {}) as server:
        yield server


@pytest.fixture
def server(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    empty_sqlite: Path,
    portal_settings: dict[str, str],
) -> Iterator[Server]:
    """One with an empty database."""
    if portal_settings:
        with _serve(tmp_path / "portal.sqlite", empty_sqlite, portal_settings) as server:
            yield server
        return
    usual: Server = request.getfixturevalue("usual_server")
    with (
        closing(sqlite3.connect(empty_sqlite)) as empty,
        closing(sqlite3.connect(usual.path)) as full,
    ):
        empty.backup(full)  # into the file that the server has open
    yield usual


@pytest.fixture
def portal(server: Server) -> Iterator[Portal]:
    """A running portal with the cast and a second VLAN in its database."""
    with server.app.app_context():
        cast = make_cast()
        _second_vlan(cast)
        give_password(cast, "alice")
        running[:] = [Portal(server.url, cast, server.app)]
        yield running[0]
        db.session.remove()


running: list[Portal] = []  # the one of the test, for whoever logs in


@cache
def _hashed() -> str:
    return passwords.hashed(PASSWORD)


def give_password(cast: Cast, name: str) -> None:
    """PASSWORD, worked out once: that takes as long as a page."""
    with transaction() as session:
        session.get_one(User, cast.users[name]).password_hash = _hashed()


def _second_vlan(cast: Cast) -> None:
    second = make_vlan("LAN 2", tag=20)
    make_interface(cast.alpha, second, "198.51.100.1", "2001:db8:2::1")
    gamma = make_member(64499, "Gamma", policy="Open")
    ends = make_interface(gamma, cast.lan, "192.0.2.4", "2001:db8::4")
    make_interface(gamma, second, "198.51.100.4")
    make_session(cast.lan, cast.alpha_ends.v4, ends.v4, last_seen=datetime.now(UTC))


class _gunicorn:
    """The port is bound before the server starts, so that nobody else can take it."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings

    def __enter__(self) -> str:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(64)
        number = self.socket.fileno()
        os.set_inheritable(number, True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"fd://{number}", "--workers", "1",
             "--no-control-socket", "--log-level", "warning", "--graceful-timeout", "3",
             "wsgi:app"],
            cwd=ROOT,
            pass_fds=[number],
            env=os.environ | {"SECRET_KEY": SECRET} | self.settings,
        )  # fmt: skip
        address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        urlopen(f"{address}/login", timeout=30).close()  # queued until a worker is up
        return address

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(15)
        self.socket.close()


@pytest.fixture
def open_page(browser: Browser, portal: Portal) -> Iterator[object]:
    """Open a page; the test fails on any policy violation, script error or console error."""
    contexts: list[BrowserContext] = []
    noise: list[str] = []

    def new(**options: object) -> Page:
        context = browser.new_context(base_url=portal.url, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on(
            "console",
            lambda m: noise.append(m.text) if m.type in ("error", "warning") else None,
        )
        return page

    yield new
    heard = list(noise)  # closing a page breaks off what it asks for just then, which is no fault
    for context in contexts:
        context.close()
    assert [line for line in heard if not line.startswith(EXPECTED_NOISE)] == []


@pytest.fixture
def page(open_page) -> Page:  # type: ignore[no-untyped-def]
    """A page of Alice, who is logged in."""
    return log_in(open_page())


@pytest.fixture
def operate(open_page, portal):  # type: ignore[no-untyped-def]
    """Open a page in a browser of Carol's own, who runs the exchange."""

    def operate(path: str, **options: object) -> Page:
        page = log_in(open_page(**options), "carol", "/attention/")
        page.goto(path)
        return page

    return operate


def log_in(page: Page, name: str = "alice", there: str = "/peering/") -> Page:
    """The cookie that logging in brings; tests/browser/test_ask.py goes through the form."""
    portal = running[0]
    with portal.app.app_context():
        user_id, now = portal.cast.users[name], datetime.now(UTC)
        token = logins.start(user_id, now=now, limits=LIMITS, address="127.0.0.1", browser="")
    serializer = SecureCookieSessionInterface().get_signing_serializer(portal.app)
    assert serializer
    login = {"_user_id": token, "_fresh": True, "_permanent": True, "was": user_id}
    page.context.add_cookies(
        [{"name": "session", "value": serializer.dumps(login), "url": portal.url}]
    )
    page.goto("/")
    page.wait_for_url(f"**{there}")
    return page
