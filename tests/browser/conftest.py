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
from pathlib import Path
from urllib.request import urlopen

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app import create_app
from app.config import MailSettings, Settings
from app.extensions import db
from app.services import users
from tests.cast import Cast, make_cast, make_session
from tests.factories import make_interface, make_member, make_vlan
from tests.mail_server import Script, mail_server

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"
SECRET = "only-for-the-tests-0123456789"
# What Chromium logs by itself for an answer that refuses; the page shows the refusal.
EXPECTED_NOISE = ("Failed to load resource: the server responded with a status of 4",)


@dataclass
class Portal:
    """A running portal and its people."""

    url: str
    cast: Cast
    app: Flask


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "no Chromium: `make test` installs it or says how"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
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
        users.set_password("alice", PASSWORD, now=datetime.now(UTC))
        yield Portal(server.url, cast, server.app)
        db.session.remove()


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
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on(
            "console",
            lambda m: noise.append(m.text) if m.type in ("error", "warning") else None,
        )
        return page

    yield new
    for context in contexts:
        context.close()
    assert [line for line in noise if not line.startswith(EXPECTED_NOISE)] == []


@pytest.fixture
def page(open_page) -> Page:  # type: ignore[no-untyped-def]
    """A page in which Alice has logged in through the form."""
    return log_in(open_page())


@pytest.fixture
def operate(open_page, portal):  # type: ignore[no-untyped-def]
    """Open a page in a browser of Carol's own, who runs the exchange."""
    users.set_password("carol", PASSWORD, now=datetime.now(UTC))

    def operate(path: str, **options: object) -> Page:
        page = log_in(open_page(**options), "carol", "/attention/")
        page.goto(path)
        return page

    return operate


def log_in(page: Page, name: str = "alice", there: str = "/peering/") -> Page:
    page.goto("/")
    page.get_by_label("Username or e-mail").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**{there}")
    return page
