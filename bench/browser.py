"""Which Chromium drives the benches, the screenshots and the browser tests."""

import os
import shutil


def find_chromium() -> str:
    """Its path: `CHROMIUM`, else Debian's, best the one without windows, which takes half the
    time. Raises FileNotFoundError."""
    names = ("chromium-headless-shell", "chromium")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not path:
        raise FileNotFoundError("There is no Chromium: `make test` installs it or says how.")
    return path
