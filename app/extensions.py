"""The Flask extensions, unbound, and the one transaction helper that services use."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from flask_mail import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from htmx_flask import Htmx
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.models.base import Base

db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
login_manager = LoginManager()
mail = Mail()
migrate = Migrate(render_as_batch=True)
htmx = Htmx()
bootstrap = Bootstrap5()


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit at the outermost level, roll everything back on any error.

    A service may call another service: the inner block joins the outer one. On SQLite the
    outermost block takes the write lock at once (`BEGIN IMMEDIATE`): a read that is upgraded
    to a write later fails as soon as anybody else wrote in between.
    """
    session = db.session()
    outermost = not session.info.get("in_transaction")
    if outermost:
        _begin_writing(session)
    session.info["in_transaction"] = True
    try:
        yield session
        if outermost:
            session.commit()
    except BaseException:
        if outermost:
            session.rollback()
        raise
    finally:
        if outermost:
            session.info["in_transaction"] = False


@contextmanager
def written_if_free() -> Iterator[Session]:
    """A transaction of its own for what may be left undone: on SQLite it gives up at once while
    somebody else writes, instead of waiting for them."""
    session = db.session()
    session.rollback()
    connection = session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        before = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        yield session
        session.commit()
    except OperationalError:
        session.rollback()
    finally:
        if is_sqlite:
            session.connection().exec_driver_sql(f"PRAGMA busy_timeout={before}")
            session.rollback()


def end_reading() -> None:
    """Give up the snapshot that reading opened, unless a transaction is at work."""
    session = db.session()
    if not session.info.get("in_transaction"):
        session.rollback()


def _begin_writing(session: Session) -> None:
    """Give up the read snapshot that a user loader may hold, then begin as a writer."""
    if session.in_transaction():
        session.rollback()
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
