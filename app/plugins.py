"""Rooms of the portal: our own are plugins, and operators can add or switch off rooms."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from flask import Blueprint, Flask

from app.domain.actor import Actor, Role
from app.settings_reader import ConfigError


@dataclass(frozen=True)
class NavItem:
    """An entry of the main navigation.

    Shown to users who have at least `role`, and with `for_members` only to those who act for a
    member. With `starts` the portal may open on it after the login. With `world` people who are not
    signed in get it too.
    """

    label: str
    endpoint: str
    role: Role = Role.USER
    for_members: bool = False
    starts: bool = True
    world: bool = False

    def is_for(self, actor: Actor | None) -> bool:
        """Whether this user gets the entry; who looks as a member gets what the member gets."""
        if actor is None:
            return self.world
        return actor.shown_role >= self.role and (actor.member is not None or not self.for_members)


@dataclass(frozen=True)
class Plugin:
    """What a package must offer under the name `plugin` to be listed in `PLUGINS`."""

    name: str
    blueprint: Blueprint
    nav: tuple[NavItem, ...] = ()
    init_app: Callable[[Flask], None] | None = None


def load_plugins(app: Flask, modules: tuple[str, ...]) -> None:
    """Register `plugin` from each module, in the order the operator listed them.

    Raises ConfigError naming every module that cannot be used.
    """
    problems: list[str] = []
    plugins = [p for name in modules if (p := _find(name, problems))]
    if not problems and not any(plugin.name == "auth" for plugin in plugins):
        problems.append("PLUGINS lacks app.blueprints.auth; nobody could log in without it.")
    if problems:
        raise ConfigError(problems)
    nav: list[NavItem] = []
    app.extensions["nav"] = nav
    for plugin in plugins:
        app.register_blueprint(plugin.blueprint)
        nav += plugin.nav
        if plugin.init_app:
            plugin.init_app(app)


def _find(name: str, problems: list[str]) -> Plugin | None:
    try:
        plugin = getattr(import_module(name), "plugin", None)
    except ModuleNotFoundError as error:
        if error.name and not name.startswith(error.name):
            raise  # the room exists; something it needs does not
        problems.append(f"PLUGINS names {name}, which cannot be found.")
        return None
    if not isinstance(plugin, Plugin):
        problems.append(f"PLUGINS names {name}, which has no `plugin` of type app.plugins.Plugin.")
        return None
    return plugin
