"""An exchange under a new name, and who waits while a plan is shown."""

import pytest

from app.domain.errors import Invalid
from app.extensions import db
from app.models import Infrastructure, InterfaceAddress
from app.services import ixf
from tests.conftest import NOON
from tests.exports import exchange, export, network, octets

MEMBERS = [network(64496 + n, f"192.0.2.{n + 1}") for n in range(4)]


def load(shortname, **options):
    home = exchange(shortname=shortname) | {"ixf_id": None}
    found = octets(export(*MEMBERS, exchanges=[home]))
    return ixf.import_export(found, name="f", now=NOON, **options)


def test_a_renamed_exchange_is_refused_with_the_name_it_has_here(app):
    load("Old")

    with pytest.raises(Invalid, match="--infrastructure 'Old'"):
        load("New")

    assert db.session.query(Infrastructure).count() == 1
    assert db.session.query(InterfaceAddress).count() == 4


def test_with_the_name_it_has_here_nothing_changes(app):
    load("Old")

    assert load("New", infrastructure="Old").plan.changes_nothing


def test_another_exchange_with_the_same_addresses_can_be_named(app):
    load("Old")
    load("New", infrastructure="New")

    assert db.session.query(Infrastructure).count() == 2


def test_a_doubtful_member_is_not_taken_for_renumbered(app):
    first = octets(export(network(64496, "192.0.2.3")))
    ixf.import_export(first, name="f", now=NOON)
    second = octets(export(network(64496, "192.0.2.error", "192.0.2.33")))

    ixf.import_export(second, name="f", now=NOON)

    rows = db.session.query(InterfaceAddress.interface_id, InterfaceAddress.until_at).all()
    assert len({row.interface_id for row in rows}) == 2
    assert [row.until_at for row in rows] == [None, None]


def test_the_plan_is_printed_when_the_database_is_free_again(runner, app, tmp_path, monkeypatch):
    path = tmp_path / "export.json"
    path.write_bytes(octets(export(*MEMBERS)))
    writing = []
    monkeypatch.setattr(
        "app.cli.ixf.click.echo",
        lambda *_, **__: writing.append(db.session().info.get("in_transaction", False)),
    )

    runner.invoke(args=["ixf", "import", str(path)])

    assert len(writing) > 4
    assert not any(writing)
