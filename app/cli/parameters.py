"""Kinds of values that several commands ask for."""

from typing import Any

import click

from app.domain.member_fields import asn_digits
from app.settings_reader import parse_flag


class Flag(click.ParamType[bool]):
    """On, 1, True, Yes or Off, 0, False, No in any case, as in the settings."""

    name = "on|off"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> bool:
        if isinstance(value, bool):
            return value
        try:
            return parse_flag(value)
        except ValueError as error:
            self.fail(f"“{value}” is not understood: it {error}.", param, ctx)


class Asn(click.ParamType[int]):
    """An AS number, with or without `AS` in front."""

    name = "asn"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        digits = asn_digits(str(value))
        if digits is None:
            self.fail(f"“{value}” is no AS number such as 64500.", param, ctx)
        return int(digits)


FLAG = Flag()
ASN = Asn()


def shown(value: Any) -> str:
    """A value as a person reads it: on, off, none, or itself."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return "none" if value is None else str(value)
