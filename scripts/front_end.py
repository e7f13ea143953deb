"""Put the front-end files of others where the portal serves them: htmx, and a sprite of the
icons in use cut from the one that Bootstrap-Flask brings (1.1 MB whole, a few kB cut)."""

import re
import shutil
import sys
from pathlib import Path

import flask_bootstrap

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "app" / "static" / "vendor"
HTMX = ROOT / "node_modules" / "htmx.org" / "dist" / "htmx.min.js"
SPRITE = "static/bootstrap5/icons/bootstrap-icons.svg"


def icons_in_use() -> list[str]:
    """Every name that a template, or code that renders one, passes to the `icon` macro."""
    app = ROOT / "app"
    files = (*(app / "templates").rglob("*.html"), *app.rglob("*.py"))
    found = (re.findall(r'icon\("([a-z0-9-]+)"\)', path.read_text("utf-8")) for path in files)
    return sorted({name for names in found for name in names})


def cut_sprite(whole: str, names: list[str]) -> str:
    """The `<symbol>` elements of these icons; exits naming one that does not exist."""
    symbols = []
    for name in names:
        symbol = re.search(rf'<symbol[^>]* id="{name}".*?</symbol>', whole, re.DOTALL)
        if symbol is None:
            sys.exit(f"The templates use the icon “{name}”, which Bootstrap Icons does not have.")
        symbols.append(symbol.group())
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"


def main() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    shutil.copy(HTMX, VENDOR / "htmx.min.js")
    whole = (Path(flask_bootstrap.__file__).parent / SPRITE).read_text("utf-8")
    (VENDOR / "icons.svg").write_text(cut_sprite(whole, icons_in_use()), "utf-8")


if __name__ == "__main__":
    main()
