"""The migrations make what the models say, on both databases, up and down."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, inspect, select, text

from app import create_app
from app.config import Settings
from app.extensions import db
from app.models import WatchDay
from app.models.base import Base
from tests.agents import make_agent
from tests.factories import make_vlan


@pytest.fixture
def bare(request, database_url, tmp_path):
    """An application on a database without any table."""
    if database_url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path / 'bare.sqlite'}"
    else:
        engine = create_engine(database_url)
        with engine.begin() as connection:
            Base.metadata.drop_all(connection)
            connection.execute(text("drop table if exists alembic_version"))
        engine.dispose()
        url = database_url
    app = create_app(Settings(database_url=url, secret_key="only-for-the-tests-0123456789"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if url == database_url:
        engine = create_engine(database_url)
        with engine.begin() as connection:
            connection.execute(text("drop table if exists alembic_version"))
            Base.metadata.create_all(connection)
        engine.dispose()


def test_migrations_make_exactly_the_tables_of_the_models(bare):
    upgrade()

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_down_and_up_again(bare):
    upgrade()
    downgrade(revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]

    upgrade()

    assert set(Base.metadata.tables) < set(inspect(db.engine).get_table_names())


def test_the_days_of_watching_are_filled_from_the_hours_there_are(bare):
    upgrade()
    lan = make_vlan("LAN 1", tag=10)
    make_agent(lan, hours=40)
    make_agent(lan, hours=3, rate=70.0, address="198.51.100.2")
    days = _list_days()
    db.session.remove()

    downgrade(revision="0012")
    upgrade()

    assert len(days) == 4
    assert _list_days() == days


def _list_days():
    order = WatchDay.agent_id, WatchDay.day
    # The datagrams of a day cannot be told from before they were counted by day.
    left_out = "id", "heard", "lost"
    columns = [column for column in WatchDay.__table__.c if column.name not in left_out]
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(*order))]
