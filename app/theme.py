"""Light or dark: what this browser chose, else what its system wishes."""

from dataclasses import dataclass

from flask import current_app, request
from werkzeug import Response

from app.domain.errors import Invalid

COOKIE = "theme"
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Theme:
    """One position of the switch; `chosen` is empty where the system decides."""

    name: str
    words: str
    after: str  # what one press leads to
    after_words: str

    @property
    def chosen(self) -> str:
        return "" if self.name == "system" else self.name


THEMES = {
    theme.name: theme
    for theme in (
        Theme("system", "as the system", "light", "light"),
        Theme("light", "light", "dark", "dark"),
        Theme("dark", "dark", "system", "that of the system"),
    )
}


def current_theme() -> Theme:
    """The theme of this browser; a cookie of nonsense is no choice."""
    return THEMES.get(request.cookies.get(COOKIE, ""), THEMES["system"])


def find_theme(name: str) -> Theme:
    """The theme of that name; raises Invalid for any other word."""
    if name not in THEMES:
        raise Invalid("A theme is light, dark or system. Go back and press the switch again.")
    return THEMES[name]


def remember(theme: Theme, response: Response) -> None:
    """Keep the choice in this browser for a year; the system's wish needs no cookie."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    if theme.chosen:
        response.set_cookie(
            COOKIE, theme.chosen, YEAR, secure=secure, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(COOKIE, secure=secure, httponly=True, samesite="Lax")
