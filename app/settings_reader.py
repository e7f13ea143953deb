"""Reads settings by name from a mapping and collects every problem instead of the first."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from app.email_address import parse_email

T = TypeVar("T")

TRUE_WORDS = {"on", "1", "true", "yes"}
FALSE_WORDS = {"off", "0", "false", "no"}


class ConfigError(Exception):
    """The settings make no sense; the text lists every problem, one a line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("These settings need attention:\n" + "\n".join(f"- {p}" for p in problems))
        self.problems = problems


class Reader:
    """Looks settings up; an empty value counts as not set.

    Several names for one setting are tried in order. `NAME_FILE` may hold the path of a file
    with the value, for secrets that should not stand in the environment.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def text(self, *names: str, default: str = "") -> str:
        return self._read(names, str, default)

    def flag(self, name: str, *, default: bool) -> bool:
        return self._read((name,), parse_flag, default)

    def number(self, *names: str, default: int, least: int, most: int) -> int:
        def parse(value: str) -> int:
            if not re.fullmatch(r"-?\d{1,9}", value) or not least <= int(value) <= most:
                raise ValueError(f"must be a whole number from {least} to {most}")
            return int(value)

        return self._read(names, parse, default)

    def words(self, name: str, *, default: tuple[str, ...]) -> tuple[str, ...]:
        return self._read((name,), lambda v: tuple(v.replace(",", " ").split()), default)

    def choice(self, name: str, choices: tuple[str, ...], *, default: str) -> str:
        def parse(value: str) -> str:
            if value.casefold() not in choices:
                raise ValueError(f"must be one of {', '.join(choices)}")
            return value.casefold()

        return self._read((name,), parse, default)

    def email(self, name: str, *, default: str = "") -> str:
        return self._read((name,), parse_email, default)

    def parsed(self, name: str, parse: Callable[[str], str]) -> str:
        """What `parse` makes of the value; its ValueError says how the value must be."""
        return self._read((name,), parse, "")

    def folder(self, name: str) -> Path | None:
        def parse(value: str) -> Path:
            if not Path(value).is_dir():
                raise ValueError("must be the path of a folder that exists")
            return Path(value).resolve()

        return self._read((name,), parse, None)

    def _read(self, names: tuple[str, ...], parse: Callable[[str], T], default: T) -> T:
        given = {name: value for name in names if (value := self._raw(name))}
        if len(set(given.values())) > 1:
            self.problems.append(f"{' and '.join(given)} say different things; keep one of them.")
        for name, value in given.items():
            try:
                return parse(value)
            except ValueError as error:
                self.problems.append(f"{name} is “{_shown(name, value)}”, but it {error}.")
        return default

    def _raw(self, name: str) -> str:
        value = self._environ.get(name, "").strip()
        value = "" if value.casefold() == "null" else value  # how Laravel's .env says nothing
        path = self._environ.get(f"{name}_FILE", "").strip()
        if value or not path:
            return value
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{name}_FILE cannot be read: {error}.")
            return ""


def parse_flag(value: str) -> bool:
    """True for On, 1, True, Yes and False for Off, 0, False, No, in any case, quoted or not.

    Raises ValueError for anything else.
    """
    word = value.strip().strip("\"'").casefold()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError("must be On, 1, True or Yes, or Off, 0, False or No")


def _shown(name: str, value: str) -> str:
    secret = any(word in name for word in ("SECRET", "PASSWORD", "KEY", "DATABASE"))
    return "…" if secret else re.sub("//[^/]*@", "//…@", value)
