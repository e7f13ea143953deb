"""Take the README's picture from the demo exchange: start `make run`, then run this.

.venv/bin/python scripts/screenshot.py [ADDRESS]
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

TARGET = Path(__file__).resolve().parent.parent / "docs" / "img" / "peering.png"


def main(address: str) -> None:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1360, "height": 860})
        page.goto(address)
        page.get_by_label("Username or e-mail").fill("mara")
        page.get_by_label("Password").fill("lantern-demo")
        page.get_by_role("button", name="Log in").click()
        page.goto(f"{address}/peering/peers")
        page.screenshot(path=TARGET)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
