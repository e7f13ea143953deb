"""Which layer may import which. Change the table only with a note in docs/decisions/."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parent.parent / "app"
DOORS = ("sqlalchemy", "flask_sqlalchemy", "app.models", "app.extensions.db", "app.database")
FORBIDDEN = {
    "models": ("flask", "app.services", "app.blueprints", "app.web", "app.extensions"),
    "services": (
        "flask",
        "flask_login",
        "htmx_flask",
        "click",
        "app.blueprints",
        "app.web",
        "app.access",
        "app.cli",
        "app.workers",
        "app.config",
    ),
    "blueprints": (*DOORS, "app.cli", "app.workers"),
    "cli": (*DOORS, "app.blueprints", "app.web"),
    "demo": ("flask", "sqlalchemy", "app.models", "app.extensions.db", "app.blueprints", "app.web"),
    "workers": ("flask", *DOORS, "app.blueprints", "app.web"),
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offences(layer: str, banned: tuple[str, ...]) -> list[str]:
    return [
        f"{path.relative_to(APP)}: {name}"
        for path in (APP / layer).rglob("*.py")
        for name in imported(path)
        for ban in banned
        if name == ban or name.startswith(ban + ".")
    ]


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_a_layer_imports_only_what_lies_below(layer):
    assert offences(layer, FORBIDDEN[layer]) == []


def test_domain_imports_only_the_standard_library_and_itself():
    foreign = [
        f"{path.relative_to(APP)}: {name}"
        for path in (APP / "domain").rglob("*.py")
        for name in imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not name.startswith("app.domain")
    ]

    assert foreign == []


def test_only_the_factory_knows_the_factory():
    knowers = [
        str(path.relative_to(APP))
        for path in APP.rglob("*.py")
        for name in imported(path)
        if name == "app.create_app"
    ]

    assert knowers == []


def test_no_service_and_no_rule_reads_the_clock():
    readers = [
        str(path.relative_to(APP))
        for layer in ("domain", "services")
        for path in (APP / layer).rglob("*.py")
        if "datetime.now(" in path.read_text() or "time.time(" in path.read_text()
    ]

    assert readers == []
