"""What a process for tests has loaded before it is forked off: all of the portal."""

from app import create_app
from app.config import Settings

create_app(Settings(database_url="sqlite://", secret_key="only-for-the-tests-0123456789"))
