"""To whom a request goes: the addresses of a form's fields, each one checked."""

from collections.abc import Collection, Iterable
from email.utils import getaddresses

from app.domain.errors import Invalid
from app.domain.mail import Recipient
from app.email_address import parse_email

MOST = 10  # addresses in one field
NAMES = {"to": "To", "cc": "CC", "bcc": "BCC"}


def read_recipients(
    fields: dict[str, str], *, known: Collection[str], free: bool
) -> tuple[Recipient, ...]:
    """The recipients that the fields "to", "cc" and "bcc" name.

    Unless `free`, each must be in `known` (folded). Raises Invalid at the field, with the
    address that is wrong and why.
    """
    found = tuple(
        one for kind, text in fields.items() for one in _read(kind, text, known=known, free=free)
    )
    if not any(one.kind == "to" for one in found):
        raise Invalid("Nobody to send it to: To needs an address.", "to")
    return found


def named_recipients(fields: dict[str, str]) -> tuple[Recipient, ...]:
    """Whom the fields name as they stand, for a preview: nothing is checked."""
    return tuple(
        Recipient(_bare(part), "", kind) for kind, text in fields.items() for part in _parts(text)
    )


def joined(addresses: Iterable[str]) -> str:
    """Addresses as a field shows them."""
    return ", ".join(addresses)


def _read(kind: str, text: str, *, known: Collection[str], free: bool) -> list[Recipient]:
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise Invalid(f"{NAMES[kind]} is one line: addresses with commas between them.", kind)
    parts = _parts(text)
    if len(parts) > MOST:
        raise Invalid(f"{NAMES[kind]} takes at most {MOST} addresses.", kind)
    return [Recipient(_address(part, kind, known, free), "", kind) for part in parts]


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


def _bare(part: str) -> str:
    """The address out of `Name <address>`."""
    return getaddresses([part])[0][1] or part


def _address(part: str, kind: str, known: Collection[str], free: bool) -> str:
    address = _bare(part)
    if address.casefold() in known:  # the exchange has it, whatever letters it has
        return address
    if not address.isascii():
        raise Invalid(
            f"“{address}” has letters that not every mail server takes. Write the part behind @ "
            "in its xn-- form; the part before it must be plain ASCII.",
            kind,
        )
    try:
        parse_email(address)
    except ValueError as error:
        raise Invalid(f"“{part}” is no e-mail address.", kind) from error
    if not free and address.casefold() not in known:
        raise Invalid(
            f"“{address}” is no address the exchange knows of you or the other member. "
            f"It knows {joined(sorted(known)[:MOST]) or 'none'}.",
            kind,
        )
    return address
