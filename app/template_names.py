"""While debugging, a page ends with the names of its templates: what a skin would have to copy."""

import re
from collections.abc import Iterable, MutableMapping
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context
from flask.templating import Environment
from jinja2 import Template

from app.config import Settings


def init_app(app: Flask) -> None:
    """Watch every template that is used; must come before anything touches `app.jinja_env`."""
    app.jinja_environment = _WatchedEnvironment
    app.before_request(_begin)
    app.after_request(_name_templates)


class _WatchedEnvironment(Environment):
    """Pages, and all that they extend, include and import, pass through these two methods."""

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        return _note(super().get_template(name, parent, globals))

    def select_template(
        self,
        names: Iterable[str | Template],
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        return _note(super().select_template(names, parent, globals))


def _begin() -> None:
    g.templates = {}
    # A file that was added to the skin shows at once, and what a kept template imports is seen.
    if current_app.jinja_env.cache is not None:
        current_app.jinja_env.cache.clear()


def _note(template: Template) -> Template:
    if has_request_context() and "templates" in g:
        g.templates.setdefault(template.name, template.filename)
    return template


def _name_templates(response: Response) -> Response:
    used: dict[str, str | None] = g.get("templates", {})
    if used and response.mimetype == "text/html" and not response.is_streamed:
        lines = [_line(name, path) for name, path in used.items()]
        comment = "\n".join(("<!-- Templates, in the order of use:", *lines, "-->"))
        response.set_data(f"{response.get_data(as_text=True)}\n{comment}\n")
    return response


def _line(name: str, path: str | None) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    skin = settings.skin_dir and settings.skin_dir.resolve()
    mark = " (skin)" if skin and path and Path(path).is_relative_to(skin) else ""
    return re.sub("-(?=-)", "- ", name) + mark  # two hyphens could end the comment
