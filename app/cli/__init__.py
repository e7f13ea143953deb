"""Command-line doors: noun group, verb command. Each parses, calls one service, prints."""

from importlib import import_module
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from app.domain.errors import AppError
from app.services import status

# Each module holds one group, named after it: app.cli.users has users_cli.
ROOMS = (
    "users",
    "members",
    "contacts",
    "vlans",
    "peering",
    "matrix",
    "sessions",
    "outbox",
    "check",
    "ixf",
    "demo",
)


class Group(AppGroup):
    """A group whose refusals are one line on standard error and exit code 1."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Whoever guesses a verb that is none reads which there are."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            there = ", ".join(self.list_commands(ctx))
            raise click.UsageError(f"{error.message} There is: {there}.", ctx) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AppError as error:
            raise click.ClickException(str(error)) from error
        except Exception as error:
            sentence = status.explain(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error


def init_app(app: Flask) -> None:
    """Register every group."""
    for room in ROOMS:
        app.cli.add_command(getattr(import_module(f"app.cli.{room}"), f"{room}_cli"))
