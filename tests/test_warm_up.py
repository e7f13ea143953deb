"""What is done before the first request: nothing that is seen, nothing that is shared."""

import gc

import pytest
from sqlalchemy import event

from app.extensions import db
from app.warm_up import warm_up


@pytest.fixture(autouse=True)
def usual_garbage():
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_it_runs_on_an_empty_database(app):
    warm_up(app)

    assert gc.get_threshold()[0] > 700


def test_it_asks_everything_that_a_first_page_asks_and_changes_nothing(alice, cast, app):
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    alice.get("/peering/")
    alice.get(f"/peering/peers/{cast.beta.id}", headers={"HX-Request": "true"})
    first_pages = {text for text in asked if text.startswith("SELECT")}
    asked.clear()
    db.session.remove()
    db.engine.dispose()  # as at a start: no connection knows anything yet

    warm_up(app)

    assert first_pages <= set(asked)
    assert all(text.upper().startswith(("SELECT", "PRAGMA", "BEGIN")) for text in asked)


def test_no_connection_is_left_for_the_workers(app, cast):
    warm_up(app)

    assert db.engine.pool.checkedin() == 0  # type: ignore[attr-defined]


def test_every_template_can_be_compiled(app):
    warm_up(app)

    assert "peering/_rows.html" in {name for _, name in app.jinja_env.cache}
