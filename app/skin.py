"""An operator's own look: a file in the skin wins over ours of the same path.

`templates/` in the skin goes before our templates, those of plugins and those of Bootstrap-Flask;
`static/` goes before our static files, under the same addresses.
"""

from collections.abc import Callable

from flask import Flask, Response, current_app, send_from_directory
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader

from app.assets import find_in
from app.config import Settings


def use_skin(app: Flask, settings: Settings) -> None:
    """Let skin files win; `{% extends "original/base.html" %}` still names the shipped one."""
    shipped = app.jinja_loader
    assert shipped is not None
    loaders: list[BaseLoader] = [shipped, PrefixLoader({"original": _Originals(app, shipped)})]
    if settings.skin_dir:
        skin = settings.skin_dir.resolve()
        loaders.insert(0, FileSystemLoader(skin / "templates"))
        app.extensions["skin_static"] = str(skin / "static")
        app.view_functions["static"] = _send_static
    app.jinja_loader = ChoiceLoader(loaders)


class _Originals(BaseLoader):
    """What there is without the skin: our templates, then those that rooms and extensions bring."""

    def __init__(self, app: Flask, shipped: BaseLoader) -> None:
        self.app, self.shipped = app, shipped

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        rooms = [room.jinja_loader for room in self.app.iter_blueprints() if room.jinja_loader]
        return ChoiceLoader([self.shipped, *rooms]).get_source(environment, template)


def _send_static(filename: str) -> Response:
    folder = current_app.extensions["skin_static"]
    if not find_in(folder, filename):
        return current_app.send_static_file(filename)
    max_age = current_app.get_send_file_max_age(filename)
    return send_from_directory(folder, filename, max_age=max_age)
