"""A stored mail as the octets that leave: headers nobody can inject into, text, and HTML."""

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


def build(letter: Letter, *, utf8: bool = False) -> bytes:
    """The mail. `utf8`: the server takes addresses in any letters (RFC 6531).

    Without it, addresses that cannot be written in ASCII are left out of the headers. Whoever
    gets a blind copy is never named.
    """
    policy = cast(EmailPolicy, POLICY.clone(utf8=utf8))
    mail = EmailMessage(policy=policy)
    mail["From"] = one_line(letter.sender)
    for header, kind in (("To", "to"), ("Cc", "cc")):
        named = [one for one in letter.recipients if one.kind == kind]
        if addresses := [found for one in named if (found := _address(one, utf8))]:
            mail[header] = addresses
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
    return str(Address(_name(one.name), addr_spec=one.address))


def sender_address(header: str) -> str:
    """The address in a From header."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = one_line(header)
    found = cast(AddressHeader, mail["From"]).addresses
    return found[0].addr_spec if found else ""


def _address(one: Recipient, utf8: bool) -> Address | None:
    if not (utf8 or one.address.isascii()):
        return None
    try:
        return Address(_name(one.name), addr_spec=one.address)
    except (ValueError, MessageError, IndexError):
        return None  # the server refuses it by itself


def _name(text: str) -> str:
    """A name on one line. What looks encoded (RFC 2047) is none of ours, and would be decoded."""
    return one_line(text).replace("=?", "= ?")


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
