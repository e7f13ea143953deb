"""Fixtures of all tests: an application on an empty database of either kind, a client, a cast."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from app import create_app
from app.config import Settings
from app.extensions import db
from app.models.base import Base
from app.services import passwords
from tests.cast import Cast, make_cast
from tests.factories import NOON

passwords.HASHERS = (Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1), BcryptHasher(4))
KINDS = ("sqlite", "postgresql")
HTMX = {"HX-Request": "true"}
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


class Browser(FlaskClient):
    """A client whose requests share neither login nor transaction with the test around them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"  # as a browser says of itself

    def open(self, *args: Any, **options: Any) -> TestResponse:
        with self.application.app_context():
            response = super().open(*args, **options)
        db.session.rollback()  # the test reads what the request left, not an older snapshot
        return response


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.sqlite"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL database of this run with every table; skips where none can be reached."""
    name = f"portal_test_{uuid.uuid4().hex[:12]}"
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL can be reached (TEST_POSTGRES_URL)")
    with server:
        server.execute(f"create database {name}")
        server.execute(f"alter database {name} set synchronous_commit = off")
        url = make_url(POSTGRES).set(drivername="postgresql+psycopg", database=name)
        engine = create_engine(url)
        Base.metadata.create_all(engine)
        engine.dispose()
        yield url.render_as_string(hide_password=False)
        server.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def emptied(postgres_url: str) -> Callable[[], str]:
    """Empties that database. Rows are deleted, not truncated: new files for forty tables take
    thirty times as long."""
    tables = reversed(Base.metadata.sorted_tables)
    sql = "; ".join(
        (
            "drop table if exists alembic_version",
            *(f"delete from {table.name}" for table in tables),
            "select setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)"
            " from pg_sequences where last_value is not null",
        )
    )
    url = make_url(postgres_url).set(drivername="postgresql")

    def empty() -> str:
        # Not through SQLAlchemy, which would look for parameters in all of it.
        with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
            connection.execute(sql)
        return postgres_url

    return empty


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database; every test that asks for it runs on both kinds.

    It is the same for all tests of a worker, so that they can share an application.
    """
    if request.param == "postgresql":
        empty_postgres: Callable[[], str] = request.getfixturevalue("emptied")
        return empty_postgres()
    empty: Path = request.getfixturevalue("empty_sqlite")
    path = empty.with_name("portal.sqlite")
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()  # a process that a test left behind keeps its file, and no other test's
    shutil.copy(empty, path)
    return f"sqlite:///{path}"


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Default settings on the test's database; a test module may override this fixture."""
    return Settings(database_url=database_url, secret_key="only-for-the-tests-0123456789")


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for all applications: every test makes its own."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


def _create(settings: Settings, compiled: FileSystemBytecodeCache) -> Flask:
    app = create_app(settings)
    app.testing = True
    app.jinja_env.bytecode_cache = compiled
    app.test_client_class = Browser
    app.extensions["clock"] = lambda: NOON
    return app


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def make_app(
    settings: Settings, compiled: FileSystemBytecodeCache
) -> Iterator[Callable[..., Flask]]:
    """Build further applications on the same database with other settings."""
    made: list[Flask] = []

    def make(**changes: object) -> Flask:
        made.append(_create(replace(settings, **changes), compiled))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for app in made:
        _let_go(app)


@pytest.fixture(scope="session")
def known_apps() -> dict[Settings, Flask]:
    """Applications of this worker by their settings: making one takes longer than most tests."""
    return {}


@pytest.fixture
def app(
    settings: Settings, compiled: FileSystemBytecodeCache, known_apps: dict[Settings, Flask]
) -> Iterator[Flask]:
    """The application, inside an application context; its clock stands at NOON. Tests share it:
    one that changes it makes its own with `make_app`."""
    if settings not in known_apps:
        known_apps[settings] = _create(settings, compiled)
    app = known_apps[settings]
    app.extensions["clock"] = lambda: NOON
    before = dict(app.config)
    with app.app_context():
        yield app
    _let_go(app)
    assert app.config == before, "a test changed the settings of all others"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a login."""
    return app.test_client()


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Alice, Bob, Mallory and the others with their networks (tests/cast.py)."""
    return make_cast()


@pytest.fixture
def alice(cast: Cast, client: FlaskClient) -> FlaskClient:
    """A browser in which Alice, who acts for Alpha, is logged in."""
    return cast.log_in(client, "alice")


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """Collects the SQL of everything within a `with statements() as asked:` block."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        asked: list[str] = []
        event.listen(Engine, "before_cursor_execute", note := lambda *a: asked.append(a[2]))
        yield asked
        event.remove(Engine, "before_cursor_execute", note)

    return collect


@pytest.fixture
def runner(app: Flask):  # type: ignore[no-untyped-def]
    """Runs `flask …` commands."""
    return app.test_cli_runner()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The public recordings and exports that are not part of this repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the shared recordings and exports are not on this machine")
    return SHARED_DATA


# -- The order of a run, and what it must say at its end -------------------------------------

ALLOWED_SKIPS = [
    line
    for line in (Path(__file__).parent / "allowed_skips.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


# What is tested through doors, which hold no SQL (test_architecture.py sees to that).
DOORS = {
    "blueprints", "cli", "test_hostile_text.py", "test_route_table.py", "test_routes.py"
}  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Decide which tests run, and in which order."""
    kept = _one_database_for_a_door(items)
    staying = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in staying])
    items[:] = _spread(kept)


def _one_database_for_a_door(items: list[pytest.Item]) -> list[pytest.Item]:
    """Services run on both databases; a test of a door on one of them, in turn, since both would
    show the same. Named on the command line alone, it runs on both, too."""
    if len({item.path for item in items}) == 1:
        return items
    kept, turn = [], {}
    for item in items:
        kind = item.callspec.params.get("database_url") if hasattr(item, "callspec") else None
        if kind and DOORS & set(_rooms(item)) and not item.get_closest_marker("both_databases"):
            name = item.nodeid.replace(kind, "")
            if turn.setdefault(name, KINDS[len(turn) % 2]) != kind:
                continue
        kept.append(item)
    return kept


def _rooms(item: pytest.Item) -> tuple[str, ...]:
    here = Path(__file__).parent
    return item.path.relative_to(here).parts if item.path.is_relative_to(here) else ()


def _spread(items: list[pytest.Item]) -> list[pytest.Item]:
    """Tests that mostly wait for other processes evenly between those that compute; together at
    the end, where their folder stands, they would leave the cores idle."""
    waits = [item for item in items if "workers" in _rooms(item)]
    rest = [item for item in items if "workers" not in _rooms(item)]
    places = [(number * len(rest) // len(waits), item) for number, item in enumerate(waits)]
    for place, item in reversed(places):
        rest.insert(place, item)
    return rest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests ran on each database, and name skips that nobody allowed."""
    passed = terminalreporter.stats.get("passed", [])
    counts = {kind: sum(f"{kind}" in r.nodeid for r in passed) for kind in ("sqlite", "postgresql")}
    terminalreporter.write_line(
        f"On databases: {counts['sqlite']} passed on SQLite, "
        f"{counts['postgresql']} passed on PostgreSQL."
    )
    for report in _forbidden_skips(terminalreporter):
        terminalreporter.write_line(f"Skipped without permission: {report.nodeid}", red=True)


def _forbidden_skips(reporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    skipped = reporter.stats.get("skipped", [])
    return [
        report
        for report in skipped
        if not any(why in str(report.longrepr) for why in ALLOWED_SKIPS)
    ]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skip that is not listed in allowed_skips.txt fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and _forbidden_skips(reporter) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
