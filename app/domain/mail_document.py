"""A stored mail as the octets that leave: headers nobody can inject into, text, and HTML."""

import re
from collections.abc import Sequence
from email import message_from_string
from email.errors import MessageError
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from typing import cast

from app.domain.mail import Letter, Recipient

# 7 bit: not every server takes 8, and nothing is then encoded anew on the way.
POLICY = SMTP.clone(cte_type="7bit")
# No out-of-office mail; but bounces must come.
SUPPRESSED = "OOF, AutoReply"
LINE = 78  # characters; what is longer is folded (RFC 5322, section 2.1.1)
_HEADER = len('Reply-To: "" <>,')
_QUOTED = re.compile(r"""[\\"]""")  # each with a character more
_SPECIALS = re.compile(r"""[()<>@,:;.\\"\[\]]+""")


def build(letter: Letter, *, utf8: bool = False) -> bytes:
    """The mail. `utf8`: the server takes addresses in any letters (RFC 6531).

    Without it, addresses that cannot be written in ASCII are left out of the headers. Whoever
    gets a blind copy is never named.
    """
    policy = cast(EmailPolicy, POLICY.clone(utf8=utf8))
    mail = EmailMessage(policy=policy)
    _put(mail, "From", _sender(letter.sender))
    for header, kind in (("To", "to"), ("Cc", "cc")):
        named = [one for one in letter.recipients if one.kind == kind]
        if addresses := [found for one in named if (found := _address(one, utf8))]:
            _put(mail, header, addresses)
    if letter.reply_to:
        mail["Reply-To"] = one_line(letter.reply_to)
    mail["Subject"] = one_line(letter.subject)
    mail["Date"] = letter.created_at
    mail["Message-ID"] = one_line(letter.message_id)
    if letter.in_reply_to:
        mail["In-Reply-To"] = one_line(letter.in_reply_to[-1])
        mail["References"] = one_line(" ".join(letter.in_reply_to))
    if letter.purpose != "request":  # a person asks for those, and waits for an answer
        mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = SUPPRESSED
    mail.set_content(_clean(letter.text))
    if letter.html:
        mail.add_alternative(_clean(letter.html), subtype="html")
    return mail.as_bytes()


def one_line(text: str) -> str:
    """A header's value: whatever could end the line, or is no character at all, is a space."""
    return " ".join("".join(c if c.isprintable() else " " for c in _clean(text)).split())


def header_of(one: Recipient) -> str:
    """Name and address as a header has them, the name in its own letters."""
    return str(Address(_name(one.name, one.address), addr_spec=one.address))


def sender_address(header: str) -> str:
    """The address in a From header."""
    found = _parsed(header)
    return found[0].addr_spec if found else ""


def _sender(header: str) -> list[Address]:
    """Who a From header names, the names as `_name` has them."""
    return [
        Address(_name(one.display_name, one.addr_spec), addr_spec=one.addr_spec)
        for one in _parsed(header)
    ]


def _put(mail: EmailMessage, header: str, people: Sequence[Address]) -> None:
    """Add a header of addresses; without names if, folded, it would name other addresses: some
    encoded names lose the comma behind them."""
    mail[header] = people
    if _reads(mail, header) != [one.addr_spec for one in people]:
        del mail[header]
        mail[header] = [Address(addr_spec=one.addr_spec) for one in people]


def _reads(mail: EmailMessage, header: str) -> list[str]:
    """The addresses that whoever gets the mail finds in a header."""
    folded = cast(EmailPolicy, mail.policy).fold(header, mail[header])
    try:
        found = cast(AddressHeader, message_from_string(folded, policy=mail.policy)[header])
        return [one.addr_spec for one in found.addresses]
    except (ValueError, MessageError, IndexError):
        return []


def _parsed(header: str) -> tuple[Address, ...]:
    mail = EmailMessage(policy=POLICY)
    mail["From"] = one_line(header)
    return cast(AddressHeader, mail["From"]).addresses


def _address(one: Recipient, utf8: bool) -> Address | None:
    if not (utf8 or one.address.isascii()):
        return None
    try:
        return Address(_name(one.name, one.address), addr_spec=one.address)
    except (ValueError, MessageError, IndexError):
        return None  # the server refuses it by itself


def _name(text: str, address: str) -> str:
    """The name of an address, on one line. What looks encoded (RFC 2047) is none of ours, and
    would be decoded.

    Python 3.11 loses the quotes of a name that it folds, and what they held could be an
    address: such a name goes without what needs them (RFC 5322, section 3.2.3).
    """
    name = one_line(text).replace("=?", "= ?")
    whole = _HEADER + 2 * len(name) - len(_QUOTED.sub("", name)) + len(address)
    if whole <= LINE or not name.isascii():  # the latter is encoded, specials and all
        return name
    return " ".join(_SPECIALS.sub(" ", name).split())


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
