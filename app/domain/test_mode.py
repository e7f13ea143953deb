"""Test mode: a peering request goes to one address only, and says whom it was meant for."""

from dataclasses import replace

from app.domain.letter import escape
from app.domain.mail import Mail, Recipient

# Purposes of mail that reaches other members. Decided when queued: what is in the outbox already
# waits until test mode ends.
HELD = ("request", "sample", "stop")
KINDS = {"to": "To", "cc": "CC", "bcc": "BCC"}


def meant_for(recipients: tuple[Recipient, ...]) -> str:
    """`To: a@x.example; CC: b@y.example`, addresses in the order given."""
    return "; ".join(
        f"{word}: {', '.join(found)}"
        for kind, word in KINDS.items()
        if (found := [one.address for one in recipients if one.kind == kind])
    )


def note(recipients: tuple[Recipient, ...]) -> str:
    """The lines, Markdown, that stand on top of a message in test mode."""
    meant = escape(meant_for(recipients))
    return f"**Test mode: this mail went to nobody else.** It was meant for {meant}."


def redirect(mail: Mail, address: str) -> Mail:
    """The same mail to the test address alone; answers do not go to the members either."""
    return replace(mail, purpose="test", recipients=(Recipient(address),), reply_to=())
