"""Whether the database can serve the portal as it is."""

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import current_app

from app.domain.errors import AppError
from app.services import status


def database_problem() -> str | None:
    """Why the database cannot serve the portal as it is, and what to run; None when it can."""
    try:
        found = status.schema_revision()
    except AppError as error:
        return str(error)
    newest = _newest_revision()
    if found == newest:
        return None
    state = f"is at revision {found}, not {newest}" if found else "has no tables yet"
    return f"The database {state}. Run: flask db upgrade"


def _newest_revision() -> str | None:
    directory = current_app.extensions["migrate"].directory
    config = Config()
    config.set_main_option("script_location", str(directory))
    return ScriptDirectory.from_config(config).get_current_head()
