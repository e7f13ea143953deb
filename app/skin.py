"""An operator's own templates: a file in the skin wins over the shipped one of the same path."""

from flask import Flask
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader

from app.config import Settings


def use_skin(app: Flask, settings: Settings) -> None:
    """Let skin files win; `{% extends "original/base.html" %}` still names the shipped one."""
    shipped = app.jinja_loader
    assert shipped is not None
    loaders: list[BaseLoader] = [shipped, PrefixLoader({"original": shipped})]
    if settings.skin_dir:
        loaders.insert(0, FileSystemLoader(settings.skin_dir / "templates"))
    app.jinja_loader = ChoiceLoader(loaders)
