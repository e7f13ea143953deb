"""What gunicorn and the `flask` command import: read `.env`, build the application."""

import sys
from pathlib import Path

from dotenv import load_dotenv

from app import create_app
from app.settings_reader import ConfigError

load_dotenv(Path(__file__).with_name(".env"))
try:
    app = create_app()
except ConfigError as error:
    print(error, file=sys.stderr)
    sys.exit(3)  # gunicorn's own code for "do not start this worker again"
