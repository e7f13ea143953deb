"""Take the pictures of the documents from the demo exchange, all of them anew:

.venv/bin/python scripts/screenshots.py

Starts a portal of its own on a fresh database; nothing of yours is touched.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "img"
WIDTHS = {360: 740, 768: 1024, 1440: 900}
THEMES = ("light", "dark")
PASSWORD = "lantern-demo"
EXCHANGE = {
    "SECRET_KEY": "only-for-the-pictures-0123456789",
    "IDENTITY_ORGNAME": "Lantern IX",
    "IDENTITY_TITLENAME": "Lantern IX",
    "IDENTITY_SUPPORT_EMAIL": "peering@lantern-ix.example",
    "IDENTITY_CORPORATE_URL": "https://www.lantern-ix.example/",
}
# name of the picture: who is logged in, where
PAGES = {
    "login": (None, "/login"),
    "forgotten": (None, "/login/forgotten"),
    "operator": ("olga", "/"),
    "potential": ("mara", "/peering/potential"),
    "potential-bilateral": ("mara", "/peering/potential-bilateral"),
    "peers": ("mara", "/peering/peers"),
    "rejected": ("mara", "/peering/rejected"),
    "search": ("mara", "/peering/potential?q=a&missing=6&sort=-asn"),
    "nobody-found": ("mara", "/peering/potential?q=harbour+cdn"),
    "drawer": ("mara", "/peering/potential/{Eastmoor Broadband}"),
    "note": ("mara", "/peering/potential/{Saltmarsh Games}/notes/new"),
    "wrong": ("mara", "/peering/potential/{Eastmoor Broadband}/wrong"),
    "changes": ("mara", "/peering/changes"),
    "account": ("mara", "/account/"),
    "invitations": ("mara", "/invitations"),
    "help": ("mara", "/help/"),
    "what-we-see": ("mara", "/detection/what-we-see"),
    "ask": ("mara", "/peering/potential/{Saltmarsh Games}/ask"),
    "requests": ("mara", "/requests/"),
    "request": ("mara", "/requests/{first}"),
    "details": ("mara", "/details/"),
    "team": ("mara", "/team/"),
    "matrix": ("mara", "/matrix/"),
    "help-operators": ("olga", "/help/operators"),
    "members": ("olga", "/members/"),
    "member": ("olga", "/members/{first}"),
    "vlans": ("olga", "/vlans/"),
    "vlan": ("olga", "/vlans/{first}"),
    "interfaces": ("olga", "/vlans/{first}/interfaces"),
    "users": ("olga", "/users/"),
    "user": ("olga", "/users/{first}"),
    "mail": ("olga", "/outbox/"),
    "one-mail": ("olga", "/outbox/{first}"),
    "detection": ("olga", "/detection/"),
    "log": ("olga", "/log/"),
    "not-found": ("mara", "/peering/friends"),
}


@contextmanager
def portal() -> Iterator[str]:
    """The demo behind gunicorn; yields its address."""
    with TemporaryDirectory() as folder, socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(64)
        os.set_inheritable(door.fileno(), True)
        env = os.environ | EXCHANGE | {"DATABASE_URL": f"sqlite:///{folder}/portal.sqlite"}
        subprocess.run([ROOT / ".venv/bin/flask", "demo", "start"], cwd=ROOT, env=env, check=True)
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"fd://{door.fileno()}",
             "--no-control-socket", "wsgi:app"],
            cwd=ROOT, env=env, pass_fds=[door.fileno()],
        )  # fmt: skip
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.terminate()
        server.wait(15)


def log_in(page: Page, user: str) -> None:
    page.goto("/login")
    page.get_by_label("Username or e-mail").fill(user)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_load_state()


def address_of(page: Page, path: str) -> str:
    """`{Name}` in a path stands for the id of that member, as its link has it, and `{first}` for
    that of the first row."""
    before, brace, rest = path.partition("{")
    if not brace:
        return path
    page.goto(before.rstrip("/"))
    name, _, more = rest.partition("}")
    link = page.get_by_role("link", name=name, exact=True)
    if name == "first":
        link = page.locator("main a.who").first
    return f"{link.get_attribute('href')}{more}"


def take(browser: Browser, url: str, width: int, theme: str) -> None:
    for user in (None, "olga", "mara"):
        context = browser.new_context(
            base_url=url, viewport={"width": width, "height": WIDTHS[width]}, color_scheme=theme
        )
        page = context.new_page()
        if user:
            log_in(page, user)
        for name, (who, path) in PAGES.items():
            if who == user:
                page.goto(address_of(page, path))
                page.evaluate("scrollTo(0, 0)")  # a drawer took the focus, and the page with it
                page.screenshot(path=PICTURES / "screens" / f"{name}-{width}-{theme}.png")
        context.close()


def main() -> None:
    shutil.rmtree(PICTURES / "screens", ignore_errors=True)
    (PICTURES / "screens").mkdir(parents=True)
    path = (
        os.environ.get("CHROMIUM")
        or shutil.which("chromium-headless-shell")
        or shutil.which("chromium")
    )
    with portal() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for width in WIDTHS:
            for theme in THEMES:
                take(browser, url, width, theme)
        browser.close()
    shutil.copy(PICTURES / "screens" / "drawer-1440-light.png", PICTURES / "peering.png")


if __name__ == "__main__":
    main()
