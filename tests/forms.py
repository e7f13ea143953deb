"""The forms of a page, as a browser would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = ("text", "email", "search", "url", "tel", "number", "date", "password", "")


@dataclass
class Form:
    """Where a form goes, what it sends when nothing is typed, and where one can type."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    method: str = "post"


class _Reader(HTMLParser):
    def __init__(self, here: str) -> None:
        super().__init__()
        self.here, self.found = here, []
        self.open: Form | None = None
        self.area = self.choice = ""

    def handle_starttag(self, tag, attributes):
        got = {name: value or "" for name, value in attributes}
        if tag == "form":
            method = got.get("method", "get").lower()
            self.open = Form(got.get("action") or self.here, method=method)
            self.found.append(self.open)
        elif self.open is None or not got.get("name"):
            if tag == "option" and self.open and self.choice:
                first = self.choice not in self.open.values
                if first or "selected" in got:
                    self.open.values[self.choice] = got.get("value", "")
        elif tag == "textarea":
            self.area = got["name"]
            self.open.values[self.area] = ""
            self.open.typed.append(self.area)
        elif tag == "select":
            self.choice = got["name"]
        elif tag == "button":
            self.open.values.setdefault(got["name"], got.get("value", ""))
        elif tag == "input":
            self._input(got)

    def _input(self, got):
        kind = got.get("type", "text").lower()
        if kind in ("checkbox", "radio") and "checked" not in got:
            return
        self.open.values[got["name"]] = got.get("value", "on" if kind == "checkbox" else "")
        if kind in TYPED:
            self.open.typed.append(got["name"])

    def handle_data(self, data):
        if self.open and self.area:
            self.open.values[self.area] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None
        elif tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.choice = ""


def forms_of(page: str, here: str) -> list[Form]:
    """Every form of a page."""
    reader = _Reader(here)
    reader.feed(page)
    return reader.found


def values_of(page: str, action: str) -> dict[str, str]:
    """What the form that goes to `action` sends when nothing is typed."""
    return dict(
        next(
            form.values
            for form in forms_of(page, action)
            if form.action == action and form.method == "post"
        )
    )
